"""Whole outputs of every renderer for one report; GOLDEN=1 writes them anew."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from agent_trace.render.delimited import render_csv
from agent_trace.render.html import render_html
from agent_trace.render.markdown import render_markdown
from agent_trace.render.text import render_text
from tests.render.sample import REPORT, SESSIONS

GOLDEN = Path(__file__).parent / "golden"
"""What the formatter of code would touch is no golden file: Markdown lies there as .txt."""


def text(width: int, *, color: bool = False, unicode: bool = True) -> str:
    return "".join(f"{line}\n" for line in render_text(REPORT, width=width, color=color, unicode=unicode))


OUTPUTS: dict[str, Callable[[], str]] = {
    "width_46.txt": lambda: text(46),
    "width_80.txt": lambda: text(80),
    "width_120.txt": lambda: text(120),
    "ascii.txt": lambda: text(80, unicode=False),
    "color.txt": lambda: text(80, color=True),
    "page.html": lambda: render_html(REPORT, title="Session 8f3c21d0", footer="Made by agent-trace"),
    "markdown.txt": lambda: render_markdown(REPORT),
    "sessions.csv": lambda: render_csv(SESSIONS),
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_output(name: str) -> None:
    drawn = OUTPUTS[name]().encode()
    if os.environ.get("GOLDEN") == "1":
        (GOLDEN / name).write_bytes(drawn)
    assert drawn == (GOLDEN / name).read_bytes()
