"""What really happened in a recorded run, counted on the wire between agent and model."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from agent_trace.model.usage import Usage
from tests.agents.claude.logs import CORPUS

UNLOGGED = frozenset({"compaction", "title", "side"})
"""Roles of requests that Claude Code leaves no row of."""


class Truth(NamedTuple):
    """What a log must show of a run."""

    calls: int
    usage: Usage
    models: set[str]
    tools: dict[str, str]
    errors: set[str]
    lines_added: int
    lines_removed: int


def truth_of(run: str) -> Truth:
    """The truth of a run, without the requests that are in no row."""
    found = msgspec.json.decode((CORPUS / run / "truth.json").read_bytes())
    requests = [one for one in found["requests"] if is_logged(one)]
    return Truth(
        calls=len(requests),
        usage=sum((_usage(one["usage"]) for one in requests), Usage()),
        models={one["model"] for one in requests},
        tools={one["id"]: one["name"] for one in found["tool_calls"]},
        errors={one["id"] for one in found["tool_calls"] if one["is_error"]},
        lines_added=found["edit_tool_lines"].get("added", 0),
        lines_removed=found["edit_tool_lines"].get("removed", 0),
    )


def is_logged(request: dict[str, Any]) -> bool:
    """A request whose whole answer reached the agent, and which it writes down."""
    return request["status"] == 200 and not request["aborted"] and request["role"] not in UNLOGGED


def _usage(spent: dict[str, int]) -> Usage:
    return Usage(
        input=spent["input"],
        output=spent["output"],
        cache_read=spent["cache_read"],
        cache_write_5m=spent["cache_write_5m"],
        cache_write_1h=spent["cache_write_1h"],
    )


def wire(usage: Usage) -> Usage:
    """The kinds of tokens that are counted on the wire."""
    return msgspec.structs.replace(usage, reasoning=None, web_searches=None)
