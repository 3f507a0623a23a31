"""What a session did before its first prompt: with the prompts it is all that the session did."""

from __future__ import annotations

from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from agent_trace.app.workspace import Workspace
from agent_trace.reports import replay_document
from agent_trace.reports._replay_document import Head
from tests.reports.recorded import asked, drawn, sessions
from tests.reports.small import Call, opened, write_log
from tests.reports.understood import BARE, HOMES, home_of

SESSION = "aaaaaaaa-0000-4000-8000-000000000001"
COUNTED = ("calls", "tool_calls", "errors")


def head_of(workspace: Workspace, session: str) -> Head:
    found = asked(workspace, replay_document, session, only="head").head
    assert isinstance(found, Head)
    return found


def together(found: Head, name: str) -> Any:
    """Of all prompts, and of what was done before the first."""
    rows = [*found.prompts, *filter(None, [found.before])]
    return sum((value for row in rows if (value := getattr(row, name)) is not None), Decimal(0))


@pytest.mark.parametrize("name", [*HOMES, *BARE])
def test_the_prompts_and_what_was_before_them_are_the_session(name: str, home: Path) -> None:
    with home_of(name, home) as workspace:
        for session in sessions(workspace):
            found = head_of(workspace, session)
            own = found.session.own
            for counted in COUNTED:
                if getattr(own, counted) is not None:
                    assert together(found, counted) == getattr(own, counted)
            if own.cost_usd is not None:
                assert together(found, "cost_usd") == own.cost_usd
            failed = sum(row.failed_steps for row in found.prompts if not row.inherited)
            assert failed + (found.before.failed_steps if found.before else 0) == found.session.failed_steps


@pytest.fixture
def early(home: Path) -> Head:
    """A call of the model, one second before anybody asked for anything, and one after."""
    calls = [Call("2026-11-21T05:40:00"), Call("2026-11-21T05:40:01")]
    path = write_log(home, SESSION, "/home/you/shop", calls)
    prompt, *answers = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([answers[0], prompt, answers[1]]), encoding="utf-8")
    with closing(opened(home)) as workspace:
        lines = drawn(replay_document, asked(workspace, replay_document, SESSION), workspace)
        assert any("(before the first prompt)" in line for line in lines)
        return head_of(workspace, SESSION)


def test_a_call_before_the_first_prompt_is_told_apart(early: Head) -> None:
    assert early.before is not None
    assert (early.before.first_event, early.before.calls, early.before.tool_calls) == (1, 1, 0)
    assert early.before.last_event < early.prompts[0].first_event
    assert [row.calls for row in early.prompts] == [1]
    assert early.session.own.cost_usd == together(early, "cost_usd") > Decimal(0)


def test_nothing_is_told_where_nothing_was_done(home: Path) -> None:
    write_log(home, SESSION, "/home/you/shop", [Call("2026-11-21T05:40:00")])
    with closing(opened(home)) as workspace:
        assert head_of(workspace, SESSION).before is None
