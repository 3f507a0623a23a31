"""Text: fits the screen, harms no terminal, says what colour says."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_trace.render.blocks import (
    AnyBlock,
    Column,
    Diff,
    DiffLine,
    Entry,
    Fields,
    Heading,
    Node,
    Note,
    Outline,
    Prose,
    Table,
    Timeline,
    Tone,
    cell,
    field,
)
from agent_trace.render.measure import display_width
from agent_trace.render.text import render_text
from tests.render import hostile


def lines(*blocks: AnyBlock, width: int = 80, unicode: bool = True) -> list[str]:
    return list(render_text(blocks, width=width, unicode=unicode))


@given(hostile.reports, st.integers(20, 130))
def test_no_line_is_wider_than_the_screen(report: tuple[AnyBlock, ...], width: int) -> None:
    assert max(map(display_width, lines(*report, width=width)), default=0) <= width


@given(hostile.reports, st.booleans())
def test_nothing_dangerous_is_emitted(report: tuple[AnyBlock, ...], unicode: bool) -> None:
    drawn = lines(*report, unicode=unicode)
    assert not set[str]().union(*map(hostile.dangerous, drawn))
    assert [line.encode().decode() for line in drawn] == drawn


@given(hostile.reports)
def test_without_unicode_all_is_ascii(report: tuple[AnyBlock, ...]) -> None:
    assert "".join(lines(*report, unicode=False)).isascii()


@given(hostile.reports)
def test_colour_adds_sequences_and_changes_nothing_else(report: tuple[AnyBlock, ...]) -> None:
    colored = render_text(report, width=80, color=True)
    assert [re.sub("\x1b\\[[0-9]+m", "", line) for line in colored] == lines(*report)


@given(hostile.reports)
def test_no_blanks_at_the_end_of_a_line(report: tuple[AnyBlock, ...]) -> None:
    assert all(line == line.rstrip(" ") for line in lines(*report))


def test_blocks_are_drawn_as_they_come() -> None:
    def report() -> Iterator[AnyBlock]:
        yield Prose(text="first")
        raise AssertionError("asked for more than was drawn")

    assert next(render_text(report(), width=80)) == "first"


def test_a_very_narrow_screen_is_treated_as_twenty_cells() -> None:
    assert lines(Prose(text="a" * 30), width=3) == ["a" * 20, "a" * 10]


def test_pieces_of_a_replay_and_notes_stand_together() -> None:
    piece = Timeline(entries=(Entry(when="09:00", mark=">", label="prompt"),))
    assert lines(piece, piece, Note(text="a"), Note(text="b", tone="bad"), Prose(text="c")) == [
        "09:00  > prompt",
        "09:00  > prompt",
        "",
        "warning: a",
        "error: b",
        "",
        "c",
    ]


def test_a_small_heading_stands_on_what_it_heads() -> None:
    assert lines(Heading(text="A", level=2), Prose(text="b"), Heading(text="C", level=1), Prose(text="d")) == [
        *("A", "b", "", "C", "═", "", "d")
    ]


@pytest.mark.parametrize(
    ("tone", "said"), [("plain", "x"), ("dim", "x"), ("good", "✓ x"), ("warning", "! x"), ("bad", "✗ x")]
)
def test_a_tone_is_said_without_colour(tone: Tone, said: str) -> None:
    table = Table(columns=(Column(title="t"),), rows=((cell("x", tone),),))
    assert lines(Prose(text="x", tone=tone)) == [said]
    assert lines(table)[-1] == said
    assert lines(Outline(nodes=(Node(text="x", tone=tone),))) == [said]


def test_a_text_that_has_a_sign_already_gets_no_second_one() -> None:
    assert lines(Prose(text="+12", tone="good")) == ["+12"]


def test_deep_outlines_and_long_nodes() -> None:
    node = Node(text="leaf of the tree", detail="a detail that does not fit beside it")
    for _ in range(2000):
        node = Node(text="x", children=(node, Node(text="y")))
    drawn = lines(Outline(nodes=(node,)), width=40)
    assert len(drawn) > 4001
    assert max(map(display_width, drawn)) <= 40


def test_a_note_that_does_not_fit_beside_its_value_goes_below() -> None:
    assert lines(Fields(items=(field("Label", "a value", "and a remark"),)), width=20) == [
        "Label  a value",
        "       (and a",
        "       remark)",
    ]


def test_a_field_without_value_keeps_its_note() -> None:
    assert lines(Fields(items=(field("Cost", "", "unknown"),))) == ["Cost  (unknown)"]


def test_diff_lines_that_are_whole_headers_stay() -> None:
    diff = Diff(path="a.py", lines=(DiffLine(mark="@", text="@@ -1 +1 @@ def f"), DiffLine(mark="+", text="x" * 30)))
    assert lines(diff, width=20) == ["a.py", "@@ -1 +1 @@ def f", "+" + "x" * 17, "  " + "x" * 13]


def test_entries_without_gutter() -> None:
    entry = Entry(when="", mark="", label="", text="only text", body="below")
    assert lines(Timeline(entries=(entry,))) == ["only text", "below"]


@pytest.mark.parametrize("sign", ["=", "-", "─"])
def test_a_rule_across_the_screen_is_as_wide_as_there_is_room(sign: str) -> None:
    entry = Entry(when="", mark="", label="x", body=f"{sign * 70}\n{'word ' * 20}")
    drawn = [line.strip() for line in lines(Timeline(entries=(entry,)), width=60)]
    assert len([line for line in drawn if set(line) == {sign}]) == 1
    assert " ".join(drawn).split().count("word") == 20
    short = Entry(when="", mark="", label="x", body=sign * 8)
    assert sign * 8 in "\n".join(lines(Timeline(entries=(short,)), width=60))
