"""Paths as texts: where a path leads from a directory, without looking at any disk."""

from __future__ import annotations

import re
from functools import lru_cache

_ABSOLUTE = re.compile(r"[/~]|[A-Za-z]:[\\/]?|\\\\")


def joined(directory: str | None, path: str) -> str | None:
    """A path as seen from a directory; None where the directory is not known and the path does not say."""
    if _ABSOLUTE.match(path):
        return normal(path)
    if directory is None:
        return None
    return normal(f"{directory}/{path}" if directory else path)


@lru_cache(maxsize=4096)
def normal(path: str) -> str:
    """The path without `.`, `..` and doubled slashes; empty for here."""
    root = "/" if path.startswith("/") else ""
    kept: list[str] = []
    for part in path.split("/"):
        if part == ".." and kept and kept[-1] != "..":
            kept.pop()
        elif part not in ("", ".") and not (part == ".." and root):
            kept.append(part)
    return root + "/".join(kept)


def is_inside(path: str, directory: str) -> bool:
    """Whether a path lies in a directory or is it."""
    return path == directory or not directory or path.startswith(directory.rstrip("/") + "/")
