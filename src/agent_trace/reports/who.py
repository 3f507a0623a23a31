"""Who made a commit: the session, the prompt that led to it, and what the session cost.

COMMIT is whatever git takes for one (a sha, `HEAD~2`, a tag; HEAD where nothing is named) in the repository here or in
`--repo`. A commit is known by its sha; after a rebase, a cherry-pick or an amendment by its changes, its subject and
the author's time; what was squashed into one by the message and the changes. Nothing is guessed: what no recorded
session is known to have made is `unknown`. Without a repository, a sha of four digits or more is looked up among all
that sessions made.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

import msgspec

from agent_trace.model.facts import Facts
from agent_trace.render.blocks import Block, Cell, Column, Field, Fields, Heading, Note, Prose, Table, cell, field
from agent_trace.render.numbers import clip, dollars
from agent_trace.reports._makers import CommitScope, MadeCommit, Maker

SCOPE = "commit"
ARGUMENT = "commit"
SHORT = 10
LINES = 2
"""Of a prompt that are shown."""
PROOFS = {
    "sha": "by its sha",
    "time": "by its subject and the time of the call",
    "patch": "rebased or picked since: the same changes",
    "copy": "rebased or picked since: the same subject and author's time",
    "amended": "amended since",
    "message": "squashed: the message names it",
    "content": "squashed: its changes are in it",
}


class Options(msgspec.Struct, frozen=True, kw_only=True):
    commit: Annotated[str, msgspec.Meta(description="A sha, HEAD~2, a tag …; HEAD where nothing is named.")] = ""
    repo: Annotated[str, msgspec.Meta(description="A folder of the repository, instead of the current one.")] = ""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    asked: str
    sha: str | None
    """Whole, where git or a session told it."""
    subject: str | None
    authored: datetime | None
    repository: str | None
    sessions: tuple[Maker, ...]
    """One of each prompt; none: no recorded session is known to have made it."""
    others: int
    """Commits that went into it and that no session is known to have made."""
    notes: tuple[str, ...] = ()


def compute(scope: CommitScope, options: Options, facts: Facts) -> Result:
    return Result(
        asked=scope.asked,
        sha=scope.sha,
        subject=scope.subject,
        authored=scope.authored,
        repository=scope.repository,
        sessions=scope.makers,
        others=scope.others,
        notes=scope.notes,
    )


# ---------------------------------------------------------------- layout


def layout(result: Result, options: Options, facts: Facts) -> Iterator[Block]:
    named = " ".join(word for word in ((result.sha or "")[:SHORT], result.subject or "") if word)
    yield Heading(text=clip(named or result.asked or "a commit", 100))
    if not result.sessions:
        yield Prose(text="unknown: no recorded session is known to have made it")
    for one in result.sessions:
        yield Fields(items=tuple(_maker(one, facts)))
        if len(one.commits) > 1:
            yield _commits(one, facts)
    if result.others:
        were = (
            "1 more commit went into it, which"
            if result.others == 1
            else f"{result.others} more commits went into it, which"
        )
        yield Note(text=f"{were} no recorded session is known to have made", tone="plain")
    for note in result.notes:
        yield Note(text=note)


def _maker(one: Maker, facts: Facts) -> Iterator[Field]:
    yield field("session", one.session, _when(one.started, facts))
    if one.parent is not None:
        yield field("sub-agent of", one.root)
    yield field("agent", one.agent)
    if one.title:
        yield field("title", clip(one.title, 100))
    if one.prompt is not None:
        number = "" if one.prompt.number is None else f"{one.prompt.number}: "
        yield field("prompt", number + _first(one.prompt.text), f"event {one.prompt.event}")
    else:
        yield field("prompt", "?", one.missing)
    first = one.commits[0]
    if len(one.commits) == 1:
        yield field("made", _when(first.at, facts) or "?", PROOFS[first.by])
    yield field("cost", dollars(one.cost_usd, unpriced=one.unpriced_calls), "of the whole session")
    yield field("replay", f"agent-trace replay {one.session} --since-event {first.event}")


def _first(text: str) -> str:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    more = " …" if len(lines) > LINES else ""
    return clip(" / ".join(lines[:LINES]), 200) + more


def _commits(one: Maker, facts: Facts) -> Table:
    columns = (
        Column(title="commit"),
        Column(title="event", align="right"),
        Column(title="subject", stretch=True),
        Column(title="made", weight=1),
        Column(title="proof", weight=2),
    )
    return Table(columns=columns, rows=tuple(_row(made, facts) for made in one.commits))


def _row(made: MadeCommit, facts: Facts) -> tuple[Cell, ...]:
    return (
        cell((made.sha or "?")[:SHORT]),
        cell(str(made.event)),
        cell(made.subject or "?"),
        cell(_when(made.at, facts)),
        cell(PROOFS[made.by]),
    )


def _when(at: datetime | None, facts: Facts) -> str:
    return "" if at is None else f"{at.astimezone(facts.zone):%Y-%m-%d %H:%M}"
