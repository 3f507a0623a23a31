"""An agent whose sessions lie in a database, in documents that are rewritten as a whole, and in compressed files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from agent_trace.model.agent import Agent, Bundle, Database, Home
from agent_trace.model.events import (
    AssistantText,
    Event,
    LlmResponse,
    Origin,
    SessionStarted,
    Titled,
    ToolCall,
    ToolResult,
    Unknown,
    UsageRecorded,
    UserPrompt,
)
from agent_trace.model.usage import BillingClass, Usage

AGENT = Agent(
    name="magpie",
    title="Magpie",
    homes=(Home(path="~/.magpie"),),
    files=("lines/*.jsonl",),
    bundles=(
        Bundle(main="lines/*.jsonl.zst"),
        Bundle(main="nests/*/*.json", beside=(("../../eggs/{stem}/*.json", "../../chicks/{stem}/*.json"),)),
    ),
    databases=(
        Database(
            file="nest*.db",
            sessions="SELECT session, count(*), max(updated) FROM message GROUP BY session",
            rows=(("message", "SELECT * FROM message WHERE session = :id ORDER BY id"),),
        ),
    ),
)


def recognises(path: str, head: bytes) -> bool:
    """A magpie's document begins with its name."""
    return head.startswith(b'{"magpie"')


def parse(
    path: str,
    rows: Iterable[tuple[int, bytes]],
    state: Any = None,
    *,
    clip: int | None = 2048,
    inherited: frozenset[int] = frozenset(),
    source: int = 0,
) -> Iterator[Event]:
    """The newest version of each row, in the order of their ids."""
    place = path.rpartition("#")[2] if "#" in path else path.rpartition("/")[2].partition(".")[0]
    found: dict[str, tuple[int, dict[str, Any]]] = {}
    for offset, line in rows:
        try:
            row = json.loads(line)
        except ValueError:
            origin = Origin(offset=offset, length=len(line), source=source)
            yield Unknown(id=f"{place}.{len(found)}", session=place, origin=origin, reason="not JSON")
            continue
        found[str(row.get("id", row.get("magpie")))] = (offset, row)
    for name in sorted(found):
        offset, row = found[name]
        yield from _events(place, name, row, Origin(offset=offset, length=0, source=source))


def _events(session: str, name: str, row: dict[str, Any], origin: Origin) -> Iterator[Event]:
    at = row.get("updated")
    if "magpie" in row:
        yield SessionStarted(
            id=name, session=session, at=at, origin=origin, cwd="/home/you/nest", starter=row.get("starter")
        )
        yield Titled(id=f"{name}.title", session=session, title=row["magpie"])
    if row.get("text") is not None:
        yield UserPrompt(id=name, session=session, at=at, origin=origin, text=row["text"], size=len(row["text"]))
    if row.get("answer") is not None:
        yield AssistantText(id=name, session=session, at=at, origin=origin, text=row["answer"])
    if row.get("output") is not None:
        usage, key = Usage(input=1000, output=row["output"]), row.get("call") or name
        model = BillingClass(model="claude-opus-4-5-20251101")
        yield LlmResponse(id=f"{name}.call", session=session, at=at, origin=origin, call=key, cls=model, usage=usage)
        yield ToolCall(
            id=f"{name}.tool", session=session, at=at, call=f"{name}.tool", response=key, tool="sh", kind="shell"
        )
        wrong = row.get("exit", 0) > 0
        child = row.get("child")
        yield ToolResult(
            id=f"{name}.result", session=session, at=at, call=f"{name}.tool", went_wrong=wrong, child=child
        )
    if row.get("total") is not None:
        models = {"claude-opus-4-5-20251101": Usage(input=0, output=row["total"])}
        yield UsageRecorded(id=f"{name}.total", session=session, at=at, models=models)
