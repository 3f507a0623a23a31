"""What of a session's events bears on its digest: all else may be dropped while they are read, so that memory stays small.

No event is left out, because commits name their numbers. Of every text its beginning is kept, which is what reports read
of it: findings follow from that (`as_read`). For the outcome more is kept of what commands print that work on a repository,
test or check, and of whatever shows git's counts: beginning and end, for what decides stands there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
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

HEAD = 2 * 1024
"""Characters of every text that reports read."""
LARGE = 128 * 1024 * 1024
"""Bytes of a log of which only the outcome is worked out beforehand: its texts would fill the memory."""
SHORT, LONG = 2 * 1024, 64 * 1024
"""Characters of an output that are kept: of git, tests and checks, and of what may tell of commits or pull requests."""
WRITTEN = 64 * 1024
"""Characters of the arguments of an edit: a longer text is no script that commits."""
_MAKING = re.compile(r"\b(?:commit|merge|cherry-pick|revert|rebase|pull|gh|glab)\b")
_GIT = re.compile(r"\bgit\b")
_COUNTED = re.compile(r"\bfiles? changed\b")
_BARE: Mapping[str, Any] = {"origin": None, "parent": None}
_NOTHING = Usage()
_TEXTS = ("text", "title", "input", "output", "summary")
replace = msgspec.structs.replace


class Bearing:
    """Passes the events of one log, in its order; each comes back with what bears on its digest."""

    def __init__(self, size: int = 0) -> None:
        """`size` is that of the log in bytes: of a LARGE one nothing is kept that only findings need."""
        self.tells = size < LARGE
        """Whether findings follow from what it returns."""
        self._head = HEAD if self.tells else 0
        self._sizes: dict[str, int] = {}
        """Call → how much of its output is kept."""

    def __call__(self, event: Event) -> Event:
        match event:
            case ToolCall():
                return self._call(event)
            case ToolResult():
                return self._result(event)
            case LlmResponse():
                return replace(event, usage=event.usage if self.tells else _NOTHING, **_BARE)
            case UserPrompt() | AssistantText() | Thinking():
                return replace(event, text=event.text[: self._head], **_BARE)
            case Attachment():
                return event if event.kind == LINK else replace(event, text=event.text[: self._head], **_BARE)
            case Compacted():
                return replace(event, summary=event.summary[: self._head], **_BARE)
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
        given = event.input if kept else event.input[: self._head]
        return replace(event, input=given, title=event.title[: self._head], **_BARE)

    def _result(self, event: ToolResult) -> ToolResult:
        size = self._sizes.pop(event.call, None)
        if size is None:
            return replace(event, output=event.output[: self._head], patch="", **_BARE)
        if size < len(event.output) and _COUNTED.search(event.output):
            size = LONG
        found = shortened(event.output, size, self._head) if size else event.output[: self._head]
        return replace(event, output=found, patch="", **_BARE)


def shortened(text: str, size: int, head: int = HEAD) -> str:
    """A text, or the whole lines at its beginning and at its end, most of them at the end; at least `head` at its beginning."""
    front, back = max(size // 3, head), size - size // 3
    last = max(len(text) - back, 0)
    end, start = text.find("\n", front, front + HEAD), text.find("\n", last, last + HEAD)
    if len(text) <= size or not -1 < end < start:
        return text if len(text) <= front + back else f"{text[:front]}\n{text[-back:]}"
    return text[:end] + text[start:]


def as_read(event: Event) -> Event:
    """An event with as much of its texts as reports read."""
    names = _texts(type(event))
    if not names:
        return event
    changes = {name: text[:HEAD] for name in names if len(text := getattr(event, name) or "") > HEAD}
    return replace(event, **changes) if changes else event


@cache
def _texts(kind: type[Event]) -> tuple[str, ...]:
    return tuple(name for name in _TEXTS if name in kind.__struct_fields__)
