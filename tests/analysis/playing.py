"""Sessions made of shell commands: told with what they printed, or played by a real shell in a real repository."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from agent_trace.analysis.outcome import Outcome, outcome
from agent_trace.model.events import Event, SessionStarted, ToolCall, ToolResult, UserPrompt
from agent_trace.model.session import Session

CWD = "/home/dev/demo"


class Told(msgspec.Struct, frozen=True):
    """A command, what it printed, and its exit code."""

    command: str
    output: str = ""
    code: int | None = 0


def events_of(calls: Sequence[Told], cwd: str = CWD, branch: str | None = "main") -> Iterable[Event]:
    """A session in which an agent ran these commands for one prompt."""
    yield SessionStarted(id="start", session="s", cwd=cwd, branch=branch)
    yield UserPrompt(id="prompt", session="s", text="please")
    for number, told in enumerate(calls):
        name = f"c{number}"
        yield ToolCall(
            id=name,
            session="s",
            call=name,
            tool="Bash",
            kind="shell",
            input=json.dumps({"command": told.command}),
            title=told.command,
            at=number * 1000,
        )
        failed = told.code not in (0, None)
        yield ToolResult(
            id=f"r{number}", session="s", call=name, output=told.output, exit_code=told.code, failed=failed,
            at=number * 1000 + 500,
        )  # fmt: skip


def told(*calls: Told, cwd: str = CWD, branch: str | None = "main") -> Outcome:
    """The outcome of a session that ran these commands."""
    return outcome(Session("s", "made", tuple(events_of(calls, cwd, branch))))


class Played(msgspec.Struct, frozen=True):
    """What a real repository holds after a story, and what was read of it."""

    outcome: Outcome
    reachable: dict[str, str]
    """Sha → subject of what the story made and any branch, tag or HEAD still holds."""
    counts: dict[str, tuple[int, int]]
    """Sha → lines added and removed, where git counts them against one parent."""
    calls: tuple[Told, ...]


def play(root: Path, commands: Sequence[str], others: Sequence[str] = ()) -> Played:
    """Runs each command with bash in a new repository `demo` with two commits, as an agent would."""
    home = root / "demo"
    home.mkdir(parents=True)
    environment = surroundings(root)
    run("git init -q -b main . && echo 1 > a.txt && git add . && git commit -qm base", home, environment)
    run("echo 2 > b.txt && git add . && git commit -qm second", home, environment)
    before = set(shas(home, environment))
    calls = tuple(run(command, home, environment) for command in commands)
    reachable: dict[str, str] = {}
    counts: dict[str, tuple[int, int]] = {}
    for place in (home, *(root / other for other in others)):
        for sha, subject in shas(place, environment).items():
            if sha not in before:
                reachable[sha] = subject
                lines = counted(sha, place, environment)
                counts.update({} if lines is None else {sha: lines})
    return Played(told(*calls, cwd=str(home)), reachable, counts, calls)


def surroundings(root: Path) -> dict[str, str]:
    """An environment in which nothing of the machine's own configuration counts."""
    names = {"GIT_AUTHOR_NAME": "dev", "GIT_AUTHOR_EMAIL": "dev@example.invalid"}
    names |= {"GIT_COMMITTER_NAME": "dev", "GIT_COMMITTER_EMAIL": "dev@example.invalid"}
    quiet = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_EDITOR": "true", "LC_ALL": "C.UTF-8"}
    return {"PATH": os.environ["PATH"], "HOME": str(root), **names, **quiet}


def run(command: str, place: Path, environment: dict[str, str]) -> Told:
    """One command as an agent's shell runs it: both outputs in one."""
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=place,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return Told(command, done.stdout.decode("utf-8", "replace"), done.returncode)


def shas(place: Path, environment: dict[str, str]) -> dict[str, str]:
    """Sha → subject of all that branches, remote branches, tags and HEAD hold."""
    shown = run("git log --branches --remotes --tags HEAD --format='%H %s'", place, environment).output
    return {sha: subject for sha, _, subject in (line.partition(" ") for line in shown.splitlines()) if len(sha) == 40}


def counted(sha: str, place: Path, environment: dict[str, str]) -> tuple[int, int] | None:
    """Lines that a commit with one parent added and removed."""
    if len(run(f"git rev-list --parents -n 1 {sha}", place, environment).output.split()) != 2:
        return None
    shown = run(f"git show --numstat --format= {sha}", place, environment).output
    rows = [re.match(r"(\d+)\t(\d+)\t", line) for line in shown.splitlines()]
    return sum(int(row[1]) for row in rows if row), sum(int(row[2]) for row in rows if row)
