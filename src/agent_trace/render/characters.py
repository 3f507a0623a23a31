"""Text from a transcript, made harmless: what could steer a terminal, a browser or a reader's eye becomes visible.

A transcript holds what a hostile web page or file put there. Colour sequences are dropped, because test runners write
them everywhere and they carry no meaning; everything else that is no plain character stays visible as evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

HOSTILE = re.compile(
    "\x1b\\[[0-9;:]*[mK]"  # colours and 'clear to the end of the line'
    "|\r\n"
    "|[\x00-\x08\x0b-\x1f\x7f-\x9f]"  # C0 without tab and newline, DEL, C1
    "|[\ud800-\udfff]"  # half a pair: cannot be encoded
    "|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufff9-\ufffb]"  # direction, separators, annotations
    "|[\U000e0000-\U000e007f]"  # tags: text that no one sees and a model reads
)

_MARKED = re.compile(r"(?<!`)`([^`\n]*[^`\s][^`\n]*)`(?!`)")

ASCII_FORMS = str.maketrans(
    {
        "…": "...",
        "≥": ">=",
        "≤": "<=",
        "–": "-",
        "—": "-",
        "−": "-",
        "·": "-",
        "•": "*",
        "●": "*",
        "○": "o",
        "→": "->",
        "←": "<-",
        "↑": "^",
        "↓": "v",
        "▲": "^",
        "▼": "v",
        "▶": ">",
        "×": "x",
        "✓": "ok",
        "✗": "x",
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "\u00a0": " ",
        **{chr(0x2400 + code): f"\\x{code:02x}" for code in range(32)},
        "\u2421": "\\x7f",
    }
)
"""What a screen without Unicode shows for the signs that layouts like to use."""


def harmless(text: str) -> str:
    """The text with nothing in it but characters to read, newlines and tabs; always encodable as UTF-8."""
    return text if text.isprintable() else HOSTILE.sub(_visible, text)


def one_line(text: str) -> str:
    """The harmless text with every run of white space as one blank."""
    return " ".join(harmless(text).split())


def code_marks(text: str) -> Iterator[tuple[str, bool]]:
    """The parts of a text, and whether each stood between backticks on one line: those go."""
    for place, part in enumerate(_MARKED.split(text)):
        if part:
            yield part, bool(place % 2)


def ascii_form(text: str) -> str:
    """Harmless text in ASCII: known signs in their plain form, anything else as an escape."""
    if text.isascii():
        return text
    return text.translate(ASCII_FORMS).encode("ascii", "backslashreplace").decode("ascii")


def _visible(match: re.Match[str]) -> str:
    found = match[0]
    if len(found) > 1:
        return "\n" if found == "\r\n" else ""
    code = ord(found)
    if code < 0x20:
        return chr(0x2400 + code)
    if code < 0xA0:
        return "\u2421" if code == 0x7F else f"\\x{code:02x}"
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    if found in "\u2028\u2029":
        return "\n"
    return _named(code)


def _named(code: int) -> str:
    """Overrides, isolates and tags by their number, as they hide or turn text; mere direction marks go."""
    if 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069:
        return f"\\u{code:04x}"
    return f"\\U{code:08x}" if code >= 0xE0000 else ""
