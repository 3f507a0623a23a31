"""The shell commands that a session executed, each taken apart, with what it printed and how it ended."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import Any

import msgspec

from agent_trace.analysis.git_output import lines_of
from agent_trace.model.events import SessionStarted, ToolCall, UserPrompt
from agent_trace.model.session import Session, Step
from agent_trace.policy.directories import joined
from agent_trace.policy.shell import Script, read

_COMMANDS = ("command", "cmd", "script", "commands")
_DIRECTORIES = ("workdir", "cwd", "working_directory", "directory", "dir_path")
_ANY = msgspec.json.Decoder()
_HEARD = (ToolCall, UserPrompt, SessionStarted)
REPEATED = 500
"""Characters of a command that may come again."""
_CODE_LINE = re.compile(r"Exit code \d+|Command exited with code \d+|<shellId: .*>|Exit Code: \d+")
"""What agents themselves put around an output."""
_CODE_WORDS = ("Exit code ", "exited with code ", "<shellId: ", "Exit Code: ")


class ShellStep(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One executed shell command."""

    step: Step
    script: Script
    lines: tuple[str, ...]
    """What it printed, without colours and the agent's own words."""
    succeeded: bool | None
    """None: it was interrupted, still runs, or its log does not tell."""
    code: int | None
    directory: str | None
    """Where it began."""
    prompt: str | None
    """The event of the prompt it belongs to."""

    @cached_property
    def output(self) -> str:
        """The same in one text."""
        return "\n".join(self.lines)

    def place(self, directory: str | None) -> str | None:
        """A command's directory as an absolute path, where that can be known."""
        if directory is None:
            return None
        return self.directory if directory == "" else joined(self.directory, directory)


def shell_steps(session: Session) -> Iterator[ShellStep]:
    """The session's shell commands that ran, in the order of its log."""
    steps = {step.call.id: step for step in session.steps}
    prompt, cwd = None, None
    for event in session.events:
        if not isinstance(event, _HEARD):
            continue
        match event:
            case UserPrompt():
                prompt = event.id
            case SessionStarted(cwd=str() as said):
                cwd = said
            case ToolCall(kind="shell") if event.id in steps:
                step = steps[event.id]
                if step.result is not None and not step.result.refused:
                    yield _taken(step, cwd, prompt)
            case _:
                pass


def _taken(step: Step, cwd: str | None, prompt: str | None) -> ShellStep:
    given = arguments(step.call)
    moved = next((given[name] for name in _DIRECTORIES if isinstance(given.get(name), str)), "")
    result = step.result
    output = "" if result is None else result.output
    return ShellStep(
        step=step,
        script=_read(command_of(step.call, given)),
        lines=_lines(output),
        succeeded=_succeeded(step),
        code=None if result is None else result.exit_code,
        directory=joined(cwd, moved) if moved else cwd,
        prompt=prompt,
    )


def _lines(output: str) -> tuple[str, ...]:
    """The lines of an output without those that the agent put around it."""
    lines = lines_of(output)
    if not any(words in output for words in _CODE_WORDS):
        return tuple(lines)
    return tuple(line for line in lines if not _CODE_LINE.fullmatch(line.strip()))


def _read(command: str) -> Script:
    """A command taken apart; agents run the same short ones over and over, and several analyses ask for them."""
    return _short(command) if len(command) <= REPEATED else read(command)


@lru_cache(maxsize=2048)
def _short(command: str) -> Script:
    return read(command)


def arguments(call: ToolCall) -> dict[str, Any]:
    """A tool call's arguments; none where they were cut."""
    try:
        found = _ANY.decode(call.input)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        found = _slowly(call.input)
    return found if isinstance(found, dict) else {}


def _slowly(text: str) -> Any:
    """What only Python's own reader takes: lone surrogates, numbers that are none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def command_of(call: ToolCall, given: dict[str, Any]) -> str:
    """The text that the shell was given."""
    for name in _COMMANDS:
        found = given.get(name)
        if isinstance(found, str):
            return found
        if isinstance(found, list):
            return shlex.join(word for word in found if isinstance(word, str))
    return call.title


def _succeeded(step: Step) -> bool | None:
    result = step.result
    if result is None or result.interrupted:
        return None
    if result.exit_code is not None:
        return result.exit_code == 0
    return not (result.failed or result.went_wrong)
