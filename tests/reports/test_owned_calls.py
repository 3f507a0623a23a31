"""A model call counts in one session, whatever else holds it: figures made of events add up to those of the ledger."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from agent_trace.app.scopes import Request, session_scope
from agent_trace.app.workspace import Workspace
from agent_trace.model.events import FileRead, ToolCall, ToolResult
from agent_trace.model.session import Session
from agent_trace.reports import replay_document
from agent_trace.reports._prompts import stretches
from agent_trace.reports._understood import Understood
from agent_trace.store.sessions import by_key
from agent_trace.sync.counted import corrections, counted
from tests.reports.recorded import FIX, asked, run, sessions
from tests.reports.small import Call, opened, write_log
from tests.reports.understood import BARE, HOMES, home_of

OLD = "0002b020-d7ba-49ca-8a12-3609b579424d"
"""The story of another version: the scripted model gave both the same ids."""


@pytest.fixture
def together(home: Path) -> Iterator[Workspace]:
    """All recorded homes, as if they were one person's; of runs that are a database of their own one."""
    logs = [name for name in BARE if not name.startswith("opencode/")]
    with home_of("opencode/1.18.33/edits", home, *HOMES, *logs) as workspace:
        yield workspace


def added(figures: Iterable[Decimal | None]) -> Decimal:
    return sum((figure for figure in figures if figure is not None), Decimal(0))


def wrong(workspace: Workspace, key: str) -> Iterator[tuple[str, object, object]]:
    """What does not add up to the session's own figures."""
    scope = session_scope(workspace, replay_document, replay_document.Options(), Request(session=key))
    one, own, cost = Understood(scope), scope.summary.own, workspace.facts.cost
    prompts = list(stretches(one.session, scope, workspace.facts))
    phases = one.costs(cost).values()
    events = asked(workspace, replay_document, key, only="events").events
    spent = [event.running_cost_usd for event in events if event.running_cost_usd is not None]
    told = (
        ("prompts", added(row.cost_usd for row in prompts), own.cost_usd or Decimal(0)),
        ("their calls", sum(row.calls or 0 for row in prompts), own.calls or 0),
        ("phases", added(row.cost_usd for row in phases), own.cost_usd or Decimal(0)),
        ("calls", sum(call.counts for call in one.grounds.calls.values()), own.calls or 0),
        ("running cost", spent[-1] if spent else Decimal(0), own.cost_usd or Decimal(0)),
        ("waste beyond", (one.waste.usd or Decimal(0)) > (own.cost_usd or Decimal(0)), False),
    )
    return ((what, found, meant) for what, found, meant in told if found != meant)


def test_of_all_recorded_homes_together_every_session_adds_up(together: Workspace) -> None:
    keys = sessions(together)
    assert len(keys) > 30
    assert [(key, *one) for key in keys for one in wrong(together, key)] == []


def whole(workspace: Workspace, key: str) -> Session:
    found: Session = session_scope(workspace, replay_document, replay_document.Options(), Request(session=key)).whole()
    return found


def test_a_call_that_another_session_made_is_shown_as_copied_with_its_steps(home: Path) -> None:
    with home_of("claude/2.1.197/fix", home, "claude/2.1.329/fix") as workspace:
        found = {key: whole(workspace, key) for key in (OLD, FIX)}
    own = {call.call for call in found[OLD].own_calls}
    shared = {call.call for call in found[OLD].calls} - own
    assert shared
    assert own
    assert shared <= {call.call for call in found[FIX].own_calls} | {call.call for call in found[FIX].calls}
    steps = [step for step in found[OLD].steps if step.call.response in shared]
    assert {step.call.inherited and step.result is not None and step.result.inherited for step in steps} == {True}
    results = {step.result.id for step in steps if step.result is not None}
    files = [event for event in found[OLD].events if isinstance(event, FileRead) and event.parent in results]
    assert all(event.inherited for event in files)
    rest = [event for event in found[OLD].events if isinstance(event, ToolCall | ToolResult) and not event.inherited]
    assert all(event.response in own for event in rest if isinstance(event, ToolCall))


@pytest.mark.parametrize("name", ["2.1.329/fix", "2.1.197/compact"])
def test_where_nothing_is_shared_a_session_is_what_was_read(name: str, home: Path) -> None:
    with run(name, home) as workspace:
        for key in sessions(workspace):
            (row,) = by_key(workspace.db, key)[:1]
            session = whole(workspace, key)
            assert counted(workspace.db, row.id, session) is session


def test_two_requests_whose_answers_bear_one_name_are_two_calls(home: Path) -> None:
    """The message id is the same, the request id is not: each session has its own."""
    keys = ("11111111-0000-4000-8000-000000000000", "22222222-0000-4000-8000-000000000000")
    for number, key in enumerate(keys):
        path = write_log(home, key, "/work", [Call(f"2026-11-2{number}T08:00:00", output=100 + number)])
        path.write_text(path.read_text().replace(f"msg-{key[:8]}--0", "msg-same"))
    workspace = opened(home)
    for key in keys:
        assert list(wrong(workspace, key)) == []
        assert len(whole(workspace, key).own_calls) == 1
    workspace.close()


def test_of_a_call_that_is_told_twice_the_fuller_row_counts(home: Path) -> None:
    """The second log has the same request with more of its answer: it counts where it was first, as large as it was."""
    keys = ("11111111-0000-4000-8000-000000000000", "22222222-0000-4000-8000-000000000000")
    for number, key in enumerate(keys):
        path = write_log(home, key, "/work", [Call("2026-11-20T08:00:00", output=100 * (number + 1))])
        path.write_text(
            path.read_text().replace(f"msg-{key[:8]}--0", "msg-same").replace(f"req-{key[:8]}--0", "req-same")
        )
    workspace = opened(home)
    told = [sum(call.usage.output or 0 for call in whole(workspace, key).own_calls) for key in keys]
    assert sorted(told) == [0, 200]
    assert [one for key in keys for one in wrong(workspace, key)] == []
    row = by_key(workspace.db, keys[told.index(200)])[0]
    assert corrections(workspace.db, row.id, whole(workspace, row.key)).measured == {}
    workspace.close()


@pytest.mark.parametrize("seed", range(16))
def test_whatever_sessions_share_each_adds_up(seed: int, home: Path) -> None:
    """Any sessions whose logs bear some of the same calls, told more or less whole, with and without request ids."""
    chance = random.Random(seed)
    keys = [f"{str(number) * 8}-0000-4000-8000-000000000000" for number in range(1, chance.randint(2, 4) + 1)]
    for key in keys:
        calls = [
            Call(f"2026-11-2{chance.randint(0, 1)}T08:0{minute}:00", output=chance.choice((10, 20, 30)))
            for minute in range(chance.randint(1, 4))
        ]
        path = write_log(home, key, "/work", calls)
        rows = [json.loads(line) for line in path.read_text().splitlines()]
        for row in rows[1:]:
            message = row["message"]
            message["id"] = chance.choice(("msg-a", "msg-b", "msg-c", message["id"]))
            row["requestId"] = chance.choice((f"req-{message['id']}", None)) if seed % 2 else f"req-{message['id']}"
        path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    workspace = opened(home)
    assert [(key, *one) for key in keys for one in wrong(workspace, key)] == []
    workspace.close()
