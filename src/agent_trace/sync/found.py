"""A log as the directory shows it."""

from __future__ import annotations

import msgspec


class Found(msgspec.Struct, frozen=True, gc=False):
    """One log; of a made log (`databases`, `bundles`) what tells whether it changed."""

    path: str
    agent: str
    size: int
    """Bytes; of a session in a database, what its agent's SQL says."""
    mtime: int
    """Nanoseconds."""
    inode: int
