"""Telling a task's talk by its name and its first bytes."""

from __future__ import annotations

import re

from agent_trace.agents._exported import holds_export

NAME = "api_conversation_history.json"
_MESSAGE = re.compile(rb'\A\s*\[\s*\{\s*"role"\s*:\s*"(?:user|assistant)"')


def recognises(path: str, head: bytes) -> bool:
    """True for a document of that name which is a list of messages, and for an export."""
    if holds_export(head, "cline"):
        return True
    name = path.replace("\\", "/").rpartition("/")[2]
    return name.endswith(NAME) and bool(_MESSAGE.match(head.removeprefix(b"\xef\xbb\xbf")))
