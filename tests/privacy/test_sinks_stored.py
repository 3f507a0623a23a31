"""Every text of every agent's log, and what of it is in our files at each tier: what is withheld is in none."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from agent_trace.app.workspace import Workspace
from tests.privacy.planted import GARDENS, Home, planted
from tests.privacy.sinks import Keeps, may_be_stored, shown, stored
from tests.sync.tables import workspace

AGENTS = sorted(GARDENS)


class Looked(NamedTuple):
    """Planted logs, where their canaries may be, and where they are."""

    home: Home
    keeps: Keeps
    held: dict[int, dict[str, set[str]]]
    """Tier → number of a canary → our files that hold it."""
    said: dict[int, list[str]]


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> Looked:
    home = planted(tmp_path_factory.mktemp("planted"))
    held, said = {}, {}
    keeps: Keeps = {}
    for tier in (3, 2, 1):
        said[tier] = []
        opened = opened_at(home, tier, said[tier])
        opened.sync()
        opened.sync_text()
        keeps = shown(opened) if tier == 3 else keeps
        opened.close()
        held[tier] = stored(home.folder / f"tier{tier}")
    return Looked(home, keeps, held, said)


def opened_at(home: Home, tier: int, said: list[str]) -> Workspace:
    return workspace(home.folder, f"tier{tier}", said, AGENT_TRACE_TIER=str(tier), **home.environment)


def places(looked: Looked, agent: str, numbers: set[str], tier: int) -> list[str]:
    """Where these canaries were put, and in which files they are: what a failing test shows."""
    planter = looked.home.planters[agent]
    return sorted(
        f"{planter.places[one]} in {sorted(looked.held[tier].get(one, ()))}" for one in numbers & planter.places.keys()
    )


def test_every_agent_is_planted(looked: Looked) -> None:
    from agent_trace import registry

    assert AGENTS == sorted(registry.names("agents"))
    counts = {name: len(planter.places) for name, planter in looked.home.planters.items()}
    print(counts)
    assert sum(counts.values()) == len({one for planter in looked.home.planters.values() for one in planter.places})


@pytest.mark.parametrize("agent", AGENTS)
def test_what_tier_2_keeps(looked: Looked, agent: str) -> None:
    """Paths, commands, diffs, prompts: all of them, and nothing else."""
    own = looked.home.planters[agent].places.keys()
    there = {one for one in looked.held[2] if one in own}
    may = may_be_stored(looked.keeps, 2) | looked.home.paths
    assert places(looked, agent, there - may, 2) == []
    assert places(looked, agent, (may & own) - looked.home.paths - there, 2) == []


@pytest.mark.parametrize("agent", AGENTS)
def test_what_tier_1_keeps(looked: Looked, agent: str) -> None:
    """Ids, models and names of tools; paths of logs in a file of their own."""
    own = looked.home.planters[agent].places.keys()
    there = {one for one, files in looked.held[1].items() if one in own and files != {"sources.db"}}
    assert places(looked, agent, there - may_be_stored(looked.keeps, 1), 1) == []
