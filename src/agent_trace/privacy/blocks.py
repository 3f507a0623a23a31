"""Private keys in blocks: PEM, OpenSSH, PGP, PuTTY; also cut ones, whose end is missing."""

from __future__ import annotations

import re
from functools import cache

from agent_trace.privacy.linear import Linear, over_bytes
from agent_trace.privacy.spans import Span

LEAD = rb"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY|Private-Lines: [0-9]"
BEGIN = re.compile(rb"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|Private-Lines: ?[0-9]{1,6}")
END = re.compile(rb"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
REACH = 64 << 10
"""Bytes that a block may have."""
LINE = re.compile(
    rb"(?:\\+[nrt]|[\s>+|*\"',-]|(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset|MessageID):[^\\\r\n]{0,200})*"
    rb"(?P<body>[A-Za-z0-9+/=]{1,4096})"
)
ENOUGH = 16
"""Letters that a line of a key has at least, but for the last one."""


@cache
def scanner() -> Linear:
    """Finds how blocks begin."""
    return over_bytes(LEAD)


def find(text: bytes) -> list[Span]:
    """Every private block of a text, from its first line to its last."""
    scan, found, position = scanner(), [], 0
    while hit := scan.search(text, position):
        begin = BEGIN.match(text, hit.start(), hit.start() + 120)
        position = hit.start() + 8
        if not begin:
            continue
        end = block_end(text, begin.end())
        if end > begin.end():
            found.append(Span(begin.start(), end, "private_key", "MAXIMUM", 0))
            position = end
    return found


def block_end(text: bytes, at: int) -> int:
    """Where the body that begins at `at` ends, its last line included; `at` itself where there is no body."""
    end, limit = at, min(len(text), at + REACH)
    while met := LINE.match(text, end, limit):
        if len(met["body"]) < ENOUGH and end == at:
            return at
        end = met.end()
        if len(met["body"]) < ENOUGH:
            break
    if end == at:
        return at
    last = END.search(text, end, min(limit, end + 120))
    return last.end() if last else end
