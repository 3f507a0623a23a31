"""Which files the sessions worked on: how often each was read and written, its lines, and in how many sessions.

The figures are those of `show`, added up over the selected sessions; sub-agents count as sessions of their own. They
are those of the whole session, also where a selection by time or model takes some of its calls. `--file PATH` shows who
touched that file: its whole path, or its end.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from agent_trace.model.facts import Facts
from agent_trace.render.blocks import AnyBlock, Cell, Column, Prose, Table, Tone, cell
from agent_trace.render.numbers import clip, count, since
from agent_trace.reports._scopes import FileSession, FilesScope, FileUse, Known
from agent_trace.reports._words import many, short_ids
from agent_trace.reports.tools import unknown

SCOPE = "files"
LIMIT = 50
"""Files, unless --limit says otherwise."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    file: Annotated[str, msgspec.Meta(description="Only this file, by its path or the end of it: who touched it.")] = ""
    sort: Annotated[
        Literal["sessions", "writes", "reads", "lines", "recent", "path"],
        msgspec.Meta(description="Order of the files."),
    ] = "sessions"


class Result(msgspec.Struct, frozen=True, kw_only=True):
    files: tuple[FileUse, ...]
    """As many as the limit shows."""
    touched_by: tuple[FileSession, ...]
    """With --file: the sessions that touched it, the newest first; else none."""
    count: int
    """Files, shown or not; so are the sums."""
    reads: int
    writes: int
    lines_added: int
    lines_removed: int
    sessions: int
    """Root sessions selected."""
    known: int
    """Of which it is known what they did: the others are in no figure."""


def compute(scope: FilesScope, options: Options, facts: Facts) -> Result:
    return Result(
        files=scope.files,
        touched_by=scope.sessions,
        count=scope.count,
        reads=scope.reads,
        writes=scope.writes,
        lines_added=scope.lines_added,
        lines_removed=scope.lines_removed,
        sessions=scope.known.sessions,
        known=scope.known.known,
    )


# ---------------------------------------------------------------- layout

_COLUMNS = (
    Column(title="reads", align="right", weight=2),
    Column(title="writes", align="right", weight=1),
    Column(title="added", align="right", key="lines_added"),
    Column(title="removed", align="right", key="lines_removed"),
)


def layout(result: Result, options: Options, facts: Facts) -> Iterator[AnyBlock]:
    yield Table(
        columns=(
            Column(title="file", stretch=True),
            Column(title="sessions", align="right"),
            *_COLUMNS,
            Column(title="last", align="right"),
        ),
        rows=tuple(
            (
                cell(one.path),
                cell(count(one.sessions), value=str(one.sessions)),
                *_figures(one),
                _when(one.last, facts),
            )
            for one in result.files
        ),
        footer=((cell("total", "strong"), cell(""), *_figures(result, "strong"), cell("")),),
        title=many(result.count, "file"),
        empty="no file was read or written in this selection",
    )
    if result.touched_by:
        yield _sessions(result, facts)
    if result.count > len(result.files):
        yield Prose(
            text=f"{count(len(result.files))} of {many(result.count, 'file')} shown: `--limit 0` shows all", tone="dim"
        )
    yield from unknown(Known(sessions=result.sessions, known=result.known))


def _sessions(result: Result, facts: Facts) -> Table:
    ids = short_ids(one.id for one in result.touched_by)
    several = len({one.path for one in result.touched_by}) > 1
    return Table(
        columns=(
            Column(title="session"),
            Column(title="agent", weight=3),
            *((Column(title="file", stretch=True),) if several else ()),
            Column(title="title", stretch=True),
            *_COLUMNS,
            Column(title="last", align="right"),
        ),
        rows=tuple(
            (
                cell(ids[one.id], value=one.id),
                cell(one.agent),
                *((cell(one.path),) if several else ()),
                cell(clip(one.title or "(no title)", 200)),
                *_figures(one),
                _when(one.last, facts),
            )
            for one in result.touched_by
        ),
        title="Touched by",
    )


def _figures(one: FileUse | FileSession | Result, tone: Tone = "plain") -> tuple[Cell, ...]:
    return (
        cell(count(one.reads), tone, value=str(one.reads)),
        cell(count(one.writes), tone, value=str(one.writes)),
        cell(f"+{count(one.lines_added)}", tone, value=str(one.lines_added)),
        cell(f"-{count(one.lines_removed)}", tone, value=str(one.lines_removed)),
    )


def _when(at: datetime | None, facts: Facts) -> Cell:
    if at is None:
        return cell("?", value="")
    return cell(since((facts.now - at).total_seconds()), value=at.isoformat())
