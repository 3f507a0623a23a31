"""annotate, label, rename, star, hide: words in, what the reports say afterwards."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.commands.terminal import Terminal
from tests.reports.small import Call, copy_run, write_log

FIX = "942bf1b1-e31e-4f36-8359-80dd7740a467"
SUB = f"{FIX}/agent-a8936251ceec1d63b"
OTHER = "31727cc2-1daa-434f-acf9-cc872e6823ab"


@pytest.fixture
def recorded(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with recorded runs of an agent, and somebody who makes notes there."""
    monkeypatch.setenv("AGENT_TRACE_NOW", "2026-11-21T12:00:00Z")
    monkeypatch.setenv("AGENT_TRACE_AUTHOR", "you")
    monkeypatch.chdir(home)
    copy_run("2.1.329/fix", home)
    return home


def told(terminal: Terminal, *words: str) -> Any:
    ran = terminal.run(*words, "--json")
    assert (ran.code, ran.err) == (0, "")
    return json.loads(ran.out)


def listed(terminal: Terminal, *words: str) -> list[str]:
    """The ids of the roots that `list` shows."""
    return [one["id"] for one in told(terminal, "list", *words)["sessions"] if one["parent"] is None]


def test_what_was_noted_outlives_the_log(home: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENT_TRACE_ARCHIVE", "off")
    monkeypatch.chdir(home)
    key = "aaaaaaaa-0000-4000-8000-000000000001"
    log = write_log(home, key, "/home/dev/app", [Call("2026-11-20T10:00:00")])
    told(terminal, "annotate", key, "1", "--note", "Why this?")
    log.unlink()
    ran = terminal.run("annotate", key, "--list")
    assert (ran.code, "Why this?" in ran.out, "their events cannot be told: " in ran.out) == (0, True, True)


# ---------------------------------------------------------------- annotate


def test_a_note_about_an_event(recorded: Path, terminal: Terminal) -> None:
    made = told(terminal, "annotate", FIX, "14", "--note", "Why this?", "--label", "regression")
    assert (made["event"], made["kind"], made["note"], made["label"]) == ("14", "thinking", "Why this?", "regression")
    assert (made["author"], made["created_at"], made["bookmark"]) == ("you", "2026-11-21T12:00:00Z", False)
    (found,) = told(terminal, "annotate", FIX, "--list")["annotations"]
    assert found == made
    ran = terminal.run("annotate", FIX, "14", "--bookmark", "--author", "alice")
    assert ran.out.endswith(f"  event 14 of {FIX}: bookmark\n") or f"event 14 of {FIX}: bookmark" in ran.out


@pytest.mark.parametrize(
    ("words", "number"),
    [
        (("14",), "14"),
        (("--event", "14"), "14"),
        (("--event", "9eb07c02-cbf4-4c54-87a9-35a305d89737.0"), "14"),
        (("--at", "0s"), "1"),
        (("--at", "+1h"), None),
        (("--at", "5.59s"), "126"),
        (("--at", "0:05.59"), "126"),
        (("--date", "2026-11-21"), "1"),
        (("--at", "2026-11-20"), None),
        (("--at", "2026-11-22"), None),
        (("--at", "2026-11-21T00:00"), None),
    ],
)
def test_which_event_is_meant(recorded: Path, terminal: Terminal, words: tuple[str, ...], number: str | None) -> None:
    ran = terminal.run("annotate", FIX, *words, "--bookmark", "--json")
    assert ran.code == (0 if number else 3)
    assert number is None or json.loads(ran.out)["event"] == number


def test_an_event_of_a_sub_agent(recorded: Path, terminal: Terminal) -> None:
    rows = told(terminal, "replay", FIX, "--expand-subagents")["events"]
    below = next(row for row in rows if "/" in row["number"] and row["kind"] == "tool_call")
    made = told(terminal, "annotate", FIX, below["number"], "--note", "inside")
    assert (made["session_id"], made["event"], made["event_id"]) == (SUB, below["number"], below["id"])
    assert told(terminal, "annotate", FIX, "--list")["annotations"][0]["event"] == below["number"]
    assert told(terminal, "annotate", SUB, "--list")["annotations"][0]["event"] == below["number"].partition("/")[2]
    assert "inside" in terminal.run("replay", FIX, "--expand-subagents").out
    assert "inside" not in terminal.run("replay", FIX).out
    assert terminal.run("annotate", FIX, "1/3", "--bookmark").code == 3


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("annotate", FIX, "999", "--bookmark"), 3, "no event '999'"),
        (("annotate", FIX, "14"), 2, "there is nothing to note"),
        (("annotate", FIX, "--bookmark"), 2, "a bookmark marks an event"),
        (("annotate", FIX, "14", "--note", "  \n "), 2, "there is nothing to note"),
        (("annotate", FIX, "14", "--label", "a\x1b[2J"), 2, "no control characters"),
        (("annotate", FIX, "14", "--label", "x" * 65), 2, "at most 64 characters"),
        (("annotate", FIX, "14", "--event", "14", "--bookmark"), 2, "all name an event"),
        (("annotate", FIX, "14", "--note", "x", "--list"), 2, "do not go together"),
        (("annotate", FIX, "--delete", "nothing"), 3, "is no note of this session"),
        (("annotate", FIX, "--at", "soon", "--bookmark"), 2, "no time since the start"),
        (("annotate", FIX, "--list", "--since", "never"), 2, "is no time"),
        (("annotations", FIX, "--made-since", "never"), 2, "is no time"),
        (("annotate", "nosuch", "1", "--bookmark"), 3, "no session's id begins"),
        (("label", FIX, " "), 2, "is no label"),
        (("rename", FIX), 2, "say the title"),
        (("rename", FIX, "x", "--reset"), 2, "say the title"),
        (("rename", FIX, "x" * 301), 2, "at most 300"),
        (("star",), 2, "Missing argument"),
    ],
)
def test_what_makes_no_sense(recorded: Path, terminal: Terminal, words: tuple[str, ...], code: int, said: str) -> None:
    ran = terminal.run(*words)
    assert (ran.code, said in ran.err) == (code, True), ran.err
    assert not (recorded / ".agent-trace" / "annotations.jsonl").exists()


def test_taking_one_back(recorded: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    first = told(terminal, "annotate", FIX, "14", "--note", "one")["annotation_id"]
    told(terminal, "annotate", FIX, "15", "--note", "two")
    assert terminal.run("annotate", FIX, "14", "--delete", "").code == 3
    monkeypatch.setattr("os.urandom", lambda size: b"\xaa" * size)
    told(terminal, "label", FIX, "x", "y")
    assert "may be any of 2 notes" in terminal.run("annotate", FIX, "--delete", "aaaa").err
    told(terminal, "label", FIX, "--remove")
    ran = terminal.run("annotate", FIX, "14", "--delete", first[:6])
    assert (ran.code, ran.out) == (0, f"{first} is no longer noted\n")
    assert [one["note"] for one in told(terminal, "annotate", FIX, "--list")["annotations"]] == ["two"]
    assert b"one" not in (recorded / ".agent-trace" / "annotations.jsonl").read_bytes()
    assert terminal.run("annotate", FIX, "--delete", first).code == 3
    last = told(terminal, "annotate", FIX, "--list")["annotations"][0]["annotation_id"]
    assert told(terminal, "annotate", SUB, "--delete", last)["note"] == "two"


def test_the_list_can_be_narrowed(recorded: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal.run("annotate", FIX, "14", "--label", "good", "--author", "alice")
    monkeypatch.setenv("AGENT_TRACE_NOW", "2026-11-25T12:00:00Z")
    terminal.run("annotate", FIX, "20", "--label", "bad", "--label", "worse", "--author", "bob")
    terminal.run("annotate", FIX, "20", "--bookmark")

    def chosen(*words: str) -> list[str]:
        found = told(terminal, "annotate", FIX, *words)["annotations"]
        return [one["label"] or "bookmark" for one in found]

    assert chosen() == ["good", "bad", "worse", "bookmark"]
    assert chosen("--list", "--filter-label", "worse") == ["worse"]
    assert chosen("--list", "--filter-author", "alice") == ["good"]
    assert chosen("--list", "--since", "2d") == ["bad", "worse", "bookmark"]
    assert chosen("--list", "--since", "all") == chosen("--list")
    assert chosen("14", "--list") == ["good"]
    terminal.run("annotate", FIX, "--at", "0.08s", "--label", "early")
    assert chosen("--at", "0.08s", "--list") == ["early"]
    bookmarks = told(terminal, "annotations", FIX, "--bookmarks")
    assert (len(bookmarks["annotations"]), bookmarks["count"]) == (1, 5)
    assert "4 more annotations" in terminal.run("annotations", FIX, "--bookmarks").out
    assert "nothing is noted" in terminal.run("annotate", OTHER, "--list").out


def test_a_note_from_stdin_and_about_the_session(recorded: Path, terminal: Terminal) -> None:
    ran = terminal.run("annotate", FIX, "--note", "-", "--label", "pass", stdin="zwei\nZeilen ünïcode ✓\n".encode())
    assert (ran.code, f"{FIX}: pass · zwei Zeilen" in ran.out) == (0, True)
    (one,) = told(terminal, "annotate", FIX)["annotations"]
    assert (one["event"], one["event_id"], one["note"]) == (None, None, "zwei\nZeilen ünïcode ✓")
    assert told(terminal, "show", FIX)["labels"] == ["pass"]
    assert told(terminal, "label", FIX, "--remove")["labels"] == []
    (one,) = told(terminal, "annotate", FIX)["annotations"]
    assert (one["label"], one["note"]) == ("", "zwei\nZeilen ünïcode ✓")


# ---------------------------------------------------------------- sessions


def test_labels(recorded: Path, terminal: Terminal) -> None:
    assert told(terminal, "label", FIX, "pass", "interesting", "pass")["labels"] == ["interesting", "pass"]
    assert terminal.run("label", FIX, "pass").code == 0
    assert len(told(terminal, "annotate", FIX, "--list")["annotations"]) == 2
    told(terminal, "label", SUB, "odd")
    told(terminal, "label", OTHER, "fail")
    assert listed(terminal, "--label", "pass") == [FIX]
    assert listed(terminal, "--label", "odd") == [FIX]
    assert set(listed(terminal, "--label", "pass", "--label", "fail")) == {FIX, OTHER}
    assert listed(terminal, "--label", "nothing") == []
    assert told(terminal, "label", FIX, "pass", "--remove")["labels"] == ["interesting"]
    assert listed(terminal, "--label", "pass") == []
    assert "[interesting] Make the" in terminal.run("list").out


def test_every_fleet_report_takes_labels_and_stars(recorded: Path, terminal: Terminal) -> None:
    told(terminal, "label", OTHER, "fail")
    told(terminal, "star", FIX)
    for words, session in ((("--label", "fail"), OTHER), (("--starred",), FIX)):
        alone = told(terminal, "list", *words)
        assert [one["id"] for one in alone["sessions"] if not one["parent"]] == [session]
        for report in (("cost", "--by", "model"), ("projects",)):
            assert told(terminal, *report, *words)["totals"] == alone["totals"]
    assert listed(terminal, "--starred", "--label", "fail") == []
    assert terminal.run("search", "tests", "--label", "fail", "--json").code == 0
    ran = terminal.run("export", "--starred", "--alone", "--format", "json", "-o", str(recorded / "one.json"))
    assert (ran.code, (recorded / "one.json").exists()) == (0, True)


def test_without_any_note_no_session_has_a_label(recorded: Path, terminal: Terminal) -> None:
    assert listed(terminal, "--label", "pass") == listed(terminal, "--starred") == []


def test_a_title_of_ones_own(recorded: Path, terminal: Terminal) -> None:
    before = told(terminal, "show", FIX)["title"]
    assert told(terminal, "rename", FIX, "Mend", "the", "parser")["title"] == "Mend the parser"
    assert told(terminal, "rename", FIX, "Mend it 👩\u200d💻")["title"] == "Mend it 👩\u200d💻"
    assert b"parser" not in (recorded / ".agent-trace" / "annotations.jsonl").read_bytes()
    for words in (("show", FIX), ("list",), ("replay", FIX, "--limit", "1"), ("search", "multiply"), ("overview",)):
        assert "Mend it 👩\u200d💻" in terminal.run(*words).out, words
    assert told(terminal, "rename", FIX, "--reset")["title"] == before
    assert terminal.run("rename", FIX, "--reset").code == 0


def test_stars(recorded: Path, terminal: Terminal) -> None:
    assert [one["starred"] for one in told(terminal, "star", FIX, OTHER)] == [True, True]
    assert set(listed(terminal, "--starred")) == {FIX, OTHER}
    assert terminal.run("star", FIX, "--remove").out == f"{FIX} Make the tests pass\n"
    assert listed(terminal, "--starred") == [OTHER]
    assert "★ Leave a secret" in terminal.run("list").out


def test_hidden_sessions_count_and_are_not_listed(recorded: Path, terminal: Terminal) -> None:
    terminal.run("sync")
    before = told(terminal, "list")
    assert terminal.run("hide", OTHER).out.endswith("[hidden]\n")
    terminal.run("hide", SUB)
    after = told(terminal, "list")
    assert set(listed(terminal)) == {one["id"] for one in before["sessions"] if not one["parent"]} - {OTHER}
    assert SUB not in [one["id"] for one in after["sessions"]]
    assert (after["count"], after["hidden"], after["totals"]) == (before["count"], 1, before["totals"])
    assert after["produced"] == before["produced"]
    out = terminal.run("list").out
    assert "2 of 3 sessions" in out
    assert "1 session is hidden and counts in the sums: `list --hidden`" in out
    whole = told(terminal, "list", "--hidden")
    assert (len(whole["sessions"]), whole["hidden"]) == (len(before["sessions"]), 0)
    assert "hidden · Leave a secret" in terminal.run("list", "--hidden").out
    assert OTHER not in [one["id"] for one in told(terminal, "overview")["sessions"]]
    assert told(terminal, "show", OTHER)["hidden"] is True
    assert told(terminal, "list", "--sort", "cost", "--limit", "1")["sessions"][0]["id"] == FIX
    told(terminal, "unhide", OTHER, SUB)
    assert told(terminal, "list") == before


def test_latest_is_looked_up_as_ever(home: Path, terminal: Terminal) -> None:
    write_log(home, "aaaaaaaa-0000-4000-8000-000000000001", "/home/you/shop", [Call("2026-11-20T09:00:00")])
    terminal.run("hide", "latest")
    assert told(terminal, "show", "latest")["hidden"] is True


def test_no_sync_looks_in_the_index_as_it_is(recorded: Path, terminal: Terminal) -> None:
    assert terminal.run("label", FIX, "x", "--no-sync").code == 3
    assert terminal.run("annotate", FIX, "1", "--bookmark", "--no-sync").code == 3
    terminal.run("list")
    assert terminal.run("label", FIX, "x", "--no-sync").code == 0


def test_a_home_that_cannot_be_written(
    home: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    copy_run("2.1.329/fix", home)
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("AGENT_TRACE_HOME", str(tmp_path / "file" / "home"))
    ran = terminal.run("label", FIX, "pass")
    assert (ran.code, "nothing can be noted down" in ran.err) == (5, True)


def test_notes_that_cannot_be_read_hide_nothing_else(recorded: Path, terminal: Terminal) -> None:
    terminal.run("list")
    (recorded / ".agent-trace" / "annotations.jsonl").mkdir()
    ran = terminal.run("list")
    assert (ran.code, ran.err.count("cannot be read"), "Make the tests pass" in ran.out) == (0, 1, True)
