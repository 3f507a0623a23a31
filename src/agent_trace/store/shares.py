"""What all selected sessions produced together, in one answer of the database."""

from __future__ import annotations

import msgspec

from agent_trace.model.selection import Selection
from agent_trace.store.choice import milliseconds
from agent_trace.store.database import Database
from agent_trace.store.outcomes import COMMITS
from agent_trace.store.schema import OUTCOME_VERSION
from agent_trace.store.sessions import selected


class Sums(msgspec.Struct, frozen=True):
    """Over the selected roots, sub-agents included."""

    sessions: int
    """Roots."""
    known: int
    """Of which it is known what they produced."""
    asked: int
    """For which it is a question whether they were productive."""
    productive: int
    commits: int
    """Standing, each counted once."""
    opened: int
    """Pull requests, each once."""
    updated: int
    merged: int


_FRESH = f"outcome.version = {OUTCOME_VERSION} AND outcome.data IS NOT NULL"
_VALUE = (
    f"CASE verdict WHEN 0 THEN 0 WHEN {COMMITS} THEN EXISTS (SELECT 1 FROM made WHERE made.session = m.id AND stands AND counts) "
    "WHEN 2 THEN 1 WHEN 3 THEN 1 END"
)
_ROOTS = f"""
SELECT count(*), ifnull(sum(known), 0), ifnull(sum(NOT running AND value IS NOT NULL AND known), 0),
    ifnull(sum(NOT running AND value AND known), 0)
FROM (
    SELECT max(m.id = m.root AND m.tail NOT IN ('end', 'interrupt') AND ifnull(m.ended, 0) >= :fresh) AS running,
        max(m.id = m.root AND outcome.session IS NOT NULL) AS known, max({_VALUE}) AS value
    FROM session AS m LEFT JOIN outcome ON outcome.session = m.id AND {_FRESH}
    WHERE m.content AND m.root IS NOT NULL AND %s GROUP BY m.root
)
"""
_BY_PROJECT = (
    """
SELECT project, ifnull(sum(known), 0), ifnull(sum(NOT running AND value IS NOT NULL AND known), 0),
    ifnull(sum(NOT running AND value AND known), 0)
"""
    + _ROOTS[_ROOTS.index("FROM (") :].replace(
        "SELECT max(",
        "SELECT max(CASE WHEN m.id = m.root THEN ifnull(m.repo, ifnull(m.cwd, '')) END) AS project, max(",
        1,
    )
    + "GROUP BY project"
)
_OF_ROOTS = (
    f"FROM %s JOIN session AS m ON m.id = %s.session JOIN outcome ON outcome.session = m.id AND {_FRESH} "
    "WHERE m.content AND %s AND ifnull(%s.at, :some) >= :first AND ifnull(%s.at, :some) < :end"
)


def sums(db: Database, selection: Selection, running_since: int) -> Sums:
    """What the selected sessions produced; those that run (see `store.outcomes.due`) are asked nothing."""
    where, values = selected(selection)
    first, end = milliseconds(selection.since, -1), milliseconds(selection.until, 2**62)
    values.update(fresh=running_since, first=first, end=end, some=max(first, 0))
    where = "1" if selection.is_everything else f"m.root IN (SELECT s.id FROM session AS s WHERE {where})"
    commits = "SELECT count(*) " + _OF_ROOTS % ("made", "made", where, "made", "made") + " AND stands AND counts"
    pulls = (
        "SELECT count(DISTINCT CASE WHEN pull.created THEN pull.key END), count(DISTINCT CASE WHEN pull.changed THEN pull.key END), "
        "count(DISTINCT CASE WHEN pull.merged THEN pull.key END) " + _OF_ROOTS % ("pull", "pull", where, "pull", "pull")
    )
    return Sums(
        *db.execute(_ROOTS % where, values).fetchone(),
        *db.execute(commits, values).fetchone(),
        *db.execute(pulls, values).fetchone(),
    )


class ProjectSums(msgspec.Struct, frozen=True):
    """Over the selected roots of one project, sub-agents included."""

    known: int
    asked: int
    productive: int
    commits: int


def by_project(db: Database, selection: Selection, running_since: int) -> dict[str, ProjectSums]:
    """The same for each project: the git root of a root's folder, else the folder; empty where none is known."""
    where, values = selected(selection)
    first, end = milliseconds(selection.since, -1), milliseconds(selection.until, 2**62)
    values.update(fresh=running_since, first=first, end=end, some=max(first, 0))
    where = "1" if selection.is_everything else f"m.root IN (SELECT s.id FROM session AS s WHERE {where})"
    commits = (
        "SELECT (SELECT ifnull(r.repo, ifnull(r.cwd, '')) FROM session AS r WHERE r.id = m.root) AS project, count(*) "
        + _OF_ROOTS % ("made", "made", where, "made", "made")
        + " AND stands AND counts GROUP BY project"
    )
    made = dict(db.execute(commits, values).fetchall())
    rows = db.execute(_BY_PROJECT % where, values)
    return {
        project: ProjectSums(known, asked, productive, made.get(project, 0))
        for project, known, asked, productive in rows
    }
