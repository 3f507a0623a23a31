"""What an attempt did in a few words: `run tests`, `edit src/auth.py`, `commit`."""

from __future__ import annotations

from agent_trace.analysis.attempts import Attempt
from agent_trace.analysis.command_work import work_of, written_by
from agent_trace.analysis.intentions import named
from agent_trace.analysis.verification import purpose_of
from agent_trace.policy.git_command import git_command
from agent_trace.policy.shell import Command

_SHIPS = {"commit": "commit", "push": "push"}
_LONGEST = 60


def label_of(attempt: Attempt, cwd: str | None) -> str:
    """The class of an attempt and what it was about; paths as seen from `cwd`."""
    call = attempt.step.call
    if attempt.commands:
        return _of_commands(attempt, cwd)
    thing = " ".join((relative(call.paths[0], cwd) if call.paths else call.title or "").split())
    thing = thing if len(thing) <= _LONGEST else f"{thing[: _LONGEST - 1]}…"
    verb = {
        "read": "read",
        "search": "search",
        "fetch": "fetch",
        "write": "write",
        "edit": "edit",
        "agent": "sub-agent:",
        "skill": "skill",
        "ask": "ask",
    }.get(call.kind)
    if verb is None:
        return f"use {call.tool}"
    return f"{verb} {thing}".strip()


def relative(path: str, cwd: str | None) -> str:
    """A path below the folder that the session ran in; others as they are."""
    return path.removeprefix(f"{cwd.rstrip('/')}/") if cwd else path


def _of_commands(attempt: Attempt, cwd: str | None) -> str:
    """The command that gave the attempt its class."""
    command = next((one for one in attempt.commands if work_of(one) == attempt.work), attempt.commands[0])
    match attempt.work:
        case "verify":
            return _verifying(command)
        case "ship":
            return _shipping(command)
        case "install":
            return f"install with {named(command)[0].split()[0]}"
        case "look":
            return f"look with {named(command)[0]}"
        case "edit" if written_by(command):
            return f"edit {relative(written_by(command)[0], cwd)}"[:_LONGEST]
        case _:
            return f"run {named(command)[0]}"[:_LONGEST]


def _verifying(command: Command) -> str:
    found = purpose_of(command)
    if found is None or found[0] == "test":
        return "run tests"
    return f"check with {found[1]}"


def _shipping(command: Command) -> str:
    git = git_command(command)
    if git is not None:
        return _SHIPS.get(git.name, f"git {git.name}")
    return named(command)[0]
