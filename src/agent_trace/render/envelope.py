"""A page of HTML that carries data and the program that shows them: one file, no network, readable without scripts.

The data lie packed (gzip, base64) in an element that no browser runs; the viewer finds them there and unpacks them. What
stands in the page itself is what can be read where scripts are off.
"""

from __future__ import annotations

import gzip
import re
from base64 import b64encode
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
LEVEL = 6
"""The highest level takes twice the time and spares two parts in a hundred."""
TYPE = "application/gzip;base64"
_CLOSING = re.compile(r"</(?=script|style)", re.IGNORECASE)


class Viewer(NamedTuple):
    """The program that shows the data, as it was built."""

    script: str = ""
    style: str = ""


def packed(data: bytes) -> str:
    """The same data give the same text."""
    return b64encode(gzip.compress(data, LEVEL, mtime=0)).decode()


def render_envelope(blocks: Iterable[AnyBlock], data: bytes, viewer: Viewer, *, title: str) -> str:
    """The whole page. Its policy lets only this viewer run, and makes no request; images are those in the data."""
    script, style = (_CLOSING.sub(r"<\\/", text) for text in viewer)
    allowed = f" '{digest(style)}'" if style else ""
    allowed += f"; script-src '{digest(script)}'" if script else ""
    body = "\n".join(_body(blocks, one_line(title)))
    return (
        _head(title, f"{allowed}; img-src data:", f"<style>{style}</style>\n" if style else "")
        + f'<body>\n<div id="{MOUNT}"></div>\n<main id="{SUMMARY}">\n{body}\n</main>\n'
        + f'<script id="{DATA}" type="{TYPE}">{packed(data)}</script>\n'
        + (f"<script>{script}</script>\n" if script else "")
        + "</body>\n</html>\n"
    )
