"""Every executed step as an attempt at something: the first, another one, a retry or an iteration.

A retry repeats what has just failed although nothing was changed in between; an iteration comes after a change
(docs/numbers.md, "Intention, retry, phase, approach"). This is the one place that tells them apart. What cannot be
known to change nothing (a program that nobody knows, a sub-agent, a person's answer) counts as a change.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

import msgspec

from agent_trace.analysis.command_work import CommandWork
from agent_trace.analysis.intentions import Intention, Meant, Work, meant
from agent_trace.analysis.shell_steps import ShellStep, arguments, command_of, shell_steps
from agent_trace.analysis.verification import TestRun, verified
from agent_trace.model.events import SessionStarted, ToolCall, UserPrompt
from agent_trace.model.session import Session, Step
from agent_trace.policy.shell import Command, read

Kind = Literal["first", "again", "retry", "iteration"]
Owns = Callable[[str], bool]
"""Whether a model call, by its key, is the session's own: progress reports show a sub-agent's calls too."""

_ENVIRONMENT = frozenset(
    {"export", "unset", "source", ".", "alias", "ulimit", "umask", "nvm", "pyenv", "conda", "direnv"}
)
_REMARKS = frozenset({"description", "explanation", "justification", "reason"})
_HEARD = (ToolCall, UserPrompt, SessionStarted)
_MOVING = frozenset({"cd", "chdir", "pushd", "popd", "Set-Location"})
_WAITING = frozenset({"sleep", "wait"})
_HARMLESS = (
    "get",
    "list",
    "search",
    "read",
    "find",
    "view",
    "show",
    "query",
    "fetch",
    "status",
    "describe",
    "screenshot",
)
"""Words in the name of an unknown tool that only asks."""


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One executed step, seen as an attempt at what it was meant to do."""

    step: Step
    intention: Intention
    work: Work
    purpose: str
    """What two ways of doing it share; empty: not known."""
    way: str
    """By what it was done: the program that counts, or the kind of tool."""
    kind: Kind
    nth: int
    """The how-manieth attempt with this intention, from 1."""
    failed: bool | None
    """None: no result is in the log, or it was interrupted."""
    after: Step | None = None
    """The attempt that failed before, for retries and iterations."""
    blind: bool = False
    """A retry with the very same arguments, and nothing else was done in between."""
    change: str = ""
    """What lay between, for an iteration: the id of the first event that changed something."""
    tests: tuple[TestRun, ...] = ()
    """Tests and checks that it ran."""
    commands: tuple[Command, ...] = ()
    """What its shell command executed."""

    @property
    def number(self) -> int:
        """Of its call."""
        return self.step.number


def is_own(event: ToolCall, owns: Owns | None = None) -> bool:
    """Whether a tool call counts here: not copied from another session, not shown for a sub-agent."""
    return not event.inherited and (not event.side or (owns is not None and owns(event.response or "")))


def attempts(session: Session, owns: Owns | None = None) -> tuple[Attempt, ...]:
    """The session's own executed steps in the order of its log. What was refused was never attempted."""
    return tuple(_Following(session).read(owns))


def retries(found: tuple[Attempt, ...]) -> tuple[Attempt, ...]:
    """Those that repeated a failed attempt although nothing had changed."""
    return tuple(one for one in found if one.kind == "retry")


def iterations(found: tuple[Attempt, ...]) -> tuple[Attempt, ...]:
    """Those that came back to a failed attempt after a change."""
    return tuple(one for one in found if one.kind == "iteration")


class _Following:
    """One pass over the log: what was tried last with each intention, and what was changed last."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._shells = shell_steps(session)
        self._shell = next(self._shells, None)
        """The next shell command that ran: one at a time, for what they printed would fill the memory."""
        self._last: dict[tuple[Intention, bool], Attempt] = {}
        self._counts: dict[tuple[Intention, bool], int] = {}
        self._changes: list[str] = []
        """Events that changed something, in the order of the log."""
        self._places: list[int] = []
        """Their numbers."""
        self._cwd: str | None = None
        self._latest: Attempt | None = None
        """The last step that was no plan."""

    def read(self, owns: Owns | None) -> Iterator[Attempt]:
        steps = {step.call.id: step for step in self._session.steps}
        for number, event in self._session.numbered:
            if not isinstance(event, _HEARD):
                continue
            match event:
                case SessionStarted(cwd=str() as said):
                    self._cwd = said
                case UserPrompt(inherited=False):
                    self._changed(number, event.id)
                case ToolCall() if event.id in steps and is_own(event, owns):
                    yield from self._hear(steps[event.id])
            if self._shell is not None and event.id == self._shell.step.call.id:
                self._shell = next(self._shells, None)

    def _hear(self, step: Step) -> Iterator[Attempt]:
        if step.result is not None and step.result.refused:
            return
        ran = self._taken_apart(step) if step.call.kind == "shell" else None
        found = meant(step, ran, self._cwd)
        attempt = self._attempt(step, found, ran)
        key = attempt.intention, step.call.side
        self._last[key] = attempt
        self._counts[key] = attempt.nth
        self._latest = attempt if attempt.work != "plan" else self._latest
        if _changes(attempt, found.works):
            self._changed(step.number, step.call.id)
        yield attempt

    def _taken_apart(self, step: Step) -> ShellStep:
        """A shell command; one that has not come back as far as it is known."""
        if self._shell is not None and self._shell.step.call.id == step.call.id:
            return self._shell
        script = read(command_of(step.call, arguments(step.call)))
        return ShellStep(
            step=step, script=script, lines=(), succeeded=None, code=None, directory=self._cwd, prompt=None
        )

    def _attempt(self, step: Step, found: Meant, ran: ShellStep | None) -> Attempt:
        key = found.intention, step.call.side
        before, tests = self._last.get(key), tuple(verified(ran)) if ran is not None and "verify" in found.works else ()
        one = Attempt(
            step=step,
            intention=found.intention,
            work=found.work,
            purpose=found.purpose,
            way=found.way,
            kind="first" if before is None else "again",
            nth=self._counts.get(key, 0) + 1,
            failed=_failed(step, tests),
            tests=tests,
            commands=() if ran is None else ran.script.commands,
        )
        if before is None or not before.failed or not self._knew(step, before.step):
            return one
        change = self._change_after(before.step)
        if change is None and _surroundings(one) != _surroundings(before):
            change = step.call.id
        if change is not None:
            return msgspec.structs.replace(one, kind="iteration", after=before.step, change=change)
        same = _asked(step) == _asked(before.step)
        return msgspec.structs.replace(one, kind="retry", after=before.step, blind=same and self._latest is before)

    def _knew(self, step: Step, before: Step) -> bool:
        """Whether the result of an attempt was known when the next one was asked for."""
        if step.call.response is not None and step.call.response == before.call.response:
            return False
        number = self._session.number_of(before.result) if before.result is not None else None
        return number is not None and number < step.number

    def _change_after(self, before: Step) -> str | None:
        """The first change since an attempt, its own ones left out."""
        place = bisect_right(self._places, before.number)
        return self._changes[place] if place < len(self._changes) else None

    def _changed(self, number: int, event: str) -> None:
        self._places.append(number)
        self._changes.append(event)


def _asked(step: Step) -> tuple[object, ...]:
    """The arguments of a call without what is only said about them; where they were cut, what is left and their length."""
    given = arguments(step.call)
    if not given:
        return step.call.input, step.call.size
    return tuple(sorted((name, repr(value)) for name, value in given.items() if name not in _REMARKS))


def _failed(step: Step, tests: tuple[TestRun, ...]) -> bool | None:
    """As the step ended; a test that a pipe or `|| true` hides has failed too."""
    if step.result is None or step.result.interrupted:
        return None
    return step.went_wrong or any(one.result == "failed" for one in tests)


def _surroundings(one: Attempt) -> tuple[tuple[str, str], ...]:
    """The variables that a command sets for itself."""
    return tuple((name, value) for command in one.commands for name, value in command.assignments)


def _changes(one: Attempt, works: Sequence[CommandWork]) -> bool:
    """Whether a step changed something that a later attempt may depend on, as far as can be known."""
    done = not one.step.went_wrong
    if one.step.result is None:
        return False
    if works:
        return any(_changed_by(command, work, done=done) for command, work in zip(one.commands, works, strict=True))
    if one.work == "use":
        name = one.step.call.tool.lower().rpartition("__")[2]
        return done and not any(word in name for word in _HARMLESS)
    return done and one.work in ("edit", "delegate", "ask", "run")


def _changed_by(command: Command, work: CommandWork, *, done: bool) -> bool:
    """In a call that failed as a whole only what cannot fail counts, and what runs on beside it."""
    if command.program in _MOVING or command.program in _ENVIRONMENT or command.program in _WAITING:
        return True
    if not command.program and command.assignments:
        return True
    return command.behind or (done and work in ("change", "run", "edit", "install", "ship"))
