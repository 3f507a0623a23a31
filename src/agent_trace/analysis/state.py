"""Whether a session runs, waits, ended, was interrupted or killed, as far as its log tells."""

from __future__ import annotations

from agent_trace.model.summary import State

FRESH_MS = 300_000
"""A session without an end runs, or waits for a permission, while its last event is at most this old."""


def state(tail: str, ended: int | None, now: int, *, child: bool = False, records: bool = False) -> State:
    """From what the log ends with, when that was, and whether this version of the agent records its own end."""
    if tail == "end":
        return "ended"
    if ended is None:
        return "unknown"
    if now - ended <= FRESH_MS and tail != "interrupt":
        return "waiting" if tail == "ask" else "running"
    if tail == "interrupt":
        return "interrupted"
    if tail == "answer":
        return "ended" if child else "idle"
    return "killed" if records else "unknown"
