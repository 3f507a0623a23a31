"""Logs that are made of a database's rows or of documents: of every row the newest version counts.

The archive keeps each version that ever was, old ones first. A row that vanished stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from agent_trace.agents._exported import hear_export, is_export
from agent_trace.agents._fields import as_json, read
from agent_trace.agents._jsonl import trim
from agent_trace.agents._narrating import Narrator, stand_in
from agent_trace.model.events import Event


class Row(NamedTuple):
    """The newest version of a row, and where it stands."""

    name: str
    offset: int
    length: int
    record: dict[str, Any]


class Tables:
    """Rows by table and name, in the order in which they first came."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, Row]] = {}

    def add(self, table: str, row: Row) -> None:
        """A row, or a newer version of one."""
        self._rows.setdefault(table, {})[row.name] = row

    def of(self, table: str) -> list[Row]:
        """All rows of a table."""
        return list(self._rows.get(table, {}).values())

    def __bool__(self) -> bool:
        return bool(self._rows)


def gather(
    narrator: Narrator,
    agent: str,
    rows: Iterable[tuple[int, bytes]],
    tables: Tables,
    name: Callable[[str, dict[str, Any]], str | None],
) -> Iterator[Event]:
    """Fill the tables; what is no row of a table is told at once: exports, and what cannot be read.

    `name` gives a row's name by its table and columns; None: it is no row of this agent's.
    """
    for offset, line in rows:
        found, reason = read(line)
        if reason and trim(line):
            unread(narrator, offset, len(line), line.decode("utf-8", "replace").strip("\x00\r\n\ufeff"), reason)
        for record in found:
            _sort(narrator, agent, Row("", offset, len(line), record), tables, name)
        yield from narrator.told()


def _sort(
    narrator: Narrator, agent: str, row: Row, tables: Tables, name: Callable[[str, dict[str, Any]], str | None]
) -> None:
    table = row.record.get("table")
    found = name(table, row.record) if isinstance(table, str) else None
    if found is not None:
        tables.add(str(table), row._replace(name=found))
    elif is_export(row.record, agent):
        hear_export(narrator, row.record, row.offset, row.length)
    else:
        unread(narrator, row.offset, row.length, as_json(row.record), "no record of a shape that is known")


def unread(narrator: Narrator, offset: int, length: int, raw: str, reason: str) -> None:
    """Keep what could not be understood."""
    narrator.take(offset, length)
    narrator.unread(f"{narrator.session}.{stand_in(raw)}", raw, reason)
