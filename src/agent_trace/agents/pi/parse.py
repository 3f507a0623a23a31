"""The reader of Pi's sessions: every entry as events, in the order of the file.

Left out on purpose: thinking levels, labels (a person's bookmarks) and what extensions keep for themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from agent_trace.agents._jsonl import trim
from agent_trace.agents._untyped import JSON, count, encoded, inner, objects, text
from agent_trace.agents.pi.messages import bill, hear_message, said
from agent_trace.agents.pi.reader import ParseState, Reader
from agent_trace.model.events import Attachment, Compacted, Event, Titled

__all__ = ["ParseState", "parse"]

CLIP = 2048
"""Characters of a text that an event holds, unless told otherwise."""
SILENT = frozenset({"thinking_level_change", "label", "custom"})
"""Entries that say nothing of what the agent did."""


def parse(
    path: str,
    rows: Iterable[tuple[int, bytes]],
    state: ParseState | None = None,
    *,
    clip: int | None = CLIP,
    inherited: frozenset[int] = frozenset(),
    source: int = 0,
) -> Iterator[Event]:
    """The events of a log, or of a piece of it that begins where `state` left off; `state` changes as they are taken."""
    reader = Reader(path, ParseState() if state is None else state, clip=clip, inherited=inherited, source=source)
    for offset, line in rows:
        reader.place(offset, line)
        found, reason = objects(line)
        for record in found:
            _hear(reader, record)
        if reason and trim(line):
            reader.unread_line(line, reason)
        yield from reader.out
        reader.out.clear()


def _hear(reader: Reader, record: JSON) -> None:
    kind = text(record, "type")
    if kind == "session":
        reader.begin(record)
        return
    if not reader.take(record):
        return
    hear = _HEARERS.get(kind)
    if hear is not None:
        hear(reader, record)
    elif kind not in SILENT:
        reader.unread(encoded(record), f"unknown record type {kind!r}" if kind else "no record type")
    reader.left()


def _hear_model(reader: Reader, record: JSON) -> None:
    reader.choose(text(record, "modelId"))


def _hear_compaction(reader: Reader, record: JSON) -> None:
    summary = text(record, "summary")
    by_extension = record.get("fromHook") is True
    reader.tell(
        Compacted,
        trigger="extension" if by_extension else "",
        before=count(record, "tokensBefore"),
        summary=reader.cut(summary),
    )
    bill(reader, inner(record, "usage"), ".usage", "" if by_extension else reader.state.model)


def _hear_branch(reader: Reader, record: JSON) -> None:
    """What was given up when a person went back, summed up for the model."""
    summary = text(record, "summary")
    reader.tell(Attachment, kind="branch summary", text=reader.cut(summary), size=len(summary))
    bill(reader, inner(record, "usage"), ".usage", "" if record.get("fromHook") is True else reader.state.model)


def _hear_injected(reader: Reader, record: JSON) -> None:
    """What an extension told the model."""
    words = said(record)
    reader.tell(Attachment, kind=text(record, "customType") or "extension", text=reader.cut(words), size=len(words))


def _hear_title(reader: Reader, record: JSON) -> None:
    name = text(record, "name").strip()
    if name:
        reader.tell(Titled, title=name, by="person")


_HEARERS: Mapping[str, Callable[[Reader, JSON], None]] = {
    "message": hear_message,
    "model_change": _hear_model,
    "compaction": _hear_compaction,
    "branch_summary": _hear_branch,
    "custom_message": _hear_injected,
    "session_info": _hear_title,
}
