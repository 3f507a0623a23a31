"""The commits of a play, from git itself: what each changed, which model call made it, what became of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from tests.live.repository import git
from tests.live.witness import LOST, Witness, logs

Kind = Literal["commit", "amend", "merge", "cherry-pick", "revert", "rebase"]
Fate = Literal["stands", "amended", "reset", "rebased", "folded", "left"]
REVERTS = re.compile(r"This reverts commit ([0-9a-f]{40})")


class Move(NamedTuple):
    """A line of the log of a HEAD."""

    log: Path
    line: int
    old: str
    new: str
    action: str


class Commit(msgspec.Struct, kw_only=True):
    """One that the agent made."""

    sha: str
    parents: list[str]
    kind: Kind
    subject: str
    branch: str | None
    """The one that it was made on; None where HEAD was detached, as in a rebase."""
    added: int
    removed: int
    files: list[str]
    """Against the first parent, as git counts them."""
    step: int
    request: int
    """The model call whose tools made it."""
    session: str | None
    fate: Fate
    into: str | None = None
    """What took its place."""
    replaces: str | None = None
    """The one that it amends."""
    reverts: str | None = None
    branches: list[str] = []
    """Those that hold it at the end."""


def moves(repository: Path) -> Iterator[Move]:
    """All that HEAD went through, worktree by worktree."""
    for log in logs(repository):
        for line, text in enumerate(log.read_text(encoding="utf-8").splitlines()):
            head, _, action = text.partition("\t")
            old, new = head.split(" ")[:2]
            yield Move(log, line, old, new, action)


def kind_of(action: str, parents: list[str]) -> Kind:
    """What made a commit, in git's own words."""
    head = action.partition(":")[0]
    if head == "commit (amend)":
        return "amend"
    if len(parents) > 1:
        return "merge"
    kinds: tuple[Kind, ...] = ("cherry-pick", "revert", "rebase")
    return next((kind for kind in kinds if kind in head), "commit")


def commits(witness: Witness, repository: Path) -> list[Commit]:
    """Those that were made while the witness looked, in the order of git's logs."""
    known, found, all_moves = set(witness.before), list[Commit](), list(moves(repository))
    for move in all_moves:
        if move.new in known:
            continue
        known.add(move.new)
        found.append(_commit(witness, repository, move))
    for one in found:
        one.fate, one.into = _fate(one, found, all_moves)
    return sorted(found, key=lambda one: one.request)


def _commit(witness: Witness, repository: Path, move: Move) -> Commit:
    parents, subject, body = git(repository, "show", "-s", "--format=%P%x00%s%x00%b", move.new).split("\0")
    changed = list(_changed(repository, move.new))
    moment = witness.asked(move.log, move.line, subject)
    kind, reverted = kind_of(move.action, parents.split()), REVERTS.search(body)
    return Commit(
        sha=move.new,
        parents=parents.split(),
        kind=kind,
        subject=subject,
        branch=_branch(repository, move),
        added=sum(added for _, added, _ in changed),
        removed=sum(removed for _, _, removed in changed),
        files=[name for name, _, _ in changed],
        step=moment.step,
        request=moment.served.number if moment.served else 0,
        session=None,
        fate="stands",
        replaces=move.old if kind == "amend" else None,
        reverts=reverted[1] if reverted and kind == "revert" else None,
        branches=git(
            repository, "for-each-ref", "--format=%(refname:short)", "--contains", move.new, "refs/heads"
        ).split(),
    )


def _changed(repository: Path, sha: str) -> Iterator[tuple[str, int, int]]:
    words = ("-c", "core.quotePath=false", "show", "--numstat", "--format=", "-m", "--first-parent", sha)
    for line in git(repository, *words).splitlines():
        if line:
            added, removed, name = line.split("\t")
            yield name, 0 if added == "-" else int(added), 0 if removed == "-" else int(removed)


def _branch(repository: Path, move: Move) -> str | None:
    """The branch whose own log has the same line."""
    heads = repository / ".git/logs/refs/heads"
    for log in sorted(path for path in heads.rglob("*") if path.is_file()):
        for text in log.read_text(encoding="utf-8").splitlines():
            head, _, action = text.partition("\t")
            if head.split(" ")[:2] == [move.old, move.new] and action == move.action:
                return log.relative_to(heads).as_posix()
    return None


def _fate(one: Commit, all_commits: Sequence[Commit], all_moves: Sequence[Move]) -> tuple[Fate, str | None]:
    if one.branches:
        return "stands", None
    if amended := next((other.sha for other in all_commits if other.replaces == one.sha), None):
        return "amended", amended
    later = [other for other in all_commits if other.kind == "rebase" and other.request > one.request]
    if twin := next((other.sha for other in later if other.subject == one.subject), None):
        return "rebased", twin
    if later and one.subject.startswith(("fixup! ", "squash! ")):
        return "folded", next(other.sha for other in later if other.subject == one.subject.partition("! ")[2])
    reset = any(move.action.startswith("reset:") and move.old == one.sha for move in all_moves)
    return ("reset" if reset else "left"), None


def bundle(repository: Path, made: Sequence[Commit], target: Path) -> None:
    """All of a repository in one file, lost commits under names of their own."""
    for one in made:
        if one.fate != "stands":
            git(repository, "update-ref", LOST + one.sha, one.sha)
    git(repository, "bundle", "create", "-q", str(target), "--all")
