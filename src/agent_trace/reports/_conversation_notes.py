"""What stands beside a conversation: in a line where it fits there, and quiet where only the agent was told.

At detail `most` what a program puts before its agent again and again is counted and not told; a notice that is written for
the agent as XML is told in words. At `full` everything stands as it is in the log.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent_trace.model.events import Attachment
from agent_trace.render.blocks import AnyBlock, Note, Prose
from agent_trace.reports._conversation_tools import Told, code
from agent_trace.reports._words import many

LINE = 160
"""A text of one line and so many characters stands beside its name."""
_QUIET = re.compile(
    r"remind|delta|system prompt|environment|permissions?|(?:agent|session) (?:listing|context|change)|remote session"
    r"|\bdate\b|^tools$|skills?|memory|instructions|^meta$"
)
_HOOK_ALONE = re.compile(r"[\w:.*|-]{0,80}|\w+: .*\((?:\d+|\?) ms\)")
"""A hook ran, and said nothing."""
_NOTICE = re.compile(r"\s*<(task-notification)>(.*)</\1>\s*", re.DOTALL)
_PART = re.compile(r"<(summary|status|result)>(.*?)</\1>", re.DOTALL)


def attached(event: Attachment, told: Told) -> Iterator[AnyBlock]:
    """In one line what fits there; of what the log holds elsewhere its length."""
    text = event.text.strip()
    kind = event.kind.replace("_", " ")
    if not told.full and is_quiet(kind, text):
        told.left_out[_called(kind)] += 1
    elif not told.full and (notice := _NOTICE.fullmatch(text)) is not None:
        yield from _noticed(event.kind, notice[2])
    elif "\n" in text or len(text) > LINE:
        yield Note(text=event.kind, tone="plain")
        yield from code(event.text)
    else:
        size = "" if len(event.text) >= event.size else many(event.size, "character")
        yield Note(text=": ".join(filter(None, (event.kind, text or size))), tone="plain")


def is_quiet(kind: str, text: str) -> bool:
    """Whether only the agent was told, and not by a person."""
    if kind == "hook":
        return _HOOK_ALONE.fullmatch(text) is not None
    return _QUIET.search(kind) is not None


def _called(kind: str) -> str:
    """As it is counted: `hook that said nothing`."""
    return "hook that said nothing" if kind == "hook" else "permissions note" if kind == "permissions" else kind


def _noticed(kind: str, inside: str) -> Iterator[AnyBlock]:
    """What happened, and what came of it: the rest tells the agent what to do."""
    parts = {name: text.strip() for name, text in _PART.findall(inside)}
    result = parts.pop("result", "")
    words = " · ".join(filter(None, (parts.get("summary"), parts.get("status"))))
    yield Note(text=": ".join(filter(None, (kind, words))), tone="plain")
    if result:
        yield Prose(text=result, is_marked=True)


def left_out(told: Told) -> Iterator[AnyBlock]:
    """What this detail does not tell."""
    counted = ", ".join(f"{one} ({number})" for one, number in sorted(told.left_out.items()) if number)
    if counted:
        yield Note(text=f"left out: {counted}", tone="plain", hint="--detail full tells all of it")
