"""Who made a commit: asks git about it, the index about all that sessions made, and the sessions about their prompts."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from agent_trace.analysis.digest import decoded
from agent_trace.analysis.makers import Made, Makers, Proof, makers, named_makers
from agent_trace.app.outcomes import look_at, look_at_quiet
from agent_trace.app.prompts import asked_in
from agent_trace.app.summaries import moment, summaries
from agent_trace.app.workspace import Workspace
from agent_trace.errors import NotFoundError, WithheldError
from agent_trace.model.history import History, Revision
from agent_trace.model.summary import Summary
from agent_trace.outside import git
from agent_trace.reports._makers import CommitScope, MadeCommit, Maker
from agent_trace.store import outcomes
from agent_trace.store.sessions import SessionRow, by_ids, fresh

if TYPE_CHECKING:
    from agent_trace.app.scopes import Request

ROUNDS = 4
"""Questions to git about changes, each led by the answers to the one before."""
STORED = 20_000
"""Commits of sessions, the newest before the one that is asked about, that git is asked whether it holds them."""
LOOKED_AT = 2_000
"""Of those that may have to do with it."""
NEAR_MS = 900_000
"""How far from a commit's own times a call may have begun or ended that made it."""
DAY_S = 86_400
NEVER = 2**40
"""A second after all commits: only what is named is looked at."""
_SHA = re.compile(r"[0-9a-fA-F]{4,64}")


def commit_scope(workspace: Workspace, text: str, folder: str, request: Request) -> CommitScope:
    """A commit, as a person or git names it, and the sessions that made it. Raises NotFoundError, WithheldError."""
    if workspace.config.tier == 1:
        raise WithheldError("withheld (tier 1): nothing is kept of commits", hint="see docs/privacy.md")
    look_at_quiet(workspace, request.told)
    look_at(workspace, fresh(workspace.db, round(workspace.now.timestamp() * 1000) - NEAR_MS), request.told)
    place = os.path.abspath(os.path.expanduser(folder or os.curdir))
    name = text or "HEAD"
    known = git.history(place, [name], since=NEVER, environment=workspace.environment)
    sha = None if known is None else known.named.get(name)
    if known is None or sha is None:
        return _from_store(workspace, name, request, place, is_repository=known is not None)
    revision = next(one for one in known.revisions if one.sha == sha)
    seen = _Seen(workspace)
    found = _named(workspace, revision, known, seen) or _who(workspace, revision, place, seen)
    return CommitScope(
        asked=name,
        sha=sha,
        subject=revision.subject,
        authored=moment(revision.authored * 1000),
        repository=place,
        makers=tuple(_makers(workspace, found.proofs, request)),
        others=found.others,
        notes=known.notes,
    )


def _from_store(workspace: Workspace, name: str, request: Request, place: str, *, is_repository: bool) -> CommitScope:
    """Without the repository, or one that has no such commit: a sha may be stored all the same."""
    rows = outcomes.commits_named(workspace.db, name) if _SHA.fullmatch(name) else []
    if not rows and (is_repository or not _SHA.fullmatch(name)):
        where = f"no commit is called {name!r} in {place}" if is_repository else f"git finds no repository in {place}"
        raise NotFoundError(where, hint="--repo names another folder; a sha of four digits or more needs none")
    seen = _Seen(workspace)
    counted = [one for one in rows if one.counts] or rows
    found = named_makers(name.lower(), seen.made(counted))
    shas = {one.made.commit.sha for one in found.proofs}
    return CommitScope(
        asked=name,
        sha=shas.pop() if len(shas) == 1 else None,
        subject=found.proofs[0].made.commit.subject if found.proofs else None,
        makers=tuple(_makers(workspace, found.proofs, request)),
    )


# ---- what sessions made


class _Seen:
    """Digests of sessions, each decoded once."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.known: dict[int, tuple[Made, ...]] = {}

    def made(self, rows: Iterable[outcomes.Found]) -> list[Made]:
        """The commits that these rows stand for."""
        found = list(rows)
        self._learn({one.session for one in found} - self.known.keys())
        return [self.known[one.session][one.n] for one in found if one.n < len(self.known[one.session])]

    def _learn(self, sessions: Iterable[int]) -> None:
        wanted = list(sessions)
        data = outcomes.data_of(self.workspace.db, wanted)
        for session in wanted:
            told = decoded(data[session]) if session in data else None
            commits = () if told is None else told.commits
            self.known[session] = tuple(Made(session=str(session), commit=one) for one in commits)


def _named(workspace: Workspace, revision: Revision, known: History, seen: _Seen) -> Makers | None:
    """By its sha: mostly that is all there is to ask."""
    rows = [one for one in outcomes.commits_named(workspace.db, revision.sha) if one.counts]
    found = makers(revision.sha, known, seen.made(rows)) if rows else Makers()
    return found if found.proofs and not found.lacks else None


def _who(workspace: Workspace, revision: Revision, place: str, seen: _Seen) -> Makers:
    until = (max(revision.committed, revision.authored) + 1) * 1000 + NEAR_MS
    rows = outcomes.commits_until(workspace.db, until, STORED)
    shas = tuple(dict.fromkeys(one.sha for one in rows if one.sha is not None))
    held = git.history(place, [revision.sha, *shas], since=NEVER, environment=workspace.environment)
    if held is None:
        return Makers()
    made = seen.made(_near(rows, revision, held))
    times = [revision.committed, revision.authored, *(one.commit.at // 1000 for one in made if one.commit.at)]
    names = [revision.sha, *(one.commit.sha for one in made if one.commit.sha and held.named.get(one.commit.sha))]
    history = git.history(place, names, since=max(min(times) - DAY_S, 0), environment=workspace.environment)
    return _asked(workspace, revision, history or held, made)


def _near(rows: Sequence[outcomes.Found], revision: Revision, held: History) -> list[outcomes.Found]:
    """Commits of the sessions that worked in this repository, and of the calls that ran when this one was made."""
    here = {one.session for one in rows if one.sha is not None and held.named.get(one.sha) is not None}
    times = (revision.authored * 1000, revision.committed * 1000)
    near = {one.session for one in rows if one.at is not None and any(abs(one.at - at) <= NEAR_MS for at in times)}
    return [one for one in rows if one.session in here or one.session in near][:LOOKED_AT]


def _asked(workspace: Workspace, revision: Revision, history: History, made: Sequence[Made]) -> Makers:
    found = makers(revision.sha, history, made)
    for _ in range(ROUNDS):
        if not (found.lacks or found.lacks_ranges):
            break
        told = git.with_changes(history, found.lacks, found.lacks_ranges, environment=workspace.environment)
        if told is history:
            break
        history = told
        found = makers(revision.sha, history, made)
    return found


# ---- the sessions


def _makers(workspace: Workspace, proofs: Sequence[Proof], request: Request) -> Iterable[Maker]:
    """Each session with each of its prompts, in the order of the commits."""
    rows = {str(row.id): row for row in by_ids(workspace.db, [int(one.made.session) for one in proofs])}
    told = _summaries(workspace, rows.values())
    kept = [one for one in proofs if one.made.session in rows]
    for session, own in groupby(kept, key=lambda one: one.made.session):
        row = rows[session]
        for prompt, some in groupby(own, key=lambda one: one.made.commit.prompt):
            yield _maker(workspace, row, told[row.key], prompt, list(some), request)


def _summaries(workspace: Workspace, rows: Iterable[SessionRow]) -> Mapping[str, Summary]:
    roots = by_ids(workspace.db, sorted({row.root for row in rows}))
    done, families = summaries(workspace, roots)
    return {one.id: one for one in (*done, *(child for family in families.values() for child in family))}


def _maker(
    workspace: Workspace,
    row: SessionRow,
    summary: Summary,
    prompt: str | None,
    proofs: Sequence[Proof],
    request: Request,
) -> Maker:
    first = proofs[0].made.commit
    asked, missing = asked_in(workspace, row, prompt, first.at, request.door)
    root = by_ids(workspace.db, [row.root])
    return Maker(
        session=row.key,
        agent=row.agent,
        parent=row.parent,
        root=root[0].key if root else row.key,
        title=row.title,
        cwd=row.cwd,
        started=summary.started,
        cost_usd=summary.total.cost_usd,
        cost_basis=summary.total.cost_basis,
        unpriced_calls=summary.total.unpriced_calls,
        prompt=asked,
        commits=tuple(_commit(one) for one in proofs),
        missing=missing,
    )


def _commit(proof: Proof) -> MadeCommit:
    one = proof.made.commit
    return MadeCommit(sha=one.sha, subject=one.subject, event=one.number, at=moment(one.at), by=proof.by)
