"""A secret that was masked for good is nowhere in our home, whatever became of its log, and nothing brings it back."""

from __future__ import annotations

import importlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from agent_trace.app.choosing import choose
from agent_trace.app.outcomes import look_at_quiet
from agent_trace.app.redacting import Redacted, apply
from agent_trace.errors import UnreachableError
from tests.privacy.gone import (
    CHANGES,
    OURS,
    SAID,
    SECRET,
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
from tests.sync.stories import chat, put
from tests.sync.tables import differences

MODES = ("on", "only-index", "off")
SESSION = telling()[0].session
EVERY = (SESSION, telling()[2].session, "ses_")
"""The session with its sub-agent, its fork, and the first one of the database."""


def applied(home: Path, *sessions: str, **more: str) -> list[Redacted]:
    """Have sessions masked for good."""
    found = []
    with opened(home, **more) as ours:
        ours.sync()
        for text in sessions:
            rows = ours.db.execute("SELECT key FROM session WHERE root = id AND key LIKE ?", (f"{text}%",)).fetchall()
            found += [apply(ours, choose(ours, key)) for (key,) in rows]
    return found


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("mode", MODES)
def test_redact_apply(home: Path, mode: str, change: Change) -> None:
    paths = telling_home(home)
    sync(home, **settings(mode=mode))
    assert holding(home / OURS, SECRET) != []
    change(paths)
    sync(home, **settings(mode=mode))
    figures = sums(home)
    told = applied(home, *EVERY, **settings(mode=mode))
    assert_nowhere(home, SECRET)
    assert differences(figures, sums(home)) == []
    assert SECRET not in repr(told)
    assert any(path in one.logs for one in told for path in map(str, paths)) == (change is not delete)


@pytest.mark.parametrize("change", [leave, grow, delete])
@pytest.mark.parametrize("lose", [lose_index, age_index])
def test_nothing_brings_it_back(home: Path, lose: Any, change: Change) -> None:
    paths = telling_home(home)
    sync(home)
    applied(home, *EVERY)
    change(paths)
    sync(home)
    assert_nowhere(home, SECRET)
    figures = sums(home)
    lose(home)
    sync(home)
    assert_nowhere(home, SECRET)
    assert differences(figures, sums(home)) == []
    assert holding(home / OURS, SAID) != []


def test_the_agents_own_logs_are_as_they_were(home: Path) -> None:
    paths = telling_home(home)
    before = [path.read_bytes() for path in paths]
    applied(home, *EVERY)
    assert [path.read_bytes() for path in paths] == before


def test_the_others_are_as_they_were(home: Path) -> None:
    """A fork holds a copy of its own: it is masked when that is asked for."""
    telling_home(home)
    sync(home)
    applied(home, SESSION)
    assert "data.db" in holding(home / OURS, SECRET[4:])
    applied(home, EVERY[1], EVERY[2])
    assert_nowhere(home, SECRET)


def test_a_sub_agent_that_comes_later(home: Path) -> None:
    telling_home(home)
    applied(home, *EVERY)
    late = chat(50, 1, agent="1a7e").prompt(f"{SECRET}")
    late.write(home)
    sync(home)
    assert_nowhere(home, SECRET)


def test_a_process_that_was_open_before(home: Path) -> None:
    """What it read of the decision is old: it asks again."""
    paths = telling_home(home)
    with opened(home) as watching:
        watching.sync()
        watching.sync_text()
        look_at_quiet(watching)
        applied(home, *EVERY)
        grow(paths)
        watching.sync()
        watching.sync_text()
        look_at_quiet(watching)
    assert_nowhere(home, SECRET)


MOMENTS = [
    ("agent_trace.app.redacting", "_rewrite", 1),
    ("agent_trace.app.redacting", "rewrite_copy", 2),
    ("agent_trace.app.redacting", "scrub_logs", 1),
    ("agent_trace.app.redacting", "owe", 1),
    ("agent_trace.app.redacting", "settled", 1),
    ("agent_trace.app.redacting", "finish", 1),
    ("agent_trace.app.forgetting", "remake_text", 1),
    ("agent_trace.app.forgetting", "overwrite", 1),
    ("os", "replace", 1),
]


@pytest.mark.parametrize(("where", "name", "number"), MOMENTS)
def test_killed_on_the_way(home: Path, monkeypatch: pytest.MonkeyPatch, where: str, name: str, number: int) -> None:
    """From the moment on at which it is written down that a session is masked, a sync brings it to its end."""
    telling_home(home)
    sync(home)
    applied(home, *EVERY[1:])
    with monkeypatch.context() as patched:
        killing(patched, where, name, number)
        with suppress(Killed):
            applied(home, SESSION)
    sync(home)
    assert_nowhere(home, SECRET)


def test_while_another_process_reads(home: Path) -> None:
    telling_home(home)
    sync(home)
    applied(home, *EVERY[1:])
    with opened(home) as reader:
        reader.db.execute("BEGIN")
        reader.db.execute("SELECT count(*) FROM session").fetchone()
        with opened(home) as found:
            found.sync()
            found.db.execute("PRAGMA busy_timeout = 10")
            with pytest.raises(UnreachableError, match="another process is reading"):
                apply(found, choose(found, SESSION))
    sync(home)
    assert_nowhere(home, SECRET)


# ---------------------------------------------------------------- redact = on


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("mode", MODES)
def test_redact_on(home: Path, mode: str, change: Change) -> None:
    """What was stored before is masked too."""
    paths = telling_home(home)
    sync(home, **settings(mode=mode))
    change(paths)
    sync(home, **settings(mode=mode))
    figures = sums(home)
    sync(home, **settings(mode=mode, redact="on"))
    assert_nowhere(home, SECRET)
    assert differences(figures, sums(home)) == []
    lose_index(home)
    sync(home, **settings(mode=mode, redact="on"))
    assert_nowhere(home, SECRET)


@pytest.mark.parametrize("tier", [1, 2])
def test_redact_on_at_a_lower_tier(home: Path, tier: int) -> None:
    telling_home(home)
    sync(home, **settings(tier))
    figures = sums(home)
    sync(home, **settings(tier, redact="on"))
    assert_nowhere(home, SECRET)
    assert differences(figures, sums(home)) == []


def test_new_rules_mask_what_is_stored(home: Path) -> None:
    """A rule that the person adds later."""
    telling_home(home)
    sync(home, **settings(redact="on"))
    assert holding(home / OURS, SAID) != []
    rule = f"custom_patterns:\n  - name: animal\n    pattern: '(?i){SAID}'\n"
    put(home / OURS / "config" / "privacy.yml", rule.encode())
    sync(home, **settings(redact="on"))
    left = [name for name in holding(home / OURS, SAID) if not name.startswith("config")]
    assert left == []


def test_masking_is_taken_back(home: Path) -> None:
    """Where the logs are still there, all is as it was."""
    telling_home(home)
    sync(home)
    figures, there = sums(home), holding(home / OURS, SECRET)
    sync(home, **settings(redact="on"))
    sync(home)
    assert differences(figures, sums(home)) == []
    assert holding(home / OURS, SECRET) == there


def test_modules_are_there() -> None:
    """The moments at which it is killed are those of the code."""
    assert all(hasattr(importlib.import_module(where), name) for where, name, _ in MOMENTS)
