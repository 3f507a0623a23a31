r"""Signs of many spellings, as pieces of patterns: what an escape, a shell, a page or a terminal makes of a quote or a blank.

They hold for text as it is read and, so that a scan over raw lines misses nothing, for text within JSON (`\"`, `\n`).
"""

from __future__ import annotations

QUOTE = r"(?:\\*[\"'`]|\\{1,8}u002[27]|&quot;|&#3[49];|&#x2[27];)"
MAYBE = QUOTE + "?"
BLANK = r"(?:[ \t\r\n]|\\{1,8}[nrt])"
COLOUR = r"(?:(?:\x1b|\\{1,8}(?:u001[bB]|x1b|033|e))\[[0-9;]{0,12}m)?"
"""What sets a terminal's colour."""
MARK = r"[*_]{0,2}"
"""Emphasis of Markdown."""
