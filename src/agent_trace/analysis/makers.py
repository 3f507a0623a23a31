"""Which sessions made a commit of a repository: by its sha, its content, or the time of the very call that made it.

Never by a guess: what nothing proves has no maker.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from agent_trace.analysis.commits import Commit
from agent_trace.analysis.git_output import same
from agent_trace.analysis.graph import Graph
from agent_trace.analysis.likeness import (
    Evidence,
    contains,
    copy_evidence,
    drafts,
    is_itself,
    is_named,
    keys,
    listed,
    origins,
)
from agent_trace.model.history import History, Revision

TIPS = 200
"""Commits, the newest, that are tried as the end of a branch that was squashed."""
_STRENGTH: Mapping[Evidence, int] = {
    "sha": 0,
    "time": 1,
    "patch": 2,
    "copy": 3,
    "message": 4,
    "content": 5,
    "amended": 6,
}


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A commit as a session's digest tells of it."""

    session: str
    commit: Commit


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """A commit of a session that is, or went into, the one that is asked about."""

    made: Made
    by: Evidence


class Makers(msgspec.Struct, frozen=True, kw_only=True):
    """Who made a commit."""

    proofs: tuple[Proof, ...] = ()
    """The oldest first; none: nobody whose session is known."""
    others: int = 0
    """Commits of the same squash that no session is known to have made."""
    lacks: tuple[str, ...] = ()
    """Commits whose changes could tell more."""
    lacks_ranges: tuple[tuple[str, str], ...] = ()


def named_makers(sha: str, made: Iterable[Made]) -> Makers:
    """Who made a commit, by its sha alone or the beginning of it: what can be said without its repository."""
    found = [one for one in made if one.commit.sha is not None and same(one.commit.sha, sha)]
    return Makers(proofs=tuple(Proof(made=one, by="sha") for one in _in_order(found)))


def makers(sha: str, history: History, made: Sequence[Made]) -> Makers:
    """Who made a commit that the history holds. `made`: all that sessions are known to have made until then."""
    graph = Graph(history)
    revision = graph.revisions[sha]
    found, others = _Asked(graph, made).proofs(revision)
    return Makers(proofs=tuple(found), others=others, lacks=tuple(graph.lacks), lacks_ranges=tuple(graph.lacks_ranges))


def _in_order(made: Iterable[Made]) -> list[Made]:
    return sorted(made, key=lambda one: (one.commit.at or 0, one.session, one.commit.number))


class _Asked:
    """Everybody who may have made a commit."""

    def __init__(self, graph: Graph, made: Sequence[Made]) -> None:
        self.graph = graph
        self.made = _in_order(made)
        found = origins([one.commit for one in self.made], graph)
        self.origins = {id(one): origin for one, origin in zip(self.made, found, strict=True)}
        self.drafted: dict[int, Commit] = {}
        for session in dict.fromkeys(one.session for one in self.made):
            own = [one for one in self.made if one.session == session]
            first = drafts([one.commit for one in own])
            self.drafted.update({id(one): draft for one, draft in zip(own, first, strict=True)})

    def proofs(self, revision: Revision) -> tuple[list[Proof], int]:
        """The strongest there are; for what is more than a copy, those of all that went into it."""
        one = self._single(revision)
        if one is not None and one.by in ("sha", "time", "patch"):
            return [one], 0
        parts, others = self._parts(revision)
        whole = {id(part.made): part for part in ([*parts, one] if one is not None else parts)}
        places = {id(made): place for place, made in enumerate(self.made)}
        return sorted(whole.values(), key=lambda part: places[id(part.made)]), others

    def _single(self, revision: Revision) -> Proof | None:
        """The session's commit that it is, or is a copy of: the strongest evidence, then the latest."""
        found: list[Proof] = []
        for one in self.made:
            origin = self.origins[id(one)]
            if is_named(one.commit, revision):
                return Proof(made=one, by="sha")
            if origin == revision and is_itself(one.commit, revision):
                return Proof(made=one, by="time")
            evidence = copy_evidence(one.commit, self.drafted[id(one)], origin, revision, self.graph)
            if evidence is not None:
                found.append(Proof(made=one, by=evidence))
        return min(reversed(found), key=lambda one: _STRENGTH[one.by], default=None)

    # ---- squashes

    def _parts(self, revision: Revision) -> tuple[list[Proof], int]:
        """What went into it, where it is a squash."""
        if len(revision.parents) != 1:
            return [], 0
        below = self.graph.below(revision.sha)
        apart = [one for one in self.made if self._may_be_in(one, revision, below)]
        branch, others = self._branch(revision, apart)
        if others is not None:
            return branch, others
        known = {id(one.made) for one in branch}
        found = list(branch)
        for one in apart:
            origin = self.origins[id(one)]
            if listed(one.commit, origin, revision, self.graph):
                found.append(Proof(made=one, by="message"))
            elif id(one) not in known and self._holds(revision, one.commit, origin):
                found.append(Proof(made=one, by="content"))
        return found, 0

    def _may_be_in(self, one: Made, revision: Revision, below: frozenset[str]) -> bool:
        """It was made before, and it is not there besides."""
        origin = self.origins[id(one)]
        if origin is None:
            return (one.commit.at or 0) <= (revision.committed + 1) * 1000
        return origin.committed <= revision.committed and origin.sha not in below

    def _holds(self, revision: Revision, commit: Commit, origin: Revision | None) -> bool:
        """By its lines; those of what it only picked are another's."""
        if origin is None or commit.how == "cherry_pick":
            return False
        part, whole = self.graph.changes(origin.sha), self.graph.changes(revision.sha)
        return contains(whole or (), part or ())

    def _branch(self, revision: Revision, apart: Sequence[Made]) -> tuple[list[Proof], int | None]:
        """What was made in a branch that went into this commit; and, where it was all of it, how much nobody known made."""
        trunk = self.graph.below(revision.parents[0])
        known = [origin.sha for one in apart[-TIPS:] if (origin := self.origins[id(one)]) is not None]
        tips = dict.fromkeys(tip for sha in reversed(known) for tip in (*self.graph.ends(sha), sha))
        whole = self.graph.changes(revision.sha) or ()
        parts: dict[int, Proof] = {}
        for tip in tips:
            start, members = self.graph.fork(tip, trunk)
            between = self.graph.range(start, tip) if start is not None and revision.sha not in members else None
            if not between:
                continue
            is_all = bool(whole) and keys(between) == keys(whole)
            if is_all or contains(whole, between):
                found = [self._single(self.graph.revisions[sha]) for sha in members]
                proofs = {id(one.made): Proof(made=one.made, by="content") for one in found if one is not None}
                if all(one.made.commit.how == "cherry_pick" for one in proofs.values()):
                    continue  # what was picked may have come from its source another time
                if is_all:
                    return list(proofs.values()), found.count(None)
                parts.update(proofs)
        return list(parts.values()), None
