"""`demo`: recorded sessions in a home of their own."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path

import pytest

from agent_trace.cli.commands import demo
from tests.commands.terminal import Terminal
from tests.reports.small import CORPUS, Call, write_log

SESSION = "aaaaaaaa-0000-4000-8000-000000000001"


def test_the_overview_without_a_command(terminal: Terminal) -> None:
    ran = terminal.run("demo")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Last sessions, 6 of 6\n")
    assert "agent-trace demo search error" in ran.out


def test_a_command_keeps_its_flags(terminal: Terminal) -> None:
    listed = json.loads(terminal.run("demo", "list", "--json", "--limit", "2").out)
    assert len([one for one in listed["sessions"] if one["parent"] is None]) == 2


def test_flags_alone_belong_to_the_overview(terminal: Terminal) -> None:
    assert json.loads(terminal.run("demo", "--json").out)["count"] == 6


def test_older_spellings_work_in_the_demo_too(terminal: Terminal) -> None:
    assert terminal.run("demo", "list", "sessions").out.startswith("6 sessions\n")


def test_every_run_counts_what_it_counts_alone(terminal: Terminal) -> None:
    """The runs' ids overlap as they were recorded: one would swallow the other's calls."""
    totals = json.loads(terminal.run("demo", "list", "--json").out)["totals"]
    alone = {
        run: json.loads((CORPUS / run / "truth.json").read_text(encoding="utf-8"))["requests"]
        for run in ("2.1.197/fix", "2.1.197/terminal")
    }
    logged = [
        one
        for requests in alone.values()
        for one in requests
        if one["status"] == 200 and not one["aborted"] and one["role"] not in ("compaction", "title", "side")
    ]
    compact = json.loads(terminal.run("demo", "session-cost", "68acec70", "--json").out)
    calls = compact["own"]["calls"] + len(logged)
    assert totals["own"]["calls"] + totals["subagents"]["calls"] == calls
    assert totals["total"]["cost_usd"] == str(Decimal(totals["total"]["cost_usd"]))


@pytest.mark.parametrize("run", ["fix-2.1.197", "terminal-2.1.197"])
def test_what_is_shipped_is_what_was_recorded(run: str) -> None:
    name, _, version = run.rpartition("-")
    shipped = next(Path(folder) for folder in demo.recordings()["claude"] if folder.endswith(run))
    recorded = CORPUS / version / name / "home" / ".claude"
    files = [path.relative_to(shipped) for path in shipped.rglob("*") if path.is_file()]
    assert len(files) > 3
    assert [(shipped / path).read_bytes() for path in files] == [(recorded / path).read_bytes() for path in files]


def test_the_shipped_sessions_are_small() -> None:
    files = [
        path for runs in demo.recordings().values() for run in runs for path in Path(run).rglob("*") if path.is_file()
    ]
    assert sum(path.stat().st_size for path in files) < 1_500_000


def test_nothing_of_the_users_is_read_or_changed(home: Path, terminal: Terminal) -> None:
    write_log(home, SESSION, "/home/you/shop", [Call("2026-11-20T09:00:00")])
    before = dict(os.environ)
    assert SESSION not in terminal.run("demo", "list", "--json").out
    assert [path.name for path in home.iterdir()] == [".claude"]
    assert dict(os.environ) == before


def test_what_leads_elsewhere_is_left_out(home: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    write_log(home, SESSION, "/home/you/shop", [Call("2026-11-20T09:00:00")])
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(home / ".claude"))
    monkeypatch.setenv("SQLITE_DB_PATH", str(home / "mine.db"))
    monkeypatch.setenv("AGENT_TRACE_ARCHIVE", "off")
    assert SESSION not in terminal.run("demo", "list", "--json").out
    assert not (home / "mine.db").exists()
    assert os.environ["CLAUDE_CONFIG_DIR"] == str(home / ".claude")


def test_the_environment_comes_back_after_an_error(terminal: Terminal) -> None:
    before = dict(os.environ)
    ran = terminal.run("demo", "show", "zzzz")
    assert (ran.code, dict(os.environ)) == (3, before)


def test_a_home_to_keep(home: Path, terminal: Terminal) -> None:
    folder = home / "kept"
    assert terminal.run("demo", "--home", str(folder), "list").code == 0
    again = terminal.run("demo", "--home", str(folder), "list")
    assert again.out.startswith("6 sessions\n")
    assert (folder / ".agent-trace" / "data.db").exists()
    assert (folder / ".claude" / "projects" / "-home-dev-demo").is_dir()


def test_a_folder_of_anothers_is_refused(home: Path, terminal: Terminal) -> None:
    write_log(home, SESSION, "/home/you/shop", [Call("2026-11-20T09:00:00")])
    ran = terminal.run("demo", "--home", str(home), "list")
    assert (ran.code, "is not empty and no home of the demo" in ran.err) == (2, True)
    assert not (home / ".agent-trace").exists()


def test_a_home_that_cannot_be_made(home: Path, terminal: Terminal) -> None:
    (home / "file").write_text("", encoding="utf-8")
    ran = terminal.run("demo", "--home", str(home / "file" / "below"), "list")
    assert (ran.code, "cannot be made" in ran.err) == (5, True)


def test_help_of_both(terminal: Terminal) -> None:
    assert "Run any command over a few recorded sessions" in terminal.run("demo", "--help").out
    assert "Usage: agent-trace demo list" in terminal.run("demo", "list", "--help").out


def test_the_clock_stands_at_the_end_of_the_recordings(terminal: Terminal) -> None:
    (today, *_) = json.loads(terminal.run("demo", "--json", "--timezone", "America/Chicago").out)["spending"]
    assert (today["since"], today["total"]["calls"]) == ("2026-11-20T06:00:00Z", 47)
