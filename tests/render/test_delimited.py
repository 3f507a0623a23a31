"""CSV: reads back as it was written, and runs nothing in a spreadsheet."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given

from agent_trace.render.blocks import Cell, Column, Table, cell
from agent_trace.render.characters import harmless
from agent_trace.render.delimited import FORMULA_STARTS, PLAIN_NUMBER, column_keys, render_csv
from tests.render import hostile


def read(source: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(source, newline=""), strict=True))


def expected(one: Cell) -> set[str]:
    text = harmless(one.text if one.value is None else one.value)
    return {text, f"'{text}"}


@given(hostile.tables())
def test_reads_back(table: Table) -> None:
    _header, *rows = read(render_csv(table))
    size = len(table.columns)
    assert len(rows) == len(table.rows)
    for row, cells in zip(rows, table.rows, strict=True):
        filled = (cells + (cell(""),) * size)[:size]
        assert all(value in expected(one) for value, one in zip(row, filled, strict=True))


@given(hostile.tables())
def test_no_field_is_a_formula(table: Table) -> None:
    values = [value for row in read(render_csv(table)) for value in row]
    assert not [v for v in values if v.startswith(FORMULA_STARTS) and not PLAIN_NUMBER.fullmatch(v)]
    assert not hostile.dangerous("".join(values), allowed="\n\t")


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("plain", "plain"),
        ("=1+1", "'=1+1"),
        ("+1", "+1"),
        ("-1.5e3", "-1.5e3"),
        ("-", "-"),
        ("-cmd", "'-cmd"),
        ("-$1.20", "'-$1.20"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\uff1d1", "'\uff1d1"),
        ("a,b", '"a,b"'),
        ('say "x"', '"say ""x"""'),
        ("a\r\nb", '"a\nb"'),
        ("", '""'),
    ],
)
def test_field(text: str, field: str) -> None:
    assert render_csv(Table(columns=(Column(title="A"),), rows=((cell(text),),))) == f"a\r\n{field}\r\n"


def test_exact_values_and_no_footer() -> None:
    columns = (Column(title="Model"), Column(title="Cost", key="cost_usd"))
    rows = ((cell("a"), cell("$1.20", value="1.2034")),)
    table = Table(columns=columns, rows=rows, footer=((cell("total"), cell("$1.20")),))
    assert render_csv(table) == "model,cost_usd\r\na,1.2034\r\n"


def test_column_keys_are_unique() -> None:
    titles = ("Cache read", "Cache-read", "", "?", "Größe", "Cache read")
    assert column_keys(tuple(Column(title=title) for title in titles)) == [
        "cache_read",
        "cache_read_2",
        "column",
        "column_2",
        "größe",
        "cache_read_3",
    ]
