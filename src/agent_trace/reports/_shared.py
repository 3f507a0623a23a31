"""What stands in a shared file where scripts are off: the session's figures, its prompts, what it made, what was masked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import msgspec

from agent_trace.model.facts import Facts
from agent_trace.render.blocks import AnyBlock, Column, Heading, Note, Outline, Prose, Table, cell
from agent_trace.render.numbers import clip, count, dollars
from agent_trace.reports import replay_document
from agent_trace.reports._family import node
from agent_trace.reports._note_entries import section
from agent_trace.reports._outcome_tables import tables, verdict
from agent_trace.reports._replay_document import Head, ReplayDocument
from agent_trace.reports._words import many

MOST = 40
"""Failures and files that are listed."""


class Passage(msgspec.Struct, frozen=True, kw_only=True):
    """What the file was let through."""

    tier: int
    redacted: bool
    masked: dict[str, int]
    """Kind → how many different values were masked."""
    said: str
    """The same as a sentence."""
    images: bool = False
    raw: bool = False
    full: bool = False


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """The data of a shared file."""

    format: str = "agent-trace-share"
    version: int = 1
    made_by: str
    """The version of agent-trace."""
    root: str
    """The session that is shown first."""
    documents: tuple[ReplayDocument, ...]
    """The session and all that it started, each whole."""
    missing: dict[str, str]
    """Sub-agents that could not be read → why."""
    passage: Passage
    raw: Mapping[str, tuple[str, ...]] = {}
    """Session → the lines of its log, where they were asked for."""


def summary(shared: Shared, facts: Facts, *, has_viewer: bool) -> Iterator[AnyBlock]:
    """The page without scripts."""
    document = shared.documents[0]
    yield from replay_document.layout(document, replay_document.Options(), facts)
    yield Note(text=shared.passage.said, tone="plain", hint=_kinds(shared.passage))
    if not has_viewer:
        yield Note(
            text="this copy of agent-trace was built without the viewer: the whole session lies in this file as data",
            hint="a copy with the viewer makes of the same command a page to click through",
        )
    if document.head is not None:
        yield from section(document.head.annotations, facts)
        yield from _told(document, document.head)


def _kinds(passage: Passage) -> str:
    if not passage.redacted:
        return "nothing was masked: look at it before you hand it to anybody"
    return ", ".join(f"{kind}: {number}" for kind, number in passage.masked.items()) or "nothing had to be masked"


def _told(document: ReplayDocument, head: Head) -> Iterator[AnyBlock]:
    failures = [event for event in document.events if event.went_wrong or event.kind == "error"]
    if failures:
        yield Heading(text="What failed", level=2)
        yield _events(document, [event for event in failures if not event.inherited])
    if head.outcome is not None:
        yield Heading(text="What it made", level=2)
        yield verdict(head.outcome, whole=True)
        yield from cast(Iterator[AnyBlock], tables(head.outcome))
    if head.findings:
        yield Heading(text="What was spent for nothing", level=2)
        for found in head.findings[:MOST]:
            yield Prose(text=f"{found.rule} {dollars(found.usd)}: {found.summary} {found.label}".strip())
    if head.children:
        yield Heading(text=many(len(head.children), "sub-agent"), level=2)
        yield Outline(nodes=tuple(node(one, head.children) for one in head.children if one.parent == head.session.id))


def _events(document: ReplayDocument, failed: Sequence[Any]) -> Table:
    """Each failure with the call that it came from."""
    known = {event.number: event for event in document.events}
    rows = []
    for event in failed[:MOST]:
        call = known.get(event.pair or "")
        did = (call.title or call.text) if call is not None else event.title
        said = " ".join((event.tail or event.text).split())
        rows.append(
            (cell(f"#{event.number}"), cell(event.tool or event.kind), cell(clip(did, 200)), cell(clip(said, 200)))
        )
    more = f", the first {MOST}" if len(failed) > MOST else ""
    return Table(
        title=f"{count(len(failed))} in all{more}",
        columns=(
            Column(title="event"),
            Column(title="tool"),
            Column(title="what was tried", stretch=True),
            Column(title="what came back", stretch=True),
        ),
        rows=tuple(rows),
    )
