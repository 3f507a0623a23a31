"""Private keys in blocks: PEM, OpenSSH, SSH2, PGP, PuTTY; also cut ones, whose end is missing."""

from __future__ import annotations

import re
from functools import cache

from agent_trace.privacy.linear import Linear, over_bytes
from agent_trace.privacy.spans import Span

LEAD = rb"---- ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY|Private-Lines: [0-9]"
BEGIN = re.compile(rb"---- ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-----?|Private-Lines: ?[0-9]{1,6}")
NUMBERED = rb"(?<=[\n])(?:[ \t]*[0-9]{1,6}(?:\xe2\x86\x92|[\t:|-])|[^\s:\"']{1,200}:[0-9]{1,6}[:-])"
"""What readers and searches put before a line."""
GAP = rb"(?:" + NUMBERED + rb"|\\+[nrt]|[\s>+|*\"',-]|[A-Z][A-Za-z-]{2,20}:[ ][^\\\r\n]{0,200}(?=\\|[\r\n]))"
LINE = re.compile(GAP + rb"{0,40}(?P<body>[A-Za-z0-9+/=]{1,8192})")
END = re.compile(
    rb"(?=(?P<first>"
    + GAP
    + rb"{0,40}))(?P=first)(?:(?=(?P<rest>[A-Za-z0-9+/=]{1,80}))(?P=rest)(?=(?P<next>"
    + GAP
    + rb"{0,20}))(?P=next)){0,2}"
    rb"(?:END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-----?|Private-MAC: ?[0-9a-f]{0,128})"
)
"""Its dashes are part of the gap. What was taken is never given back: a `+` may be either, and there are many ways to divide."""
REACH = 64 << 10
"""Bytes that a block may have."""
ENOUGH, SURE = 12, 40
"""Letters that a line of a key has at least, but for the last one; from how many on nothing else looks like it."""


@cache
def scanner() -> Linear:
    """Finds how blocks begin."""
    return over_bytes(LEAD)


def find(text: bytes, position: int = 0, stop: int | None = None) -> list[Span]:
    """Every private block of a text, from its first line to its last; of those that begin between two places."""
    scan, found = scanner(), list[Span]()
    stop = len(text) if stop is None else stop
    while hit := scan.search(text, position, stop):
        begin = BEGIN.match(text, hit.start(), hit.start() + 120)
        position = hit.start() + 8
        if not begin:
            continue
        end = block_end(text, begin.end())
        if end > begin.end():
            start = begin.start() - (text[begin.start() - 1 : begin.start()] == b"-")
            found.append(Span(start, end, "private_key", "MAXIMUM", 0))
            position = end
    return found


def block_end(text: bytes, at: int) -> int:
    """Where the body that begins at `at` ends, its last line included; `at` itself where there is no body."""
    end, limit = at, min(len(text), at + REACH)
    while (met := LINE.match(text, end, limit)) and _is_body(met["body"]):
        end = met.end()
    if end == at:
        return at
    last = END.match(text, end, min(limit, end + 600))
    return last.end() if last else end


def _is_body(line: bytes) -> bool:
    if len(line) >= SURE:
        return True
    mixed = line.upper() != line and line.lower() != line
    return len(line) >= ENOUGH and (mixed or any(48 <= one <= 57 for one in line))
