"""`resume`: the agent's own command, ready for a shell."""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path

import msgspec
import pytest

from agent_trace.agents import claude
from agent_trace.app.resuming import shell_line
from tests.commands.terminal import Terminal
from tests.reports.small import Call, assert_golden, copy_run, write_log

SESSION = "aaaaaaaa-0000-4000-8000-000000000001"
CALLS = [Call("2026-11-20T09:00:00")]


def test_a_session(home: Path, terminal: Terminal) -> None:
    folder = home / "shop"
    folder.mkdir()
    write_log(home, SESSION, str(folder), CALLS)
    ran = terminal.run("resume", "aaaa")
    assert (ran.code, ran.out, ran.err) == (0, f"cd {shlex.quote(str(folder))} && claude --resume {SESSION}\n", "")


def test_the_latest_is_meant_without_a_word(home: Path, terminal: Terminal) -> None:
    write_log(home, SESSION, "/home/you/shop", CALLS)
    ran = terminal.run("resume")
    assert ran.out == f"cd /home/you/shop && claude --resume {SESSION}\n"
    assert "the folder /home/you/shop is not there any more" in ran.err


def test_json_of_a_recorded_run(home: Path, terminal: Terminal) -> None:
    copy_run("2.1.329/fix", home)
    ran = terminal.run("resume", "942bf1b1", "--json")
    assert_golden("resume/recorded.json", ran.out)


def test_a_sub_agent_is_resumed_by_its_session(home: Path, terminal: Terminal) -> None:
    copy_run("2.1.329/fix", home)
    ran = terminal.run("resume", "942bf1b1-e31e-4f36-8359-80dd7740a467/agent-a8936251ceec1d63b")
    assert ran.out == "cd /home/dev/demo && claude --resume 942bf1b1-e31e-4f36-8359-80dd7740a467\n"
    assert "agent-a8936251ceec1d63b is a sub-agent: this resumes the session it belongs to" in ran.err


def test_json_names_what_was_asked_for_too(home: Path, terminal: Terminal) -> None:
    write_log(home, SESSION, "/home/you/shop", CALLS)
    write_log(home, SESSION, "/home/you/shop", CALLS, agent="deep1")
    found = json.loads(terminal.run("resume", f"{SESSION}/agent-deep1", "--json").out)
    assert (found["session"], found["asked"]) == (SESSION, f"{SESSION}/agent-deep1")


def test_without_a_folder(home: Path, terminal: Terminal) -> None:
    path = write_log(home, SESSION, "/home/you/shop", CALLS)
    path.write_text(path.read_text(encoding="utf-8").replace('"cwd": "/home/you/shop", ', ""), encoding="utf-8")
    ran = terminal.run("resume", SESSION)
    assert ran.out == f"claude --resume {SESSION}\n"
    assert "does not tell in which folder" in ran.err


def test_a_log_that_is_gone(home: Path, terminal: Terminal) -> None:
    path = write_log(home, SESSION, str(home), CALLS)
    terminal.run("list")
    path.unlink()
    ran = terminal.run("resume", SESSION)
    assert ran.code == 0
    assert "its log was changed or deleted since" in ran.err


def test_no_sync_answers_from_the_index(home: Path, terminal: Terminal) -> None:
    write_log(home, SESSION, "/home/you/shop", CALLS)
    assert terminal.run("resume", SESSION, "--no-sync").code == 3


def test_an_agent_that_cannot_resume(home: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    write_log(home, SESSION, "/home/you/shop", CALLS)
    monkeypatch.setattr(claude, "AGENT", msgspec.structs.replace(claude.AGENT, resume=()))
    ran = terminal.run("resume", SESSION)
    assert (ran.code, ran.err.splitlines()[0]) == (3, "agent-trace: Claude Code has no command that resumes a session")


@pytest.mark.parametrize("folder", ["/a b", "/it's", '/say "hi"', "/$(touch x)", "/new\nline", "/ü"])
def test_a_shell_reads_the_line_as_it_is_meant(folder: str) -> None:
    line = shell_line(folder, ("printf", "%s", "a b")).replace("cd ", "printf '%s\\0' ", 1)
    done = subprocess.run(["sh", "-c", line], capture_output=True, check=True)
    assert done.stdout.decode() == f"{folder}\0a b"
