"""What a person noted, as lines of a timeline and fields of a head."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from agent_trace.model.facts import Facts
from agent_trace.model.summary import Summary
from agent_trace.render.blocks import AnyBlock, Entry, Field, Heading, Timeline, field
from agent_trace.reports._notes import Noted
from agent_trace.reports._telling import offset

NOTE, BOOKMARK, LABEL = "✎", "★", "#"


def entries(
    notes: Iterable[Noted], facts: Facts, *, depth: int = 0, ids: bool = False, session: str = ""
) -> Iterator[Entry]:
    """A line for each, with the note below it.

    `ids`: with what `annotate --delete` takes, and the event's place · `session`: whose notes need not say so.
    """
    for one in notes:
        number = one.event or "" if ids else ""
        yield Entry(
            number="gone" if one.missing else number,
            when=offset(one.offset_s) if ids and one.offset_s is not None else "",
            mark=BOOKMARK if one.bookmark else NOTE if one.note else LABEL,
            label=one.label or ("bookmark" if one.bookmark else "note"),
            text=" · ".join(filter(None, _beside(one, facts, ids=ids, session=session))),
            body=one.note,
            tone="accent",
            depth=depth,
        )


def _beside(one: Noted, facts: Facts, *, ids: bool, session: str) -> Iterator[str]:
    if ids:
        yield one.annotation_id
    if session and one.session_id != session:
        yield one.session_id.rpartition("/")[2]
    yield one.author
    if one.created_at is not None:
        yield f"{one.created_at.astimezone(facts.zone):%Y-%m-%d %H:%M}"


def section(notes: Sequence[Noted], facts: Facts) -> Iterator[AnyBlock]:
    """All of them under a heading; nothing where there are none."""
    if notes:
        yield Heading(text="Notes", level=2)
        yield Timeline(entries=tuple(entries(notes, facts, ids=True)))


def marks(one: Summary) -> Iterator[Field]:
    """A session's labels and marks, where it has any."""
    if one.labels:
        yield field("labels", ", ".join(one.labels))
    told = [name for name, holds in (("starred", one.starred), ("hidden", one.hidden)) if holds]
    if told:
        yield field("marks", ", ".join(told))
