"""What stands in a shared file where scripts are off: the session's figures, its prompts, what it made, what was masked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import cast

import msgspec

from agent_trace.model.events import ToolCall
from agent_trace.model.facts import Facts
from agent_trace.render.blocks import AnyBlock, Entry, Field, Fields, Heading, Note, Outline, Prose, Timeline, field
from agent_trace.render.numbers import clip, count
from agent_trace.reports import replay_document
from agent_trace.reports._family import node
from agent_trace.reports._note_entries import section
from agent_trace.reports._outcome import Produced
from agent_trace.reports._outcome_tables import tables, verdict
from agent_trace.reports._replay_document import Head, Moment, ReplayDocument
from agent_trace.reports._stating import price_of, sentence_of
from agent_trace.reports._words import as_words, many, rule_words

CALL = str(ToolCall.__struct_config__.tag)
MOST = 40
"""Failures and findings that are listed."""
WHO = {"home": "home folder", "user": "account name", "host": "machine name", "email": "e-mail address"}
"""Kinds of what is masked, where their own words do not say it."""
_WRAPPING = re.compile(r"^\s*<[a-z_]+>|</[a-z_]+>\s*$")
"""Tags that an agent's program puts around a whole text."""


class Passage(msgspec.Struct, frozen=True, kw_only=True):
    """What the file was let through."""

    tier: int
    redacted: bool
    masked: dict[str, int]
    """Kind → how many different values were masked."""
    said: str
    """The same as a sentence."""
    holds: str = ""
    """What such a file tells, in words."""
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
        self.steps = 0
        """Failed steps, counted as `failed_steps` of the session."""
        self.others = 0
        """Errors that no step caused: a model that could not be asked."""
        self.first: list[Entry] = []
        """The first of both: each with the number of its row, what was tried and what came back."""
        self._tried: dict[str, str] = {}
        """What was called and has not come back yet."""

    def hear(self, moments: Iterable[Moment]) -> None:
        """The next events."""
        for one in moments:
            if one.kind == CALL:
                self._tried[one.number] = one.title or as_words(one.text)
                continue
            tried = self._tried.pop(one.pair, None) if one.pair is not None else None
            if one.went_wrong or one.kind == "error":
                self.any = True
                self._failed(one, one.title if tried is None else tried)

    def _failed(self, one: Moment, tried: str) -> None:
        if one.inherited:
            return
        if one.kind == "error":
            self.others += 1
        else:
            self.steps += 1
        if len(self.first) < MOST:
            number, label = one.pair or one.number, one.tool or one.kind
            tried = clip(" ".join(tried.split()), 200)
            self.first.append(
                Entry(number=number, when="", mark="", label=label, text=tried, body=_said(one), tone="bad")
            )


def _said(one: Moment) -> str:
    """The line that says what was wrong, else how it begins."""
    return one.telling or clip(" ".join(_WRAPPING.sub("", one.tail or one.text).split()), 200)


def summary(shared: Shared, failures: Failures, facts: Facts, *, has_viewer: bool) -> Iterator[AnyBlock]:
    """The page without scripts."""
    document = shared.documents[0]
    yield from replay_document.layout(document, replay_document.Options(), facts)
    yield Fields(items=tuple(_passed(shared)))
    if not has_viewer:
        yield Note(
            text="this copy of agent-trace was built without the viewer: the whole session lies in this file as data",
            hint="a copy with the viewer makes of the same command a page to click through",
        )
    if document.head is not None:
        yield from section(document.head.annotations, facts)
        yield from _told(document.head, failures)


def _passed(shared: Shared) -> Iterator[Field]:
    """What the file holds, and what was taken out of it."""
    own, *others = (one.total for one in shared.documents)
    beside = f"and {many(sum(others), 'event')} of {many(len(others), 'sub-agent')}" if others else ""
    passage = shared.passage
    yield field("in this file", f"{passage.holds}: {many(own, 'event')}", beside)
    masked = ", ".join(
        f"{count(number)} × {WHO.get(kind, rule_words(kind).lower())}" for kind, number in passage.masked.items()
    )
    if passage.redacted:
        yield field("masked in it", masked or "nothing had to be masked")
    else:
        yield field("masked in it", "nothing was masked: look at it before you hand it to anybody")


def _told(head: Head, failures: Failures) -> Iterator[AnyBlock]:
    if failures.any:
        yield Heading(text="What failed", level=2)
        yield from _events(failures, head)
    if head.outcome is not None:
        made = _in_rows(head, head.outcome)
        yield Heading(text="What it made", level=2)
        yield verdict(made, whole=True)
        yield from cast(Iterator[AnyBlock], tables(made))
        if any(one.lines_added is None for one in made.commits):
            yield Prose(text="? of a commit: git did not print it, as where a commit is made quietly", tone="dim")
    if head.findings:
        yield Heading(text="What was spent for nothing", level=2)
        for found in head.findings[:MOST]:
            yield Prose(text=f"{rule_words(found.rule)}{price_of(found)}", tone="strong")
            yield Prose(text=sentence_of(found))
            yield Prose(text=found.fix, tone="dim")
    if head.children:
        yield Heading(text=many(len(head.children), "sub-agent"), level=2)
        yield Outline(nodes=tuple(node(one, head.children) for one in head.children if one.parent == head.session.id))


def _in_rows(head: Head, made: Produced) -> Produced:
    """The commits of the session itself with the numbers of the rows that a viewer shows them in."""
    own, rows = head.session.id, head.rows
    commits = (
        msgspec.structs.replace(one, event=int(rows.get(str(one.event), one.event))) if one.session == own else one
        for one in made.commits
    )
    return msgspec.structs.replace(made, commits=tuple(commits))


def _events(failures: Failures, head: Head) -> Iterator[AnyBlock]:
    """How much went wrong, and each failure with the call that it came from."""
    inside = replay_document.failed_inside(head)
    parts = [many(failures.steps, "failed step")]
    if inside != 0:
        parts.append(f"{count(inside)} more in sub-agents")
    if failures.others:
        parts.append(f"{many(failures.others, 'error')} that no step caused")
    listed = len(failures.first)
    if listed < failures.steps + failures.others:
        parts.append(f"the first {listed} are listed")
    yield Prose(text=", ".join(parts), tone="strong")
    yield Timeline(entries=tuple(failures.first))
