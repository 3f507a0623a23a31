"""Several processes at once: no error, and the same sums as one alone."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agent_trace.store.ingest import Ingest
from agent_trace.store.texts import Texts
from agent_trace.sync.lock import lock
from tests.sync.program import finish, run, start
from tests.sync.stories import chat, family, put, town
from tests.sync.tables import differences, dump, synced, workspace

NOW = "2026-11-21T00:00:00Z"


def fill(home: Path, families: int = 12) -> None:
    town(home)
    for number in range(300, 300 + families):
        for story in family(number, 12):
            story.write(home)


def test_four_syncs_and_a_list(home: Path, tmp_path: Path) -> None:
    fill(home)
    fill(tmp_path)
    alone = dump(synced(tmp_path), root=tmp_path)
    expected = run(tmp_path, "list", "--json", AGENT_TRACE_NOW=NOW)[0]
    processes = [start(home, "sync") for _ in range(4)]
    lists = [finish(start(home, "list", "--json", environment={"AGENT_TRACE_NOW": NOW}))[0] for _ in range(3)]
    for process in processes:
        finish(process)
    assert differences(alone, dump(home / ".agent-trace" / "data.db", root=home)) == []
    assert [json.loads(out)["totals"] for out in lists] == [json.loads(expected)["totals"]] * 3
    run(home, "archive", "verify")


def test_syncs_while_logs_grow(home: Path, tmp_path: Path) -> None:
    fill(home, 2)
    story = chat(777, 30)
    path = put(home / ".claude" / story.path, b"")
    processes = []
    for number, line in enumerate(story.lines):
        with path.open("ab") as file:
            file.write(line)
        if number % 25 == 0:
            processes.append(start(home, "sync"))
    for process in processes:
        finish(process)
    run(home, "sync")
    fill(tmp_path, 2)
    story.write(tmp_path)
    clean = dump(synced(tmp_path), root=tmp_path)
    assert differences(clean, dump(home / ".agent-trace" / "data.db", root=home)) == []


def test_one_that_waits_in_vain_answers_from_what_there_is(home: Path) -> None:
    town(home)
    synced(home)
    chat(50).write(home)
    said: list[str] = []
    opened = workspace(home, said=said)
    with held(opened.config.lock_file):
        report = opened.sync(wait_s=0)
        text = opened.sync_text()
    assert (report.read, opened.synced, text.problems) == (0, None, [])
    assert said == ["another agent-trace is still indexing: answering from what it has written so far"]
    assert opened.sync().read == 1
    opened.close()


@contextmanager
def held(path: str) -> Iterator[None]:
    """The lock, as another process would have it."""
    with lock(path, wait_s=0) as mine:
        assert mine
        yield


def test_the_lock_goes_with_its_process(home: Path, tmp_path: Path) -> None:
    path = str(tmp_path / "lock")
    child = os.fork()
    if not child:
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR)
        os.dup2(descriptor, 100)
        with lock(path, wait_s=0):
            os._exit(0)
    os.waitpid(child, 0)
    with lock(path, wait_s=0) as mine:
        assert mine


def test_both_tiers_may_meet_a_new_name_first(home: Path) -> None:
    """The first tier knows the names that were there when it began; meanwhile the second may have added one."""
    opened = workspace(home)
    ingest, texts = Ingest(opened.db), Texts(opened.db)
    assert texts._word("Lantern") == ingest.word("Lantern") > 0
    assert ingest.word("Harbour") == texts._word("Harbour") > 0
    opened.close()


@pytest.mark.full
def test_many_at_once_with_every_kind_of_command(home: Path, tmp_path: Path) -> None:
    fill(home, 20)
    commands = [["sync"], ["list"], ["cost", "--by", "model"], ["search", "lantern"], ["sync", "--tier", "1"]] * 4
    for process in [start(home, *command) for command in commands]:
        finish(process)
    fill(tmp_path, 20)
    clean = dump(synced(tmp_path), root=tmp_path)
    assert differences(clean, dump(synced(home), root=home)) == []
