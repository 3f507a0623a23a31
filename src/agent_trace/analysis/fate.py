"""What became of a session's commits, by the repository at hand: verified, merged, rebased, squashed, reverted, lost.

It only adds to what the events told (docs/numbers.md): no count depends on it, and without a repository, or git, all of
it is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from agent_trace.analysis.commits import Commit
from agent_trace.analysis.graph import Graph
from agent_trace.analysis.likeness import Evidence, copy_evidence, drafts, listed, origins, squashes
from agent_trace.model.history import Became, CommitFate, Found, History, Revision

NEAR = 300
"""Commits of the default branch, after one, that are looked through for what was squashed."""
_ORDER: tuple[Evidence, ...] = ("patch", "copy", "amended")


class Fates(msgspec.Struct, frozen=True, kw_only=True):
    """What became of several commits, and what git could tell besides."""

    fates: tuple[CommitFate, ...]
    """One of each commit, in their order."""
    lacks: Mapping[str, tuple[str, ...]] = {}
    """Folder of a History → commits whose changes would tell more."""
    lacks_ranges: Mapping[str, tuple[tuple[str, str], ...]] = {}


def fates(commits: Sequence[Commit], histories: Mapping[str, History], home: str | None = None) -> Fates:
    """What became of the commits.

    `histories`: directory → the repository that it lies in; a commit is looked for in its own, and where its directory
    is not known, or is gone, in that of `home`.
    """
    graphs = {one.folder: Graph(one) for one in histories.values()}
    first = drafts(commits)
    found = [CommitFate()] * len(commits)
    for folder, graph in graphs.items():
        own = [place for place, one in enumerate(commits) if _known(one, histories, home, folder)]
        held = origins([commits[place] for place in own], graph)
        for place, origin in zip(own, held, strict=True):
            commit = commits[place]
            fate = _fate(commit, first[place], origin, graph)
            if commit.directory is None or commit.directory in histories or fate.found == "verified":
                found[place] = fate
    return Fates(
        fates=tuple(found),
        lacks={folder: tuple(graph.lacks) for folder, graph in graphs.items() if graph.lacks},
        lacks_ranges={folder: tuple(graph.lacks_ranges) for folder, graph in graphs.items() if graph.lacks_ranges},
    )


def _known(commit: Commit, histories: Mapping[str, History], home: str | None, folder: str) -> bool:
    """Whether a commit is to be looked for in a repository."""
    found = histories.get(commit.directory or "") or histories.get(home or "")
    return found is not None and found.folder == folder


def _fate(commit: Commit, drafted: Commit, origin: Revision | None, graph: Graph) -> CommitFate:
    became, into = _later(commit, drafted, origin, graph)
    if origin is None:
        is_lost = commit.sha is not None and not graph.history.shallow
        found: Found = "missing" if is_lost else "unknown"
        return CommitFate(found=found, became=became, into=into, reverted_by=graph.taken_back_by(into))
    holders = graph.holders(origin.sha)
    return CommitFate(
        found="verified",
        sha=origin.sha,
        became=became,
        branches=tuple(ref.name for ref in holders if ref.kind != "tag" and ref.name != "HEAD"),
        tags=tuple(ref.name for ref in holders if ref.kind == "tag"),
        into=into,
        reverted_by=graph.taken_back_by(origin.sha, into),
    )


def _later(commit: Commit, drafted: Commit, origin: Revision | None, graph: Graph) -> tuple[Became | None, str | None]:
    if origin is not None and graph.is_merged(origin.sha):
        return "merged", None
    is_reachable = origin is not None and graph.is_reachable(origin.sha)
    copy = _copy(commit, drafted, origin, graph)
    if copy is not None:
        evidence, revision = copy
        kind: Became = "amended" if evidence == "amended" else "cherry_picked" if is_reachable else "rebased"
        return kind, revision.sha
    squash = _squash(commit, origin, graph)
    if squash is not None:
        return "squashed", squash.sha
    if is_reachable:
        return "reachable", None
    return (None if origin is None or graph.history.cut else "unreachable"), None


def _copy(commit: Commit, drafted: Commit, origin: Revision | None, graph: Graph) -> tuple[Evidence, Revision] | None:
    """The best copy that a name leads to: by its evidence, in the default branch, the latest."""
    found: list[tuple[bool, int, int, Evidence, Revision]] = []
    for one in _candidates(commit, origin, graph):
        if graph.is_reachable(one.sha):
            evidence = copy_evidence(commit, drafted, origin, one, graph)
            if evidence is not None:
                found.append((graph.is_merged(one.sha), -_ORDER.index(evidence), one.committed, evidence, one))
    best = max(found, key=lambda row: row[:3], default=None)
    return None if best is None else best[3:]


def _candidates(commit: Commit, origin: Revision | None, graph: Graph) -> list[Revision]:
    near = list(graph.by_subject.get(commit.subject or "\0", ()))
    if origin is not None:
        near += graph.by_time.get(origin.authored, ())
    return list({one.sha: one for one in near}.values())


# ---- squashes


def _squash(commit: Commit, origin: Revision | None, graph: Graph) -> Revision | None:
    """The commit of the default branch that a commit went into with others, or with its lines."""
    after = origin.committed if origin is not None else (commit.at or 0) // 1000
    for one in graph.mentions(commit.subject, commit.sha if origin is None else origin.sha):
        if one.committed >= after and one != origin and listed(commit, origin, one, graph):
            return one
    if origin is None or len(origin.parents) > 1:
        return None
    near = [one for one in graph.trunk if one.committed >= after][:NEAR]
    return next((one for one in near if squashes(commit, origin, one, graph)), None)
