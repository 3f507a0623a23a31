"""Calls that count in another session since their log was archived: at tier 2 too, the waste and the retries move with them."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from agent_trace.app.outcomes import look_at_quiet
from agent_trace.sync.figures import owned_in
from tests.sync.stories import Story, chat, put
from tests.sync.test_claims import at, figures


def told() -> tuple[Story, Story, Story]:
    """A conversation, a sub-agent of it that tries the same in vain, and a session of its own that made these calls."""
    root, child, maker = chat(1, 1), Story(1, agent="a1"), Story(2)
    child.prompt("make it")
    for _ in range(5):
        child.use("Bash", {"command": "make all"}, "Exit code 2\nmake: *** no rule", failed=True)
    maker.prompt("make it")
    for row in map(json.loads, child.lines[1:]):
        del row["agentId"]
        maker.rows.append({**row, "uuid": f"own-{row['uuid']}", "sessionId": maker.session, "isSidechain": False})
    return root, child.say("in vain"), maker


def looked_at(home: Path, tier: str, *stories: Story) -> dict[str, tuple[object, ...]]:
    """The figures of all sessions, when the logs of these have turned up."""
    for story in stories:
        put(home / ".claude" / story.path, story.data)
    workspace = at(home, AGENT_TRACE_TIER=tier)
    workspace.sync_text()
    look_at_quiet(workspace)
    found = figures(workspace)
    workspace.close()
    return found


@pytest.mark.parametrize("tier", ["2", "3"])
def test_waste_counts_once_wherever_the_calls_went(tier: str, home: Path) -> None:
    root, child, maker = told()
    before = looked_at(home, tier, root, child)
    assert before[f"{root.session}/agent-a1"][0] == 4
    after = looked_at(home, tier, maker)
    assert after[f"{root.session}/agent-a1"] == (0, 0, 0)
    assert after[maker.session] == (4, 1, Decimal("0.013612"))
    assert looked_at(home, tier) == after


def test_a_damaged_line_tells_of_no_calls() -> None:
    assert (owned_in(b"{").calls, owned_in(b"{").owned) == ([], [])
