"""What became of a session's commits: asks git, where the repositories that they were made in are at hand."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from agent_trace.analysis.commits import Commit
from agent_trace.analysis.fate import fates
from agent_trace.app.choosing import git_root
from agent_trace.app.workspace import Workspace
from agent_trace.model.history import CommitFate, History
from agent_trace.outside import git
from agent_trace.reports._outcome import Made

ROUNDS = 4
"""Questions to git about changes, each led by the answers to the one before."""
REPOSITORIES = 10
"""That are asked about one session."""
DAY_S = 86_400


def with_fates(workspace: Workspace, made: Sequence[Made], cwd: str | None) -> tuple[Made, ...]:
    """The same with what git tells today; as it was where it tells nothing."""
    commits = [commit for one in made for commit in one.outcome.commits]
    histories = _histories(workspace, commits, cwd) if commits else {}
    if not histories:
        return tuple(made)
    told = list(_told(workspace, commits, histories, cwd))
    found = []
    for one in made:
        number = len(one.outcome.commits)
        found.append(msgspec.structs.replace(one, fates=tuple(told[:number])))
        del told[:number]
    return tuple(found)


def _histories(workspace: Workspace, commits: Sequence[Commit], cwd: str | None) -> dict[str, History]:
    """Directory → the repository that it lies in."""
    shas = [one.sha for one in commits if one.sha is not None]
    times = [one.at // 1000 for one in commits if one.at is not None]
    roots: dict[str, History | None] = {}
    found: dict[str, History] = {}
    for directory in dict.fromkeys([*([cwd] if cwd else []), *_directories(commits)]):
        root = git_root(directory) if os.path.isdir(directory) else None
        if root is None:
            continue
        if root not in roots and len(roots) < REPOSITORIES:
            since = max(min(times, default=0) - DAY_S, 0)
            roots[root] = git.history(root, shas, since=since, environment=workspace.environment)
        history = roots.get(root)
        if history is not None:
            found[directory] = history
    return found


def _directories(commits: Iterable[Commit]) -> Iterable[str]:
    return (one.directory for one in commits if one.directory is not None and os.path.isabs(one.directory))


def _told(
    workspace: Workspace, commits: Sequence[Commit], histories: Mapping[str, History], cwd: str | None
) -> tuple[CommitFate, ...]:
    known = dict(histories)
    found = fates(commits, known, cwd)
    for _ in range(ROUNDS):
        if not (found.lacks or found.lacks_ranges):
            break
        asked = {one.folder: one for one in known.values()}
        told = {
            folder: git.with_changes(
                one, found.lacks.get(folder, ()), found.lacks_ranges.get(folder, ()), environment=workspace.environment
            )
            for folder, one in asked.items()
        }
        if all(told[folder] is one for folder, one in asked.items()):
            break
        known = {directory: told[one.folder] for directory, one in known.items()}
        found = fates(commits, known, cwd)
    return found.fates
