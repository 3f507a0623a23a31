"""The door that a session leaves through: secrets are masked in whole texts, then the tier is taken, then texts are cut.

A Door that is open lets everything pass untouched. Every other one counts what it masked, by kind; a value that stands in
many places, or is read twice, counts once, and is never told.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, get_args, get_type_hints

import msgspec

from agent_trace.errors import UsageError
from agent_trace.model.events import Event, FileRead, FileWrite, Linked, kind_of
from agent_trace.model.summary import Summary
from agent_trace.privacy.tiers import Tier, tiered, tiered_annotation, tiered_record, tiered_summary, withheld

if TYPE_CHECKING:
    from agent_trace.analysis.outcome import Outcome
    from agent_trace.config import Config
    from agent_trace.model.annotations import Annotation
    from agent_trace.privacy.masking import Masker
    from agent_trace.privacy.rules import Rule

Through = Callable[[Event], Event]
MaskerOf = Callable[["str | None"], "Masker"]
"""The masker for what was done in a folder: a repository may add rules of its own."""
Value = TypeVar("Value")
replace = msgspec.structs.replace

IDS = frozenset({"id", "session", "parent", "twin", "call", "response", "child", "starter"})
"""Fields of events that are ids, and stay ids."""
SIZED = ("text", "input", "output")
"""What the size of an event is that of."""
LONG_TITLE = 100
"""From so many characters on a title may have been cut."""
PLACES = ("title", "cwd", "repo", "branch", "labels")
"""What a summary says in words."""
PASSES: Mapping[Tier, str] = {
    1: "figures alone",
    2: "paths, commands and diffs, but no prompts, titles, answers or output",
    3: "everything",
}
"""What each tier lets pass."""
NO_ID = "?"
SHORT, MANY = 300, 10_000
"""Texts of at most so many characters are remembered, so many of them."""
_NO_NAME = re.compile(r"[\"'`<>{}=\\]")
"""Signs that no id of a session has."""
_PATH = re.compile(r"(?:^|[\s'\"=(:])(?:~?/|[A-Za-z]:[\\/]|\\\\)")


def door(
    config: Config,
    *,
    leaves: bool,
    tier: Tier | None = None,
    redact: bool | None = None,
    mask: bool = False,
    patterns: Sequence[str] = (),
    more: Sequence[Rule] = (),
) -> Door:
    """The door that was asked for; `leaves`: by default what passes is masked and of the tier for what leaves.

    `mask`: what tells of persons too · `patterns`: further texts to mask · `more`: rules for who shared it. Raises UsageError.
    """
    if redact is False and (mask or patterns):
        raise UsageError("--no-redact masks nothing", hint="leave out --mask and --redact-pattern, or --no-redact")
    tier = tier or (config.leaving_tier if leaves else 3)
    if not (redact or mask or patterns or (leaves and redact is None)):
        return Door(tier, stored=config.tier)
    return Door(tier, masker_of(config, patterns=patterns, mask=mask, more=more), stored=config.tier)


def masker_of(
    config: Config, *, patterns: Sequence[str] = (), mask: bool = False, more: Sequence[Rule] = ()
) -> MaskerOf:
    """Folder → the masker for what was done there; `mask`: what tells of persons too. Raises UsageError."""
    from agent_trace.app.redaction import masker
    from agent_trace.privacy.rules import PII_KINDS

    pii = PII_KINDS if mask else (*config.pii, "email") if more else None
    whole = masker(config, patterns=patterns, pii=pii, more=more)  # what is wrong with a rule is said at once
    return cache(lambda cwd: whole if cwd is None else masker(config, cwd=cwd, patterns=patterns, pii=pii, more=more))


class Place(NamedTuple):
    """Where something was masked: never what."""

    kind: str
    session: str
    """Empty: in what is told of the session as a whole."""
    event: str
    what: str
    """The kind of event."""


class _Looked(NamedTuple):
    """A text that was looked at."""

    kinds: tuple[str, ...]
    """Of what was masked in it."""
    masked: str
    values: tuple[tuple[str, int], ...] = ()
    """Each kind with what tells one value from another."""


class Door:
    """What may pass, and a count of what was masked on the way."""

    def __init__(self, tier: Tier = 3, masker: MaskerOf | None = None, *, stored: Tier = 3) -> None:
        self.tier: Tier = tier
        self.stored: Tier = stored
        """What can pass at most: no more is stored here."""
        self._masker = masker
        self._masked: dict[str, set[int]] = {}
        self._part: dict[str, set[int]] = {}
        self.places: dict[Place, None] | None = None
        """Where something was masked, for whoever asks beforehand."""
        self._at = ("", "", "")
        self._known: dict[tuple[str, str, str | None], _Looked] = {}
        self._stand_ins: dict[tuple[str, str], str] = {}

    @property
    def is_open(self) -> bool:
        """Everything passes as it is."""
        return self.tier == 3 and self._masker is None

    @property
    def redacts(self) -> bool:
        return self._masker is not None

    @property
    def masked(self) -> dict[str, int]:
        """How many different values were masked, by kind, the most frequent first."""
        return _counted(self._masked)

    def begin_part(self) -> None:
        """From here on `said_of_part` tells of what is handed on as one file among others."""
        self._part = {}

    @property
    def holds(self) -> str:
        """What can have passed, in words."""
        return PASSES[min(self.tier, self.stored)]

    @property
    def said(self) -> str:
        """What it let pass and what it masked, for people: never a value."""
        return self._said(self.masked)

    @property
    def said_of_part(self) -> str:
        """The same of what passed since its part began."""
        return self._said(_counted(self._part))

    def _said(self, masked: Mapping[str, int]) -> str:
        of = f" of what is stored (tier {self.stored})" if self.stored < self.tier else ""
        passes = f"tier {self.tier}{of}: {PASSES[self.tier]}"
        if not self.redacts:
            return f"{passes}; nothing was masked"
        counts = ", ".join(f"{count} {kind}" for kind, count in masked.items())
        return f"{passes}; masked: {counts or 'nothing was found'}"

    # ---- texts

    def text(self, text: str, name: str = "", *, cwd: str | None = None) -> str:
        """A whole text without its secrets; `name` is the key whose value it is."""
        if self._masker is None or not text:
            return text
        known = self._short(self._masker, text, name, cwd) if len(text) <= SHORT else None
        kinds, masked, values = known or self._looked_at(self._masker, text, name, cwd)
        self._count(values)
        if self.places is not None:
            self.places.update(dict.fromkeys(Place(kind, *self._at) for kind in kinds))
        return masked

    def _count(self, values: Iterable[tuple[str, int]]) -> None:
        for kind, value in values:
            self._masked.setdefault(kind, set()).add(value)
            self._part.setdefault(kind, set()).add(value)

    def again(self, text: str, *, cwd: str | None = None) -> str:
        """A word that stands in an event too, where it is counted."""
        places, self.places = self.places, None
        told = self.text(text, cwd=cwd)
        self.places = places
        return told

    def _short(self, masker: MaskerOf, text: str, name: str, cwd: str | None) -> _Looked:
        """Names and paths come again and again: they are looked at once."""
        known = self._known.get((text, name, cwd))
        if known is None:
            if len(self._known) >= MANY:
                self._known.clear()
            known = self._known[text, name, cwd] = self._looked_at(masker, text, name, cwd)
        return known

    def _looked_at(self, masker: MaskerOf, text: str, name: str, cwd: str | None) -> _Looked:
        found, masked = masker(cwd).masked(text, name)
        values = tuple((one.kind, hash(text[one.start : one.end])) for one in found)
        return _Looked(tuple(dict.fromkeys(one.kind for one in found)), masked, values)

    def line(self, line: bytes, *, cwd: str | None = None) -> bytes:
        """A record of a log; below tier 3 none is given away."""
        if self.tier != 3:
            return withheld(self.tier).encode()
        if self._masker is None:
            return line
        self._count((place.kind, hash((line, place))) for place in self._masker(cwd).places(line))
        return self._masker(cwd).line(line)

    # ---- events and rows

    def event(self, event: Event, *, cwd: str | None = None) -> Event:
        """An event as it may leave: masked whole, then with what the tier keeps."""
        return self.kept(self.masked_event(event, cwd=cwd))

    def kept(self, event: Event) -> Event:
        """An event with what the tier keeps."""
        return tiered(event, self.tier, leaving=True)

    def masked_event(self, event: Event, *, cwd: str | None = None) -> Event:
        """An event without secrets; the same event where it holds none."""
        if self._masker is None:
            return event
        self._at = (event.session, event.id, kind_of(event))
        changes = {
            name: found
            for name in _texts_of(type(event))
            if (found := self._words(getattr(event, name), cwd)) != getattr(event, name)
        }
        if isinstance(event, Linked) and "other" not in changes and _NO_NAME.search(event.other):
            changes["other"] = NO_ID  # the last part of a path that is none: half of something
        self._at = ("", "", "")
        return replace(event, **changes, **_size(event, changes)) if changes else event

    def events(self, cwd: str | None, clip: int | None) -> Through | None:
        """What every event of a session goes through; None where that is nothing. Texts come whole and are cut here."""
        if self.is_open:
            return None
        return lambda event: cut(self._told_apart(event, self.event(event, cwd=cwd)), clip)

    def _told_apart(self, event: Event, found: Event) -> Event:
        """At tier 1 a report still counts files: their paths are withheld, but not all alike."""
        if self.tier == 1 and isinstance(event, FileRead | FileWrite) and event.path:
            return replace(found, path=self.stand_in("path", event.path))
        return found

    def stand_in(self, name: str, value: str) -> str:
        """What stands where a value of tier 2 was: the same for equal ones, and another for another."""
        found = self._stand_ins.get((name, value))
        if found is None:
            number = sum(known == name for known, _ in self._stand_ins) + 1
            found = withheld(self.tier) if number == 1 else f"{withheld(self.tier)} {number}"
            self._stand_ins[name, value] = found
        return found

    def outcome(self, found: Outcome, *, cwd: str | None = None) -> Outcome:
        """What a session produced as it may leave."""
        from agent_trace.analysis.digest import rewritten

        if self._masker is not None:
            found = rewritten(found, lambda text, name: self.text(text, name, cwd=cwd))
        told = tiered_record(found, self.tier, leaving=True)
        return told if self.tier > 1 else self._without_paths(told, found)

    def _without_paths(self, told: Outcome, found: Outcome) -> Outcome:
        """As many files as there were, and the same ones the same."""
        undone = tuple(
            replace(one, paths=self._renamed(known.paths)) for one, known in zip(told.undone, found.undone, strict=True)
        )
        return replace(told, files=self._renamed(found.files), undone=undone)

    def _renamed(self, paths: Iterable[str]) -> tuple[str, ...]:
        return tuple(self.stand_in("path", path) for path in paths)

    def annotation(self, one: Annotation, *, cwd: str | None = None) -> Annotation:
        """What a person noted as it may leave."""
        words = {name: self.text(getattr(one, name), name, cwd=cwd) for name in ("note", "label", "author")}
        return tiered_annotation(replace(one, **words), self.tier)

    def summary(self, summary: Summary) -> Summary:
        """A row of a list as it may leave."""
        if self._masker is not None:
            words = {name: self._words(getattr(summary, name), summary.cwd) for name in PLACES}
            words["title"] = self._cut_title(summary.title, summary.cwd)
            summary = replace(summary, **words)
        return tiered_summary(summary, self.tier, leaving=True)

    def _cut_title(self, title: str | None, cwd: str | None) -> str | None:
        """A title without secrets. A long one was cut where it is stored, and half a secret looks like none: it goes too."""
        if title is not None and len(title) >= LONG_TITLE:
            title = f"{title.rpartition(' ')[0]} …"
        return None if title is None else self.text(title, cwd=cwd)

    def summaries(self, found: Iterable[Summary]) -> tuple[Summary, ...]:
        return tuple(map(self.summary, found))

    def _words(self, value: Any, cwd: str | None) -> Any:
        if isinstance(value, tuple):
            return tuple(self.text(one, cwd=cwd) for one in value)
        return self.text(value, cwd=cwd) if isinstance(value, str) else value

    # ---- all else

    def path(self, text: str | None, *, cwd: str | None = None) -> str | None:
        """A path or a branch: of tier 2."""
        return None if self.tier == 1 or text is None else self.text(text, cwd=cwd)

    def title(self, text: str | None, *, cwd: str | None = None) -> str | None:
        """A title: what leaves holds it at tier 3 alone."""
        if self.tier != 3 or text is None or self._masker is None:
            return text if self.tier == 3 else None
        return self._cut_title(text, cwd)

    def record(self, value: Value, name: str = "") -> Value:
        """Facts of any shape: every text masked, and at tier 1 none that holds a path."""
        return value if self.is_open else self._record(value, name)

    def _record(self, value: Any, name: str) -> Any:
        if isinstance(value, str):
            return withheld(1) if self.tier == 1 and _PATH.search(value) else self.text(value, name)
        if isinstance(value, tuple):
            return tuple(self._record(one, name) for one in value)
        if isinstance(value, msgspec.Struct):
            named = getattr(value, "name", "")
            fields = value.__struct_fields__
            return replace(
                value,
                **{one: self._record(getattr(value, one), named if one == "value" else one) for one in fields},
            )
        return value


def _counted(masked: Mapping[str, set[int]]) -> dict[str, int]:
    """How many values of each kind, the most frequent first."""
    counts = Counter({kind: len(found) for kind, found in masked.items()})
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def _size(event: Event, changes: Mapping[str, Any]) -> dict[str, int]:
    """How long the text is that stands for the whole one."""
    name = next((one for one in SIZED if one in changes), "")
    return {"size": len(changes[name])} if name and hasattr(event, "size") else {}


def cut(event: Event, clip: int | None) -> Event:
    """An event with as much of each text as was asked for."""
    if clip is None:
        return event
    changes = {
        name: value[:clip]
        for name in _texts_of(type(event))
        if isinstance(value := getattr(event, name), str) and len(value) > clip
    }
    return replace(event, **changes) if changes else event


@cache
def _texts_of(kind: type[Event]) -> tuple[str, ...]:
    """The fields of a kind of event that hold free text: no ids, and no words that only we choose."""
    hints = get_type_hints(kind)
    return tuple(
        name for name in kind.__struct_fields__ if name not in IDS and str in (hints[name], *get_args(hints[name]))
    )
