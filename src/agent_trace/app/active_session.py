"""The folder of traces that is meant when none is named, and the session that is being recorded in it."""

from __future__ import annotations

import os
from collections.abc import Mapping

VARIABLE = "AGENT_TRACE_DIR"
DEFAULT = ".agent-traces"
ACTIVE = ".active-session"
"""A file that names the session, for editors: agent-strace's hooks write it at its start and delete it at its end."""


def default_folder(environment: Mapping[str, str]) -> str:
    """Where traces lie unless somebody says otherwise: as agent-strace has it."""
    return environment.get(VARIABLE) or DEFAULT


def active(folder: str) -> str | None:
    """The session that is being recorded there."""
    try:
        with open(os.path.join(folder, ACTIVE), encoding="utf-8") as file:
            return file.read(1000).strip() or None
    except (OSError, UnicodeDecodeError):
        return None
