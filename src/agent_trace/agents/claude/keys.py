"""How a row is told apart from others, in every file and home that holds a copy of it."""

from __future__ import annotations

from agent_trace.model.scan import digest


def row_key(uuid: str | None, record: bytes, session: str) -> int:
    """Its uuid; else its bytes without the root session's own id, which a copy changes."""
    if uuid is not None:
        return digest(uuid.encode("utf-8", "replace"))
    return digest(nameless(record, session))


def nameless(record: bytes, session: str) -> bytes:
    """The bytes of a record without the id of the root session."""
    return record.replace(session.partition("/")[0].encode("utf-8", "replace"), b"")
