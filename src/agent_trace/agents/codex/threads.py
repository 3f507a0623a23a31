"""What Codex's own database knows of a thread: its name, and whose sub-agent it is. Tokens are the rollout's business."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from agent_trace.agents.codex.fields import NONE, Record, text
from agent_trace.agents.codex.lineage import starter_of
from agent_trace.agents.codex.rows import decode
from agent_trace.model.agent import Database
from agent_trace.model.events import Event, Origin, SessionStarted, Titled, Unknown

MARK = "#"
_ANY = msgspec.json.Decoder()

DATABASE = Database(
    file="state_*.sqlite",
    sessions=(
        "SELECT held.id, (SELECT length(inner.title) + length(ifnull(name, '')) FROM threads AS inner "
        "WHERE inner.id = held.id), held.updated_at * 1000 "
        "FROM (SELECT NULL AS name) AS older CROSS JOIN threads AS held"
    ),
    rows=(("threads", "SELECT * FROM threads WHERE id = :id"),),
)
"""`name` is a column of newer versions: where the table has none, the one of `older` is meant."""


def hear_thread(path: str, rows: Iterable[tuple[int, bytes]], source: int) -> Iterator[Event]:
    """What the last version of a thread's row says. It has no time: a thread's time is its rollout's."""
    session = path.rpartition(MARK)[2]
    newest, origin = NONE, Origin(offset=0, length=0, source=source)
    for offset, line in rows:
        found, reason = decode(line)
        here = Origin(offset=offset, length=len(line) - line.endswith(b"\n"), source=source)
        if reason or len(found) != 1:
            raw = line.decode("utf-8", "replace")
            yield Unknown(id=f"{session}.{offset}.unread", session=session, origin=here, raw=raw, reason=reason)
        elif text(found[0].payload, "table") == "threads":
            newest, origin = found[0].payload, here
    if newest:
        yield from _told(session, newest, origin)


def _told(session: str, row: Record, origin: Origin) -> Iterator[Event]:
    """Only what a rollout may lack: most threads have no name, and their title is their first message."""
    starter = starter_of({"source": _source(row)})
    if starter is not None:
        role = text(row, "agent_role") or None
        yield SessionStarted(id=f"{session}.thread", session=session, origin=origin, starter=starter, agent_type=role)
    name, title = text(row, "name").strip(), text(row, "title").strip()
    if name:
        yield Titled(id=f"{session}.name", session=session, origin=origin, title=name, by="person")
    elif title and not text(row, "first_user_message").strip().startswith(title):
        yield Titled(id=f"{session}.title", session=session, origin=origin, title=title, by="agent")


def _source(row: Record) -> Record:
    """Where the thread came from: a word, or an object as JSON."""
    try:
        found = _ANY.decode(text(row, "source"))
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return NONE
    return found if isinstance(found, dict) else NONE
