"""What many sessions did with tools and files, and what was found in them: from stored rows alone.

What is missing is made first, as for lists; of sessions whose events can be read no more, and at tier 1, it stays unknown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from agent_trace.app.outcomes import look_at, look_at_all, running_since, writable
from agent_trace.app.summaries import moment
from agent_trace.app.workspace import Workspace
from agent_trace.model.ledger import LedgerRow
from agent_trace.model.selection import Selection
from agent_trace.pricing.amounts import unpriced_models
from agent_trace.reports._scopes import (
    Branch,
    FileSession,
    FilesScope,
    FileUse,
    Known,
    ProjectWork,
    RuleFound,
    ToolsScope,
    ToolUse,
    WasteScope,
    WasteSession,
)
from agent_trace.store import ledger, rules, sessions, shares, steps, tool_sums, touched
from agent_trace.store.database import Database
from agent_trace.store.sessions import by_ids
from agent_trace.sync.progress import Told


def tools(workspace: Workspace, selection: Selection, told: Told | None) -> ToolsScope:
    """`told` None: nothing is made."""
    ids = _made(workspace, selection, told)
    _sum(workspace, is_due=tool_sums.is_due, bring=tool_sums.sum_days)
    found = tool_sums.used(workspace.db, selection, ids)
    return ToolsScope(
        tools=tuple(
            ToolUse(
                agent=one.agent, tool=one.tool, kind=one.kind, calls=one.calls, failed=one.failed, timed=one.timed,
                total_ms=one.total_ms, longest_ms=one.longest_ms, runs=one.runs,
            )
            for one in found
        ),
        known=_known(workspace, ids),
    )  # fmt: skip


def files(workspace: Workspace, selection: Selection, told: Told | None, options: Any, limit: int | None) -> FilesScope:
    """`limit` of files, and of the sessions of one; `told` None: nothing is made."""
    ids = _made(workspace, selection, told)
    _sum(workspace, is_due=touched.is_due, bring=touched.sum_files)
    found, sums = touched.touched(workspace.db, ids, file=options.file, order=options.sort, limit=limit)
    return FilesScope(
        files=tuple(map(_file, found)),
        sessions=_touched_by(workspace, ids, options.file, limit) if options.file else (),
        count=sums.count,
        reads=sums.reads,
        writes=sums.writes,
        lines_added=sums.lines_added,
        lines_removed=sums.lines_removed,
        known=_known(workspace, ids),
    )


def _touched_by(
    workspace: Workspace, ids: Sequence[int] | None, file: str, limit: int | None
) -> tuple[FileSession, ...]:
    found = touched.touched_by(workspace.db, ids, file, limit)
    rows = {row.id: row for row in by_ids(workspace.db, sorted({one.session for one in found}))}
    roots = {row.id: row.key for row in by_ids(workspace.db, sorted({row.root for row in rows.values()}))}
    return tuple(
        FileSession(
            id=(row := rows[one.session]).key, agent=row.agent, root=roots.get(row.root, row.key), title=row.title,
            cwd=row.cwd, repo=row.repo, path=one.path, reads=one.reads, writes=one.writes, lines_added=one.lines_added,
            lines_removed=one.lines_removed, last=moment(one.last),
        )
        for one in found
    )  # fmt: skip


def waste(
    workspace: Workspace, report: ModuleType, options: Any, selection: Selection, told: Told | None
) -> WasteScope:
    """Findings and claims, grouped as the report asks; `told` None: nothing is made."""
    ids = _made(workspace, selection, told)
    db, group = workspace.db, report.group(options)
    found, (known, chosen) = rules.found(db, ids, group), rules.known(db, ids)
    newest = rules.newest(db, ids, group[:1], report.NEWEST)
    rows = {row.id: row for row in by_ids(db, sorted({one for some in newest.values() for one in some}))}
    claimed = rules.claimed(db, selection, ids, group)
    return WasteScope(
        found=tuple(
            RuleFound(key=one.key, fix=one.fix, findings=one.findings, ms=one.ms, sessions=one.sessions)
            for one in found
        ),
        claimed=tuple(claimed),
        newest={
            key: tuple(
                WasteSession(
                    id=rows[one].key, agent=rows[one].agent, title=rows[one].title, ended=moment(rows[one].ended)
                )
                for one in some
            )
            for key, some in newest.items()
        },
        sessions=rules.sessions(db, ids, group[:1]),
        known=Known(sessions=chosen, known=known),
        unpriced=unpriced_models(claimed, workspace.book),
        book=workspace.book,
    )


def projects(
    workspace: Workspace, selection: Selection, told: Told | None, *, most_files: int
) -> dict[str, ProjectWork]:
    """What was done in each project; `most_files` of each are named, `told` None: nothing is made."""
    ids = _made(workspace, selection, told)
    db = workspace.db
    claims: dict[str, list[LedgerRow]] = defaultdict(list)
    for row in rules.claimed(db, selection, ids, ("project",)):
        claims[row.key[0]].append(row)
    told_of = rules.known_by_project(db, ids)
    findings: dict[str, int] = defaultdict(int)
    for one in rules.found(db, ids, ("project",)):
        findings[one.key[0]] += one.findings
    branches: dict[str, list[Branch]] = defaultdict(list)
    for project, name, number, last in sessions.branches(db, selection):
        branches[project].append(Branch(name=name, sessions=number, last=moment(last)))
    files: dict[str, list[FileUse]] = defaultdict(list)
    for project, one_file in touched.top_files(db, ids, most_files) if most_files else ():
        files[project].append(_file(one_file))
    produced, worked = shares.by_project(db, selection, running_since(workspace)), ledger.worked(db, selection)
    done = {}
    for project in (*produced, *(name for name in worked if name not in produced)):
        sums, (roots, last) = produced.get(project, NOTHING), worked.get(project, (0, None))
        done[project] = ProjectWork(
            known=sums.known, asked=sums.asked, productive=sums.productive, commits=sums.commits, sessions=roots,
            last_quarter=last, findings=findings[project] if project in told_of else None, claimed=tuple(claims[project]),
            branches=tuple(branches[project]), files=tuple(files[project]),
        )  # fmt: skip
    return done


NOTHING = shares.ProjectSums(0, 0, 0, 0)


def _file(one: touched.Touched) -> FileUse:
    return FileUse(
        path=one.path, reads=one.reads, writes=one.writes, lines_added=one.lines_added,
        lines_removed=one.lines_removed, last=moment(one.last), sessions=one.sessions,
    )  # fmt: skip


def _made(workspace: Workspace, selection: Selection, told: Told | None) -> list[int] | None:
    """Row ids of the selected sessions, None for all, after what is missing of them was made."""
    ids = steps.among(workspace.db, selection)
    if told is not None:
        if ids is None:
            look_at_all(workspace, told)
        else:
            look_at(workspace, ids, told)
    return ids


def _sum(workspace: Workspace, *, is_due: Callable[[Database], bool], bring: Callable[[Database], None]) -> None:
    """Bring the sums over all sessions up to date, where that can be written down."""
    if is_due(workspace.db):
        with writable(workspace), workspace.db.transaction():
            bring(workspace.db)


def _known(workspace: Workspace, ids: Sequence[int] | None) -> Known:
    found = steps.known(workspace.db, ids)
    return Known(sessions=found.sessions, known=found.known)
