"""What is put in the place of a secret."""

from __future__ import annotations

import re

SHORT = b"[REDACTED]"
STARS = b"***"
DONE = re.compile(
    rb"(?i)[\s\"'`\\]*(?:\[REDACTED[^\]\s]{0,80}\]?|<redacted[^>\s]{0,80}>?|\(redacted\)|redacted|\*+|\[\*+\])[\s\"'`\\]*"
)
"""A value that somebody has masked already."""


def marker(kind: str) -> str:
    """The full marker of a kind."""
    return f"[REDACTED:{kind}]"


def fitting(full: bytes, room: int) -> bytes:
    """The longest marker that fits into the bytes of the secret."""
    if len(full) <= room:
        return full
    if len(SHORT) <= room:
        return SHORT
    return STARS if room >= len(STARS) else b"*" * room


def is_masked(value: bytes) -> bool:
    """Whether a value is a marker already, ours or another program's."""
    return DONE.fullmatch(value) is not None
