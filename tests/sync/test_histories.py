"""Whatever happens to logs and index, in any order: in the end the index says what it would say of everything ever seen."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from agent_trace.store.schema import DATA_VERSION
from tests.sync.stories import Story, chat, family, put
from tests.sync.tables import Dump, differences, dump, synced

TABLES = ("session", "part", "call", "tool", "prompt", "record", "usage", "unlogged", "doc")
LOGS = some.integers(0, 3)
PLACES = some.integers(0, 60)


def stories() -> list[Story]:
    """A family, a fork of its root, and a stranger; all that their logs will ever hold."""
    root, child = family(1, 3)
    fork = root.fork(2).prompt("another way").use("Bash", {"command": "ls"}, "a.py", failed=True).edit("/a.py", 2)
    root.prompt("the root goes on").say("and on").title("the root").cost(2.0)
    return [root, child, fork, chat(9, 3)]


class Histories(RuleBasedStateMachine):
    """Logs change, syncs follow; `seen` is what a sync has found of each log, in that order."""

    text = True

    @initialize()
    def begin(self) -> None:
        """An empty home."""
        self.folder = tempfile.TemporaryDirectory()
        self.home = Path(self.folder.name)
        self.stories = stories()
        self.lines = [story.lines for story in self.stories]
        self.seen: list[list[bytes]] = [[] for _ in self.stories]
        self.born = [0 for _ in self.stories]
        self.clock = 1_790_000_000

    def teardown(self) -> None:
        """Remove the home."""
        if hasattr(self, "folder"):
            self.folder.cleanup()

    # ---- logs

    def path(self, log: int) -> Path:
        return self.home / ".claude" / self.stories[log].path

    def now(self, log: int) -> list[bytes]:
        """The lines of a log as it is."""
        return self.path(log).read_bytes().splitlines(keepends=True) if self.path(log).exists() else []

    def time(self, log: int) -> int:
        """When a log was last written: where two hold the very same rows, the first sight of it decides."""
        return self.path(log).stat().st_mtime_ns if self.path(log).exists() else 0

    def write(self, log: int, lines: list[bytes]) -> None:
        self.clock += 1
        os.utime(put(self.path(log), b"".join(lines)), ns=(0, self.clock * 10**9))

    @rule(log=LOGS, count=PLACES)
    def grow(self, log: int, count: int) -> None:
        now = self.now(log)
        last = max((self.lines[log].index(line) for line in now if line in self.lines[log]), default=-1)
        self.write(log, now + self.lines[log][last + 1 : last + 1 + count])

    @rule(log=LOGS, count=PLACES)
    def cut(self, log: int, count: int) -> None:
        self.write(log, self.now(log)[:count])

    @rule(log=LOGS, count=PLACES)
    def drop_the_head(self, log: int, count: int) -> None:
        self.write(log, self.now(log)[count:])

    @rule(log=LOGS, place=PLACES)
    def blank_one_line(self, log: int, place: int) -> None:
        now = self.now(log)
        if now:
            now[place % len(now)] = b" " * (len(now[place % len(now)]) - 1) + b"\n"
            self.write(log, now)

    @rule(log=LOGS, place=PLACES)
    def swap(self, log: int, place: int) -> None:
        now = self.now(log)
        if now:
            self.write(log, now[place % len(now) :] + now[: place % len(now)])

    @rule(log=LOGS)
    def touch(self, log: int) -> None:
        if self.path(log).exists():
            self.write(log, self.now(log))

    @rule(log=LOGS)
    def delete(self, log: int) -> None:
        self.path(log).unlink(missing_ok=True)

    # ---- the index

    @rule()
    def sync(self) -> None:
        for log, seen in enumerate(self.seen):
            if not seen:
                self.born[log] = self.time(log)
            known = set(seen)
            seen += [line for line in self.now(log) if line.strip() and line not in known]
        synced(self.home)

    @rule()
    def age(self) -> None:
        """An older program wrote the index."""
        if self.index.exists():
            with sqlite3.connect(self.index) as db:
                db.execute(f"PRAGMA user_version = {DATA_VERSION - 1}")
            db.close()

    @rule()
    def lose(self) -> None:
        """The index is deleted; the archive is not."""
        for path in self.index.parent.glob("data.db*"):
            path.unlink()
            self.born = [self.time(log) for log in range(len(self.stories))]

    @property
    def index(self) -> Path:
        return self.home / ".agent-trace" / "data.db"

    def expected(self) -> Dump:
        """What a new index says of logs that hold everything that was seen."""
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            for number, seen in enumerate(self.seen):
                if seen:
                    path = put(home / ".claude" / self.stories[number].path, b"".join(seen))
                    os.utime(path, ns=(0, self.born[number]))
            return plain(dump(synced(home), root=home, only=TABLES))

    @invariant()
    def nothing_is_lost(self) -> None:
        """Looked at after each sync alone: in between, logs are ahead of the index."""

    def finish(self) -> None:
        self.sync()
        after = plain(dump(self.index, root=self.home, only=TABLES))
        assert differences(self.expected(), after) == []


def plain(found: Dump) -> Dump:
    """Without marks of change, without sessions that hold nothing, without places in files that blank lines shift."""
    found["session"] = [(*row[:22], *row[23:]) for row in found["session"] if row[5]]
    found["doc"] = sorted((*row[:9], row[10]) for row in map(_known, found["doc"]))
    found["part"] = [row for row in found["part"] if "content=True" in row[2]]
    return found


def _known(row: tuple[object, ...]) -> tuple[object, ...]:
    return tuple("" if value is None else value for value in row)


class Checked(Histories):
    """Checks after every sync."""

    @rule()
    def check(self) -> None:
        self.finish()


def histories(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Checked,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_some_histories() -> None:
    histories(8, 12)
    assert Checked.text


@pytest.mark.full
def test_many_histories() -> None:
    histories(150, 30)
    assert Checked.text
