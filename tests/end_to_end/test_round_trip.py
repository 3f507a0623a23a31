"""Sessions of every agent: read through the shell, exported, read back; with their log they count once, without it alike."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from agent_trace.app.exporting import chosen, leaving
from agent_trace.app.leaving import Door
from agent_trace.app.sessions import read_session
from agent_trace.app.trace_folder import put
from agent_trace.app.workspace import Workspace
from agent_trace.app.written import encode
from agent_trace.config import load_config
from agent_trace.model.selection import Selection
from agent_trace.reports import list as list_report
from agent_trace.store.sessions import by_key
from tests.agents.traces.folders import heard
from tests.exports.sessions import bare, folder_of
from tests.reports.small import NOW, ask

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
HOMES = sorted(path.relative_to(CORPUS).as_posix() for path in CORPUS.glob("*/*/*/home") if path.is_dir())
"""Recorded runs as their agents left them."""
SECONDHAND = "traces"


def opened(home: Path) -> Workspace:
    """A workspace over a home and the traces in it."""
    config = load_config({"AGENT_TRACE_HOME": str(home / ".agent-trace")})
    environment = {"HOME": str(home), "AGENT_TRACE_DIR": str(home / "traces"), "TZ": "UTC"}
    workspace = Workspace(config, environment=environment, now=NOW)
    workspace.sync()
    return workspace


@pytest.fixture(params=HOMES)
def run(request: pytest.FixtureRequest, home: Path) -> Path:
    """A home with what an agent left in it."""
    shutil.copytree(CORPUS / request.param, home, dirs_exist_ok=True)
    return home


def test_events_come_back(run: Path) -> None:
    workspace = opened(run)
    rows = chosen(workspace, (), Selection(), everything=True, alone=False)
    assert rows != []
    for row, one in zip(rows, leaving(workspace, rows, SECONDHAND, Door()), strict=True):
        events = bare(read_session(workspace, row, clip=None).events)
        again = bare(heard(folder_of(one.files), clip=None))
        added = [event for event in again[len(events) :] if not event.id.endswith((".title", ".place"))]
        assert (again[: len(events)], added) == (events, [])
    workspace.close()


def test_sums_are_the_same_with_and_without_the_log(run: Path) -> None:
    workspace = opened(run)
    rows = chosen(workspace, (), Selection(), everything=True, alone=False)
    before = ask(workspace, list_report)
    agents = {row.key: row.agent for row in rows}
    for one in leaving(workspace, rows, SECONDHAND, Door()):
        assert put(str(run / "traces"), one)
    workspace.sync()
    assert told(ask(workspace, list_report)) == told(before)
    assert {row.agent for key in agents for row in by_key(workspace.db, key)} == set(agents.values())
    workspace.close()
    for place in run.iterdir():
        if place.name != "traces":
            shutil.rmtree(place)
    workspace = opened(run)
    after = ask(workspace, list_report)
    workspace.close()
    assert told(after, without=("agent", "source_changed", "state")) == told(
        before, without=("agent", "source_changed", "state")
    )


def told(result: Any, without: tuple[str, ...] = ()) -> Any:
    """What a list says, without the times of rows that are no events, and what comes from no event at all.

    That there was no call at all a trace cannot tell: it says nothing there.
    """
    apart = {"started", "duration_s", "active_s", "unread_lines", "unlogged", "unlogged_recorded", "total", *without}
    rows = json.loads(encode(result))["sessions"]
    for row in rows:
        row.update({side: row[side] if row[side]["calls"] else None for side in ("own", "subagents")})
    return {row["id"]: {key: value for key, value in row.items() if key not in apart} for row in rows}
