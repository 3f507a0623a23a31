"""Tiers of what is stored: figures never change, and what is withheld is in no file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent_trace.app.choosing import choose
from agent_trace.app.sessions import read_session
from agent_trace.errors import WithheldError
from agent_trace.model.events import AssistantText, ToolCall, ToolResult, UserPrompt
from tests.sync.program import run
from tests.sync.stories import chat, town
from tests.sync.tables import differences, dump, synced, workspace

UNPLACED = ("session", "tool", "usage", "unlogged")
"""Tables that name no log: each home has names of its own for them at tier 1."""
WORDS = ("title", "cwd", "branch", "repo")
PRODUCED = ("commits", "prs", "productive", "retries", "findings", "waste_usd")
"""What only commands and results tell: at tier 1 none are kept."""


def listed(home: Path, tier: int) -> list[dict[str, object]]:
    """What `list` says, but for words."""
    out, _ = run(home, "list", "--json", "--limit", "0", AGENT_TRACE_TIER=str(tier))
    rows = json.loads(out)
    sessions = [{key: value for key, value in one.items() if key not in WORDS} for one in rows["sessions"]]
    return [*sessions, rows["totals"]]


def counted(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """The same without what sessions produced."""
    return [{key: value for key, value in one.items() if key not in PRODUCED} for one in rows]


@pytest.mark.parametrize("steps", [(3, 2, 3), (3, 1, 3), (2, 1, 2), (1, 2, 3), (3, 2, 1)])
def test_figures_are_those_of_every_other_tier(home: Path, steps: tuple[int, ...]) -> None:
    town(home)
    expected = listed(home, 3)
    for tier in steps:
        run(home, "sync", AGENT_TRACE_TIER=str(tier))
        found = listed(home, tier)
        assert counted(found) == counted(expected)
        assert tier == 1 or found == expected
        assert tier > 1 or all(one[name] is None for one in found[:-1] for name in PRODUCED)


def test_a_home_that_was_never_higher_is_the_same(home: Path) -> None:
    town(home)
    for tier in ("1", "2"):
        lowered = dump(synced(home, AGENT_TRACE_TIER=tier), only=UNPLACED)
        fresh = dump(synced(home, f"fresh{tier}", AGENT_TRACE_TIER=tier), only=UNPLACED)
        assert differences(lowered, fresh) == []


def test_raising_the_tier_brings_everything_back(home: Path) -> None:
    town(home)
    before = dump(synced(home))
    synced(home, AGENT_TRACE_TIER="1")
    assert differences(before, dump(synced(home))) == []


def test_an_index_of_tier_1_keeps_figures_and_no_words(home: Path) -> None:
    town(home)
    synced(home)
    lowered = dump(synced(home, AGENT_TRACE_TIER="1"), only=["session", "doc", "call"])
    assert lowered["doc"] == []
    assert len(lowered["call"]) > 10
    opened = workspace(home, AGENT_TRACE_TIER="1")
    rows = opened.db.execute("SELECT title, cwd, branch FROM session").fetchall()
    paths = [path for (path,) in opened.db.execute("SELECT path FROM source")]
    real = [opened.db.paths.real(path) for path in paths]
    opened.close()
    assert set(rows) == {(None, None, None)}
    assert all(path.startswith("~") and "/" not in path for path in paths)
    assert all(path.startswith(str(home)) for path in real)
    assert list((home / ".agent-trace" / "archive").rglob("*.zst")) == []
    assert (home / ".agent-trace" / "sources.db").stat().st_mode & 0o777 == 0o600


def test_tier_2_reads_its_own_copy_and_not_the_log(home: Path) -> None:
    story = chat(1)
    path = story.write(home)
    synced(home, AGENT_TRACE_TIER="2")
    path.write_bytes(b"")  # nobody may look at it
    opened = workspace(home, AGENT_TRACE_TIER="2")
    session = read_session(opened, choose(opened, story.session))
    opened.close()
    kinds = {type(event) for event in session.events}
    assert {UserPrompt, AssistantText, ToolCall, ToolResult} <= kinds
    assert all(event.text == "withheld (tier 2)" for event in session.events if isinstance(event, AssistantText))
    assert all(event.output == "withheld (tier 2)" for event in session.events if isinstance(event, ToolResult))
    assert all("withheld" not in event.text for event in session.events if isinstance(event, UserPrompt))


def test_numbers_of_events_are_those_of_every_tier(home: Path) -> None:
    story = chat(1)
    story.write(home)
    numbered = {}
    for tier in ("3", "2"):
        synced(home, AGENT_TRACE_TIER=tier)
        opened = workspace(home, AGENT_TRACE_TIER=tier)
        session = read_session(opened, choose(opened, story.session))
        numbered[tier] = [(number, event.id) for number, event in session.numbered]
        opened.close()
    assert numbered["2"] == numbered["3"]


def test_tier_1_tells_nothing_of_what_was_said(home: Path) -> None:
    story = chat(1)
    story.write(home)
    opened = workspace(home, AGENT_TRACE_TIER="1")
    opened.sync()
    with pytest.raises(WithheldError, match=r"withheld \(tier 1\)"):
        read_session(opened, choose(opened, story.session))
    opened.close()
    _, said = run(home, "search", "anything", code=3, AGENT_TRACE_TIER="1")
    assert "withheld (tier 1)" in said
    out, _ = run(home, "show", story.session, AGENT_TRACE_TIER="1")
    assert "withheld (tier 1)" in out


def test_a_log_that_grows_at_tier_2_grows_there_too(home: Path) -> None:
    story = chat(1)
    story.write(home)
    synced(home, AGENT_TRACE_TIER="2")
    story.prompt("one more thing")
    story.write(home)
    index = synced(home, AGENT_TRACE_TIER="2")
    assert differences(dump(index), dump(synced(home, "fresh", AGENT_TRACE_TIER="2"))) == []
    out, _ = run(home, "search", "thing", AGENT_TRACE_TIER="2")
    assert "one more «thing»" in out


def test_what_an_archive_of_events_tells_outlives_index_and_log(home: Path) -> None:
    paths = town(home)
    synced(home, AGENT_TRACE_TIER="2")
    for path in paths:
        path.unlink()
    before = listed(home, 2)
    (home / ".agent-trace" / "data.db").unlink()
    assert listed(home, 2) == before
    assert len(before) > 10
