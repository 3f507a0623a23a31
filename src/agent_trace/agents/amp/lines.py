"""A thread's document as rows: itself, its messages by their place, the events of its ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agent_trace.agents._exported import is_export
from agent_trace.agents._fields import as_json, decoded, items
from agent_trace.agents._untyped import JSON, inner


def lines(files: Mapping[str, bytes]) -> Iterator[bytes]:
    """The rows; a document that is no thread, such as an export, is its own lines."""
    for data in files.values():
        document = decoded(data.decode("utf-8", "replace").removeprefix("\ufeff"))
        if isinstance(document, dict) and not is_export(document, "amp"):
            yield from _rows(document)
        else:
            yield from data.split(b"\n")


def _rows(thread: JSON) -> Iterator[bytes]:
    yield _line("thread", 0, {name: one for name, one in thread.items() if name not in ("messages", "usageLedger")})
    for number, message in enumerate(items(thread, "messages")):
        yield _line("message", number, message)
    for number, event in enumerate(items(inner(thread, "usageLedger"), "events")):
        yield _line("usage", number, event)


def _line(table: str, place: int, row: object) -> bytes:
    columns = row if isinstance(row, dict) else {"value": row}
    return as_json({**columns, "table": table, "place": place}).encode()
