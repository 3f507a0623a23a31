"""Whatever happens to logs and index, in any order: in the end the index says what it would say of everything ever seen."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from agent_trace.store.schema import DATA_VERSION
from tests.sync.stories import Story, chat, family, put
from tests.sync.tables import Dump, differences, dump, synced

MEMORY = "/dev/shm"
"""Thousands of small indexes are made: a disk that is asked to keep each of them would take minutes."""
TABLES = ("session", "part", "call", "tool", "prompt", "record", "usage", "unlogged", "doc")
LOGS = some.integers(0, 3)
PLACES = some.sampled_from([0, 1, 2, 3, 5, 8, 13, 21, 34, 55])


def stories() -> list[Story]:
    """A family, a fork of its root, and a stranger; all that their logs will ever hold."""
    root, child = family(1, 3)
    fork = root.fork(2).prompt("another way").use("Bash", {"command": "ls"}, "a.py", failed=True).edit("/a.py", 2)
    root.prompt("the root goes on").say("and on").title("the root").cost(2.0)
    return [root, child, fork, chat(9, 3)]


class Histories(RuleBasedStateMachine):
    """Logs change, syncs follow; `seen` is what a sync has found of each log, in that order."""

    mode = "on"

    @initialize()
    def begin(self) -> None:
        """An empty home."""
        self.folder = tempfile.TemporaryDirectory(dir=MEMORY if Path(MEMORY).is_dir() else None)
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

    def sync(self, *, text: bool = True) -> None:
        for log, seen in enumerate(self.seen):
            if not seen:
                self.born[log] = self.time(log)
            known = set(seen)
            seen += [line for line in self.now(log) if line.strip() and line not in known]
        synced(self.home, text=text, AGENT_TRACE_ARCHIVE=self.mode)

    def age(self) -> None:
        """An older program wrote the index."""
        if self.index.exists():
            with closing(sqlite3.connect(self.index)) as db, db:
                db.execute(f"PRAGMA user_version = {DATA_VERSION - 1}")
            db.close()

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


def plain(found: Dump) -> Dump:
    """Without marks of change, without sessions that hold nothing, without places in files that blank lines shift."""
    found["session"] = [(*row[:22], *row[23:]) for row in found["session"] if row[5]]
    found["doc"] = sorted(((*row[:9], row[10]) for row in found["doc"]), key=repr)
    found["part"] = [row for row in found["part"] if "content=True" in row[2]]
    return found


class Archived(Histories):
    """Each sync comes to its end, so every line that was ever seen is archived: everything can be known again."""

    @rule()
    def lose(self) -> None:
        """The index is deleted; the archive is not."""
        for path in self.index.parent.glob("data.db*"):
            path.unlink()
            self.born = [self.time(log) for log in range(len(self.stories))]

    @rule()
    def make_old(self) -> None:
        self.age()

    @rule()
    def check(self) -> None:
        self.sync()
        after = plain(dump(self.index, root=self.home, only=TABLES))
        assert differences(self.expected(), after) == []


class Counted(Histories):
    """Only sums, or sums and text without an archive: whatever was seen once counts for ever, once."""

    @rule(text=some.booleans())
    def upgrade(self, text: bool) -> None:
        """It reads what the older program has read: a change that no size tells must not lie between."""
        self.sync(text=text)
        self.age()
        self.sync(text=text)

    @rule(text=some.booleans())
    def check(self, text: bool) -> None:
        self.sync(text=text)
        after = counted(dump(self.index, only=("call", "tool", "prompt")))
        assert differences(counted(self.expected()), after) == []


class CountedWithoutArchive(Counted):
    mode = "only-index"


class CountedAlone(Counted):
    mode = "off"


def counted(found: Dump) -> Dump:
    """Calls, tool calls and prompts, whoever owns them: logs that can be read no more cannot be asked."""
    return {
        "call": [(row[0], *row[10:]) for row in found["call"]],
        "tool": found["tool"],
        "prompt": [(row[0],) for row in found["prompt"]],
    }


MACHINES = [Archived, Counted, CountedWithoutArchive, CountedAlone]


def run_histories(machine: type[Histories], examples: int, steps: int) -> None:
    chosen = settings(max_examples=examples, stateful_step_count=steps, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(machine, settings=chosen)


@pytest.mark.parametrize("machine", MACHINES)
def test_some_histories(machine: type[Histories]) -> None:
    assert issubclass(machine, Histories)
    run_histories(machine, 10, 20)


@pytest.mark.full
@pytest.mark.parametrize("machine", MACHINES)
def test_many_histories(machine: type[Histories]) -> None:
    assert issubclass(machine, Histories)
    run_histories(machine, 30, 30)
