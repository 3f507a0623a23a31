"""Conversations of Cursor as rows of its database."""

from __future__ import annotations

import json
from typing import Any

from agent_trace.model.events import Event
from tests.agents.unverified import heard, rows

PATH = "/h/state.vscdb#c1"


def bubble(own: str, kind: int | None = 2, **value: Any) -> dict[str, Any]:
    """A row of `cursorDiskKV`."""
    return {"table": "bubble", "id": own, "value": json.dumps({"type": kind, "bubbleId": own, **value})}


def composer(**value: Any) -> dict[str, Any]:
    """The conversation's own row."""
    return {"table": "composer", "id": "c1", "value": json.dumps(value)}


def stored(*records: dict[str, Any]) -> list[Event]:
    """The events of a conversation's rows."""
    return heard("cursor", rows(*records), PATH)


def tool(own: str = "b1", *, call: str = "", **data: Any) -> dict[str, Any]:
    """A bubble of the model with a tool."""
    named = {"modelCallId": call} if call else {}
    return bubble(own, toolFormerData={"name": "run_terminal_cmd", "status": "completed", **named, **data})
