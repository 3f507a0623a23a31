"""One reading in two forms: each is what a reading of its own gives, at once and piece by piece."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from agent_trace.app.choosing import choose
from agent_trace.app.reading_twice import Reading
from agent_trace.app.sessions import read_session
from agent_trace.model.ends import cut_to_ends
from agent_trace.store.sources import sources_of
from tests import stories
from tests.reports.recorded import FIX, run, sessions
from tests.reports.small import opened
from tests.reports.understood import BARE, HOMES, LATER, home_of

GROWN = ("claude/2.1.329/fix", "codex/0.169.0/fix", "gemini/0.61.0/fix", "qwen/0.15.10/fix", "pi/0.73.1/commits")
BEGUN = 12
"""Lines of a log that tell of a session."""


@pytest.mark.parametrize("name", [*HOMES, *BARE, *stories.RUNS[::5]])
def test_both_forms_are_those_of_a_reading_of_their_own(name: str, home: Path) -> None:
    with home_of(name, home) as workspace:
        for key in sessions(workspace):
            row = choose(workspace, key)
            found = Reading(row).whole(workspace)
            assert found.figures == read_session(workspace, row)
            assert found.told == read_session(workspace, row, clip=None, through=cut_to_ends)


@pytest.mark.parametrize("name", GROWN)
def test_a_log_that_grows_is_read_on(name: str, home: Path) -> None:
    with home_of(name, home) as workspace:
        key = max(sessions(workspace), key=lambda one: len(read_session(workspace, choose(workspace, one)).events))
        (source,) = sources_of(workspace.db, choose(workspace, key).id)
    shutil.rmtree(home / ".agent-trace")
    path = Path(source.path)
    lines = path.read_bytes().splitlines(keepends=True)
    for other in path.parent.glob("*.jsonl"):
        other.unlink()  # one that was copied from here would own what both hold, until this one is whole again
    path.write_bytes(b"".join(lines[:BEGUN]))
    with closing(opened(home, now=LATER)) as workspace:
        reading = Reading(choose(workspace, key))
        reading.whole(workspace)
        for place in range(BEGUN, len(lines) + 1, max(1, len(lines) // 12)):
            path.write_bytes(b"".join(lines[:place]))
            workspace.sync()
            assert reading.on(workspace) == Reading(choose(workspace, key)).whole(workspace)


def test_what_is_read_whole(home: Path) -> None:
    with run("2.1.329/fix", home) as workspace:
        row = choose(workspace, FIX)
        reading = Reading(row)
        assert reading.on(workspace) is None
        reading.whole(workspace)
        path = next(home.rglob(f"{FIX}.jsonl"))
        path.write_bytes(b"\n".join(path.read_bytes().split(b"\n")[7:]))
        workspace.sync()
        assert reading.on(workspace) is None
