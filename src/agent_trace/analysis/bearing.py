"""What of a session's events bears on its outcome: all else may be dropped while they are read, so that memory stays small.

No event is left out, because commits name their numbers. Outputs are kept of commands that work on a repository, test or
check, and of whatever shows git's counts; a long one keeps its beginning and its end: what decides stands there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from agent_trace.analysis.pull_requests import LINK, is_request_tool
from agent_trace.analysis.verification import may_verify
from agent_trace.model.events import (
    AssistantText,
    Attachment,
    Compacted,
    Event,
    LlmResponse,
    Thinking,
    ToolCall,
    ToolResult,
    Unknown,
    UserPrompt,
)
from agent_trace.model.tools import EDITING
from agent_trace.model.usage import Usage

SHORT, LONG = 2 * 1024, 64 * 1024
"""Characters of an output that are kept: of git, tests and checks, and of what may tell of commits or pull requests."""
WRITTEN = 64 * 1024
"""Characters of the arguments of an edit: a longer text is no script that commits."""
_MAKING = re.compile(r"\b(?:commit|merge|cherry-pick|revert|rebase|pull|gh|glab)\b")
_GIT = re.compile(r"\bgit\b")
_COUNTED = re.compile(r"\bfiles? changed\b")
_NOTHING = Usage()
_BARE: Mapping[str, Any] = {"origin": None, "parent": None}
replace = msgspec.structs.replace


class Bearing:
    """Passes the events of one log, in its order; each comes back with what bears on the outcome."""

    def __init__(self) -> None:
        self._sizes: dict[str, int] = {}
        """Call → how much of its output is kept."""

    def __call__(self, event: Event) -> Event:
        match event:
            case ToolCall():
                return self._call(event)
            case ToolResult():
                return self._result(event)
            case LlmResponse():
                return replace(event, usage=_NOTHING, **_BARE)
            case UserPrompt() | AssistantText() | Thinking():
                return replace(event, text="", **_BARE)
            case Attachment():
                return event if event.kind == LINK else replace(event, text="", **_BARE)
            case Compacted():
                return replace(event, summary="", **_BARE)
            case Unknown():
                return replace(event, raw="", **_BARE)
        return event

    def _call(self, event: ToolCall) -> ToolCall:
        if event.kind == "shell":
            words = event.input or event.title
            short = SHORT if _GIT.search(words) or may_verify(words) else 0
            self._sizes[event.call] = LONG if _MAKING.search(words) else short
            return replace(event, **_BARE)
        if is_request_tool(event.tool):
            self._sizes[event.call] = LONG
            return replace(event, **_BARE)
        kept = event.kind in EDITING and len(event.input) <= WRITTEN
        return replace(event, input=event.input if kept else "", title="", **_BARE)

    def _result(self, event: ToolResult) -> ToolResult:
        size = self._sizes.pop(event.call, None)
        if size is None:
            return replace(event, output="", patch="", **_BARE)
        if size < len(event.output) and _COUNTED.search(event.output):
            size = LONG
        return replace(event, output=shortened(event.output, size) if size else "", patch="", **_BARE)


def shortened(text: str, size: int) -> str:
    """A text, or the whole lines at its beginning and at its end that fit into a size; most of them at the end."""
    if len(text) <= size:
        return text
    head, tail = text[: size // 3], text[-(size - size // 3) :]
    return "\n".join((head.rpartition("\n")[0] or head, tail.partition("\n")[2] or tail))
