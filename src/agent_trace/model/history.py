"""What git tells of one repository, as far as it was asked: commits, what they changed, which names lead to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

RefKind = Literal["branch", "remote", "tag"]
Found = Literal["verified", "missing", "unknown"]
Became = Literal["merged", "reachable", "rebased", "cherry_picked", "squashed", "amended", "unreachable"]
SHORT = 7
"""Characters of a sha that people are shown."""


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """A commit as git holds it."""

    sha: str
    parents: tuple[str, ...]
    authored: int
    """UTC seconds, of the author: a rebase keeps them."""
    committed: int
    """UTC seconds, of whoever put it where it is."""
    message: str = ""

    @property
    def subject(self) -> str:
        """The first paragraph of its message in one line, as git shows it."""
        return " ".join(self.message.strip().split("\n\n", 1)[0].split("\n")).strip()


class FileChange(msgspec.Struct, frozen=True, kw_only=True):
    """The lines that a commit added to one file and took out of it, in their order."""

    path: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


Changes = tuple[FileChange, ...]


class Ref(msgspec.Struct, frozen=True, kw_only=True):
    """A name that leads to a commit."""

    name: str
    """As people type it: `main`, `origin/main`, `v1.0`."""
    kind: RefKind
    sha: str
    current: bool = False
    """The branch that is checked out."""
    default: bool = False
    """What everything is merged into in the end."""


class History(msgspec.Struct, frozen=True, kw_only=True):
    """One repository. What is not in it was not asked, lies before `since` or beyond the limits."""

    folder: str
    """Where git was asked."""
    place: str = ""
    """The repository's own folder of git: worktrees of one repository share it."""
    since: int = 0
    """UTC seconds: commits from here on are known, and every one that was asked for."""
    shallow: bool = False
    """Its older commits were never fetched."""
    cut: bool = False
    """There are more commits, or names, than were read."""
    head: str | None = None
    refs: tuple[Ref, ...] = ()
    revisions: tuple[Revision, ...] = ()
    """Children before their parents."""
    named: Mapping[str, str | None] = {}
    """Every name that was asked for → the whole sha of its commit; None: no such commit, or more than one."""
    changes: Mapping[str, Changes] = {}
    """Sha → what the commit changed, for those that were asked; merges have none."""
    ranges: Mapping[tuple[str, str], Changes] = {}
    """(from, to) → what lies between two commits."""
    notes: tuple[str, ...] = ()
    """What people should know about what was read."""


class CommitFate(msgspec.Struct, frozen=True, kw_only=True):
    """What git knows today of a commit that a session made."""

    found: Found = "unknown"
    """verified: git holds it · missing: it does not · unknown: nobody could be asked, or it cannot be told from others."""
    sha: str | None = None
    """Whole, where it was found."""
    became: Became | None = None
    """merged: in the default branch · reachable: a name leads to it · unreachable: none does; None: not known."""
    branches: tuple[str, ...] = ()
    """That hold it, those of remotes too."""
    tags: tuple[str, ...] = ()
    into: str | None = None
    """The commit that it was rebased, picked, amended or squashed to."""
    reverted_by: str | None = None
    """A commit, reachable itself and not taken back, that says it takes this one, or what it became, back."""

    @property
    def words(self) -> str:
        """The same for people; empty where nothing is known."""
        if self.became is None:
            said = {"verified": "verified", "missing": "not in the repository", "unknown": ""}[self.found]
        elif self.into is not None:
            said = f"{_INTO[self.became]} {self.into[:SHORT]}"
        else:
            said = f"on {_some(self.branches or self.tags)}" if self.became == "reachable" else self.became
        return said + (f", reverted by {self.reverted_by[:SHORT]}" if self.reverted_by else "")


_INTO: Mapping[str, str] = {
    "rebased": "rebased as", "cherry_picked": "picked as", "squashed": "squashed into", "amended": "amended as",
}  # fmt: skip


def _some(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more" if names else "HEAD"
