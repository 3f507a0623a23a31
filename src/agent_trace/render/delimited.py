"""A table as CSV (RFC 4180), safe to open in a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent_trace.render.blocks import Cell, Column, Table
from agent_trace.render.characters import harmless

FORMULA_STARTS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""What makes a spreadsheet run a cell instead of showing it, wide forms included (OWASP: CSV injection)."""
PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?|-")
"""What may start with a sign: a number, or the lone dash that says there is none."""


def render_csv(table: Table) -> str:
    """The header and the rows of a table, each line ended by CRLF; exact values where cells have them, no footer.

    A cell that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    size = len(table.columns)
    values = ([_value(one) for one in row[:size]] for row in table.rows)
    padded = (row + [""] * (size - len(row)) for row in values)
    return "".join(map(_record, (column_keys(table.columns), *padded)))


def column_keys(columns: tuple[Column, ...]) -> list[str]:
    """The columns' names: their keys, else their titles in snake_case; a repeated name gets a number."""
    keys: list[str] = []
    for column in columns:
        key = column.key or re.sub(r"\W+", "_", column.title.lower()).strip("_") or "column"
        number = 2
        name = key
        while name in keys:
            name, number = f"{key}_{number}", number + 1
        keys.append(name)
    return keys


def _record(values: Sequence[str]) -> str:
    """One line of the file. An only and empty field is quoted, as a reader skips an empty line."""
    if len(values) == 1 and not values[0]:
        return '""\r\n'
    return ",".join(_quoted(_inert(value)) for value in values) + "\r\n"


def _quoted(text: str) -> str:
    if not any(char in text for char in '",\r\n'):
        return text
    return '"' + text.replace('"', '""') + '"'


def _value(one: Cell) -> str:
    return one.text if one.value is None else one.value


def _inert(text: str) -> str:
    text = harmless(text)
    if not text.startswith(FORMULA_STARTS) or PLAIN_NUMBER.fullmatch(text):
        return text
    return f"'{text}"
