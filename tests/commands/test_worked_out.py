"""Answers about long sessions that are kept: the same as those that are worked out, and gone when they must be."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from agent_trace.app import kept_pages, readers, worked_out
from agent_trace.errors import NotFoundError
from agent_trace.reports import _retold
from tests.commands.terminal import Terminal
from tests.reports.judged import CLEAN, WASTEFUL, judged_home

QUESTIONS = (
    ("explain", WASTEFUL),
    ("findings", WASTEFUL),
    ("findings", WASTEFUL, "--optimize-for", "latency"),
    ("diff", WASTEFUL, CLEAN),
    ("diff-outcome", WASTEFUL, CLEAN),
    ("compare", WASTEFUL, CLEAN),
    ("why", WASTEFUL, "20"),
)


@pytest.fixture(autouse=True)
def logs(home: Path) -> Iterator[None]:
    with judged_home(home):
        yield


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every session counts as a long one."""
    monkeypatch.setattr(worked_out, "LONG", 0)


def rows(home: Path) -> list[tuple[str, bytes]]:
    """What is kept: names and bytes."""
    with closing(sqlite3.connect(home / ".agent-trace" / "data.db")) as db:
        return db.execute("SELECT name, data FROM worked ORDER BY session, name").fetchall()


def change(home: Path, statement: str) -> None:
    with closing(sqlite3.connect(home / ".agent-trace" / "data.db")) as db, db:
        db.execute(statement)


@pytest.mark.parametrize("words", QUESTIONS, ids=" ".join)
def test_a_kept_answer_is_the_one_that_is_worked_out(
    words: tuple[str, ...], home: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = terminal.run(*words, "--json").out
    assert rows(home) == []
    monkeypatch.setattr(worked_out, "LONG", 0)
    assert terminal.run(*words, "--json").out == plain
    assert rows(home)
    assert terminal.run(*words, "--json").out == plain


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("words", QUESTIONS, ids=" ".join)
def test_nothing_is_read_again_for_it(
    words: tuple[str, ...], terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = terminal.run(*words, "--json").out
    monkeypatch.setattr(readers, "read_session", None)
    assert terminal.run(*words, "--json").out == first


@pytest.mark.parametrize("event", ["1", "12", "44", "0", "9999", "../3", "99999999999999", "nothing"])
def test_why_tells_the_same_of_every_event(event: str, terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = terminal.run("why", WASTEFUL, event, "--json")
    monkeypatch.setattr(worked_out, "LONG", 0)
    monkeypatch.setattr(_retold, "BLOCK", 5)
    assert terminal.run("why", WASTEFUL, "5", "--json").code == 0
    assert terminal.run("why", WASTEFUL, event, "--json") == plain


@pytest.mark.usefixtures("kept")
def test_rows_that_are_missing_are_told_again(home: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_retold, "BLOCK", 5)
    first = terminal.run("why", WASTEFUL, "20", "--json").out
    before = rows(home)
    change(home, "DELETE FROM worked WHERE name LIKE 'rows%'")
    assert terminal.run("why", WASTEFUL, "20", "--json").out == first
    assert 1 < len(rows(home)) < len(before)


@pytest.mark.usefixtures("kept")
def test_it_is_worked_out_anew_when_something_else_holds(home: Path, terminal: Terminal) -> None:
    first = terminal.run("explain", WASTEFUL, "--json").out
    (before,) = rows(home)
    change(home, "UPDATE outcome SET turn = turn + 1")
    assert terminal.run("explain", WASTEFUL, "--json").out == first
    change(home, "UPDATE worked SET data = x'28b52ffd2001090000c0'")
    change(home, "UPDATE worked SET mark = x'00'")
    assert terminal.run("explain", WASTEFUL, "--json").out == first
    assert rows(home) == [before]


@pytest.mark.usefixtures("kept")
def test_an_answer_in_a_form_of_before_is_made_again(home: Path, terminal: Terminal) -> None:
    first = terminal.run("explain", WASTEFUL, "--json").out
    (before,) = rows(home)
    older = worked_out.packed(b"\x90").hex()
    change(home, f"UPDATE worked SET data = x'{older}'")
    assert terminal.run("explain", WASTEFUL, "--json").out == first
    assert rows(home) == [before]


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    "words", [("explain", "--no-sync"), ("explain", "--format", "html"), ("findings", "--rule", "polling")]
)
def test_what_is_taken_as_it_is_passes_a_door_or_was_chosen_is_not_kept(
    words: tuple[str, ...], home: Path, terminal: Terminal
) -> None:
    terminal.run("sync")
    change(home, "DELETE FROM worked")
    assert terminal.run(words[0], WASTEFUL, *words[1:]).code == 0
    assert rows(home) == []


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("words", [("redact", WASTEFUL, "--apply"), ("forget", WASTEFUL, "--yes")], ids=" ".join)
def test_it_goes_with_what_it_was_made_of(words: tuple[str, ...], home: Path, terminal: Terminal) -> None:
    terminal.run("explain", WASTEFUL)
    assert rows(home)
    assert terminal.run(*words).code == 0
    assert rows(home) == []


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("tier", ["1", "2"])
def test_a_lower_tier_keeps_none(tier: str, home: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal.run("explain", WASTEFUL)
    assert rows(home)
    monkeypatch.setenv("AGENT_TRACE_TIER", tier)
    terminal.run("sync")
    assert rows(home) == []
    terminal.run("findings", WASTEFUL)
    assert rows(home) == []


def test_sync_works_them_out_before_anybody_asks(
    home: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.run("sync")
    plain = {words: terminal.run(*words, "--json").out for words in QUESTIONS}
    assert rows(home) == []
    for module in (worked_out, kept_pages):
        monkeypatch.setattr(module, "LONG", 0)
    assert terminal.run("sync").code == 0
    held = rows(home)
    assert {name.split()[0] for name, _ in held} >= {"explain", "judged", "why", "rows", "side"}
    monkeypatch.setattr(readers, "read_session", None)
    assert {words: terminal.run(*words, "--json").out for words in QUESTIONS} == plain
    assert terminal.run("sync").code == 0
    assert rows(home) == held


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("tier", ["1", "2"])
def test_nothing_is_worked_out_ahead_below_tier_3(
    tier: str, home: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGENT_TRACE_TIER", tier)
    assert (terminal.run("sync").code, rows(home)) == (0, [])


@pytest.mark.usefixtures("kept")
def test_a_session_that_can_be_read_no_more_does_not_stop_sync(
    home: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object, **__: object) -> None:
        raise NotFoundError("its log is gone")

    monkeypatch.setattr(readers, "read_session", gone)
    ran = terminal.run("sync")
    assert ran.code == 0
    assert "cannot be looked at ahead: its log is gone" in ran.err
