"""Rewriting what is stored where something is in the way: damaged copies, other processes, a home that cannot be written."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from agent_trace.app import enforcement, redacting
from agent_trace.app.archives import verify
from agent_trace.app.choosing import choose
from agent_trace.errors import UnreachableError
from agent_trace.store import archive as copies
from agent_trace.store.archive import Archive, contents
from agent_trace.store.database import MEMORY, open_database
from agent_trace.store.keyed_names import open_names, read_names
from agent_trace.store.paths import HiddenPaths
from agent_trace.store.sources import all_sources
from agent_trace.sync.lock import lock
from tests.privacy.gone import (
    OURS,
    SAID,
    SECRET,
    WORKED,
    Killed,
    assert_nowhere,
    delete,
    lose_index,
    opened,
    settings,
    sums,
    sync,
    telling,
    telling_home,
)
from tests.privacy.sinks import holding
from tests.sync.tables import differences

SESSION = telling()[0].session


def archived(home: Path) -> list[Path]:
    return sorted((home / OURS / "archive").rglob("*.zst"))


def test_killed_between_the_copy_and_its_row(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Events are archived where the row still says records: nobody takes them for records."""
    paths = telling_home(home)
    sync(home)
    delete(paths)
    sync(home)
    figures = sums(home)
    real = Archive.write_anew

    def last(self: Archive, *arguments: Any) -> int:
        real(self, *arguments)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(Archive, "write_anew", last)
        with suppress(Killed):
            sync(home, **settings(2))
    sync(home, **settings(2))
    assert_nowhere(home, SAID)
    assert differences(figures, sums(home)) == []
    assert len(holding(home / OURS, WORKED)) > 3


@pytest.mark.parametrize("is_gone", [True, False])
@pytest.mark.parametrize("decided", [settings(2), settings(redact="on")], ids=["tier 2", "masked"])
@pytest.mark.parametrize("harm", ["damaged", "cut", "deleted"])
def test_a_copy_that_cannot_be_read_is_not_kept(home: Path, harm: str, decided: dict[str, str], is_gone: bool) -> None:
    """What a log still holds is archived anew; sums stay in any case."""
    paths = telling_home(home)
    sync(home)
    figures = sums(home)
    for path in archived(home):
        data = path.read_bytes()
        path.write_bytes(data[:-30] + bytes(30) if harm == "damaged" else data[:-30])
        if harm == "deleted":
            path.unlink()
    if is_gone:
        delete(paths)
    sync(home, **decided)
    assert_nowhere(home, SECRET if decided["AGENT_TRACE_REDACT"] == "on" else SAID)
    assert differences(figures, sums(home)) == []
    with opened(home, **decided) as found:
        assert verify(found).damaged == ()
    assert (len(archived(home)) == 0) == is_gone


def test_copies_of_many_frames(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures stand in the first frame, events in all."""
    monkeypatch.setattr(copies, "FRAME", 300)
    paths = telling_home(home)
    sync(home, **settings(2))
    figures = sums(home)
    with opened(home, **settings(2)) as found:
        assert verify(found).frames > 3 * len(archived(home))
    delete(paths)
    lose_index(home)
    sync(home, **settings(2))
    assert differences(figures, sums(home)) == []


def test_frames_hold_whole_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "FRAME", 10)
    found = list(contents([b"one", b"two", b"a line that is too long", b"x"], form=1))
    assert [(one.offset, one.data, one.form) for one in found] == [
        (0, b"one\ntwo\n", 1),
        (8, b"a line that is too long\n", 1),
        (32, b"x\n", 1),
    ]
    assert list(contents([])) == []


# ---------------------------------------------------------------- others, and a home that cannot be written


@pytest.mark.parametrize("file", ["lock_file", "text_lock_file"])
def test_another_process_is_at_work(home: Path, monkeypatch: pytest.MonkeyPatch, file: str) -> None:
    """Nothing is written down as done."""
    telling_home(home)
    sync(home)
    for module in (redacting, enforcement):
        monkeypatch.setattr(module, "LOCK_WAIT_S", 0.0)
    with opened(home) as found:
        found.sync()
        row = choose(found, SESSION)
        real = found.locked
        monkeypatch.setattr(found, "locked", lambda: real(wait_s=0))
        held = lock(getattr(found.config, file), wait_s=0)
        with held, pytest.raises(UnreachableError, match="another agent-trace"):
            redacting.apply(found, row)
    with opened(home, **settings(1)) as lower:
        held = lock(lower.config.text_lock_file, wait_s=0)
        with held, pytest.raises(UnreachableError, match="another agent-trace"):
            lower.sync()
    assert holding(home / OURS, SAID) != []
    sync(home, **settings(1))
    assert_nowhere(home, SAID, WORKED)


def test_nothing_is_stored_in_memory(home: Path) -> None:
    """There is nothing that could be masked or scrubbed."""
    telling_home(home)
    with opened(home, **settings(1)) as found:
        found.db.close()
        found.db = open_database(MEMORY)
        found.sync()
        row = choose(found, SESSION)
        with pytest.raises(UnreachableError, match="cannot be written"):
            redacting.apply(found, row)
        assert found.db.meta(enforcement.DECIDED) is None
        assert found.sync_text().problems == []


# ---------------------------------------------------------------- names


def test_hidden_paths(tmp_path: Path) -> None:
    """A name for each path, the same as long as the file is there; another process finds it too."""
    file = str(tmp_path / "sources.db")
    one, other = HiddenPaths(file), HiddenPaths(file)
    name, row = one.stored("/logs/a.jsonl"), one.stored("/logs/nest.db#s1")
    assert (len(name), name[0], row[-1], one.stored(name)) == (33, "~", "#", name)
    assert (other.real(name), other.stored("/logs/a.jsonl")) == ("/logs/a.jsonl", name)
    assert (one.real("~" + "0" * 32), one.real("/plain")) == ("~" + "0" * 32, "/plain")
    one.keep_only([row])
    assert (one.real(name), one.real(row)) == (name, "/logs/nest.db#s1")
    for paths in (one, other):
        paths.close()
    assert b"a.jsonl" not in Path(file).read_bytes()
    assert Path(file).stat().st_mode & 0o777 == 0o600


def test_names_in_a_file_that_is_none(tmp_path: Path) -> None:
    """A file without a key is begun anew, what was cut off is passed over."""
    path = tmp_path / "redacted"
    assert read_names(str(path)) is None
    path.write_bytes(b"no key\n")
    assert read_names(str(path)) is None
    names = open_names(str(tmp_path / "other"))
    names.add([("claude", "one"), ("claude", "one"), ("claude", "\udcff")])
    found = read_names(str(tmp_path / "other"))
    assert found is not None
    assert [("claude", name) in found for name in ("one", "\udcff", "two")] == [True, True, False]


def test_every_log_is_masked_or_none(home: Path) -> None:
    """The masker of a log is asked for by the log and by all its sessions."""
    telling_home(home)
    sync(home, **settings(redact="on"))
    with opened(home, **settings(redact="on")) as found:
        assert all(found.raw.masker(one) is not None for one in all_sources(found.db))
    with opened(home) as found:
        assert not any(found.raw.masker(one) for one in all_sources(found.db))
