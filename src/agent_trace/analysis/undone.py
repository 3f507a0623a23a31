"""Edits that a session took back itself: by checkout, restore, reset --hard, clean, or a stash that was dropped.

Known are the lines of its edit tools. What was committed in between is no longer taken back by these commands.
"""

from __future__ import annotations

import fnmatch

import msgspec

from agent_trace.analysis.evidence import Evidence
from agent_trace.analysis.shell_steps import ShellStep
from agent_trace.model.session import Step
from agent_trace.policy.directories import is_inside, joined
from agent_trace.policy.git_command import GitCommand, git_command


class Undone(msgspec.Struct, frozen=True, kw_only=True):
    """Work that was taken back."""

    event: str
    """The tool call that did it."""
    number: int
    how: str
    """`checkout`, `restore`, `reset`, `clean` or `stash`."""
    paths: tuple[str, ...]
    lines_added: int
    """Lines that the edits had added, and that are gone."""
    lines_removed: int


class Edit(msgspec.Struct, frozen=True):
    """What the edits of a file add up to since it was last committed."""

    path: str
    added: int
    removed: int


class Edits:
    """Follows the files that a session edited."""

    def __init__(self) -> None:
        self._open: dict[str, Edit] = {}
        self._stashed: list[dict[str, Edit]] = []
        self._kept: dict[str, Edit] = {}
        self._undone: list[Undone] = []

    @property
    def undone(self) -> tuple[Undone, ...]:
        """What was taken back, in order."""
        return tuple(self._undone)

    @property
    def kept(self) -> tuple[str, ...]:
        """Files whose edits are still there: committed, or as they were left."""
        return tuple(dict.fromkeys([*self._kept, *self._open]))

    def edit(self, step: Step, directory: str | None) -> None:
        """A tool that edits files."""
        result = step.result
        if result is None or step.failed or result.refused or result.went_wrong or step.call.inherited:
            return
        for place, path in enumerate(step.call.paths):
            whole = joined(directory, path) or path
            held = self._open.get(whole, Edit(whole, 0, 0))
            added, removed = (result.lines_added, result.lines_removed) if place == 0 else (0, 0)
            self._open[whole] = Edit(whole, held.added + added, held.removed + removed)

    def hear(self, ran: ShellStep) -> None:
        """A shell step: what it takes back, puts aside or commits."""
        evidence: Evidence | None = None
        for index, command in enumerate(ran.script.commands):
            git = git_command(command)
            if git is not None:
                evidence = evidence or Evidence(ran)
                if evidence.did(index):
                    self._git(git, ran)

    def committed(self) -> None:
        """The files of a commit are safe from now on; which they were is not told, so all are."""
        self._kept.update(self._open)
        self._open.clear()

    def _git(self, git: GitCommand, ran: ShellStep) -> None:
        match git.name:
            case "checkout" if not git.has("-b", "-B", "-c") and not git.paths and git.arguments and not git.has("-f"):
                self._take(git, ran, git.arguments)
            case "checkout" | "restore":
                if not (git.name == "restore" and git.has("--staged", "-S") and not git.has("-W", "--worktree")):
                    self._take(git, ran, (*git.arguments, *git.paths) if git.name == "restore" else git.paths)
            case "reset" if git.has("--hard"):
                self._take(git, ran, ())
            case "clean" if git.has("-f", "--force") and not git.has("-n", "--dry-run"):
                self._take(git, ran, git.arguments or git.paths, created=True)
            case "stash":
                self._stash(git, ran)
            case _:
                pass

    def _stash(self, git: GitCommand, ran: ShellStep) -> None:
        action = git.arguments[0] if git.arguments else "push"
        if action in ("push", "save"):
            self._stashed.append(self._open)
            self._open = {}
        elif action in ("pop", "apply") and self._stashed:
            self._open = {**self._stashed.pop(), **self._open}
        elif action in ("drop", "clear") and self._stashed:
            gone = self._stashed.pop()
            self._note("stash", ran, gone)

    def _take(self, git: GitCommand, ran: ShellStep, patterns: tuple[str, ...], *, created: bool = False) -> None:
        where = ran.place(git.directory)
        wanted = [joined(where, one) or one for one in patterns]
        everything = not patterns and (git.name in ("reset", "clean"))
        found = {path: edit for path, edit in self._open.items() if everything or _meant(path, wanted)}
        if created:
            found = {path: edit for path, edit in found.items() if not edit.removed}
        for path in found:
            del self._open[path]
        self._note(git.name, ran, found)

    def _note(self, how: str, ran: ShellStep, gone: dict[str, Edit]) -> None:
        if gone:
            self._undone.append(
                Undone(
                    event=ran.step.call.id,
                    number=ran.step.number,
                    how=how,
                    paths=tuple(gone),
                    lines_added=sum(one.added for one in gone.values()),
                    lines_removed=sum(one.removed for one in gone.values()),
                )
            )


def _meant(path: str, wanted: list[str]) -> bool:
    return any(is_inside(path, one) or fnmatch.fnmatchcase(path, one) for one in wanted)
