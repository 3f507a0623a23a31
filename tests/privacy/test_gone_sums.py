"""Sums of every agent's logs are the same at each tier, and the same when the index is made anew from what was kept."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.privacy.gone import OURS, lose_index, settings, sums, together
from tests.privacy.planted import Home, planted
from tests.privacy.planting import Planter
from tests.sync.tables import Dump, differences, dump, workspace

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
