"""Markdown: text stays text."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given

from agent_trace.render.blocks import (
    AnyBlock,
    Cell,
    Chart,
    Code,
    Column,
    Diff,
    DiffLine,
    Entry,
    Heading,
    Note,
    Point,
    Prose,
    Table,
    Timeline,
    cell,
)
from agent_trace.render.characters import one_line
from agent_trace.render.markdown import render_markdown
from tests.render import hostile

PIPE = re.compile(r"(?<!\\)(?:\\\\)*\|")


def drawn(*blocks: AnyBlock) -> list[str]:
    return render_markdown(blocks).splitlines()


def parsed(source: str) -> list[Any]:
    """All tokens, inline ones included, as the parser of GitHub's dialect that Python has sees them."""
    reader = pytest.importorskip("markdown_it").MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return [token for block in reader.parse(source) for token in (block, *(block.children or ()))]


def shown(tokens: list[Any]) -> str:
    return "".join(token.content for token in tokens if token.type in {"text", "text_special"})


@given(hostile.tables())
def test_every_row_has_as_many_cells_as_the_header(table: Table) -> None:
    rows = [line for line in drawn(table) if line.startswith("|")]
    assert {len(PIPE.findall(row)) for row in rows} <= {len(table.columns) + 1}
    assert not any("<" in row or ">" in row for row in rows)


@given(hostile.reports)
def test_nothing_dangerous_is_emitted(report: tuple[AnyBlock, ...]) -> None:
    source = render_markdown(report)
    assert not hostile.dangerous(source, allowed="\n\t")
    assert source.encode().decode() == source


@given(hostile.reports)
def test_nothing_becomes_html_or_an_image_or_a_link_of_another_kind(report: tuple[AnyBlock, ...]) -> None:
    tokens = parsed(render_markdown(report))
    assert not {token.type for token in tokens} & {"html_block", "html_inline", "image", "code_inline", "em_open"}
    targets = [token.attrs["href"] for token in tokens if token.type == "link_open"]
    assert all(target.lower().startswith(("https://", "http://")) for target in targets)


@given(hostile.texts)
def test_text_reads_as_it_was_written(text: str) -> None:
    table = Table(columns=(Column(title="a"), Column(title="b")), rows=((cell(text), cell("end")),))
    tokens = parsed(render_markdown([table]))
    assert shown(tokens).replace("\u2060", "") == "ab" + one_line(text).replace("\u2060", "") + "end"
    assert sum(token.type == "td_open" for token in tokens) == 2


@given(hostile.texts)
def test_prose_is_paragraphs_and_nothing_else(text: str) -> None:
    types = {token.type for token in parsed(render_markdown([Prose(text=text)]))}
    assert types <= {"paragraph_open", "paragraph_close", "inline", "text", "text_special", "hardbreak"}


@given(hostile.texts)
def test_code_stays_inside_its_fence(text: str) -> None:
    blocks = parsed(render_markdown([Code(text=text, language=text), Prose(text="after")]))
    assert [token.type for token in blocks if token.block] == ["fence", "paragraph_open", "inline", "paragraph_close"]


def test_what_would_notify_or_link_is_cut_apart() -> None:
    assert drawn(Prose(text="@someone #12 https://example.com www.example.com $x$ $1.20")) == [
        r"@&#8288;someone #&#8288;12 https\://example.com www\.example.com \$x\$ $1.20"
    ]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("# a", r"\# a"),
        ("- a", r"\- a"),
        ("+ a", r"\+ a"),
        ("===", r"\==="),
        ("12. a", r"12\. a"),
        ("3) a", r"3\) a"),
        ("snake_case _x_", r"snake_case \_x\_"),
        ("a\nb\n\nc", "a\\\nb\n\nc"),
    ],
)
def test_prose(text: str, written: str) -> None:
    assert render_markdown([Prose(text=text)]) == f"{written}\n"


def test_table() -> None:
    table = Table(
        title="Costs",
        columns=(Column(title="Model"), Column(title="Cost", align="right")),
        rows=(
            (cell("a|b"), Cell(text="$1", link="https://example.com/(a|b)?c&d")),
            (cell("good", "good"), cell("x", "strong")),
        ),
        footer=((cell("total"), cell("")),),
    )
    assert drawn(table) == [
        "**Costs**",
        "",
        "| Model | Cost |",
        "| --- | ---: |",
        r"| a\|b | [$1](https://example.com/%28a%7Cb%29?c&amp;d) |",
        "| ✓ good | **x** |",
        "| **total** |  |",
    ]


def test_an_empty_table_is_a_sentence() -> None:
    assert drawn(Table(columns=(Column(title="a"),), rows=(), empty="no sessions")) == ["no sessions"]


def test_a_timeline_goes_down_one_level_at_a_time() -> None:
    entries = (
        Entry(when="09:00", mark="", label="a", depth=3),
        Entry(when="09:01", mark="✗", label="b", text="t", depth=5, body="x\n```\ny"),
        Entry(when="", mark="", label="", text="1. c", depth=0),
    )
    assert drawn(Timeline(entries=entries)) == [
        "- 09:00 **a**",
        "  - 09:01 ✗ **b** t",
        "",
        "    ````",
        "    x",
        "    ```",
        "    y",
        "    ````",
        "",
        r"- 1\. c",
    ]


def test_chart_diff_heading_and_note() -> None:
    points = (Point(label="a", value=4, text="4"), Point(label="b", value=None, text="?"))
    assert drawn(Chart(title="Calls", points=points))[-2:] == ["| a | 4 | ████████████████████ |", "| b | ? |  |"]
    assert drawn(Diff(path="a.py", lines=(DiffLine(mark="+", text="x"),))) == ["**a.py**", "", "```diff", "+x", "```"]
    assert drawn(Heading(text="A *b*", level=8)) == [r"###### A \*b\*"]
    assert drawn(Note(text="a", hint="b")) == ["> **warning:** a\\", "> hint: b"]
    assert drawn(Note(text="a", tone="plain")) == ["> **note:** a"]
    assert drawn(Prose(text="a", tone="strong")) == ["**a**"]
