"""Sub-agents with ids of their own: what was decided about a session holds for those that it starts later."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent_trace.app import workspace as rooms
from agent_trace.app.choosing import choose
from agent_trace.app.redacting import apply
from agent_trace.sync.members import Member
from tests.privacy.gone import OURS, SECRET, assert_nowhere, lose_index, opened, settings, sums, sync
from tests.privacy.sinks import holding
from tests.sync import magpie
from tests.sync.stories import put
from tests.sync.tables import differences


@pytest.fixture(autouse=True)
def magpies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "members", lambda: {"magpie": Member(magpie)})


def told(home: Path, session: str, starter: str = "", **more: object) -> Path:
    """A session that tells the secret."""
    row = {"magpie": f"session {session}", "text": f"it is {SECRET}", "output": 5, **more}
    row.update({"starter": starter} if starter else {})
    return put(home / ".magpie/nests/one" / f"{session}.json", json.dumps(row).encode())


def test_what_a_masked_session_starts_later_is_masked(home: Path) -> None:
    """Its children, and theirs, in whatever order they are found."""
    told(home, "root")
    with opened(home) as found:
        found.sync()
        apply(found, choose(found, "root"))
    told(home, "child", "root")
    sync(home)
    told(home, "grandchild", "child")
    sync(home)
    assert_nowhere(home, SECRET)
    told(home, "stranger")
    sync(home)
    assert "data.db" in holding(home / OURS, SECRET)


@pytest.mark.parametrize("tier", [2, 3])
def test_a_cost_record_counts_at_the_root_alone(home: Path, tier: int) -> None:
    """The sub-agent's log is read before that of its root."""
    paths = [told(home, "a-child", "root", total=50), told(home, "root", total=90)]
    sync(home, **settings(tier))
    figures = sums(home)
    assert [row[0] for row in figures["unlogged"]] == ["root"]
    for path in paths:
        path.unlink()
    lose_index(home)
    sync(home, **settings(tier))
    assert differences(figures, sums(home)) == []


def test_a_root_that_is_found_after_its_sub_agent(home: Path) -> None:
    told(home, "a-child", "root", total=50)
    sync(home)
    told(home, "root", total=90)
    sync(home)
    assert [row[0] for row in sums(home)["unlogged"]] == ["root"]
