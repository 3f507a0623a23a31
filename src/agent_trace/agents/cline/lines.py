"""A task's documents as rows: messages of the talk, messages that the person saw, notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agent_trace.agents._fields import as_json, decoded

TABLES = {
    "api_conversation_history.json": "talk",
    "ui_messages.json": "seen",
    "claude_messages.json": "seen",
    "task_metadata.json": "notes",
    "history_item.json": "notes",
}
"""Which document is what; `claude_messages.json` is what the second was called first."""


def lines(files: Mapping[str, bytes]) -> Iterator[bytes]:
    """The rows; a document that is none of a task's, such as an export, is its own lines."""
    for number, (path, data) in enumerate(files.items()):
        name = path.replace("\\", "/").rpartition("/")[2]
        table = TABLES.get(name, "talk" if number == 0 else "notes")
        document = decoded(data.decode("utf-8", "replace").removeprefix("\ufeff"))
        if table == "notes" and isinstance(document, dict):
            yield as_json({**document, "table": table, "document": name}).encode()
        elif isinstance(document, list):
            for place, message in enumerate(document):
                columns = message if isinstance(message, dict) else {"value": message}
                yield as_json({**columns, "table": table, "place": place}).encode()
        else:
            yield from data.split(b"\n")
