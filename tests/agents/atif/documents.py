"""Trajectories of the corpus and of a test's own making, and how tests read them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from agent_trace.agents.atif.lines import lines
from agent_trace.agents.atif.parse import parse
from agent_trace.model.events import Event

CORPUS = Path(__file__).resolve().parents[2] / "corpus/atif"
DOCUMENTS = sorted(path.relative_to(CORPUS).as_posix() for path in CORPUS.rglob("*.json"))
"""Made by hand, and valid by the published models."""


def rows(data: bytes, path: str = "t.json") -> Iterator[tuple[int, bytes]]:
    """A document as the log that the shell makes of it."""
    at = 0
    for line in lines({path: data}):
        yield at, line
        at += len(line) + 1


def heard(data: bytes, path: str = "t.json", **how: Any) -> list[Event]:
    """The events of a document."""
    return list(parse(path, rows(data, path), **how))


def document(*steps: Any, **head: Any) -> bytes:
    """A trajectory `s1` of these steps."""
    agent = {"name": "demo", "version": "1", "model_name": "m"}
    whole = {"schema_version": "ATIF-v1.7", "session_id": "s1", "agent": agent, **head, "steps": list(steps)}
    return json.dumps(whole, indent=2).encode()


def step(number: int, source: str = "agent", message: Any = "", **more: Any) -> dict[str, Any]:
    """One step."""
    return {"step_id": number, "source": source, "message": message, **more}


def told(*steps: Any, **head: Any) -> list[Event]:
    """The events of steps, without the start."""
    return heard(document(*steps, **head))[1:]
