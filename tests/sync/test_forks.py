"""Logs that share rows: in whatever order they are found, the same session owns a call."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.sync.stories import Story, chat
from tests.sync.tables import SUMS, Dump, differences, dump, synced


def forest() -> list[Story]:
    """A conversation that ended, two forks of it, a fork of a fork; one that went on at once, and its fork; a stranger."""
    ended = chat(1, 2)
    one = ended.fork(2).prompt("the first other way").say("yes").edit("/home/you/shop/a.py", 2)
    two = ended.fork(3).prompt("the second other way").use("Bash", {"command": "ls"}, "a.py", failed=True)
    three = one.fork(4).prompt("deeper").say("down here")
    lively = chat(5, 2)
    branch = lively.fork(6).prompt("what if").say("then so")
    lively.say("still at it").prompt("the root goes on").say("and on").title("the root").cost(2.0)
    return [ended, one, two, three, lively, branch, chat(7, 1)]


def write(home: Path, story: Story, size: int | None = None) -> Path:
    path = home / ".claude" / story.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(story.data if size is None else story.data[:size])
    os.utime(path, ns=(0, 1_790_000_000_000_000_000 + story.number))
    return path


def clean(stories: list[Story]) -> Dump:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for story in stories:
            write(home, story)
        return dump(synced(home), root=home, only=(*SUMS, "doc"))


@pytest.fixture(scope="module")
def expected() -> Dump:
    return clean(forest())


def test_every_session_owns_its_own(expected: Dump) -> None:
    """Nothing counts twice, nothing is lost, and nobody owns what it inherited."""
    prompts = {row[1]: row[14] for row in expected["session"]}
    assert [prompts[story.session] for story in forest()] == [2, 1, 1, 1, 3, 1, 1]
    assert len(expected["prompt"]) == 10


@pytest.mark.parametrize("order", list(permutations(range(4)))[::3], ids=lambda order: "".join(map(str, order)))
def test_any_order(home: Path, expected: Dump, order: tuple[int, ...]) -> None:
    stories = forest()
    for number in (*order, 5, 4, 6):
        write(home, stories[number])
        synced(home)
    assert differences(expected, dump(synced(home), root=home, only=(*SUMS, "doc"))) == []


@pytest.mark.full
@pytest.mark.parametrize("order", list(permutations(range(5))), ids=lambda order: "".join(map(str, order)))
def test_every_order(home: Path, expected: Dump, order: tuple[int, ...]) -> None:
    stories = forest()
    for number in (*order, 5, 6):
        write(home, stories[number])
        synced(home, text=False)
    assert differences(expected, dump(synced(home), root=home, only=(*SUMS, "doc"))) == []


@settings(max_examples=10)
@given(some.lists(some.tuples(some.integers(0, 5), some.integers(1, 12_000)), max_size=12))
def test_forks_that_grow(steps: list[tuple[int, int]]) -> None:
    stories = forest()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        sizes = [0] * len(stories)
        for which, more in steps:
            sizes[which] += more
            write(home, stories[which], sizes[which])
            synced(home, text=more % 2 == 0)
        for story in stories:
            write(home, story)
        after = dump(synced(home), root=home, only=(*SUMS, "doc"))
    assert differences(clean(stories), after) == []


@pytest.mark.parametrize("mode", ["on", "only-index"])
@pytest.mark.parametrize("number", range(6))
def test_owners_stay_when_a_log_is_deleted(home: Path, expected: Dump, number: int, mode: str) -> None:
    """Also when a fork of it goes on afterwards, and the group is looked at again."""
    stories = forest()
    paths = [write(home, story) for story in stories]
    synced(home, AGENT_TRACE_ARCHIVE=mode)
    paths[number].unlink()
    synced(home, AGENT_TRACE_ARCHIVE=mode)
    for story in stories[2:5:2] if number in (1, 5) else stories[1:6:4]:
        write(home, story.prompt("one more").say("thing"))
    after = dump(synced(home, AGENT_TRACE_ARCHIVE=mode), root=home, only=("call", "prompt", "session"))
    owners = {row[0]: row[2] for row in expected["call"]}
    assert {row[0]: row[2] for row in after["call"] if row[0] in owners} == owners
    lines = {row[1]: row[15] for row in expected["session"]}
    assert {row[1]: row[15] for row in after["session"]} == lines


@pytest.mark.parametrize("number", range(6))
def test_owners_stay_when_a_log_is_cut(home: Path, expected: Dump, number: int) -> None:
    stories = forest()
    paths = [write(home, story) for story in stories]
    synced(home)
    lines = stories[number].lines
    paths[number].write_bytes(b"".join(lines[len(lines) // 2 :]))
    after = dump(synced(home), root=home, only=(*SUMS, "doc"))
    after["session"] = [(*row[:22], 0, *row[23:]) for row in after["session"]]
    assert differences(expected, after) == []


def namesakes() -> list[Story]:
    """A conversation and two forks of it; in each goes on a call that bears the same message id under another request."""
    root = chat(1, 2)
    stories = [root, root.fork(2), root.fork(3)]
    for number, story in enumerate(stories, 1):
        story.prompt(f"way {number}").reply({"type": "text", "text": "gone"}, output=1000 * number)
        story.rows[-1]["message"]["id"] = "msg_of_many"
    return stories


@settings(max_examples=12)
@given(some.permutations(range(3)), some.sets(some.integers(0, 2)))
def test_calls_of_one_message_id_and_several_requests_stay_with_their_sessions(
    order: list[int], pauses: set[int]
) -> None:
    stories = namesakes()
    with tempfile.TemporaryDirectory() as folder:
        for place, number in enumerate(order):
            write(Path(folder), stories[number])
            if place in pauses:
                synced(Path(folder), text=False)
        with closing(sqlite3.connect(synced(Path(folder), text=False))) as db:
            told = "SELECT session.key, output FROM call JOIN session ON session.id = session WHERE output >= 1000"
            found = sorted(db.execute(told).fetchall(), key=lambda row: row[1])
    assert found == [(story.session, 1000 * number) for number, story in enumerate(stories, 1)]
