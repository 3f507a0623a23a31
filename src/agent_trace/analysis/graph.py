"""The commits of one repository as a graph: what leads where, and what lies between."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from agent_trace.model.history import Changes, History, Ref, Revision

_NAMED = re.compile(r"\b[0-9a-f]{7,64}\b")
_REVERTS = re.compile(r"This reverts commit ([0-9a-f]{7,64})")
_BULLET = re.compile(r"(?:[*+-]|\d{1,4}[.)])\s+")
SHORT = 7
"""Letters of a sha that a message shows at least."""


class Graph:
    """Questions to a History. What it lacks is noted, so that whoever can ask git knows what to ask for."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.revisions = {one.sha: one for one in history.revisions}
        self._below: dict[str, frozenset[str]] = {}
        self.lacks: dict[str, None] = {}
        """Commits whose changes were asked for and are not known."""
        self.lacks_ranges: dict[tuple[str, str], None] = {}

    def named(self, name: str | None) -> Revision | None:
        """The commit that a name leads to, where it was asked for."""
        return self.revisions.get(self.history.named.get(name or "") or "")

    # ---- what leads where

    @cached_property
    def refs(self) -> tuple[Ref, ...]:
        """All names, and HEAD where no branch is checked out."""
        found, head = self.history.refs, self.history.head
        if head is None or any(ref.current for ref in found):
            return found
        return (*found, Ref(name="HEAD", kind="branch", sha=head, current=True))

    def holders(self, sha: str) -> tuple[Ref, ...]:
        """The names that lead to a commit."""
        mask = self._held.get(sha, 0)
        return tuple(ref for place, ref in enumerate(self.refs) if mask >> place & 1)

    def is_merged(self, sha: str) -> bool:
        """Whether it is in what everything is merged into."""
        return bool(self._held.get(sha, 0) & self._main)

    def is_reachable(self, sha: str) -> bool:
        """Whether any name leads to it."""
        return bool(self._held.get(sha))

    @cached_property
    def _main(self) -> int:
        return sum(1 << place for place, ref in enumerate(self.refs) if ref.default)

    @cached_property
    def _held(self) -> dict[str, int]:
        """Commit → the names that lead to it, one bit each."""
        found: dict[str, int] = {}
        for place, ref in enumerate(self.refs):
            found[ref.sha] = found.get(ref.sha, 0) | 1 << place
        for one in self.ordered:
            mask = found.get(one.sha, 0)
            for parent in one.parents if mask else ():
                found[parent] = found.get(parent, 0) | mask
        return found

    @cached_property
    def ordered(self) -> tuple[Revision, ...]:
        """All commits, each before its parents."""
        children = dict.fromkeys(self.revisions, 0)
        for one in self.revisions.values():
            for parent in one.parents:
                if parent in children:
                    children[parent] += 1
        ready = [one for one in self.revisions.values() if not children[one.sha]]
        found: list[Revision] = []
        while ready:
            one = ready.pop()
            found.append(one)
            for parent in one.parents:
                if parent in children:
                    children[parent] -= 1
                    if not children[parent]:
                        ready.append(self.revisions[parent])
        return tuple(found)

    def reached(self, tips: Iterable[str], without: frozenset[str] = frozenset()) -> frozenset[str]:
        """The tips and all that is below them, as far as it is known, up to what is left out."""
        found: set[str] = set()
        wave = list(tips)
        while wave:
            sha = wave.pop()
            if sha not in found and sha not in without and sha in self.revisions:
                found.add(sha)
                wave += self.revisions[sha].parents
        return frozenset(found)

    def below(self, sha: str) -> frozenset[str]:
        """A commit and all that it is built on, as far as it is known."""
        if sha not in self._below:
            self._below[sha] = self.reached([sha])
        return self._below[sha]

    def ends(self, sha: str) -> tuple[str, ...]:
        """The ends of the branches that a commit is in; where no name leads to it, of what was built on it."""
        held = dict.fromkeys(ref.sha for ref in self.holders(sha))
        if held:
            return tuple(held)
        found: dict[str, None] = {}
        wave, seen = [sha], {sha}
        while wave:
            one = wave.pop()
            above = [child for child in self._children.get(one, ()) if child not in seen]
            seen.update(above)
            wave += above
            if one not in self._children:
                found[one] = None
        return tuple(found)

    def neighbours(self, one: Revision, other: Revision) -> Iterator[tuple[Revision, Revision]]:
        """What stands beside two commits in the same place: their parents, and the first that are built on them."""
        pairs = [(one.parents[:1], other.parents[:1])]
        pairs.append((self._children.get(one.sha, ()), self._children.get(other.sha, ())))
        for mine, theirs in pairs:
            for left in mine:
                for right in theirs:
                    if left in self.revisions and right in self.revisions:
                        yield self.revisions[left], self.revisions[right]

    @cached_property
    def _children(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for one in self.revisions.values():
            for parent in one.parents[:1]:
                found[parent] = (*found.get(parent, ()), one.sha)
        return found

    def fork(self, tip: str, trunk: frozenset[str]) -> tuple[str | None, frozenset[str]]:
        """Where a tip left a trunk, and what lies between; None: it never did, or before all that is known."""
        members = self.reached([tip], trunk)
        left = {parent for sha in members for parent in self.revisions[sha].parents if parent in trunk}
        return next((one.sha for one in self.ordered if one.sha in left), None), members

    # ---- what was changed

    def changes(self, sha: str) -> Changes | None:
        """What a commit changed; None where that is not (yet) known."""
        found = self.history.changes.get(sha)
        if found is None:
            self.lacks[sha] = None
        return found

    def range(self, start: str, end: str) -> Changes | None:
        """What lies between two commits; None where that is not (yet) known."""
        found = self.history.ranges.get((start, end))
        if found is None:
            self.lacks_ranges[start, end] = None
        return found

    # ---- what is alike

    @cached_property
    def by_time(self) -> dict[int, list[Revision]]:
        """Author's second → the commits that bear it."""
        found: dict[int, list[Revision]] = {}
        for one in self.history.revisions:
            found.setdefault(one.authored, []).append(one)
        return found

    @cached_property
    def by_second(self) -> dict[int, list[Revision]]:
        """The second in which they were put where they are → commits."""
        found: dict[int, list[Revision]] = {}
        for one in self.history.revisions:
            found.setdefault(one.committed, []).append(one)
        return found

    @cached_property
    def by_subject(self) -> dict[str, list[Revision]]:
        """First paragraph in one line, and first line → the commits that begin so."""
        found: dict[str, list[Revision]] = {}
        for one in self.history.revisions:
            for words in {one.subject, first_line(one)}:
                found.setdefault(words, []).append(one)
        return found

    # ---- the trunk, and what its messages tell of others

    @cached_property
    def merged(self) -> frozenset[str]:
        """All that is in the default branch."""
        return frozenset(sha for sha in self.revisions if self.is_merged(sha))

    @cached_property
    def trunk(self) -> Sequence[Revision]:
        """What is in the default branch and no merge, the oldest first."""
        found = [self.revisions[sha] for sha in self.merged if len(self.revisions[sha].parents) == 1]
        return sorted(found, key=lambda one: (one.committed, one.authored, one.sha))

    def mentions(self, subject: str | None, sha: str | None) -> list[Revision]:
        """Commits of the trunk whose message has a line of these words or names this sha, the oldest first."""
        found = [*self._mentioned.get(subject or "", ()), *self._mentioned.get((sha or "")[:SHORT], ())]
        return sorted({one.sha: one for one in found}.values(), key=lambda one: (one.committed, one.authored, one.sha))

    @cached_property
    def _mentioned(self) -> dict[str, list[Revision]]:
        found: dict[str, list[Revision]] = {}
        for one in self.trunk:
            for words in {*subjects_in(one), *(sha[:SHORT] for sha in named_in(one))} - {""}:
                found.setdefault(words, []).append(one)
        return found

    def taken_back_by(self, *shas: str | None) -> str | None:
        """A commit that a name leads to and that says it reverts one of these, unless it was reverted itself."""
        known = [sha for sha in shas if sha is not None]
        for said, one in self._reverts:
            is_meant = any(sha.startswith(said) for sha in known) and self.is_reachable(one.sha)
            if is_meant and not any(one.sha.startswith(later) for later, _ in self._reverts):
                return one.sha
        return None

    @cached_property
    def _reverts(self) -> list[tuple[str, Revision]]:
        return [(said, one) for one in self.history.revisions for said in takes_back(one)]


def first_line(revision: Revision) -> str:
    """Of its message."""
    return revision.message.strip().partition("\n")[0].strip()


def named_in(revision: Revision) -> list[str]:
    """Words of a message that may be shas, its first line left out."""
    return _NAMED.findall(revision.message.partition("\n")[2])


def subjects_in(revision: Revision) -> frozenset[str]:
    """Lines of a message that may be the subjects of others, its first line left out; without bullets."""
    lines = [line.strip() for line in revision.message.partition("\n")[2].split("\n")]
    return frozenset(words for line in lines for words in (line, _BULLET.sub("", line, count=1)) if words)


def takes_back(revision: Revision) -> list[str]:
    """The commits that a commit says it reverts."""
    return _REVERTS.findall(revision.message)
