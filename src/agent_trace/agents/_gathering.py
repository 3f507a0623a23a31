"""Logs that are made of a database's rows or of documents: of every row the newest version counts.

The archive keeps each version that ever was, old ones first. A row that vanished stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from agent_trace.agents._exported import hear_export, is_export, name_of
from agent_trace.agents._fields import as_json
from agent_trace.agents._jsonl import trim
from agent_trace.agents._narrating import Narrator, stand_in
from agent_trace.agents._untyped import JSON, objects
from agent_trace.model.events import Event


class Row(NamedTuple):
    """The newest version of a row, and where it stands."""

    name: str
    offset: int
    length: int
    record: JSON


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
    name: Callable[[str, JSON], str | None],
) -> Iterator[Event]:
    """Fill the tables, and tell what is no row of a table: what cannot be read, and lines that another program exported.

    `name` gives a row's name by its table and columns; None: it is no row of this agent's.
    """
    exported: dict[str, Row] = {}
    for offset, line in rows:
        found, reason = objects(line)
        if reason and trim(line):
            unread(narrator, offset, len(line), line.decode("utf-8", "replace").strip("\x00\r\n\ufeff"), reason)
        for record in found:
            table, row = record.get("table"), Row("", offset, len(line), record)
            found_name = name(table, record) if isinstance(table, str) else None
            if found_name is not None:
                tables.add(str(table), row._replace(name=found_name))
            elif is_export(record, agent):
                exported[name_of(record)] = row
            else:
                unread(narrator, offset, len(line), as_json(record), "no record of a shape that is known")
    for row in exported.values():
        hear_export(narrator, row.record, row.offset, row.length)
    yield from narrator.told()


def unread(narrator: Narrator, offset: int, length: int, raw: str, reason: str) -> None:
    """Keep what could not be understood."""
    narrator.take(offset, length)
    narrator.unread(f"{narrator.session}.{stand_in(raw)}", raw, reason)
