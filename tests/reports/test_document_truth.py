"""The ReplayDocument of every other recorded run, held to what really happened in it and to what `show` says of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent_trace.reports import replay_document, show
from agent_trace.reports._replay_document import Moment, ReplayDocument
from tests import stories
from tests.reports.recorded import asked, sessions
from tests.reports.understood import BARE, CORPUS, HOMES, home_of

SERVERS = ("demo-", "demo__", "mcp_demo_", "demo_")
SILENT = ("claude/2.1.197/compact", "claude/2.1.197/fix", "claude/2.1.197/terminal")
"""Their version logs nothing of some calls: docs/agents/claude.md."""
AMOUNTS = ("calls", "tool_calls", "errors", "unpriced_calls", "usage", "cost_usd", "cost_basis", "recorded_usd")


def documents(run: str, home: Path) -> dict[str, ReplayDocument]:
    """Those of all sessions of a run; each prompt, file and sum in it is that of `show`."""
    with home_of(run, home) as workspace:
        found = {}
        for key in sessions(workspace):
            document = asked(workspace, replay_document, key)
            assert_shown(document, asked(workspace, show, key))
            found[key] = document
        return found


def assert_shown(document: ReplayDocument, shown: Any) -> None:
    head = document.head
    assert head is not None
    own = [row for row in head.prompts if not row.inherited and row.by != "parent"]
    assert [(row.text[:1000], *(getattr(row, name) for name in AMOUNTS)) for row in own] == [
        (row.text[:1000], *(getattr(row, name) for name in AMOUNTS)) for row in shown.prompt_list
    ]
    assert (head.files, head.by_model, head.children) == (shown.files, shown.by_model, shown.children)
    spent = [row.cost_usd for row in own if row.cost_usd is not None]
    assert sum(spent, Decimal(0)) <= (head.session.total.cost_usd or 0)
    calls = [one for one in document.events if one.kind == "tool_call" and not one.inherited]
    assert len({one.number for one in calls}) >= (head.session.own.tool_calls or 0)
    marks = Counter(mark.kind for mark in head.markers)
    assert marks["failed"] == sum(one.went_wrong for one in document.events)
    numbers = {one.number for one in document.events}
    places = [int(mark.event) for mark in head.markers]
    assert places == sorted(places)
    assert {mark.event for mark in head.markers} | {row.event for row in head.prompts} <= numbers
    calls_of = {one.number: one.pair for one in document.events if one.kind == "tool_result" and one.pair is not None}
    named = {mark.event for mark in head.markers} & set(calls_of)
    assert named <= set(head.rows)
    assert head.rows.items() <= calls_of.items()
    assert {one.child for one in document.events if one.child} <= {child.id for child in head.children}


def bare(tool: str | None) -> str:
    """A tool without the server that it is of."""
    name = tool or ""
    return next((name.removeprefix(one) for one in SERVERS if name.startswith(one)), name.rpartition("__")[2])


def called(events: Iterator[Moment]) -> Counter[str]:
    return Counter(bare(one.tool) for one in events)


def own(document: ReplayDocument) -> tuple[Moment, ...]:
    return tuple(one for one in document.events if not one.inherited)


def asked_for(found: dict[str, ReplayDocument]) -> list[str]:
    """What people asked, in all roots."""
    heads = [one.head for one in found.values() if one.head is not None and one.head.session.parent is None]
    return sorted(row.text for head in heads for row in head.prompts if not row.inherited and row.by != "parent")


@pytest.mark.parametrize("run", BARE)
def test_a_recorded_run(run: str, home: Path) -> None:
    truth = msgspec.json.decode((CORPUS / run / "truth.json").read_bytes())
    found = documents(run, home)
    if "sessions" not in truth:
        events = [one for document in found.values() for one in own(document)]
        assert sum(one.head.session.own.tool_calls or 0 for one in found.values() if one.head) == truth["tool_calls"]
        assert sum(one.kind == "tool_call" for one in events) >= truth["tool_calls"]  # a person's command calls too
        assert sum(one.failed for one in events) == truth["errors"]
        assert sum(one.went_wrong for one in events) == truth["failed_steps"]
        assert asked_for(found) == sorted(truth["prompts"])
        return
    for key, expected in truth["sessions"].items():
        family = [one for name, document in found.items() if name.startswith(key) for one in own(document)]
        assert called(one for one in family if one.kind == "tool_call") == Counter(
            map(bare, expected["tools"].values())
        )
        assert sum(one.failed for one in family) == len(expected["errors"])


@pytest.mark.parametrize("run", stories.RUNS)
def test_a_story(run: str, home: Path) -> None:
    truth = stories.truth(run)
    found = documents(run, home)
    events = [one for document in found.values() for one in own(document)]
    told = called(one for one in events if one.kind == "tool_call")
    assert told == Counter(bare(one["tool"]) for one in truth["calls"])
    failed = sum(bool(one["failed"]) for one in truth["calls"])
    assert sum(one.went_wrong for one in events) >= failed
    assert set(asked_for(found)) >= {one["prompt"] for one in truth["steps"] if not one["prompt"].startswith("/")}


@pytest.mark.parametrize("run", [one for one in HOMES if one.startswith("claude/")])
def test_what_a_run_came_to(run: str, home: Path) -> None:
    truth = msgspec.json.decode((CORPUS / run / "truth.json").read_bytes())
    found = documents(run, home)
    lines = [
        line for one in found.values() if one.head and one.head.session.parent is None for line in one.head.classes
    ]
    for name in ("input", "output", "cache_read", "cache_write_5m"):
        told, happened = sum(getattr(line.usage, name) or 0 for line in lines), truth["totals"]["usage"][name]
        assert told == happened or (told < happened and run in SILENT)
    costs = [line.cost_usd for line in lines]
    totals = [one.head.session.total.cost_usd for one in found.values() if one.head and not one.head.session.parent]
    assert sum(filter(None, costs), Decimal(0)) == sum(filter(None, totals), Decimal(0))
    compactions = truth["totals"]["by_role"].get("compaction", 0)
    marks = [mark for document in found.values() if document.head for mark in document.head.markers]
    assert sum(mark.kind == "compaction" for mark in marks) >= min(compactions, 1)
