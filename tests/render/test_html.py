"""HTML: one page, nothing from a transcript becomes markup, every text is there."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given

from agent_trace.render.blocks import (
    AnyBlock,
    Cell,
    Code,
    Column,
    Entry,
    Fields,
    Heading,
    Node,
    Note,
    Outline,
    Prose,
    Table,
    Timeline,
    field,
)
from agent_trace.render.characters import harmless
from agent_trace.render.html import render_html
from agent_trace.render.links import web_address
from tests.render import hostile
from tests.render.sample import REPORT

VOID = frozenset({"meta"})
ELEMENTS = frozenset(
    "html head meta title style body main footer h1 h2 h3 h4 h5 h6 p dl div dt dd small table caption thead tbody "
    "tfoot tr th td a ul ol li span details summary pre svg rect figure figcaption ins del code".split()
)
ATTRIBUTES = frozenset(
    "lang charset http-equiv content name class scope role tabindex aria-label aria-hidden href rel viewbox "
    "preserveaspectratio width height data-name".split()
)


class Page(HTMLParser):
    """What a page holds; it fails on an element left open or closed twice."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.feed(source)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return "".join(self.texts)


def page(*blocks: AnyBlock, title: str = "A title") -> Page:
    return Page(render_html(blocks, title=title))


@given(hostile.reports, hostile.texts)
def test_nothing_becomes_markup(report: tuple[AnyBlock, ...], title: str) -> None:
    source = render_html(report, title=title, footer=title)
    parsed = Page(source)
    assert set(parsed.elements) <= ELEMENTS
    assert {name for name, _ in parsed.attributes} <= ATTRIBUTES
    assert not hostile.dangerous(source, allowed="\n\t")
    assert source.encode().decode() == source


@given(hostile.texts)
def test_every_text_is_there(text: str) -> None:
    row = (Cell(text=text), Cell(text=text))
    columns = (Column(title=text), Column(title=text, align="right"))
    parsed = page(
        Prose(text=text),
        Fields(items=(field(text, text, text),)),
        Table(columns=columns, rows=(row,), footer=(row,), title="t"),
        Outline(nodes=(Node(text=text, detail=text),)),
        Timeline(entries=(Entry(when=text, mark="m", label=text, text=text, body=text),)),
        Code(text=text),
        Note(text=text, hint=text),
        title="",
    )
    shown = harmless(text)
    assert not shown.strip() or parsed.text.count(shown) >= 18


@given(hostile.links)
def test_only_web_addresses_become_links(link: str | None) -> None:
    parsed = page(Table(columns=(Column(title="t"),), rows=((Cell(text="x", link=link),),)))
    targets = [value for name, value in parsed.attributes if name == "href"]
    assert targets == ([link] if web_address(link) else [])
    assert all(target and target.lower().startswith(("https://", "http://")) for target in targets)


@pytest.mark.parametrize(
    "link",
    [
        None,
        "",
        "javascript:alert(1)",
        " https://x",
        "https://x y",
        "https://x\n",
        "file:///x",
        "//x",
        "https://\u202ex",
    ],
)
def test_other_addresses_do_not(link: str | None) -> None:
    assert web_address(link) is None


def test_the_policy_allows_our_style_and_nothing_else() -> None:
    source = render_html(REPORT, title="t")
    style = re.findall(r"<style>(.*?)</style>", source, flags=re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style[0].encode()).digest()).decode()
    assert len(style) == 1
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in source
    assert " style=" not in source
    assert "url(" not in source


def test_headings_leave_no_level_out() -> None:
    blocks = (
        Heading(text="A title"),
        Heading(text="deep", level=4),
        Heading(text="deeper", level=5),
        Heading(text="up", level=1),
        Heading(text="again", level=9),
        Heading(text="and again", level=9),
        Prose(text="x"),
    )
    headings = [name for name in page(*blocks).elements if re.fullmatch("h[1-6]", name)]
    assert headings == ["h1", "h2", "h3", "h2", "h3", "h3"]


def test_a_table_has_headers_for_columns_and_rows() -> None:
    source = render_html(REPORT, title="t")
    assert '<th scope="col" class="right">Cost</th>' in source
    assert '<th scope="row" class="short">8f3c21d0</th>' in source
    assert "<caption>Sessions</caption>" in source
    assert '<a href="https://example.com/pull/7" rel="noopener noreferrer">c0ffee12</a>' in source


def test_an_empty_table_is_a_sentence() -> None:
    parsed = page(Table(columns=(Column(title="a"),), rows=(), empty="no sessions"))
    assert "table" not in parsed.elements
    assert "no sessions" in parsed.text


@pytest.mark.parametrize(
    ("body", "summary"), [("a\n" * 13, "14 lines"), ("a" * 1201, "1,201 characters"), ("a\nb", None), ("", None)]
)
def test_long_bodies_open_on_a_click(body: str, summary: str | None) -> None:
    parsed = page(Timeline(entries=(Entry(when="", mark="", label="x", body=body),)))
    assert ("details" in parsed.elements) == (summary is not None)
    assert summary is None or summary in parsed.texts


def test_a_first_newline_survives_the_parser() -> None:
    assert "<pre>\n\n  x</pre>" in render_html([Code(text="\n  x")], title="t")


def test_deep_outlines() -> None:
    node = Node(text="leaf")
    for _ in range(1500):
        node = Node(text="x", children=(node, Node(text="y")))
    assert page(Outline(nodes=(node,))).elements.count("li") == 3001


def test_a_list_of_long_names_has_its_figures_named_for_narrow_screens() -> None:
    row = (Cell(text="a title"), Cell(text="3"))
    long = render_html(
        [Table(columns=(Column(title="session", stretch=True), Column(title="cost <b>")), rows=(row,))], title="x"
    )
    short = render_html([Table(columns=(Column(title="id"), Column(title="cost")), rows=(row,))], title="x")
    assert ('<table class="list">' in long, 'data-name="cost &lt;b&gt;"' in long) == (True, True)
    assert ('class="list"' in short, 'data-name="' in short) == (False, False)


def test_what_stands_between_backticks_is_code_where_that_is_said() -> None:
    text = "run `a <b>` and a ` b"
    assert "run <code>a &lt;b&gt;</code> and a ` b" in render_html([Prose(text=text, is_marked=True)], title="x")
    assert "<code>" not in render_html([Prose(text=text)], title="x")
