"""JSON string literals: what they say, and where in the raw bytes each byte of that stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

ESCAPE = re.compile(rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.DOTALL)
SIMPLE = {b"\\n": b"\n", b"\\t": b"\t", b"\\r": b"\r", b"\\b": b"\b", b"\\f": b"\f"}


class Offsets:
    """From places in the decoded text to places in the raw bytes."""

    def __init__(self, decoded: Sequence[int], raw: Sequence[int]) -> None:
        self.decoded = decoded
        """Where a stretch begins in which both run alike."""
        self.raw = raw

    def raw_start(self, place: int) -> int:
        """The raw place of a decoded byte."""
        at = bisect_right(self.decoded, place) - 1
        return self.raw[at] + place - self.decoded[at]

    def raw_end(self, place: int) -> int:
        """The raw place behind the decoded byte before `place`."""
        at = bisect_right(self.decoded, place - 1) - 1
        here = self.raw[at] + place - self.decoded[at]
        return self.raw[at + 1] if at + 1 < len(self.raw) and self.decoded[at + 1] == place else here


def unescaped(raw: bytes) -> bytes:
    """What a literal without its quotes says, as UTF-8; lone surrogates stay as they are encoded."""
    if b"\\" not in raw:
        return raw
    return ESCAPE.sub(lambda met: _meaning(met[0]), raw)


def _meaning(escape: bytes) -> bytes:
    if escape[1:2] != b"u" or len(escape) < 6:
        return SIMPLE.get(escape) or escape[1:]
    units = [int(part, 16) for part in (escape[2:6], escape[8:12]) if part]
    if len(units) == 2:
        return chr(0x10000 + ((units[0] - 0xD800) << 10) + (units[1] - 0xDC00)).encode()
    return chr(units[0]).encode("utf-8", "surrogatepass")


def offsets(raw: bytes) -> Offsets:
    """The places of a literal's decoded bytes in its raw ones.

    An escape is a stretch of its own: what it stands for (one to four bytes) is only taken as a whole.
    """
    decoded, places, shift = [0], [0], 0
    for met in ESCAPE.finditer(raw):
        meant = len(_meaning(met[0]))
        decoded += (met.start() - shift, met.start() - shift + meant)
        places += (met.start(), met.end())
        shift += met.end() - met.start() - meant
    return Offsets(decoded, places)
