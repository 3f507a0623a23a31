"""Sessions of Goose as rows of its database."""

from __future__ import annotations

import json
from typing import Any

from agent_trace.model.events import Event
from tests.agents.unverified import heard, rows

PATH = "/h/sessions.db#s1"
NOON = 1768903200


def message(role: str, *blocks: Any, at: object = NOON, own: str = "", number: int = 0, **more: Any) -> dict[str, Any]:
    """A row of `messages`; bare words are blocks of text."""
    content = [{"type": "text", "text": one} if isinstance(one, str) else one for one in blocks]
    named = {"message_id": own} if own else {}
    return {
        "table": "message",
        "id": number,
        "role": role,
        "content_json": json.dumps(content),
        "created_timestamp": at,
        **named,
        **more,
    }


def spent(number: int, at: object, output: int, **more: Any) -> dict[str, Any]:
    """A row of the ledger."""
    return {
        "table": "usage",
        "id": number,
        "created_timestamp": at,
        "model": "m",
        "input_tokens": 10,
        "output_tokens": output,
        **more,
    }


def session(**columns: Any) -> dict[str, Any]:
    """A row of `sessions`."""
    return {"table": "session", "id": "s1", "working_dir": "/w", **columns}


def stored(*records: dict[str, Any], path: str = PATH, **how: Any) -> list[Event]:
    """The events of a session's rows."""
    return heard("goose", rows(*records), path, **how)


def request(own: str, tool: str, arguments: object = None) -> dict[str, Any]:
    """A block that asks for a tool."""
    value = {"name": tool, "arguments": arguments}
    return {"type": "toolRequest", "id": own, "toolCall": {"status": "success", "value": value}}


def response(own: str, **result: Any) -> dict[str, Any]:
    """A block with a tool's result."""
    return {"type": "toolResponse", "id": own, "toolResult": {"status": "success", **result}}
