"""What the context grew from, prompt by prompt, is on one scale with what filled it at the end: in all recorded homes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from agent_trace.analysis.context import UNLOGGED, Context, context
from agent_trace.analysis.context_growth import GONE, LESS, MORE, Grown, Stretch, grown
from agent_trace.app.scopes import Request, session_scope
from agent_trace.app.workspace import Workspace
from agent_trace.model.session import Session
from agent_trace.reports import context as context_report
from agent_trace.reports import replay_document
from agent_trace.reports._context import window_of
from tests.reports.recorded import asked, sessions
from tests.reports.understood import BARE, GOLDEN, HOMES, home_of

GEMINI = GOLDEN["gemini"]


@pytest.fixture
def together(home: Path) -> Iterator[Workspace]:
    """All recorded homes, as if they were one person's; of runs that are a database of their own one."""
    logs = [name for name in BARE if not name.startswith("opencode/")]
    with home_of("opencode/1.18.33/edits", home, *HOMES, *logs) as workspace:
        yield workspace


def stretched(session: Session) -> list[Stretch]:
    """Every event in one of them: what came before the first prompt, and each prompt."""
    return [Stretch(turn.events[0].number, turn.events[-1].number) for turn in session.turns]


def parts(told: Sequence[Grown]) -> Counter[str]:
    """What each part of the stretches adds up to; what cancels out left out."""
    found: Counter[str] = Counter()
    for one in told:
        for share in one.shares:
            found[{MORE: LESS}.get(share.what, share.what)] += share.tokens
    assert found.pop(LESS, 0) == 0
    return found


def wrong(session: Session, found: Context) -> Iterator[tuple[str, object]]:
    told = grown(session, found, stretched(session))
    for one in told:
        if sum(share.tokens for share in one.shares) != (one.after or 0) - (one.before or 0):
            yield "a stretch", one
        if any(share.tokens < 0 and share.what not in (LESS, GONE) for share in one.shares):
            yield "below 0", one
    if told and told[-1].after != (found.last.tokens if found.last else None):
        yield "the end", told[-1].after
    if not found.resets and parts(told) != Counter({share.what: share.tokens for share in found.shares}):
        yield "parts", (parts(told), found.shares)


def test_over_the_prompts_every_part_adds_up_to_what_it_is_at_the_end(together: Workspace) -> None:
    scopes = [
        session_scope(together, replay_document, replay_document.Options(), Request(session=key))
        for key in sessions(together)
    ]
    held = [(scope.whole(), context(scope.whole(), window_of(scope.book))) for scope in scopes]
    assert len([found for _, found in held if found.points and not found.resets]) >= 20
    assert len([found for _, found in held if found.points and found.resets]) > 2
    assert [(session.id, one) for session, found in held for one in wrong(session, found)] == []


def test_the_prompts_of_a_replay_tell_no_more_than_its_context(home: Path) -> None:
    with home_of(GEMINI[0], home) as workspace:
        head = asked(workspace, replay_document, GEMINI[1]).head
        last = head.context.points[-1].event
        told = asked(workspace, context_report, GEMINI[1], event=str(last))
    first, second, *_ = head.prompts
    end = {share.what: share.tokens for share in head.context.shares}
    given = {share.what: share.tokens for share in first.filled}
    assert first.context_before is None
    assert given[UNLOGGED] == end[UNLOGGED]
    said = "answers and tool calls"
    assert sum(share.tokens for row in head.prompts for share in row.filled if share.what == said) == end[said]
    assert UNLOGGED not in {share.what for share in second.filled}
    assert {share.what: share.tokens for share in told.shares} == end
