"""The events of a session as a table for spreadsheets: one row an event, what is said of it as JSON in its last column.

Columns and their order are those of agent-strace. A cell that a spreadsheet would run as a formula is made inert.
"""

from __future__ import annotations

import json
from typing import Any

from agent_trace.exports._facts import ExportFacts, Files
from agent_trace.exports._portable import lines
from agent_trace.model.session import Session
from agent_trace.render.blocks import Cell, Column, Table, cell
from agent_trace.render.delimited import render_csv

SUFFIX = ".csv"
COLUMNS = ("timestamp", "event_type", "event_id", "parent_id", "duration_ms", "data")


def encode(session: Session, facts: ExportFacts) -> Files:
    rows = tuple(_row(json.loads(line)) for line in lines(session, facts))
    table = Table(columns=tuple(Column(title=name) for name in COLUMNS), rows=rows)
    return {facts.name(session.id) + SUFFIX: render_csv(table).encode()}


def _row(record: dict[str, Any]) -> tuple[Cell, ...]:
    """What an event does not have is empty."""
    values = {**record, "data": json.dumps(record["data"], separators=(",", ":"))}
    return tuple(cell(str(values.get(name, ""))) for name in COLUMNS)
