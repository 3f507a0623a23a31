"""Tasks of Cline as documents."""

from __future__ import annotations

import json
from typing import Any

from agent_trace.agents.cline.lines import lines
from agent_trace.model.events import Event, LlmResponse
from tests.agents.unverified import heard, only

FOLDER = "/h/tasks/1730000000000"
TALK = f"{FOLDER}/api_conversation_history.json"


def task(talk: object, seen: object = None, notes: object = None, *, history: object = None) -> list[Event]:
    """The events of a task of these documents."""
    documents = {
        TALK: talk,
        f"{FOLDER}/ui_messages.json": seen,
        f"{FOLDER}/task_metadata.json": notes,
        f"{FOLDER}/history_item.json": history,
    }
    files = {path: json.dumps(document).encode() for path, document in documents.items() if document is not None}
    return heard("cline", list(lines(files)), TALK)


def user(*content: Any, **more: Any) -> dict[str, Any]:
    """A message to the model; bare words are blocks of text."""
    return {"role": "user", "content": list(content), **more}


def model(*content: Any, **more: Any) -> dict[str, Any]:
    """A message of the model."""
    return {"role": "assistant", "content": list(content), **more}


def tool(name: str, own: str = "t", **arguments: Any) -> dict[str, Any]:
    """A tool call."""
    return {"type": "tool_use", "id": own, "name": name, "input": arguments}


def answer(output: object, own: str = "t", **more: Any) -> dict[str, Any]:
    """A tool's result."""
    return {"type": "tool_result", "tool_use_id": own, "content": output, **more}


def request(ts: object, info: object, **more: Any) -> dict[str, Any]:
    """A request to the model, as the person saw it."""
    return {"ts": ts, "type": "say", "say": "api_req_started", "text": json.dumps(info), **more}


def tokens(events: list[Event]) -> list[int | None]:
    """Output of each call."""
    return [call.usage.output for call in only(events, LlmResponse)]
