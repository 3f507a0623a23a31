"""Which session a clear ended, and which began with it: said where the agent's own clock proves it, and nowhere else."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from agent_trace.model.summary import Cleared
from agent_trace.store.clears import BREATH_MS, after_clear, before_clear
from agent_trace.store.sessions import by_key
from tests.sync.program import run
from tests.sync.stories import Story, chat, put, session_id
from tests.sync.tables import workspace
from tests.sync.test_forgetting import forgotten

HOUR = 3_600_000
CLEAR = "<command-name>/clear</command-name>\n            <command-message>clear</command-message>"
NOBODY = Cleared()
Pair = tuple[Story, Story]


def now(story: Story) -> int:
    return round(story.at.timestamp() * 1000)


def account(story: Story, began: int, ended: int) -> Story:
    """The agent's cost record, as its clock has it."""
    record = {"type": "cost-state", "startTime": began, "totalDuration": ended - began, "totalCostUSD": 0.5}
    story.rows.append({**record, "sessionId": story.session, "modelUsage": {}})
    return story


def after(number: int, typed: int) -> Story:
    """A session that begins with a clear which was typed at this time."""
    story = Story(number)
    story.at = datetime.fromtimestamp(typed / 1000, timezone.utc) - timedelta(seconds=20)
    story.row("user", message={"role": "user", "content": CLEAR})
    return story


def parted(number: int = 1, *, late: int = 0) -> Pair:
    """Two sessions of one process; `late`: how long after the closing of the first account the second was opened."""
    one = chat(number, 1)
    end = now(one) + 30_000
    account(one, now(one) - HOUR, end)
    two = after(number + 100, end - 12).prompt("and now something else").say("gladly")
    return one, account(two, end + late, now(two) + 30_000)


def told(home: Path, stories: Iterable[Story], **more: str) -> list[Cleared]:
    """What is said of each, by an index that has read all there is."""
    opened = workspace(home, ".agent-trace", None, **more)
    try:
        opened.sync()
        opened.sync_text()
        ids = [by_key(opened.db, story.session)[0].id for story in stories]
        return [Cleared(before_clear(opened.db, one), after_clear(opened.db, one)) for one in ids]
    finally:
        opened.close()


def written(home: Path, *stories: Story) -> tuple[Story, ...]:
    for story in stories:
        story.write(home)
    return stories


def across(pair: Pair) -> list[Cleared]:
    one, two = pair
    return [Cleared(None, two.session), Cleared(one.session, None)]


@pytest.mark.parametrize("late", [0, 1, 5, BREATH_MS])
def test_a_clear_leads_both_ways(home: Path, late: int) -> None:
    pair = parted(late=late)
    assert told(home, written(home, *pair)) == across(pair)


@pytest.mark.parametrize("late", [-1, BREATH_MS + 1, HOUR])
def test_another_time_proves_nothing(home: Path, late: int) -> None:
    assert told(home, written(home, *parted(late=late))) == [NOBODY, NOBODY]


def test_a_session_that_begins_otherwise_began_by_itself(home: Path) -> None:
    """Programs that start each other may well meet on the millisecond."""
    one, two = parted()
    two.rows[0]["message"]["content"] = "hello"
    assert told(home, written(home, one, two)) == [NOBODY, NOBODY]


def test_a_clear_that_was_typed_after_the_account_was_closed_is_another_one(home: Path) -> None:
    one, two = parted(late=8)
    two.rows[0]["timestamp"] = two.rows[0]["timestamp"].replace("Z", "+00:00")
    typed = datetime.fromisoformat(two.rows[0]["timestamp"]) + timedelta(milliseconds=15)
    two.rows[0]["timestamp"] = typed.isoformat(timespec="milliseconds")
    assert told(home, written(home, one, two)) == [NOBODY, NOBODY]


def test_two_that_ended_then_are_one_too_many(home: Path) -> None:
    one, two = parted()
    end = two.rows[-1]["startTime"]
    other = account(chat(1, 1).fork(7).prompt("mine").say("yes"), end - HOUR, end - 3)
    other.rows = [row for row in other.rows if row.get("timestamp", "") < two.rows[0]["timestamp"]]
    assert told(home, written(home, one, two, other)) == [NOBODY, NOBODY, NOBODY]


def test_two_that_began_then_are_one_too_many(home: Path) -> None:
    one, two = parted()
    end = two.rows[-1]["startTime"]
    other = account(after(8, end - 5).prompt("me too").say("yes"), end + 2, end + HOUR)
    assert told(home, written(home, one, two, other)) == [NOBODY, NOBODY, NOBODY]


def test_another_folder_and_another_home_are_another_process(home: Path) -> None:
    one, two = parted()
    one.write(home)
    put(home / ".claude/projects/-home-you-other" / Path(two.path).name, two.data)
    assert told(home, [one, two]) == [NOBODY, NOBODY]
    shutil.rmtree(home / ".claude/projects/-home-you-other")
    put(home / ".config/claude" / two.path, two.data)
    assert told(home, [one, two]) == [NOBODY, NOBODY]


def test_the_account_of_a_resumed_session_is_no_clock(home: Path) -> None:
    """It runs on as if no time had passed: what it says of the end is long before the last rows."""
    one, two = parted()
    closed = one.rows.pop()
    one.at -= timedelta(hours=2)
    account(one, closed["startTime"], now(one) + 5000)
    one.at += timedelta(hours=3)
    one.prompt("there again").say("welcome")
    one.rows.append(closed)
    assert told(home, written(home, one, two)) == [NOBODY, NOBODY]


def test_a_session_that_goes_on_later_was_cleared_all_the_same(home: Path) -> None:
    one, two = parted()
    closed = one.rows[-1]
    one.at += timedelta(hours=5)
    one.prompt("there again").say("welcome")
    account(one, closed["startTime"], closed["startTime"] + closed["totalDuration"] + 40_000)
    assert told(home, written(home, one, two)) == across((one, two))


def test_copies_neither_were_cleared_nor_began_so(home: Path) -> None:
    """A fork takes the time along at which its source began, and the clear that its source begins with."""
    one, two = parted()
    before = one.fork(50).prompt("another way").say("so be it")
    account(before, one.rows[-1]["startTime"], now(before) + 30_000)
    behind = two.fork(51).prompt("another way still").say("so be it too")
    account(behind, two.rows[-1]["startTime"], now(behind) + 30_000)
    assert told(home, written(home, one, two, before, behind)) == [*across((one, two)), NOBODY, NOBODY]


def test_a_fork_that_is_cleared_by_its_first_process_is_not_known(home: Path) -> None:
    """Its account goes on from its source's, so its clock is not that of the day."""
    one, two = parted()
    fork = one.fork(50).prompt("another way").say("so be it")
    closed = one.rows[-1]
    account(fork, closed["startTime"], closed["startTime"] + closed["totalDuration"] + 50_000)
    three = after(60, now(fork) + 30_000).prompt("what else").say("this")
    account(three, now(fork) + 30_012, now(three) + 1000)
    assert told(home, written(home, one, two, fork, three)) == [*across((one, two)), NOBODY, NOBODY]


def test_a_sub_agent_is_not_what_was_cleared(home: Path) -> None:
    """Its log lies beside its session's, as 2.0 had it."""
    one, two = parted()
    child = chat(1, 1, agent="0000abcd")
    child.rows.append(one.rows.pop())
    put(home / ".claude" / Path(one.path).parent / "agent-0000abcd.jsonl", child.data)
    assert told(home, written(home, one, two)) == [NOBODY, NOBODY]


def test_nothing_stands_between_two_clears_in_a_row(home: Path) -> None:
    """The session between them has nothing that was asked: no list shows it, so no link may end there."""
    one, two = parted()
    opened = two.rows[-1]["startTime"]
    hasty = after(70, opened - 12)
    hasty.row("system", subtype="local_command", content="<local-command-stdout></local-command-stdout>")
    again = opened + 60_000
    account(hasty, opened, again)
    three = after(71, again - 9).prompt("now then").say("yes")
    account(three, again + 1, now(three) + 1000)
    assert told(home, written(home, one, three)) == [NOBODY, NOBODY]
    assert told(home, written(home, one, hasty, three)[::2]) == across((one, three))


@pytest.mark.parametrize("mode", ["on", "only-index", "off"])
def test_a_log_that_is_gone_was_there(home: Path, mode: str) -> None:
    pair = written(home, *parted())
    told(home, pair, AGENT_TRACE_ARCHIVE=mode)
    (home / ".claude" / pair[0].path).unlink()
    assert told(home, pair, AGENT_TRACE_ARCHIVE=mode) == across(parted())


def test_a_session_of_the_archive_alone_is_known_still(home: Path) -> None:
    """The index is made anew from what was archived, at tier 2 from figures."""
    pair = written(home, *parted())
    for tier in ("3", "2"):
        assert told(home, pair, AGENT_TRACE_TIER=tier) == across(parted())
    for story in pair:
        (home / ".claude" / story.path).unlink(missing_ok=True)
    for file in (home / ".agent-trace").glob("data.db*"):
        file.unlink()
    assert told(home, pair, AGENT_TRACE_TIER="2") == across(parted())


def test_paths_that_are_hidden_are_told_apart_as_well(home: Path) -> None:
    pair = written(home, *parted())
    assert told(home, pair, AGENT_TRACE_TIER="1") == across(parted())


def test_what_was_forgotten_is_not_named(home: Path) -> None:
    one, two = written(home, *parted())
    told(home, [one, two])
    forgotten(home, one.session)
    assert told(home, [two]) == [NOBODY]


def test_an_older_version_writes_no_time(home: Path) -> None:
    one, two = parted()
    for story in (one, two):
        del story.rows[-1]["startTime"]
    assert told(home, written(home, one, two)) == [NOBODY, NOBODY]


def test_it_is_known_as_soon_as_the_second_account_is_closed(home: Path) -> None:
    """A log is read in pieces, as it grows."""
    one, two = parted()
    put(home / ".claude" / two.path, two.lines[0])
    one.write(home)
    told(home, [one])
    put(home / ".claude" / two.path, b"".join(two.lines[:-1]))
    assert told(home, [one, two]) == [NOBODY, NOBODY]
    two.write(home)
    assert told(home, [one, two]) == across((one, two))


def test_show_and_transcripts_say_so(home: Path) -> None:
    one, two = written(home, *parted())
    out, _ = run(home, "show", one.session, "--json")
    assert (json.loads(out)["before_clear"], json.loads(out)["after_clear"]) == (None, two.session)
    out, _ = run(home, "show", two.session)
    assert f"began after  {one.session}  (by /clear)" in out
    run(home, "transcript", "--all", "-o", str(home / "all"))
    assert f"[began after /clear in {one.session}](claude-{one.session}.md)" in text_of(home / "all", two)
    assert f"[went on after /clear in {two.session}](claude-{two.session}.md)" in text_of(home / "all", one)
    run(home, "transcript", two.session, "-o", str(home / "one"))
    assert f"\nbegan after /clear in {one.session}\n" in text_of(home / "one", two)
    assert session_id(1) == one.session


def text_of(folder: Path, story: Story) -> str:
    return (folder / f"claude-{story.session}.md").read_text()
