"""A page of HTML that carries data and the program that shows them: one file, no network, readable without scripts.

The data lie packed (gzip, base64) in an element that no browser runs; the viewer finds them there and unpacks them. What
stands in the page itself is what can be read where scripts are off.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from agent_trace.render.blocks import AnyBlock
from agent_trace.render.characters import one_line
from agent_trace.render.html import _body, _head, digest

DATA = "agent-trace-data"
"""The element that holds the data."""
MOUNT = "agent-trace-viewer"
"""The element that the viewer fills; it hides the one after it."""
SUMMARY = "agent-trace-summary"
SCRIPTED = "scripted"
FIRST = (
    f"(function(c){{c.add('{SCRIPTED}');addEventListener('error',function(){{c.remove('{SCRIPTED}')}})}})"
    "(document.documentElement.classList)"
)
"""Runs before anything is shown: where scripts run the page without them is hidden, and a viewer that breaks gives it back."""
SEEN = f"""
@media screen {{
  html.{SCRIPTED} #{SUMMARY} {{ display: none; }}
  html.{SCRIPTED} #{MOUNT}:empty::before {{ content: "Opening the session…"; color: var(--quiet); }}
}}
.broken {{ padding-left: .9rem; border-left: 2px solid var(--bad); }}
"""
"""Before the viewer stands there; what is printed until then is the page without scripts."""
UNUSED = "not all"
"""The media of the viewer's style, until the viewer uses it: it would change the page without scripts."""
TYPE = "application/gzip;base64"
_CLOSING = re.compile(r"</(?=script|style)", re.IGNORECASE)


class Viewer(NamedTuple):
    """The program that shows the data, as it was built."""

    script: str = ""
    style: str = ""


def render_envelope(blocks: Iterable[AnyBlock], viewer: Viewer, *, title: str) -> tuple[str, str]:
    """What stands before the data, and what behind them.

    The page's policy lets only this viewer run, and makes no request; images are those in the data.
    """
    script, style = (_CLOSING.sub(r"<\\/", text) for text in viewer)
    allowed = f" '{digest(SEEN)}' '{digest(style)}'" if style else ""
    allowed += f"; script-src '{digest(script)}' '{digest(FIRST)}'" if script else ""
    first = f"<script>{FIRST}</script>\n" if script else ""
    looks = f'<style>{SEEN}</style>\n<style media="{UNUSED}">{style}</style>\n' if style else ""
    body = "\n".join(_body(blocks, one_line(title)))
    before = (
        _head(title, f"{allowed}; img-src data:", first + looks)
        + f'<body>\n<div id="{MOUNT}"></div>\n<main id="{SUMMARY}">\n{body}\n</main>\n'
        + f'<script id="{DATA}" type="{TYPE}">'
    )
    return before, "</script>\n" + (f"<script>{script}</script>\n" if script else "") + "</body>\n</html>\n"
