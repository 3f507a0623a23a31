"""What only the person gave: notes, labels, bookmarks, titles, stars. One fact each, in the form in which it is kept.

They name a session by its agent and id and an event by its id, so nothing that happens to a log moves them. The names of
the fields of an Annotation are those of agent-strace's `annotations.jsonl`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec

from agent_trace.model.selection import Name

Seconds = Annotated[float, msgspec.Meta(ge=0, le=253_402_300_799)]
"""Unix seconds of a moment that a calendar has."""


class Given(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """The root: what every fact has. The session stands before all words, so a torn line with words names its session."""

    annotation_id: str
    agent: str
    """The member's file name."""
    session_id: str
    author: str = ""
    created_at: Seconds = 0.0

    @property
    def name(self) -> Name:
        return Name(self.agent, self.session_id)


class Annotation(Given, frozen=True, kw_only=True, tag="annotation"):
    """A note, a label or a bookmark."""

    event_id: str = ""
    """Empty: it is about the session as a whole, and its label is one of the session's labels."""
    offset_seconds: float | None = None
    """Of the event, since the start of its session, as it was then."""
    label: str = ""
    note: str = ""
    bookmark: bool = False


class Renamed(Given, frozen=True, kw_only=True, tag="title"):
    """The person's own title of a session: it wins over every other."""

    title: str


class Starred(Given, frozen=True, kw_only=True, tag="star"):
    """The session is one of the person's favourites."""


class Hidden(Given, frozen=True, kw_only=True, tag="hidden"):
    """The session is left out of lists; it counts as before."""


AnyGiven = Annotation | Renamed | Starred | Hidden
WORDS = ("note", "label", "title", "author")
"""The fields that hold what a person wrote."""


class Annotations(msgspec.Struct, frozen=True):
    """All facts, found by session. Of facts that exclude each other the last one holds."""

    rows: tuple[AnyGiven, ...] = ()
    titles: Mapping[tuple[str, str], str] = {}
    labels: dict[Name, tuple[str, ...]] = {}
    """Each session's labels, sorted."""
    starred: frozenset[Name] = frozenset()
    hidden: frozenset[Name] = frozenset()
    notes: dict[Name, tuple[Annotation, ...]] = {}
    """All of a session and of its events, labels among them, in the order they were made."""


def gathered(rows: tuple[AnyGiven, ...]) -> Annotations:
    """Facts in the order they were made, by session."""
    titles: dict[tuple[str, str], str] = {}
    labels: dict[Name, set[str]] = {}
    notes: dict[Name, list[Annotation]] = {}
    for row in rows:
        if isinstance(row, Renamed):
            titles[row.name] = row.title
        elif isinstance(row, Annotation):
            notes.setdefault(row.name, []).append(row)
            if row.label and not row.event_id:
                labels.setdefault(row.name, set()).add(row.label)
    return Annotations(
        rows=rows,
        titles=titles,
        labels={name: tuple(sorted(found)) for name, found in labels.items()},
        starred=frozenset(row.name for row in rows if isinstance(row, Starred)),
        hidden=frozenset(row.name for row in rows if isinstance(row, Hidden)),
        notes={name: tuple(found) for name, found in notes.items()},
    )
