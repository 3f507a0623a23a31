"""Telling an Amp thread by its content: for files that lie outside the usual homes."""

from __future__ import annotations

import re

from agent_trace.agents._exported import holds_export

_THREAD = re.compile(rb'"id"\s*:\s*"T-[0-9a-f-]{8,}"')


def recognises(path: str, head: bytes) -> bool:
    """True for a JSON document that names itself a thread, and for an export of one."""
    if holds_export(head, "amp"):
        return True
    return path.endswith(".json") and head.lstrip()[:1] == b"{" and bool(_THREAD.search(head))
