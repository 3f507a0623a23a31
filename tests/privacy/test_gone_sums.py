"""Sums of every agent's logs are the same at each tier, and the same when the index is made anew from what was kept."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.agents.unverified import CORPUS
from tests.privacy.gone import OURS, lose_index, settings, sums, sync, together
from tests.privacy.planted import Home, planted
from tests.privacy.planting import Planter
from tests.sync.tables import Dump, differences, dump, workspace
from tests.sync.test_forks import forest, write

EDGES = (
    "notices",
    "people",
    "permissions",
    "results",
    "unknown-types",
    "side-chains",
    "progress",
    "advisor",
    "resumed",
)
"""Logs made by hand whose records have the same ids and say different things: no session is a copy of another."""


class Plain(Planter):
    """Leaves every log as it is."""

    def lines(self, data: bytes, where: str, *, torn: bool = True) -> bytes:
        return data

    def document(self, data: bytes, where: str) -> bytes:
        return data

    def prose(self, data: bytes, where: str, spared: str) -> bytes:
        return data

    def spares(self, text: str, key: str) -> bool:
        return True

    def _strange(self, where: str) -> dict[str, str]:
        return {}


@pytest.fixture
def corpus(home: Path) -> Home:
    """Logs of every agent as they are."""
    found = planted(home, Plain)
    for name in EDGES:
        for path in home.glob(f".claude/projects/*/{name}.jsonl"):
            path.unlink()
    for path in home.glob(".cursor/projects/*/agent-transcripts/c0ffee00-0001/c0ffee00-0001.jsonl"):
        path.unlink()  # its database tells the same calls, with other names of tools: the first that is read names them
    return found


def synced(home: Home, tier: int) -> Dump:
    environment = {**home.environment, **settings(tier)}
    opened = workspace(home.folder, OURS, None, **environment)
    opened.sync()
    opened.sync_text()
    opened.close()
    return sums(home.folder)


def test_each_tier_counts_the_same(corpus: Home) -> None:
    """Lowered step by step, and raised again."""
    figures = synced(corpus, 3)
    for tier in (2, 1, 3, 1, 2, 3):
        assert differences(figures, synced(corpus, tier)) == [], tier


@pytest.mark.parametrize("tier", [2, 3])
def test_sums_outlive_logs_and_index(corpus: Home, tier: int) -> None:
    """Made again from the archive alone: of records, or of events. Sessions, forks, sub-agents, costs beyond calls."""
    figures = synced(corpus, tier)
    texts = dump(corpus.folder / OURS / "data.db", root=corpus.folder, only=("doc", "unread"))
    lose_index(corpus.folder)
    for path in corpus.folder.iterdir():
        if path.name != OURS:
            shutil.rmtree(path)
    assert differences(figures, synced(corpus, tier)) == []
    after = dump(corpus.folder / OURS / "data.db", root=corpus.folder, only=("doc", "unread"))
    assert differences(texts, after) == []


def test_branches_come_together() -> None:
    """Where a tier keeps no branches, their sums are one."""
    rows = [("s", 1, "m", 0, 2, None), ("s", 1, "m", 0, 3, None), ("s", 2, "m", 0, None, 1)]
    assert together(rows) == [("s", 1, "m", 0, 5, None), ("s", 2, "m", 0, None, 1)]


# ---------------------------------------------------------------- forks, and traces of sessions that have logs


def kept_forest(home: Path, tier: int, mode: str = "on") -> list[Path]:
    """Conversations, forks of them and a fork of a fork."""
    paths = [write(home, story) for story in forest()]
    sync(home, **settings(tier, mode))
    return paths


@pytest.mark.parametrize("gone", [range(7), [0], [0, 3, 4], [5], []], ids=str)
def test_forks_own_what_they_owned(home: Path, gone: list[int]) -> None:
    """Some of their logs are gone, and the index is made anew at tier 2.

    A conversation that ended before it was forked has no row of its own. Between it and copies of it the time decides at
    which each log was first seen, and that is lost with the index, at tier 3 too, once some of the logs are gone.
    """
    paths = kept_forest(home, 2)
    figures = sums(home)
    for number in gone:
        paths[number].unlink()
    sync(home, **settings(2))
    assert differences(figures, sums(home)) == []
    lose_index(home)
    sync(home, **settings(2))
    assert differences(figures, sums(home)) == []


@pytest.mark.parametrize("mode", ["on", "only-index", "off"])
@pytest.mark.parametrize("number", range(6))
def test_forks_at_a_lower_tier(home: Path, number: int, mode: str) -> None:
    """One of their logs is gone when the tier is lowered."""
    paths = kept_forest(home, 3, mode)
    paths[number].unlink()
    sync(home, **settings(3, mode))
    figures = sums(home)
    for tier in (2, 1):
        sync(home, **settings(tier, mode))
        assert differences(figures, sums(home)) == [], tier


@pytest.mark.parametrize("tier", [1, 2])
def test_forks_that_come_later(home: Path, tier: int) -> None:
    """Below tier 3 the same session owns a call as at tier 3, in whatever order its logs are found."""
    for number in (3, 1, 0, 2, 5, 4, 6):
        write(home, forest()[number])
        sync(home, **settings(tier))
    figures = sums(home)
    shutil.rmtree(home / OURS)
    sync(home)
    assert differences(sums(home), figures) == []


@pytest.mark.parametrize("tier", [1, 2])
def test_a_trace_merges_into_its_log(home: Path, tier: int) -> None:
    """Nothing of it counts, at any tier."""
    shutil.copytree(CORPUS / "claude/2.1.329/fix/home", home, dirs_exist_ok=True)
    shutil.copytree(CORPUS / "traces/0.103.0/hooks-claude", home / "traces")
    more = {"AGENT_TRACE_DIR": str(home / "traces")}
    sync(home, **more)
    figures = sums(home)
    sync(home, **settings(tier), **more)
    assert differences(figures, sums(home)) == []
    lose_index(home)
    sync(home, **settings(tier), **more)
    assert differences(figures, sums(home)) == []
