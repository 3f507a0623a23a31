"""Patterns of file names as agents declare them: `**/` any folders, `*` anything within a name."""

from __future__ import annotations

import re
from functools import lru_cache

PACKED = (".zst", ".gz")
"""Endings of compressed files: a log's own ending stands before them."""


@lru_cache(maxsize=256)
def whole(pattern: str) -> re.Pattern[str]:
    """Matches a path below a home, with forward slashes."""
    return re.compile(_expression(pattern) + r"\Z")


@lru_cache(maxsize=256)
def tail(pattern: str) -> re.Pattern[str]:
    """Finds the end of a path, wherever its home may be."""
    return re.compile("(?:^|/)" + _expression(pattern) + r"\Z")


def _expression(pattern: str) -> str:
    return re.escape(pattern).replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*")


def ending(pattern: str) -> str:
    """How the names end that a pattern matches: `.jsonl.zst` of `*/rollout-*.jsonl.zst`, all of a name without a star."""
    return pattern.rpartition("/")[2].rpartition("*")[2]


def stem(name: str) -> str:
    """A file's name without its endings: `a` of `a.jsonl.zst`."""
    for packed in PACKED:
        name = name.removesuffix(packed)
    return name.rpartition(".")[0] or name
