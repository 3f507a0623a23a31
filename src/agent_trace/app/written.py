"""An answer in the form that was asked for: JSON as every surface gives it, a page, Markdown, CSV, plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from types import ModuleType
from typing import TYPE_CHECKING, Any

import msgspec

from agent_trace.errors import UsageError

if TYPE_CHECKING:
    from agent_trace.app.leaving import Door
    from agent_trace.model.facts import Facts

FORMS = ("text", "json", "markdown", "html", "csv")
LEAVING = frozenset({"html", "markdown"})
"""Pages for others: what they hold leaves this machine."""
_SMALL_MONEY = re.compile(rb'("[a-z_]*usd":")(-?[0-9.]+E[-+][0-9]+)"')


def encode(result: Any) -> str:
    """A result as JSON for people too: money as plain decimal strings, times in UTC with Z, indented."""
    return msgspec.json.format(packed(result), indent=2).decode()


def packed(result: Any) -> bytes:
    """The same without a blank."""
    return _SMALL_MONEY.sub(_plain_money, msgspec.json.encode(result))


def _plain_money(match: re.Match[bytes]) -> bytes:
    """Tiny amounts without an exponent."""
    return match.group(1) + f"{Decimal(match.group(2).decode()):f}".encode() + b'"'


def whole(
    form: str, report: ModuleType, result: Any, options: Any, facts: Facts, *, width: int, door: Door | None = None
) -> str:
    """All of an answer; `door`: what it went through, which a page names at its end. `width`: of text, in columns."""
    if form == "json":
        return encode(result)
    blocks = report.layout(result, options, facts)
    if form in LEAVING and door is not None:
        blocks = _told(blocks, door)
    if form == "markdown":
        from agent_trace.render.markdown import render_markdown

        return render_markdown(blocks)
    if form == "html":
        from agent_trace.render.blocks import Heading
        from agent_trace.render.html import render_html

        told = list(blocks)
        named = told[0].text if told and isinstance(told[0], Heading) else title(report)
        return render_html(told, title=named)
    if form == "csv":
        return csv(blocks)
    from agent_trace.render.text import render_text

    return "\n".join(render_text(blocks, width=width, color=False))


def _told(blocks: Iterator[Any], door: Door) -> Iterator[Any]:
    """A page ends with what was masked in it."""
    from agent_trace.render.blocks import Note

    yield from blocks
    yield Note(text=door.said, tone="plain")


def csv(blocks: Iterator[Any]) -> str:
    """The first table of an answer. Raises UsageError where it has none."""
    from agent_trace.render.blocks import Table
    from agent_trace.render.delimited import render_csv

    for block in blocks:
        if isinstance(block, Table):
            return render_csv(block)
    raise UsageError("this report has no table to write as CSV", hint="use --format json")


def title(report: ModuleType) -> str:
    """What a page of a report is called."""
    return f"agent-trace {report.__name__.rpartition('.')[2].replace('_', '-')}"
