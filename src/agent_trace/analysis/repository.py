"""A repository as far as one session's commands tell of it: its branches, and which of the session's commits they hold.

What was there before the session is one node without parents, the ground; the session's commits stand on it. Nothing
is looked up on a disk, so a name that the session never showed leads to the ground.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from agent_trace.analysis.git_output import same

_REVISION = re.compile(r"(?P<name>@|[^~^@]+(?:@(?!\{)[^~^@]+)*)?(?P<steps>(?:[~^]\d{0,4}|\^\{[^}]*\}|@\{\d{1,4}\})*)")
_STEP = re.compile(r"(?P<sign>[~^]|@\{)(?P<count>\d*)")
SHORTEST = 4
"""Digits of a name: git shows no fewer."""
HEX = re.compile(r"[0-9a-f]{4,64}")


class Node:
    """A commit in the history: one of the session's by its place in the session's list, or the ground."""

    __slots__ = ("commit", "parents")

    def __init__(self, commit: int | None = None, parents: tuple[Node, ...] = ()) -> None:
        self.commit, self.parents = commit, parents


class Rebase(NamedTuple):
    """The session's commits that are made anew on another base."""

    base: Node
    nodes: list[Node]
    fold: bool = False
    """`--autosquash`: those that are marked so go into the one before."""
    joined: bool = False
    """All of them become one."""


class Repository:
    """Branches, tags and remote branches; worktrees share it."""

    def __init__(self) -> None:
        self.ground = Node()
        self.refs: dict[str, Node] = {}
        self._shas: dict[str, dict[str, Node]] = {}
        """The first digits of a name, which all cuts of it share → the names that begin so, each with its commit."""

    def name(self, sha: str, node: Node) -> None:
        """A commit got a name."""
        self._shas.setdefault(sha[:SHORTEST], {})[sha] = node

    def node_of(self, sha: str) -> Node | None:
        """The session's commit of that name; the latest where several were cut to it."""
        known = self._shas.get(sha[:SHORTEST], {})
        return next((node for name, node in reversed(known.items()) if same(name, sha)), None)


class Worktree:
    """A directory with a branch checked out, or a commit on no branch."""

    def __init__(self, repository: Repository, branch: str | None = None, head: Node | None = None) -> None:
        self.repository = repository
        self.branch = branch
        """None: not known, or on no branch."""
        self._loose = head or repository.ground
        if branch is not None:
            repository.refs.setdefault(branch, self._loose)
        self.before: str | None = None
        """The branch that was left last."""
        self.original: Node | None = None
        """What git calls ORIG_HEAD."""
        self.trail: list[Node] = []
        """Where HEAD was, the latest last."""
        self.pending: str | None = None
        """`merge`, `cherry_pick` or `revert`: what stopped at a conflict."""
        self.begun: Node | None = None
        """Where that began."""
        self.heads: tuple[Node, ...] = ()
        """What a merge that stopped would bring in."""
        self.rebasing: Rebase | None = None
        """A rebase that stopped at a conflict."""

    @property
    def head(self) -> Node:
        """The commit that is checked out."""
        return self._loose if self.branch is None else self.repository.refs.get(self.branch, self._loose)

    def move(self, node: Node) -> None:
        """The branch, or the bare HEAD, to another commit."""
        self.trail.append(self.head)
        self._loose = node
        if self.branch is not None:
            self.repository.refs[self.branch] = node

    def switch(self, branch: str | None, node: Node | None = None) -> None:
        """To a branch, made where a node is given or it was not known; None: to a commit on no branch."""
        self.trail.append(self.head)
        here = self.head
        if self.branch != branch:
            self.before = self.branch
        if branch is None:
            self._loose = node or here
        elif node is not None:
            self.repository.refs[branch] = node
        else:
            self.repository.refs.setdefault(branch, self.repository.ground)
        self.branch = branch

    def found_on(self, branch: str | None) -> None:
        """Git says on which branch a commit was made: a branch that nobody was seen switching to begins here."""
        if branch == self.branch:
            return
        here = self.head
        if branch is None:
            self._loose = here
        else:
            self.repository.refs.setdefault(branch, here)
            if self.branch is None:
                self.repository.refs[branch] = here
        self.branch = branch

    def resolve(self, revision: str) -> Node | None:
        """The node that a revision names; None for a name that the session never showed."""
        matched = _REVISION.fullmatch(revision)
        if matched is None:
            return None
        node = self._named(matched["name"] or "HEAD")
        for sign, count in _STEP.findall(matched["steps"]):
            if node is None:
                return None
            node = self._stepped(node, sign, count)
        return node

    def _named(self, name: str) -> Node | None:
        if name in ("HEAD", "@"):
            return self.head
        if name == "ORIG_HEAD":
            return self.original
        refs = self.repository.refs
        for one in (name, name.removeprefix("refs/heads/"), f"tags/{name}", name.removeprefix("refs/")):
            if one in refs:
                return refs[one]
        return self.repository.node_of(name) if HEX.fullmatch(name) else None

    def _stepped(self, node: Node, sign: str, count: str) -> Node | None:
        if sign == "@{":
            place = int(count or 0)
            trail = [*self.trail, self.head]
            return trail[-1 - place] if place < len(trail) else None
        if sign == "^":
            number = int(count or 1)
            return node if number == 0 else _parent(node, number)
        for _ in range(int(count or 1)):
            node = _parent(node, 1)
        return node


def _parent(node: Node, number: int) -> Node:
    """A node's parent; the ground's is the ground."""
    return node.parents[number - 1] if number <= len(node.parents) else node


def held(nodes: Iterable[Node]) -> set[int]:
    """The session's commits that can be reached from some nodes."""
    found: set[int] = set()
    seen: set[int] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if node.commit is not None:
            found.add(node.commit)
        waiting += node.parents
    return found


def own_line(node: Node, without: set[int]) -> list[Node]:
    """The session's nodes on the first-parent line down from one, oldest first, without some commits."""
    found: list[Node] = []
    while node.parents:
        if node.commit is not None and node.commit not in without:
            found.append(node)
        node = node.parents[0]
    return found[::-1]
