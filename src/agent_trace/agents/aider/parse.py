"""The events of a chat history, session by session."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agent_trace.agents._fields import as_json
from agent_trace.agents._gathering import Tables, gather
from agent_trace.agents._narrating import Narrator, ParseState
from agent_trace.agents._untyped import JSON, count, text
from agent_trace.agents.aider import AGENT
from agent_trace.agents.aider.chat import Chat, Line
from agent_trace.model.events import Event

__all__ = ["ParseState", "parse"]


def parse(
    path: str,
    rows: Iterable[tuple[int, bytes]],
    state: ParseState | None = None,
    *,
    clip: int | None = 2048,
    inherited: frozenset[int] = frozenset(),
    source: int = 0,
) -> Iterator[Event]:
    """The events of a history's rows, or of lines that another program exported."""
    state = ParseState() if state is None else state
    name = path.replace("\\", "/").rpartition("/")[2]

    def narrator(session: str, memory: ParseState) -> Narrator:
        return Narrator(session, memory, AGENT.kind, clip=clip, inherited=inherited, source=source)

    tables = Tables()
    yield from gather(narrator(state.session or name.partition(".")[0] or name, state), AGENT.name, rows, tables, _name)
    for session, lines in _sessions(tables).items():
        chat = Chat(narrator(session, ParseState()), lines, _folder(path, name))
        chat.hear()
        yield from chat.narrator.told()


def _name(table: str, row: JSON) -> str | None:
    is_line = table == "line" and text(row, "session") and text(row, "text")
    return as_json([row.get("session"), row.get("place")]) if is_line else None


def _sessions(tables: Tables) -> dict[str, list[Line]]:
    """The lines of each session in their order."""
    found: dict[str, list[Line]] = {}
    for row in tables.of("line"):
        line = Line(count(row.record, "place") or 0, row.offset, row.length, text(row.record, "text"))
        found.setdefault(text(row.record, "session"), []).append(line)
    return {session: sorted(lines) for session, lines in found.items()}


def _folder(path: str, name: str) -> str | None:
    """The folder that Aider ran in, where the file has the name that Aider gives it there."""
    return path[: -len(name) - 1] or None if name == ".aider.chat.history.md" else None
