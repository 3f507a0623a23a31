"""Whether a command of a shell call succeeded, from what the call printed and how it ended.

An exit code tells of the command that gave it, and of all that && made it depend on. Where it tells nothing, the
output may: a command that && puts behind another one printed something that is plainly its own, or one that || puts
behind it was silent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from agent_trace.analysis.git_output import bare_shas, failures, logged
from agent_trace.analysis.shell_steps import ShellStep
from agent_trace.policy.git_command import git_command
from agent_trace.policy.shell import Command, Verdict

QUIET = frozenset(
    "cd git echo printf export mkdir touch rm cp mv true cat sed test [ set sleep : pushd popd chmod exit false".split()
)
"""Programs whose exit codes are 0, 1 or what `exit` says; git's own are 1 and from 128."""
_PUSHED = re.compile(r"To \S+|Everything up-to-date|.* -> .*")
_ADDRESS = re.compile(r"https?://\S+/(?:pull|pulls|merge_requests|pull-requests)/\d+")
_TESTED = re.compile(r"\b\d+ (?:passed|failed|passing|failing|tests?)\b|^Ran \d+ tests?\b|^(?:ok|FAIL)\s", re.MULTILINE)
_ESCAPED = re.compile(r"\\n|%s|\n")
_AWAY = frozenset({">", ">>", "&>", "&>>", ">|"})
_SHOWING = frozenset({"tail", "head", "cat", "tee"})
_COMPLAINING = frozenset("cd echo printf export mkdir touch cp mv cat sleep set : true".split())
"""Programs that say so when they fail."""
_COMPLAINING_GIT = frozenset("add rm mv checkout switch commit config init stash branch tag".split())


class Evidence:
    """One shell call, asked of its commands."""

    def __init__(self, ran: ShellStep) -> None:
        self.ran = ran
        self.commands = ran.script.commands
        known = ran.succeeded
        if ran.code is None and known and self._failures:
            known = None
        self.verdicts: tuple[Verdict, ...] = ran.script.verdicts(known)

    @cached_property
    def _failures(self) -> int:
        return failures(self.ran.output)

    def succeeded(self, index: int) -> bool | None:
        """What is known of a command; None: it could be either."""
        verdict = self.verdicts[index]
        if verdict.succeeded is not None:
            return verdict.succeeded
        if any(self._spoke(self.commands[one]) for one in verdict.refutations):
            return False
        if any(self._kept_silent(self.commands[one]) for one in verdict.proofs[:1]):
            return False
        if self._proven(index, verdict):
            return True
        return True if self._refuted_silence(verdict) or self._silent(index) else None

    def did(self, index: int) -> bool:
        """Whether a command that is not known to have failed is to be taken as done."""
        command = self.commands[index]
        return self.succeeded(index) is not False and not (command.conditional and self.ran.succeeded is False)

    def _proven(self, index: int, verdict: Verdict) -> bool:
        if any(self._answered(self.commands[one]) for one in verdict.proofs):
            return True
        code = self.ran.code
        foreign = code is not None and 1 < code < 128
        return bool(verdict.proofs) and foreign and self._harmless(index)

    def _harmless(self, index: int) -> bool:
        """Nothing before a command can have ended the call with a code of its own."""
        return all(one.program in QUIET or not one.argv for one in self.commands[:index])

    def _answered(self, command: Command) -> bool:
        """Whether a command printed something that is plainly its own."""
        if not _heard(command):
            return False
        if self._spoke(command):
            return True
        lines = self.ran.lines
        call = git_command(command)
        if call is not None:
            return self._git_answered(call.name, call.has("--show-current"))
        if command.program in ("gh", "glab"):
            return _ADDRESS.search(self.ran.output) is not None
        return not self._failures and _TESTED.search("\n".join(lines)) is not None

    def _git_answered(self, name: str, current: bool) -> bool:
        lines = self.ran.lines
        match name:
            case "log" | "show" | "reflog":
                return any(True for _ in logged(lines))
            case "rev-parse":
                return bool(bare_shas(lines))
            case "push":
                return any(_PUSHED.fullmatch(line.strip()) for line in lines)
            case "branch":
                return current and not self._failures and any(line.strip() for line in lines)
        return False

    def _spoke(self, command: Command) -> bool:
        """Whether a command that only says a known text said it."""
        said = said_by(command)
        return bool(said) and _heard(command) and all(part in self.ran.output for part in said)

    def _kept_silent(self, command: Command) -> bool:
        """Whether a command that would say a known text did not."""
        return bool(said_by(command)) and _heard(command) and not self._spoke(command)

    def _refuted_silence(self, verdict: Verdict) -> bool:
        """`commit -q || echo failed` and nothing says "failed"."""
        others = [self.commands[one] for one in verdict.refutations]
        return any(said_by(one) and _heard(one) for one in others) and not self._failures

    def _silent(self, index: int) -> bool:
        """A command that prints when it fails printed nothing, and all that was printed others said."""
        command = self.commands[index]
        if self.ran.succeeded is None or command.conditional or command.behind or command.nested:
            return False
        if _is_hushed(command) or command.connector in ("||", "|") or not self._reached(index):
            return False
        if command.piped and not self._shown(index):
            return False
        known = {part.strip() for one in self.commands for part in said_by(one)}
        return all(line.strip() in known for line in self.ran.lines if line.strip())

    def _reached(self, index: int) -> bool:
        """Nothing before a command can have failed in silence and kept it from running."""
        for one in self.commands[:index]:
            call = git_command(one)
            known = call.name in _COMPLAINING_GIT if call is not None else one.program in _COMPLAINING or not one.argv
            if not known or one.connector == "||":
                return False
        return True

    def _shown(self, index: int) -> bool:
        """What it prints is piped into programs that show it."""
        following = self.commands[index + 1 :]
        behind = [one.program for one in following if one.connector == "|"]
        return bool(behind) and behind[0] in _SHOWING


def said_by(command: Command) -> tuple[str, ...]:
    """The lines of an `echo` or `printf` with words that stand for themselves."""
    if command.program not in ("echo", "printf") or not all(command.literal):
        return ()
    words = list(command.argv[1:])
    while words and words[0] in ("-e", "-n", "-ne", "-en"):
        words.pop(0)
    return tuple(part for part in _ESCAPED.split(" ".join(words)) if part.strip())


def _heard(command: Command) -> bool:
    """Whether what a command prints comes into the call's output."""
    away = any(one.operator in _AWAY and one.number in ("", "1") for one in command.redirections)
    return not (away or command.nested or command.piped or command.behind)


def _is_hushed(command: Command) -> bool:
    """Whether something that it prints goes elsewhere."""
    return any(one.operator in _AWAY for one in command.redirections)


def texts_written(ran: ShellStep) -> Iterator[tuple[str, str]]:
    """Files that a call wrote from here-documents, each with its text."""
    for command in ran.script.commands:
        if command.program in ("cat", "tee") and command.documents:
            targets = [one.target for one in command.redirections if one.operator in (">", ">>")] or list(
                command.argv[1:]
            )
            for target in targets:
                yield target, command.documents[-1]
