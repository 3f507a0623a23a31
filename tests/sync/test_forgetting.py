"""What is forgotten is nowhere any more, does not come back, and leaves everything else as if it had never been."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from agent_trace.app.choosing import choose
from agent_trace.app.forgetting import Plan, forget, plan
from agent_trace.errors import UnreachableError, UsageError
from agent_trace.store.archive import Archive, frames_of
from agent_trace.store.keyed_names import open_names, read_names
from tests.sync.program import DEADLINE_S, run, unmeasured
from tests.sync.stories import Story, chat, family, put, town
from tests.sync.tables import differences, dump, synced, workspace

SECRET = "xylophonist"
NOW = "2026-11-21T00:00:00Z"


def secretive(number: int = 50) -> list[Story]:
    """A session and its sub-agent that say a word which stands nowhere else, in every place a word can stand."""
    stories = list(family(number))
    for story in stories:
        story.prompt(f"tell the {SECRET} about it")
        story.say(f"the {SECRET.upper()} knows")
        story.use("Bash", {"command": f"cat {SECRET}.txt"}, f"{SECRET} was here")
        story.edit(f"/home/you/{SECRET}.py", 3)
        story.use(f"mcp__{SECRET}__play", {"x": 1}, "ok")
        for row in story.rows:
            row["gitBranch"] = f"{SECRET}-branch"
    stories[0].title(f"the {SECRET}'s session").cost(1.5)
    return stories


def leftovers(home: Path) -> list[str]:
    """Files of our home in which the word still stands, archived copies unpacked."""
    archive = Archive(str(home / ".agent-trace" / "archive"))
    found = []
    for path in sorted((home / ".agent-trace").rglob("*")):
        if not path.is_file():
            continue
        data = path.read_bytes()
        if path.suffix == ".zst":
            header = next(frames_of(str(path))).header
            data += archive.read(header.agent, header.path)
        if SECRET.encode() in data.lower():
            found.append(path.name)
    return found


def forgotten(home: Path, text: str) -> Plan:
    opened = workspace(home)
    opened.sync()
    what = plan(opened, [choose(opened, text)])
    forget(opened, what)
    opened.sync()
    opened.sync_text()
    opened.close()
    return what


def test_it_is_nowhere(home: Path) -> None:
    town(home)
    for story in secretive():
        story.write(home)
    synced(home)
    assert leftovers(home) != []
    what = forgotten(home, secretive()[0].session)
    assert (what.sessions[0].subagents, len(what.sessions[0].logs)) == (1, 2)
    assert leftovers(home) == []


def test_everything_else_is_as_if_it_had_never_been(home: Path) -> None:
    town(home)
    before = dump(synced(home))
    for story in secretive():
        story.write(home)
    synced(home)
    forgotten(home, secretive()[0].session)
    index = home / ".agent-trace" / "data.db"
    assert differences(before, dump(index)) == []
    out, _ = run(home, "search", "lantern", "--json")
    assert len(json.loads(out)["hits"]) > 2
    run(home, "archive", "verify")


def rewrite(path: Path) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[20:]))


def delete(path: Path) -> None:
    path.unlink()


def touch(path: Path) -> None:
    os.utime(path, ns=(5, 5))


@pytest.mark.parametrize("change", [rewrite, delete, touch])
@pytest.mark.parametrize("mode", ["on", "only-index", "off"])
def test_it_is_nowhere_whatever_became_of_its_log(home: Path, change: Callable[[Path], None], mode: str) -> None:
    """Rows that are masked, archived twice, indexed twice."""
    town(home, 2)
    paths = [story.write(home) for story in secretive()]
    synced(home, AGENT_TRACE_ARCHIVE=mode)
    for path in paths:
        change(path)
    synced(home, AGENT_TRACE_ARCHIVE=mode)
    forgotten(home, secretive()[0].session)
    assert leftovers(home) == []


def test_it_does_not_come_back(home: Path) -> None:
    """Its log is still there, grows, is touched; the index is lost and made again."""
    town(home, 2)
    stories = secretive()
    paths = [story.write(home) for story in stories]
    synced(home)
    forgotten(home, stories[0].session)
    expected = dump(home / ".agent-trace" / "data.db")
    put(paths[0], stories[0].prompt("more").data)
    assert differences(expected, dump(synced(home))) == []
    for path in (home / ".agent-trace").glob("data.db*"):
        path.unlink()
    assert {row[1] for row in dump(synced(home))["session"]} == {row[1] for row in expected["session"]}
    assert leftovers(home) == []


def test_an_orphan_of_the_archive_does_not_come_back(home: Path) -> None:
    """The archive was brought back from a backup that is older than the forgetting."""
    town(home, 2)
    stories = secretive()
    paths = [story.write(home) for story in stories]
    synced(home)
    shutil.copytree(home / ".agent-trace" / "archive", home / "backup")
    forgotten(home, stories[0].session)
    expected = {row[1] for row in dump(home / ".agent-trace" / "data.db")["session"]}
    for path in (*paths, *(home / ".agent-trace").glob("data.db*")):
        path.unlink()
    shutil.copytree(home / "backup", home / ".agent-trace" / "archive", dirs_exist_ok=True)
    assert {row[1] for row in dump(synced(home))["session"]} == expected
    assert leftovers(home) == []


def test_a_sub_agent_that_only_its_rows_name_does_not_come_back(home: Path) -> None:
    """Claude Code 2.0 put sub-agents beside their session: the path does not say whose they are."""
    root, child = secretive()
    root.write(home)
    path = home / ".claude" / "projects" / "x" / f"agent-{child.agent}.jsonl"
    put(path, child.data)
    synced(home)
    forgotten(home, root.session)
    late = put(path.with_name("agent-later.jsonl"), child.data.replace(child.agent.encode(), b"later"))
    touch(path)
    after = dump(synced(home))
    assert (after["session"], after["source"], late.exists()) == ([], [], True)


def test_a_fork_keeps_what_it_copied(home: Path) -> None:
    """It becomes the owner of the rows, as if the first session had never been there."""
    root = chat(1, 2)
    fork = root.fork(2).prompt("another way").say("yes")
    fork.write(home)
    before = dump(synced(home))
    root.prompt("the root goes on").write(home)
    synced(home)
    what = forgotten(home, root.session)
    assert what.sessions[0].copies == (fork.session,)
    assert differences(before, dump(home / ".agent-trace" / "data.db")) == []


def test_a_fork_whose_log_is_gone_is_read_from_the_archive(home: Path) -> None:
    root = chat(1, 2)
    fork = root.fork(2).prompt("another way").say("yes")
    path = fork.write(home)
    root.prompt("the root goes on").write(home)
    synced(home)
    path.unlink()
    forgotten(home, root.session)
    after = dump(home / ".agent-trace" / "data.db", only=["session", "prompt"])
    assert [(row[1], row[14], row[22]) for row in after["session"]] == [(fork.session, 3, 1)]


def test_a_sub_agent_alone(home: Path) -> None:
    root, child = family(3)
    root.write(home)
    before = dump(synced(home))
    child.write(home)
    synced(home)
    forgotten(home, f"{root.session}/agent-{child.agent}")
    child.write(home)
    assert differences(before, dump(synced(home))) == []


def test_a_part_of_a_log_is_refused(home: Path) -> None:
    story = chat(1)
    story.row("user", isSidechain=True, parentUuid=None, message={"role": "user", "content": "look into it"})
    story.write(home)
    synced(home)
    opened = workspace(home)
    side = next(row[0] for row in opened.db.execute("SELECT key FROM session WHERE key LIKE '%/side-%'"))
    with pytest.raises(UsageError, match="no log of its own"):
        plan(opened, [choose(opened, side)])
    opened.close()


def test_damaged_indexes_that_were_set_aside_go_too(home: Path) -> None:
    for story in secretive():
        story.write(home)
    index = synced(home)
    (index.parent / "data.db.damaged-20260101T000000").write_bytes(index.read_bytes())
    forgotten(home, secretive()[0].session)
    assert leftovers(home) == []


SUICIDAL = """
import os, signal, sys
from agent_trace.app import forgetting
from agent_trace.cli.main import main

name = sys.argv.pop(1)

def last_step(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

setattr(forgetting, name, last_step)
main()
"""


@pytest.mark.parametrize("step", ["drop_imported", "remove", "finish", "_unlink", "remake_text", "overwrite"])
def test_killed_on_the_way(home: Path, step: str) -> None:
    """Before the index is changed nothing is lost; after that the next sync brings it to its end."""
    town(home, 2)
    for story in secretive():
        story.write(home)
    before = dump(synced(home))
    environment = {**unmeasured(), "AGENT_TRACE_HOME": str(home / ".agent-trace")}
    command = [sys.executable, "-c", SUICIDAL, step, "forget", secretive()[0].session, "--yes"]
    done = subprocess.run(command, env=environment, capture_output=True, timeout=DEADLINE_S, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    if step in ("drop_imported", "remove"):
        assert differences(before, dump(home / ".agent-trace" / "data.db")) == []
        run(home, "forget", secretive()[0].session, "--yes")
    run(home, "sync")
    assert leftovers(home) == []
    assert secretive()[0].session not in run(home, "list", "--json")[0]


def test_while_another_process_reads(home: Path) -> None:
    """Old pages stay as long as somebody may want them; the next sync overwrites them."""
    for story in secretive():
        story.write(home)
    index = synced(home)
    reader = workspace(home)
    reader.db.execute("BEGIN")
    reader.db.execute("SELECT count(*) FROM session").fetchone()
    opened = workspace(home)
    opened.db.execute("PRAGMA busy_timeout = 10")
    with pytest.raises(UnreachableError, match="another process is reading"):
        forget(opened, plan(opened, [choose(opened, secretive()[0].session)]))
    opened.close()
    reader.close()
    synced(home)
    assert (leftovers(home), index.exists()) == ([], True)


# ---------------------------------------------------------------- the command


def test_before_a_day_in_the_persons_zone(home: Path) -> None:
    """Sessions 0 to 5 start at 9, 10, 11 … o'clock UTC on the second of November and last some minutes."""
    paths = town(home)
    synced(home)
    zone = ("--timezone", "Pacific/Kiritimati")  # fourteen hours ahead: from ten o'clock UTC on it is the third
    plain = json.loads(run(home, "forget", "--before", "2026-11-03", "--dry-run", "--json")[0])
    early = json.loads(run(home, "forget", "--before", "2026-11-03", "--dry-run", "--json", *zone)[0])
    assert [len(plain["sessions"]), len(early["sessions"])] == [6, 1]
    run(home, "forget", "--before", "2026-11-03", "--yes", *zone)
    left = dump(home / ".agent-trace" / "data.db", only=["session"])["session"]
    assert (len(left), len(paths)) == (11, 13)


def test_the_last_activity_of_a_sub_agent_counts(home: Path) -> None:
    root, child = family(1)
    child.at = child.at.replace(day=20)
    child.prompt("long after").say("still here")
    for story in (root, child):
        story.write(home)
    assert json.loads(run(home, "forget", "--before", "2026-11-10", "--dry-run", "--json")[0])["sessions"] == []


def test_a_dry_run_changes_nothing(home: Path) -> None:
    town(home)
    before = dump(synced(home))
    out, _ = run(home, "forget", chat(1).session, "--dry-run")
    assert "1 session would be forgotten" in out
    assert differences(before, dump(home / ".agent-trace" / "data.db")) == []
    assert read_names(str(home / ".agent-trace" / "forgotten")) is None


def test_it_says_where_the_log_still_lies(home: Path) -> None:
    path = chat(1).write(home)
    out, _ = run(home, "forget", chat(1).session, "--yes", COLUMNS="300")
    assert "1 session forgotten" in out
    assert str(path) in out
    assert path.read_bytes() == chat(1).data


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ([], 2, "name sessions, or choose them by --before and --repo"),
        (["3c6ef372", "--before", "7d"], 2, "name sessions, or choose them by --before and --repo"),
        (["3c6ef372"], 2, "add --yes"),
        (["nothing-like-it", "--yes"], 3, "no session's id begins with"),
        (["--before", "someday", "--yes"], 2, "is no time"),
        (["--before", "all", "--yes"], 2, "'all' is no time"),
    ],
)
def test_what_it_refuses(home: Path, arguments: list[str], code: int, words: str) -> None:
    town(home)
    synced(home)
    assert words in run(home, "forget", *arguments, code=code)[1]
    assert len(dump(home / ".agent-trace" / "data.db", only=["session"])["session"]) == 13


def test_nothing_to_forget(home: Path) -> None:
    town(home, 2)
    assert "nothing was forgotten" in run(home, "forget", "--before", "2020-01-01", "--yes")[0]


# ---------------------------------------------------------------- tombstones


def test_tombstones_tell_nothing(tmp_path: Path) -> None:
    one, other = (open_names(str(tmp_path / name)) for name in ("one", "other"))
    for stones in (one, other):
        stones.add([("claude", "a-session"), ("claude", "/a/path.jsonl")])
        stones.add([("claude", "a-session")])
    data = (tmp_path / "one").read_bytes()
    assert (b"a-session" in data, b"path" in data, data == (tmp_path / "other").read_bytes()) == (False, False, False)
    assert (tmp_path / "one").stat().st_mode & 0o777 == 0o600


def test_tombstones_are_found_again(tmp_path: Path) -> None:
    path = str(tmp_path / "stones")
    open_names(path).add([("claude", "one")])
    open_names(path).add([("claude", "two")])
    with Path(path).open("ab") as file:
        file.write(b"0123")
    open_names(path).add([("claude", "three")])
    stones = read_names(path)
    assert stones is not None
    names = [("claude", "one"), ("claude", "two"), ("claude", "three"), ("codex", "one"), ("claude", "four")]
    assert [name in stones for name in names] == [True, True, True, False, False]
