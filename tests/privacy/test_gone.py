"""What a lower tier withholds is nowhere in our home once it was asked for, and nothing brings it back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from agent_trace.app.archives import verify
from agent_trace.app.imports import remember
from agent_trace.app.outcomes import look_at_quiet
from agent_trace.errors import UnreachableError
from agent_trace.store.sources import all_sources
from tests.privacy.gone import (
    CHANGES,
    GONE_AT,
    OURS,
    SAID,
    WORKED,
    Change,
    Killed,
    age_index,
    assert_nowhere,
    delete,
    grow,
    killing,
    leave,
    lose_index,
    opened,
    settings,
    sums,
    sync,
    telling_home,
)
from tests.privacy.sinks import holding
from tests.sync.tables import differences

MODES = ("on", "only-index", "off")
Lose = Callable[[Path], None]
STEPS = [(3, 2), (3, 1), (2, 1)]
FAR = [(3, 1), *(pytest.param(*step, marks=pytest.mark.full) for step in ((3, 2), (2, 1)))]
"""The widest step; the others in the whole run."""


def kept(home: Path, tier: int, mode: str = "on") -> list[Path]:
    """Telling sessions, synced at a tier, one of them imported."""
    paths = telling_home(home)
    with opened(home, **settings(tier, mode)) as found:
        found.sync()
        remember(found, str(home / WORKED))
        found.sync()
        found.sync_text()
        look_at_quiet(found)
    return paths


@pytest.mark.parametrize("mode", MODES)
def test_it_was_there(home: Path, mode: str) -> None:
    kept(home, 3, mode)
    assert "data.db" in holding(home / OURS, SAID)
    assert len(holding(home / OURS, SAID)) > (3 if mode == "on" else 0)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("before", "after"), STEPS)
def test_a_lower_tier(home: Path, before: int, after: int, mode: str, change: Change) -> None:
    """Also where the logs are gone, or lost rows before; sums stay as they were."""
    paths = kept(home, before, mode)
    change(paths)
    sync(home, **settings(before, mode))
    figures = sums(home)
    sync(home, **settings(after, mode))
    assert_nowhere(home, *GONE_AT[after])
    assert differences(figures, sums(home)) == []


@pytest.mark.parametrize("change", [leave, grow, delete])
@pytest.mark.parametrize("lose", [lose_index, age_index])
@pytest.mark.parametrize(("before", "after"), STEPS)
def test_nothing_brings_it_back(home: Path, before: int, after: int, lose: Lose, change: Change) -> None:
    """The index is lost or made anew, another sync comes, the agents go on."""
    paths = kept(home, before)
    sync(home, **settings(after))
    change(paths)
    sync(home, **settings(after))
    figures = sums(home)
    lose(home)
    sync(home, **settings(after))
    assert_nowhere(home, *GONE_AT[after])
    assert (after == 1 and lose is lose_index and change is delete) or differences(figures, sums(home)) == []
    sync(home, **settings(after))
    assert_nowhere(home, *GONE_AT[after])


@pytest.mark.parametrize("lose", [None, lose_index, age_index])
@pytest.mark.parametrize("low", [1, 2])
def test_a_higher_tier_reads_again_what_is_still_there(home: Path, low: int, lose: Lose | None) -> None:
    """Records and full text as if they had never been withheld, and the same sums."""
    kept(home, 3)
    figures, there = sums(home), set(holding(home / OURS, SAID))
    sync(home, **settings(low))
    if lose is not None:
        lose(home)
    sync(home, **settings(3))
    assert set(holding(home / OURS, SAID)) == there
    assert differences(figures, sums(home)) == []
    with opened(home, **settings(3)) as found:
        assert [one.form for one in all_sources(found.db)] == [0] * len(all_sources(found.db))
        assert verify(found).damaged == ()


def test_a_higher_tier_leaves_what_is_only_archived(home: Path) -> None:
    """What is gone stays withheld, and its sums stay."""
    paths = kept(home, 2)
    figures = sums(home)
    delete(paths)
    sync(home, **settings(3))
    assert differences(figures, sums(home)) == []
    assert_nowhere(home, SAID)
    assert len(holding(home / OURS, WORKED)) > 2


@pytest.mark.parametrize("low", [1, 2])
def test_tiers_there_and_back_again(home: Path, low: int) -> None:
    """Each time all of it."""
    paths = kept(home, 3)
    figures = sums(home)
    for tier in (low, 3, 3 - low, 3, 1, 2):
        sync(home, **settings(tier))
        assert_nowhere(home, *GONE_AT[tier])
        assert differences(figures, sums(home)) == []
    assert all(path.exists() for path in paths)


# ---------------------------------------------------------------- killed on the way, and read by others


ENFORCEMENT = "agent_trace.app.enforcement"
MOMENTS = [
    *((ENFORCEMENT, name, 1) for name in ("_rewrite_archive", "scrub_logs", "settle", "drop_words", "owe", "_write_paths",
                                          "write_imported", "settled", "finish")),
    (ENFORCEMENT, "rewrite_copy", 3), (ENFORCEMENT, "write_events", 2), ("os", "replace", 2), ("os", "unlink", 2),
    ("agent_trace.app.forgetting", "remake_text", 1), ("agent_trace.app.forgetting", "overwrite", 1),
    ("agent_trace.store.shredding", "overwrite", 1), ("os", "fsync", 3),
]  # fmt: skip


@pytest.mark.parametrize(("where", "name", "number"), MOMENTS)
@pytest.mark.parametrize(("before", "after"), FAR)
def test_killed_on_the_way(
    home: Path, monkeypatch: pytest.MonkeyPatch, before: int, after: int, where: str, name: str, number: int
) -> None:
    """The next sync brings it to its end."""
    kept(home, before)
    figures = sums(home)
    with monkeypatch.context() as patched:
        killing(patched, where, name, number)
        with suppress(Killed):
            sync(home, **settings(after))
    sync(home, **settings(after))
    assert_nowhere(home, *GONE_AT[after])
    assert differences(figures, sums(home)) == []


def test_while_another_process_reads(home: Path) -> None:
    """Old pages stay as long as somebody may want them; the next sync overwrites them."""
    kept(home, 3)
    with opened(home) as reader:
        reader.db.execute("BEGIN")
        reader.db.execute("SELECT count(*) FROM session").fetchone()
        with opened(home, **settings(1)) as found:
            found.db.execute("PRAGMA busy_timeout = 10")
            with pytest.raises(UnreachableError, match="another process is reading"):
                found.sync()
    sync(home, **settings(1))
    assert_nowhere(home, SAID, WORKED)


def test_a_process_that_still_goes_by_the_old_decision(home: Path) -> None:
    """It was on its way to the full text when another one lowered the tier."""
    paths = kept(home, 3)
    with opened(home, **settings(3)) as slow:
        slow.sync()
        grow(paths)
        slow.sync()
        sync(home, **settings(1))
        assert slow.sync_text().sources == 0
    assert_nowhere(home, SAID, WORKED)
