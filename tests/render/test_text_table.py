"""Tables on a terminal: what gives way, and in which order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agent_trace.render.blocks import Column, Table, cell
from agent_trace.render.measure import display_width
from agent_trace.render.text import render_text
from agent_trace.render.text_table import Fit, fitted
from tests.render import hostile

COLUMNS = (
    Column(title="id"),
    Column(title="title", stretch=True),
    Column(title="branch", weight=3),
    Column(title="cost", align="right", weight=1),
)


def drawn(table: Table, width: int) -> list[str]:
    return list(render_text([table], width=width))


@given(hostile.tables(), st.integers(20, 130))
def test_no_line_is_wider_than_the_screen(table: Table, width: int) -> None:
    assert max(map(display_width, drawn(table, width))) <= width


@given(st.lists(st.tuples(hostile.columns, st.integers(0, 60)), min_size=1, max_size=8), st.integers(20, 130))
def test_every_column_is_drawn_or_named(sized: list[tuple[Column, int]], width: int) -> None:
    fit = fitted([column for column, _ in sized], [size for _, size in sized], width)
    assert sorted(fit.kept + fit.dropped) == list(range(len(sized)))
    assert sum(fit.widths) + 2 * (len(fit.widths) - 1) <= width
    assert all(size <= sized[index][1] for index, size in zip(fit.kept, fit.widths, strict=True))


@given(st.lists(st.tuples(hostile.columns, st.integers(0, 60)), min_size=1, max_size=8), st.integers(20, 130))
def test_a_column_goes_only_where_none_of_a_higher_weight_stays(sized: list[tuple[Column, int]], width: int) -> None:
    fit = fitted([column for column, _ in sized], [size for _, size in sized], width)
    fixed = [index for index in range(len(sized)) if not sized[index][0].stretch]
    gone = [sized[index][0].weight for index in fixed if index in fit.dropped and sized[index][0].weight]
    stays = [sized[index][0].weight for index in fixed if index in fit.kept]
    assert not gone or max(stays, default=0) <= min(gone)


def test_all_fits() -> None:
    assert fitted(COLUMNS, (8, 40, 10, 6), 80) == Fit((0, 1, 2, 3), (8, 40, 10, 6), ())


def test_the_stretch_column_shrinks_first() -> None:
    assert fitted(COLUMNS, (8, 90, 10, 6), 80) == Fit((0, 1, 2, 3), (8, 50, 10, 6), ())


def test_then_the_highest_weight_goes() -> None:
    assert fitted(COLUMNS, (8, 90, 10, 6), 45) == Fit((0, 1, 3), (8, 27, 6), (2,))


def test_then_the_stretch_column_shrinks_to_its_least() -> None:
    assert fitted(COLUMNS, (8, 90, 10, 6), 20) == Fit((0, 1), (8, 10), (2, 3))


def test_at_last_the_line_is_cut() -> None:
    assert fitted(COLUMNS, (15, 90, 10, 6), 20) == Fit((0, 1), (15, 3), (2, 3))
    assert fitted(COLUMNS, (19, 90, 10, 6), 20) == Fit((0,), (19,), (1, 2, 3))


def test_short_stretch_columns_leave_their_room_to_long_ones() -> None:
    columns = (Column(title="a", stretch=True), Column(title="b", stretch=True))
    assert fitted(columns, (10, 90), 60) == Fit((0, 1), (10, 48), ())


def test_what_is_not_shown_is_said() -> None:
    rows = ((cell("8f3c21d0"), cell("a long title " * 9), cell("main"), cell("$1.00")),)
    assert drawn(Table(columns=COLUMNS, rows=rows), 42) == [
        "id        title                       cost",
        "──────────────────────────────────────────",
        "8f3c21d0  a long title a long titl…  $1.00",
        "not shown at this width: branch",
    ]


def test_without_rows_there_is_a_sentence() -> None:
    assert drawn(Table(columns=COLUMNS, rows=(), title="Costs", empty="no sessions yet"), 80) == [
        "Costs",
        "no sessions yet",
    ]


def test_rows_of_another_length_are_filled_or_cut() -> None:
    columns = (Column(title="a"), Column(title="b"))
    rows = ((cell("1"),), (cell("1"), cell("2"), cell("3")))
    assert drawn(Table(columns=columns, rows=rows), 80) == ["a  b", "────", "1", "1  2"]
