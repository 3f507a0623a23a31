"""A selection as SQL: which roots it takes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from agent_trace.model.selection import Selection
from agent_trace.store.branches import BRANCH


def milliseconds(moment: datetime | None, otherwise: int) -> int:
    """UTC milliseconds of a moment."""
    return otherwise if moment is None else round(moment.timestamp() * 1000)


_AMONG = """
id IN (SELECT member.root FROM json_each(:among) AS given CROSS JOIN session AS member
    ON member.agent = json_extract(given.value, '$[0]') AND member.key = json_extract(given.value, '$[1]'))
"""


def choice(selection: Selection) -> tuple[str, dict[str, Any]]:
    """A query for the ids of the selected roots, empty where all are; and its values."""
    where: list[str] = []
    values: dict[str, Any] = {}
    if selection.agents:
        names = [f":agent{number}" for number in range(len(selection.agents))]
        where.append("agent IN (" + ", ".join(names) + ")")
        values.update({f"agent{number}": name for number, name in enumerate(selection.agents)})
    if selection.session is not None:
        where.append("key = :session")
        values["session"] = selection.session
    if selection.cwd is not None:
        where.append("(cwd = :cwd OR substr(cwd, 1, length(:cwd) + 1) = :cwd || '/')")
        values["cwd"] = selection.cwd.rstrip("/") or "/"
    if selection.repo is not None:
        where.append("instr(lower(ifnull(repo, ifnull(cwd, ''))), lower(:repo))")
        values["repo"] = selection.repo
    if selection.project is not None:
        where.append("instr(lower(ifnull(repo, ifnull(cwd, ''))), lower(:project))")
        values["project"] = selection.project
    if selection.branch is not None:
        where.append(f"{BRANCH} = :branch")
        values["branch"] = selection.branch
    for number, chosen in enumerate(selection.among or ()):
        where.append(_AMONG.replace(":among", f":among{number}"))
        values[f"among{number}"] = msgspec.json.encode(chosen).decode()
    if selection.among is None and (selection.labels or selection.starred):
        raise ValueError("a selection by labels or stars must be narrowed first")
    if not where:
        return "", values
    return "SELECT id FROM session AS s WHERE root = id AND content AND " + " AND ".join(where), values
