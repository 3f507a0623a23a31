"""A thread's document as rows: itself, its messages by their place, the events of its ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from agent_trace.agents._fields import as_json, decoded, inner, items


def lines(files: Mapping[str, bytes]) -> Iterator[bytes]:
    """The rows; a document that cannot be read is one line as it is."""
    for data in files.values():
        document = decoded(data.decode("utf-8", "replace").removeprefix("\ufeff"))
        if isinstance(document, dict):
            yield from _rows(document)
        else:
            yield data


def _rows(thread: dict[str, Any]) -> Iterator[bytes]:
    yield _line("thread", 0, {name: one for name, one in thread.items() if name not in ("messages", "usageLedger")})
    for number, message in enumerate(items(thread, "messages")):
        yield _line("message", number, message)
    for number, event in enumerate(items(inner(thread, "usageLedger"), "events")):
        yield _line("usage", number, event)


def _line(table: str, place: int, row: object) -> bytes:
    columns = row if isinstance(row, dict) else {"value": row}
    return as_json({**columns, "table": table, "place": place}).encode()
