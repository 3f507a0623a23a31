"""The files that a session worked on, and the sub-agents that it started, as tables show them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from agent_trace.model.session import Session
from agent_trace.model.summary import Summary
from agent_trace.render.blocks import Column, Node, Outline, Table, cell
from agent_trace.render.numbers import clip, count
from agent_trace.reports._amounts import money
from agent_trace.reports._words import many


class File(msgspec.Struct, frozen=True, kw_only=True):
    path: str
    reads: int
    writes: int
    lines_added: int
    lines_removed: int


def files(session: Session) -> Iterator[File]:
    """What the session itself read and wrote."""
    for use in session.files.values():
        yield File(
            path=use.path,
            reads=use.reads,
            writes=use.writes,
            lines_added=use.lines_added,
            lines_removed=use.lines_removed,
        )


def file_table(files: Sequence[File], cwd: str | None) -> Table:
    """The files, those that were written first."""
    columns = (
        Column(title="file", stretch=True),
        Column(title="reads", align="right"),
        Column(title="writes", align="right"),
        Column(title="lines", align="right"),
    )
    rows = tuple(
        (
            cell(_relative(one.path, cwd), value=one.path),
            cell(count(one.reads) if one.reads else ""),
            cell(count(one.writes) if one.writes else ""),
            cell(lines_of(one.lines_added, one.lines_removed) if one.writes else ""),
        )
        for one in sorted(files, key=lambda one: (-one.writes, -one.reads, one.path))
    )
    return Table(columns=columns, rows=rows, title="Files")


def lines_of(added: int, removed: int) -> str:
    """Lines of a file that was written; `?` where nothing was counted: some agents' logs tell nothing that could be."""
    return f"+{added} -{removed}" if added or removed else "?"


def _relative(path: str, cwd: str | None) -> str:
    return path[len(cwd) + 1 :] if cwd and path.startswith(cwd + "/") else path


def child_outline(root: str, family: Sequence[Summary]) -> Outline:
    """The sub-agents below a session, as they started each other."""

    def nodes(parent: str) -> tuple[Node, ...]:
        return tuple(
            Node(
                text=f"{one.id.rpartition('/')[2]}  {clip(one.title or '', 60)}",
                detail=f"{money(one.own)} · {many(one.own.tool_calls, 'tool call')}",
                children=nodes(one.id),
            )
            for one in family
            if one.parent == parent
        )

    return Outline(nodes=(Node(text="Sub-agents", children=nodes(root)),))
