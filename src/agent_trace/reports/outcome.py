"""What a session produced: commits, pull requests, lines, tests, and whether that made it productive.

Counted from the session's own events, its sub-agents included, so that every machine says the same: the rules are those
of docs/numbers.md. A commit counts where git's own output shows that it was made, and stands as long as the session did
not take it back. Where its repository is at hand, git tells what became of each commit; `--refresh` asks `gh` and `glab`
for the state of the pull requests. Neither changes a count. `agent-trace outcome --since 30d` asks the same of many sessions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import msgspec

from agent_trace.model.facts import Facts
from agent_trace.model.summary import Summary
from agent_trace.render.blocks import Block, Fields, Heading, Note, field
from agent_trace.render.numbers import clip
from agent_trace.reports._amounts import money
from agent_trace.reports._outcome import Produced, produced
from agent_trace.reports._outcome_tables import tables, test_table, undone_table, verdict
from agent_trace.reports._scopes import SessionScope

SCOPE = "session"


class Options(msgspec.Struct, frozen=True, kw_only=True):
    refresh: Annotated[
        bool,
        msgspec.Meta(description="Ask gh and glab for the present state of the pull requests; nothing else asks them."),
    ] = False


class Result(msgspec.Struct, frozen=True, kw_only=True):
    session: Summary
    outcome: Produced | None
    """null: nothing is kept of it, or its events can be read no more."""
    chosen_by: str = ""
    missing: str = ""


def compute(scope: SessionScope, options: Options, facts: Facts) -> Result:
    found = produced(scope)
    return Result(
        session=scope.summary,
        outcome=found,
        chosen_by=scope.chosen_by,
        missing="" if found is not None else scope.unmade,
    )


def layout(result: Result, options: Options, facts: Facts) -> Iterator[Block]:
    session, one = result.session, result.outcome
    yield Heading(text=clip(session.title or session.id, 100))
    where = (session.repo or session.cwd or "?") + (f" on {session.branch}" if session.branch else "")
    yield Fields(
        items=(
            field("session", session.id, result.chosen_by),
            field("agent", session.agent, session.state),
            field("where", where),
            field("cost", money(session.total)),
        )
    )
    if one is None:
        yield Note(text=result.missing)
        return
    yield verdict(one, whole=True)
    yield from tables(one)
    if one.tests:
        yield test_table(one.tests)
    if one.undone:
        yield undone_table(one.undone, session.cwd)
