"""Every text of every agent's log, and what of it is in our files at each tier: what is withheld is in none."""

from __future__ import annotations

import pytest

from agent_trace import registry
from tests.privacy.planted import GARDENS
from tests.privacy.sinks import Looked, may_be_stored

AGENTS = sorted(GARDENS)


def places(looked: Looked, agent: str, numbers: set[str], tier: int) -> list[str]:
    """Where these canaries were put, and in which files they are: what a failing test shows."""
    planter = looked.home.planters[agent]
    return sorted(
        f"{planter.places[one]} in {sorted(looked.held[tier].get(one, ()))}" for one in numbers & planter.places.keys()
    )


def test_every_agent_is_planted(looked: Looked) -> None:
    assert sorted(registry.names("agents")) == AGENTS
    counts = {name: len(planter.places) for name, planter in looked.home.planters.items()}
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
