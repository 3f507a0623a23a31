"""Where a text stands in a session, as a viewer shows it: in whose row, and which sub-agents stand below which row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from agent_trace.reports._given import briefly, given, said, unescaped

_OWN_WORDS = frozenset({"shell", "read", "search", "fetch", "plan", "ask", "skill"})
"""Kinds of tools whose row says in its own words what the call is about: names of arguments are not in it."""

_WORD = re.compile("[a-z]+")
_ADDED = "entries nan"
"""Letters that a row shows and the text does not have: `3 entries`, and a number that was cut."""


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of a diff."""

    lines: tuple[str, ...] = ()


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """Of a Moment the words that can be looked for, and where they stand."""

    number: str
    title: str = ""
    text: str = ""
    tail: str = ""
    tool: str | None = None
    tool_kind: str | None = None
    hunks: tuple[Changed, ...] = ()
    kind: str
    pair: str | None = None
    child: str | None = None

    @property
    def row(self) -> int:
        """The event in whose row it is shown: a result stands with its call."""
        return int(self.pair if self.pair is not None and self.kind == "tool_result" else self.number)

    def hold(self, wanted: str) -> bool:
        """Whether a text in small letters stands in it."""
        beside = any(wanted in one.lower() for one in self._beside())
        return beside or (self._may_say(wanted) and any(wanted in one.lower() for one in self._said()))

    def _beside(self) -> Iterator[str]:
        """What stands beside its text."""
        yield from (self.title, self.tool or "")
        for hunk in self.hunks:
            yield from hunk.lines

    def _may_say(self, wanted: str) -> bool:
        """False where its text cannot show it, however it is read: reading is what takes long in a long session."""
        text = (self.text + self.tail).lower()
        return "\\u" in text or all(word in text or word in _ADDED for word in _WORD.findall(wanted))

    def _said(self) -> Iterator[str]:
        """Its text as its row shows it."""
        is_call = self.kind == "tool_call"
        found = given(self.text) if is_call or self.text.lstrip()[:1] in ("{", "[") else None
        if is_call and found is not None:
            names = not self.title or self.tool_kind not in _OWN_WORDS
            yield from said(found.value, names=names, depth=-1 if isinstance(found.value, dict) else 0)
            yield from (briefly(found.value) if names else "", unescaped(self.tail))
            return
        yield from (self.text, self.tail)
        if found is not None and not found.cut and not self.tail:
            yield from (*said(found.value, names=True), briefly(found.value))


class WordsOfBlock(msgspec.Struct, frozen=True, kw_only=True):
    """Of some events in a row their words."""

    moments: tuple[Words, ...]


class FoundIn(msgspec.Struct, frozen=True, kw_only=True):
    """Where a text stands in one session."""

    session: str
    rows: tuple[int, ...]
    """The events in whose rows it stands, in their order."""
    starts: dict[str, int]
    """The session of each sub-agent → the event in whose row its own are unfolded."""


def found_in(session: str, words: Iterable[Words], text: str) -> FoundIn:
    """A text in large or small letters, as it stands."""
    wanted = text.lower()
    rows: set[int] = set()
    starts: dict[str, int] = {}
    for one in words:
        if one.child is not None:
            starts.setdefault(one.child, one.row)
        if one.hold(wanted):
            rows.add(one.row)
    return FoundIn(session=session, rows=tuple(sorted(rows)), starts=starts)
