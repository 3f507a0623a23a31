"""What a lower tier withholds is nowhere in our home once it was asked for, and nothing brings it back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.privacy.gone import (
    CHANGES,
    GONE_AT,
    OURS,
    SAID,
    WORKED,
    Change,
    age_index,
    delete,
    grow,
    leave,
    lose_index,
    nowhere,
    opened,
    settings,
    sums,
    sync,
    telling_home,
)
from tests.privacy.sinks import holding
from tests.sync.tables import differences

MODES = ("on", "only-index", "off")
STEPS = [(3, 2), (3, 1), (2, 1)]


def kept(home: Path, tier: int, mode: str = "on") -> list[Path]:
    """Telling sessions, synced at a tier, one of them imported."""
    from agent_trace.app.imports import remember

    paths = telling_home(home)
    with opened(home, **settings(tier, mode)) as found:
        found.sync()
        remember(found, str(home / WORKED))
        found.sync()
        found.sync_text()
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
    nowhere(home, *GONE_AT[after])
    assert differences(figures, sums(home)) == []
