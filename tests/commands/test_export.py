"""`export`: folders that agent-strace takes for its own, and files of JSON."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from agent_trace.app.active_session import active
from agent_trace.app.exporting import default_format, formats
from agent_trace.cli.main import main
from tests.agents.traces.folders import CORPUS
from tests.commands.terminal import Terminal
from tests.reports.small import Call, copy_run, write_log

ROOT = "942bf1b1-e31e-4f36-8359-80dd7740a467"
CHILD = f"{ROOT}--agent-a8936251ceec1d63b"
ONE, TWO = "aaaaaaaa-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000002"


@pytest.fixture
def here(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of the person's, in which the program runs."""
    folder = home / "demo"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PWD", str(folder))
    monkeypatch.setenv("AGENT_TRACE_NOW", "2026-11-21T12:00:00Z")
    return folder


@pytest.fixture
def recorded(here: Path, home: Path) -> Path:
    """The same, with a recorded run of Claude Code."""
    copy_run("2.1.329/fix", home)
    return here


def meta(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "meta.json").read_bytes())
    return found


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "events.ndjson").read_bytes().splitlines()]


def tree(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file with its content and its time."""
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


# ---------------------------------------------------------------- which sessions, and where


def test_a_session_with_its_sub_agents(recorded: Path, terminal: Terminal) -> None:
    ran = terminal.run("export", ROOT[:8], "--json")
    store = recorded / ".agent-traces"
    assert ran.code == 0
    found = json.loads(ran.out)
    assert (found["format"], found["folder"]) == ("traces", ".agent-traces")
    assert [(one["id"], one["parent"], one["changed"]) for one in found["sessions"]] == [
        (ROOT, None, True),
        (f"{ROOT}/agent-a8936251ceec1d63b", ROOT, True),
    ]
    assert sorted(path.name for path in store.iterdir()) == sorted([".gitignore", ROOT, CHILD])
    child = meta(store / CHILD)
    calls = {line["event_id"]: line for line in lines(store / ROOT) if line["event_type"] == "tool_call"}
    assert (child["session_id"], child["parent_session_id"], child["depth"]) == (CHILD, ROOT, 1)
    assert calls[child["parent_event_id"]]["data"]["sub_session_id"] == CHILD
    assert meta(store / ROOT)["agent_name"] == "claude-code"
    assert "2.1.329" in meta(store / ROOT)["command"]


def test_alone(recorded: Path, terminal: Terminal) -> None:
    found = json.loads(terminal.run("export", ROOT, "--alone", "--json").out)
    assert [one["id"] for one in found["sessions"]] == [ROOT]


def test_a_sub_agent_names_its_parents_call(recorded: Path, terminal: Terminal) -> None:
    terminal.run("export", f"{ROOT}/agent-a8936251ceec1d63b", "-o", "out")
    (folder,) = [path for path in (recorded / "out").iterdir() if path.is_dir()]
    assert (folder.name, meta(folder)["depth"]) == (CHILD, 1)
    assert meta(folder)["parent_event_id"].startswith("toolu_")


def test_without_a_word_the_latest(recorded: Path, terminal: Terminal) -> None:
    ran = terminal.run("export")
    assert ran.code == 0
    assert "1 session" in ran.out or "2 sessions" in ran.out


def test_all_and_chosen_by_flags(here: Path, home: Path, terminal: Terminal) -> None:
    write_log(home, ONE, "/home/you/shop", [Call("2026-11-20T09:00:00")])
    write_log(home, TWO, "/home/you/shop", [Call("2026-11-10T09:00:00")])
    every = json.loads(terminal.run("export", "--all", "--json").out)["sessions"]
    week = json.loads(terminal.run("export", "--since", "7d", "-o", "week", "--json").out)["sessions"]
    none = terminal.run("export", "--since", "2026-11-21", "-o", "none")
    assert [one["id"] for one in every] == [ONE, TWO]
    assert [one["id"] for one in week] == [ONE]
    assert "no session was chosen" in none.out
    assert not (here / "none").exists()


def test_named_ones_each_once(here: Path, home: Path, terminal: Terminal) -> None:
    write_log(home, ONE, "/home/you/shop", [Call("2026-11-20T09:00:00")])
    write_log(home, TWO, "/home/you/shop", [Call("2026-11-10T09:00:00")])
    found = json.loads(terminal.run("export", "bbbb", "aaaa", TWO, "--no-sync", "--json").out or "{}")
    assert found == {}
    terminal.run("sync")
    found = json.loads(terminal.run("export", "bbbb", "aaaa", TWO, "--no-sync", "--json").out)
    assert [one["id"] for one in found["sessions"]] == [TWO, ONE]


def test_names_and_flags_do_not_go_together(recorded: Path, terminal: Terminal) -> None:
    ran = terminal.run("export", ROOT, "--all")
    assert (ran.code, "not both" in ran.err) == (2, True)


def test_many_are_shown_in_part(here: Path, home: Path, terminal: Terminal) -> None:
    for number in range(32):
        write_log(home, f"{number:08}-0000-4000-8000-000000000000", "/w", [Call("2026-11-20T09:00:00")])
    ran = terminal.run("export", "--all")
    assert "32 sessions" in ran.out
    assert "… and 2 more" in ran.out


def test_the_variable_names_the_folder(
    recorded: Path, home: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGENT_TRACE_DIR", str(home / "store"))
    terminal.run("export", ROOT, "--alone")
    assert (home / "store" / ROOT / "events.ndjson").exists()


def test_sessions_of_two_agents_with_one_id_have_folders_of_their_own(
    here: Path, home: Path, terminal: Terminal
) -> None:
    write_log(home, ONE, "/home/you/shop", [Call("2026-11-20T09:00:00")])
    other = home / ".pi/agent/sessions/--home-you--"
    other.mkdir(parents=True)
    rows = (
        {"type": "session", "version": 3, "id": ONE, "timestamp": "2026-11-20T09:00:00.000Z", "cwd": "/home/you"},
        {
            "type": "message", "id": "a1", "parentId": None, "timestamp": "2026-11-20T09:00:01.000Z",
            "message": {"role": "user", "content": "hi", "timestamp": 1},
        },
    )  # fmt: skip
    (other / f"2026-11-20T09-00-00-000Z_{ONE}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = json.loads(terminal.run("export", "--all", "--json").out)["sessions"]
    assert {(one["agent"], one["id"]) for one in found} == {("claude", ONE), ("pi", ONE)}
    assert len({one["path"] for one in found}) == 2
    assert {meta(here / one["path"])["session_id"] for one in found} == {Path(one["path"]).name for one in found}
    again = json.loads(terminal.run("export", "--all", "--json").out)["sessions"]
    assert {one["changed"] for one in again} == {False}


# ---------------------------------------------------------------- what is written


def test_files_are_for_their_owner_alone(recorded: Path, terminal: Terminal) -> None:
    terminal.run("export", ROOT)
    store = recorded / ".agent-traces"
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (store, *store.rglob("*"))}
    assert modes == {0o600, 0o700}


def test_again_changes_nothing(recorded: Path, terminal: Terminal) -> None:
    terminal.run("export", ROOT)
    before = tree(recorded / ".agent-traces")
    found = json.loads(terminal.run("export", ROOT, "--json").out)
    assert tree(recorded / ".agent-traces") == before
    assert {one["changed"] for one in found["sessions"]} == {False}


def test_what_is_listed_stays_the_same(recorded: Path, terminal: Terminal) -> None:
    before = json.loads(terminal.run("list", "--json").out)
    terminal.run("export", "--all")
    after = json.loads(terminal.run("list", "--json").out)
    assert (after["sessions"], after["totals"]) == (before["sessions"], before["totals"])


def test_another_machine_lists_the_same(recorded: Path, home: Path, terminal: Terminal) -> None:
    before = json.loads(terminal.run("list", "--json").out)
    terminal.run("export", "--all", "--tier", "3", "--no-redact")
    shutil.rmtree(home / ".claude")
    shutil.rmtree(home / ".agent-trace")
    after = json.loads(terminal.run("list", "--json").out)
    told = "id parent title cwd branch prompts models own subagents failed_steps ended lines_added lines_removed"
    kept = told.split()
    for one, other in zip(before["sessions"], after["sessions"], strict=True):
        assert {key: other[key] for key in kept} == {key: one[key] for key in kept}
        assert other["agent"] == "traces"


def test_another_tools_session_is_left_alone(recorded: Path, terminal: Terminal) -> None:
    place = recorded / ".agent-traces" / ROOT
    place.mkdir(parents=True)
    (place / "meta.json").write_text('{"session_id": "x"}')
    ran = terminal.run("export", ROOT)
    assert (ran.code, "did not write" in ran.err) == (2, True)
    assert sorted(path.name for path in place.iterdir()) == ["meta.json"]
    assert terminal.run("export", ROOT, "--force").code == 0
    assert meta(place)["session_id"] == ROOT


def test_a_folder_of_another_session_of_ours_is_no_place_either(recorded: Path, terminal: Terminal) -> None:
    terminal.run("export", ROOT, "--alone")
    place = recorded / ".agent-traces"
    (place / ROOT).rename(place / CHILD)
    assert terminal.run("export", f"{ROOT}/agent-a8936251ceec1d63b").code == 2
    (place / CHILD / "events.ndjson").write_text("[1]\n")
    assert terminal.run("export", f"{ROOT}/agent-a8936251ceec1d63b").code == 2


def test_nothing_is_written_through_a_link(recorded: Path, home: Path, terminal: Terminal) -> None:
    (recorded / ".agent-traces").mkdir()
    (home / "elsewhere").mkdir()
    (recorded / ".agent-traces" / ROOT).symlink_to(home / "elsewhere")
    ran = terminal.run("export", ROOT, "--force")
    assert (ran.code, "is a link" in ran.err) == (2, True)
    assert list((home / "elsewhere").iterdir()) == []


def test_a_folder_that_cannot_be_written(recorded: Path, terminal: Terminal) -> None:
    (recorded / "file").write_text("x")
    ran = terminal.run("export", ROOT, "-o", "file")
    assert (ran.code, "cannot be written" in ran.err) == (5, True)
    ran = terminal.run("export", ROOT, "--alone", "--format", "json", "-o", "file/x.json")
    assert (ran.code, "cannot be written" in ran.err) == (5, True)


def test_notes_that_were_made_there_stay(here: Path, home: Path, terminal: Terminal) -> None:
    shutil.copytree(CORPUS / "0.103.0/decorator", home / "other")
    terminal.run("import", str(home / "other"))
    terminal.run("export", "770df5b1c9634a20", "--alone")
    path = here / ".agent-traces/770df5b1c9634a20/annotations.jsonl"
    ours = path.read_bytes()
    theirs = b'{"annotation_id":"new","note":"later"}\nno json\n[1]\n'
    path.write_bytes(theirs + ours)
    terminal.run("export", "770df5b1c9634a20", "--alone")
    found = path.read_bytes().splitlines()
    assert (len(ours.splitlines()), len(found)) == (2, 5)
    assert {b"no json", b"[1]", *ours.splitlines()} < set(found)
    assert [json.loads(line)["note"] for line in found if b'"new"' in line] == ["later"]


def test_files_of_other_tools_stay(recorded: Path, terminal: Terminal) -> None:
    terminal.run("export", ROOT, "--alone")
    other = recorded / ".agent-traces" / ROOT / "eval.json"
    other.write_text("{}")
    terminal.run("export", ROOT, "--alone")
    assert other.read_text() == "{}"


# ---------------------------------------------------------------- beside the sessions


def test_the_folder_hides_itself_from_git(recorded: Path, terminal: Terminal) -> None:
    terminal.run("export", ROOT, "--alone")
    path = recorded / ".agent-traces/.gitignore"
    assert path.read_text().splitlines()[-1] == "*"
    path.write_text("mine")
    terminal.run("export", ROOT, "--alone")
    assert path.read_text() == "mine"


def test_a_repository_or_the_present_folder_is_not_hidden(recorded: Path, terminal: Terminal) -> None:
    (recorded / "repo/.git").mkdir(parents=True)
    for place in ("repo", ".", ".."):
        assert terminal.run("export", ROOT, "--alone", "-o", place).code == 0
    assert list(recorded.parent.rglob(".gitignore")) == []


def test_a_running_session_is_marked(
    here: Path, home: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_log(home, ONE, "/home/you/shop", [Call("2026-11-20T09:00:00")])
    store = here / ".agent-traces"
    monkeypatch.setenv("AGENT_TRACE_NOW", "2026-11-20T09:01:00Z")
    terminal.run("export", ONE)
    assert (active(str(store)), "ended_at" in meta(store / ONE)) == (ONE, False)
    monkeypatch.setenv("AGENT_TRACE_NOW", "2026-11-20T19:00:00Z")
    terminal.run("export", ONE)
    assert (active(str(store)), "ended_at" in meta(store / ONE)) == (None, True)


def test_another_session_that_is_recorded_stays_marked(recorded: Path, terminal: Terminal) -> None:
    store = recorded / ".agent-traces"
    store.mkdir()
    (store / ".active-session").write_text("another")
    terminal.run("export", ROOT)
    assert active(str(store)) == "another"
    (store / ".active-session").write_bytes(b"\xff")
    assert active(str(store)) is None


def test_this_is_the_session_that_is_recorded_here(recorded: Path, terminal: Terminal) -> None:
    (recorded / ".agent-traces").mkdir()
    (recorded / ".agent-traces/.active-session").write_text(ROOT[:16])
    assert json.loads(terminal.run("show", "this", "--json").out)["id"] == ROOT


# ---------------------------------------------------------------- the other formats


def test_json_goes_to_stdout(recorded: Path, terminal: Terminal) -> None:
    terminal.run("sync")
    written = _stdout(terminal, "export", ROOT, "--alone", "--format", "json")
    events = json.loads(written)
    lines_ = _stdout(terminal, "export", ROOT, "--alone", "--format", "ndjson").splitlines()
    assert [json.loads(line) for line in lines_] == events
    assert events[0]["event_type"] == "session_start"


def test_csv_says_the_same(recorded: Path, terminal: Terminal) -> None:
    lines_ = _stdout(terminal, "export", ROOT, "--alone", "--format", "ndjson").splitlines()
    table = _stdout(terminal, "export", ROOT, "--alone", "--format", "csv").decode()
    rows = list(csv.DictReader(io.StringIO(table)))
    assert list(rows[0]) == ["timestamp", "event_type", "event_id", "parent_id", "duration_ms", "data"]
    for row, line in zip(rows, map(json.loads, lines_), strict=True):
        assert json.loads(row["data"]) == line["data"]
        assert (row["event_id"], float(row["timestamp"])) == (line["event_id"], line["timestamp"])
        assert (row["parent_id"], row["duration_ms"]) == tuple(
            str(line.get(n, "")) for n in ("parent_id", "duration_ms")
        )


def _stdout(terminal: Terminal, *words: str) -> bytes:
    data = io.BytesIO()
    out = io.TextIOWrapper(data, encoding="utf-8")
    with terminal.patch.context() as patched:
        patched.setattr(sys, "stdout", out)
        with pytest.raises(SystemExit):
            main(words)
    out.flush()
    return data.getvalue()


def test_a_file_or_a_folder_of_files(recorded: Path, terminal: Terminal) -> None:
    ran = terminal.run("export", ROOT, "--alone", "--format", "ndjson", "-o", "one.ndjson")
    assert (ran.code, ran.err.splitlines()[0]) == (0, "wrote one.ndjson")
    terminal.run("export", ROOT, "--alone", "--format", "ndjson", "-o", ".")
    assert (recorded / f"{ROOT}.ndjson").read_bytes() == (recorded / "one.ndjson").read_bytes()
    found = json.loads(terminal.run("export", ROOT, "--format", "json", "-o", "all", "--json").out)
    assert {path.name for path in (recorded / "all").iterdir()} == {f"{ROOT}.json", f"{CHILD}.json"}
    assert [Path(one["path"]).name for one in found["sessions"]] == [f"{ROOT}.json", f"{CHILD}.json"]
    assert stat.S_IMODE((recorded / "one.ndjson").stat().st_mode) == 0o600


@pytest.mark.parametrize("words", [(), ("-o", "one.json")])
def test_one_session_is_one_file(recorded: Path, terminal: Terminal, words: tuple[str, ...]) -> None:
    """Its sub-agents would make it several."""
    written = _stdout(terminal, "export", ROOT, "--format", "json", *words)
    if words:
        written = (recorded / "one.json").read_bytes()
    assert {event["session_id"] for event in json.loads(written)} == {ROOT}
    assert [path.name for path in recorded.glob("*.json")] == list(words[1:])


def test_formats_are_found_by_file_name() -> None:
    assert {"csv", "json", "ndjson", "traces"} <= set(formats())
    assert default_format() == "traces"


def test_a_file_that_cannot_be_finished_leaves_nothing(
    recorded: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    ran = terminal.run("export", ROOT, "--alone")
    assert (ran.code, "No space left on device" in ran.err) == (5, True)
    assert [path for path in (recorded / ".agent-traces").rglob("*") if path.is_file()] == []
