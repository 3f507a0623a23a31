"""Telling a chat history by its name or its first lines."""

from __future__ import annotations

import re

from agent_trace.agents._exported import holds_export

_START = re.compile(rb"^# aider chat started at \d{4}-\d\d-\d\d", re.MULTILINE)


def recognises(path: str, head: bytes) -> bool:
    """True for a Markdown file in which a chat starts, and for an export of one."""
    if holds_export(head, "aider"):
        return True
    return path.endswith((".md", ".markdown", ".txt")) and bool(_START.search(head))
