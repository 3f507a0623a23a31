"""What stands in a shared file where scripts are off: the session's figures, its prompts, what it made, what was masked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import cast

import msgspec

from agent_trace.model.events import ToolCall
from agent_trace.model.facts import Facts
from agent_trace.render.blocks import AnyBlock, Column, Heading, Note, Outline, Prose, Table, cell
from agent_trace.render.numbers import clip, count, dollars
from agent_trace.reports import replay_document
from agent_trace.reports._family import node
from agent_trace.reports._note_entries import section
from agent_trace.reports._outcome_tables import tables, verdict
from agent_trace.reports._replay_document import Head, Moment, ReplayDocument
from agent_trace.reports._words import many

CALL = str(ToolCall.__struct_config__.tag)
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


class Face(msgspec.Struct, frozen=True, kw_only=True):
    """How an agent is shown: as on the pages of the machine that the file was made on."""

    name: str
    title: str
    colour: int
    """One of eight, from 1."""
    mark: str
    """One or two letters that no other agent has."""


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """The data of a shared file."""

    format: str = "agent-trace-share"
    version: int = 1
    made_by: str
    """The version of agent-trace."""
    root: str
    """The session that is shown first."""
    documents: tuple[ReplayDocument, ...]
    """The session and all that it started: in the file each whole, while it is made without their events."""
    missing: dict[str, str]
    """Sub-agents that could not be read → why."""
    passage: Passage
    agents: tuple[Face, ...] = ()
    """Those of its sessions."""
    raw: Mapping[str, tuple[str, ...]] = {}
    """Session → the lines of its log, where they were asked for."""


class Failures:
    """What failed in a session, heard event by event in the order of its log."""

    def __init__(self) -> None:
        self.any = False
        """Something failed, perhaps in what was copied from another session."""
        self.count = 0
        self.first: list[tuple[str, str, str, str]] = []
        """Of the first of them the number, the tool, what was tried and what came back."""
        self._tried: dict[str, str] = {}
        """What was called and has not come back yet."""

    def hear(self, moments: Iterable[Moment]) -> None:
        """The next events."""
        for one in moments:
            if one.kind == CALL:
                self._tried[one.number] = one.title or one.text
                continue
            tried = self._tried.pop(one.pair, None) if one.pair is not None else None
            if one.went_wrong or one.kind == "error":
                self.any = True
                self._failed(one, one.title if tried is None else tried)

    def _failed(self, one: Moment, tried: str) -> None:
        if one.inherited:
            return
        self.count += 1
        if len(self.first) < MOST:
            said = " ".join((one.tail or one.text).split())
            self.first.append((f"#{one.number}", one.tool or one.kind, clip(tried, 200), clip(said, 200)))


def summary(shared: Shared, failures: Failures, facts: Facts, *, has_viewer: bool) -> Iterator[AnyBlock]:
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
        yield from _told(document.head, failures)


def _kinds(passage: Passage) -> str:
    if not passage.redacted:
        return "nothing was masked: look at it before you hand it to anybody"
    return ", ".join(f"{kind}: {number}" for kind, number in passage.masked.items()) or "nothing had to be masked"


def _told(head: Head, failures: Failures) -> Iterator[AnyBlock]:
    if failures.any:
        yield Heading(text="What failed", level=2)
        yield _events(failures)
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


def _events(failures: Failures) -> Table:
    """Each failure with the call that it came from."""
    more = f", the first {MOST}" if failures.count > MOST else ""
    return Table(
        title=f"{count(failures.count)} in all{more}",
        columns=(
            Column(title="event"),
            Column(title="tool"),
            Column(title="what was tried", stretch=True),
            Column(title="what came back", stretch=True),
        ),
        rows=tuple(tuple(map(cell, row)) for row in failures.first),
    )
