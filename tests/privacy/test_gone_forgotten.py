"""A session that was forgotten, by a person or by retention, is nowhere in our home at any tier, and stays away."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from agent_trace.app.choosing import choose
from agent_trace.app.forgetting import forget, plan
from agent_trace.app.imports import imported_paths, remember
from agent_trace.app.outcomes import look_at_quiet
from tests.privacy.gone import (
    CHANGES,
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
    telling,
    telling_home,
)
from tests.privacy.sinks import holding
from tests.sync.stories import chat
from tests.sync.tables import differences

MODES = ("on", "only-index", "off")
ROOT, CHILD, FORK = (story.session for story in telling())
FAR = telling(60)[0].session
STAYS = chat(3, 2)


def kept(home: Path, tier: int = 3, mode: str = "on") -> list[Path]:
    """Telling sessions, one of them imported by its own path, and one that tells nothing."""
    paths = telling_home(home)
    STAYS.write(home)
    with opened(home, **settings(tier, mode)) as found:
        found.sync()
        remember(found, str(paths[3]))
        found.sync()
        found.sync_text()
        look_at_quiet(found)
    return paths


def forgotten(home: Path, **more: str) -> None:
    """Forget all that tells."""
    with opened(home, **more) as found:
        found.sync()
        keys = [key for (key,) in found.db.execute("SELECT key FROM session WHERE root = id AND content").fetchall()]
        meant = [choose(found, key) for key in keys if key != STAYS.session]
        forget(found, plan(found, meant))
        found.sync()
        found.sync_text()
        look_at_quiet(found)


def assert_all_nowhere(home: Path) -> None:
    """Neither what was said, nor ids, nor paths."""
    assert_nowhere(home, SAID, WORKED, ROOT, FORK, FAR, "ses_e0", besides="")


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(("tier", "mode"), [(1, "on"), (2, "on"), (2, "only-index"), (3, "on"), (3, "off")])
def test_forget(home: Path, tier: int, mode: str, change: Change) -> None:
    """At tier 1 the paths of its logs go too."""
    paths = kept(home, tier, mode)
    change(paths)
    sync(home, **settings(tier, mode))
    assert holding(home / OURS, ROOT) != []
    forgotten(home, **settings(tier, mode))
    assert_all_nowhere(home)
    assert holding(home / OURS, STAYS.session) != []
    with opened(home, **settings(tier, mode)) as found:
        assert imported_paths(found) == []


@pytest.mark.parametrize("change", [leave, grow, delete])
@pytest.mark.parametrize("lose", [lose_index, age_index])
@pytest.mark.parametrize("tier", [1, 2, 3])
def test_nothing_brings_it_back(home: Path, tier: int, lose: Callable[[Path], None], change: Change) -> None:
    paths = kept(home, tier)
    forgotten(home, **settings(tier))
    figures = sums(home)
    change(paths)
    sync(home, **settings(tier))
    assert_all_nowhere(home)
    lose(home)
    sync(home, **settings(tier))
    assert_all_nowhere(home)
    assert {row[1] for row in sums(home)["session"]} == {row[1] for row in figures["session"]}


@pytest.mark.parametrize("tiers", [(3, 1), (1, 3), (2, 3), (3, 2)])
def test_another_tier_does_not_bring_it_back(home: Path, tiers: tuple[int, int]) -> None:
    kept(home, tiers[0])
    forgotten(home, **settings(tiers[0]))
    sync(home, **settings(tiers[1]))
    assert_all_nowhere(home)


def test_what_a_killed_rewriting_left_goes_too(home: Path) -> None:
    """It stands beside the archived copy, under a name of its own."""
    kept(home)
    copy = next(path for path in (home / OURS / "archive").rglob("*.zst"))
    copy.with_name(copy.name + ".new").write_bytes(f"{SAID} {ROOT}".encode())
    forgotten(home)
    assert_all_nowhere(home)
    assert list((home / OURS / "archive").rglob("*.new")) == []


@pytest.mark.parametrize("tier", [1, 2, 3])
def test_retention(home: Path, tier: int) -> None:
    """All of it ended more than nine days before now."""
    kept(home, tier)
    sync(home, **settings(tier), AGENT_TRACE_RETENTION="30")
    assert holding(home / OURS, ROOT) != []
    sync(home, **settings(tier), AGENT_TRACE_RETENTION="9")
    assert_nowhere(home, ROOT, FORK, FAR, besides="")
    sync(home, **settings(tier))
    assert_nowhere(home, ROOT, FORK, FAR, besides="")


MOMENTS = [
    ("agent_trace.app.forgetting", name, 1)
    for name in ("_bury", "drop_imported", "remove", "owe", "finish", "_unlink", "_drop_paths", "remake_text", "overwrite")
]  # fmt: skip


@pytest.mark.parametrize("tier", [1, 3])
@pytest.mark.parametrize(("where", "name", "number"), MOMENTS)
def test_retention_killed_on_the_way(
    home: Path, monkeypatch: pytest.MonkeyPatch, where: str, name: str, number: int, tier: int
) -> None:
    kept(home, tier)
    with monkeypatch.context() as patched:
        killing(patched, where, name, number)
        with suppress(Killed):
            sync(home, **settings(tier), AGENT_TRACE_RETENTION="9")
    sync(home, **settings(tier), AGENT_TRACE_RETENTION="9")
    assert_nowhere(home, ROOT, FORK, FAR, besides="")


def test_the_others_count_as_before(home: Path) -> None:
    """As if what was forgotten had never been there."""
    STAYS.write(home)
    sync(home)
    figures = sums(home)
    kept(home)
    forgotten(home)
    assert differences(figures, sums(home)) == []
