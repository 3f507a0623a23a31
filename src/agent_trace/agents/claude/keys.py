"""How a row is told apart from others, in every file and home that holds a copy of it."""

from __future__ import annotations

from binascii import hexlify

from agent_trace.agents.claude.words import UNTHREADED
from agent_trace.model.scan import digest

UNSIGNED = 2**64 - 1


def row_name(uuid: str | None, kind: str, timestamp: str | None, line: bytes, session: str) -> str | None:
    """What a row is known by in other files: its uuid, else its bytes without the root session's id.

    Bookkeeping rows, which repeat, go by type and time; None where one has no time.
    """
    if uuid:
        return uuid
    if kind in UNTHREADED:
        return f"{kind}:{timestamp}" if timestamp else None
    return hexlify(nameless(line, session)).decode()


def row_key(name: str) -> int:
    """The name of a row as sets of rows hold it."""
    return digest(name.encode("utf-8", "replace"))


def nameless(record: bytes, session: str) -> bytes:
    """The bytes of a record without the id of the root session, which a copy changes."""
    return record.replace(session.partition("/")[0].encode("utf-8", "replace"), b"")


def stand_in(record: bytes) -> str:
    """An id for a record that has none."""
    return format(digest(record) & UNSIGNED, "016x")
