"""The directories that a session's git commands worked in, and which of them are one repository."""

from __future__ import annotations

from collections.abc import Iterable

from agent_trace.analysis.repository import Repository, Worktree
from agent_trace.policy.directories import is_inside


class Worktrees:
    """Directory → what is checked out there.

    A directory inside the session's own, or one that holds it, is the same repository unless the session was seen
    making one there; every other directory is a repository of its own.
    """

    def __init__(self, cwd: str | None, branch: str | None) -> None:
        self._home = Worktree(Repository(), branch)
        self._cwd = cwd
        self._known: dict[str, Worktree] = {}

    def at(self, directory: str | None) -> Worktree:
        """What is checked out in a directory; an unknown one is taken for the session's own."""
        if directory is None or directory == self._cwd:
            return self._home
        known = [one for one in self._known if is_inside(directory, one)]
        if known:
            return self._known[max(known, key=len)]
        if self._cwd is None or is_inside(directory, self._cwd) or is_inside(self._cwd, directory):
            return self._home
        return self._known.setdefault(directory, Worktree(Repository()))

    def begin(self, directory: str | None) -> None:
        """A repository was made or cloned there."""
        if directory is not None and directory != self._cwd:
            self._known[directory] = Worktree(Repository())

    def share(self, tree: Worktree, directory: str | None) -> Worktree:
        """Another directory of the same repository."""
        made = Worktree(tree.repository, head=tree.head)
        if directory is not None:
            self._known[directory] = made
        return made

    def leave(self, directory: str | None) -> None:
        """A worktree was removed; its branch stays."""
        if directory is not None:
            self._known.pop(directory, None)

    def all(self) -> Iterable[Worktree]:
        """All of them, the session's own first."""
        return (self._home, *self._known.values())
