"""Asks a real repository about commits as the program does: round after round, until git has told all it can."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from agent_trace.analysis.fate import fates
from agent_trace.analysis.makers import Made, Makers, makers
from agent_trace.model.history import CommitFate, History
from agent_trace.outside import git
from tests.analysis import recorded

ROUNDS = 3
"""Questions about changes until everything is known."""


def history(repository: Path, *names: str) -> History:
    """All of a repository."""
    found = git.history(str(repository), names, since=0)
    assert found is not None
    return found


def all_made(run: Path) -> list[Made]:
    """All commits of a recorded run, each in the session that made it."""
    return [Made(session=name, commit=one) for name, told in recorded.outcomes(run).items() for one in told.commits]


def who(repository: Path, sha: str, made: Sequence[Made]) -> Makers:
    """Who made a commit."""
    known = history(repository, sha, *(one.commit.sha for one in made if one.commit.sha))
    for _ in range(ROUNDS):
        found = makers(sha, known, made)
        if not (found.lacks or found.lacks_ranges):
            return found
        known = git.with_changes(known, found.lacks, found.lacks_ranges)
    return makers(sha, known, made)


def became(repository: Path, made: Sequence[Made]) -> list[CommitFate]:
    """What became of commits."""
    commits = [one.commit for one in made]
    known = history(repository, *(one.sha for one in commits if one.sha))
    for _ in range(ROUNDS):
        found = fates(commits, {"": known})
        if not (found.lacks or found.lacks_ranges):
            break
        known = git.with_changes(known, found.lacks.get(known.folder, ()), found.lacks_ranges.get(known.folder, ()))
    return list(fates(commits, {"": known}).fates)
