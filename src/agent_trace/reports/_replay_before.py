"""What a session did before its first prompt, and where a prompt's work ends.

Before it: a model that was warmed up, a fork that goes on in the middle of a turn.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent_trace.model.events import (
    Attachment,
    Command,
    Linked,
    ModelChanged,
    SessionEnded,
    SessionStarted,
    Titled,
    ToolResult,
    Unknown,
)
from agent_trace.model.session import Numbered
from agent_trace.reports._prompts import Prompt
from agent_trace.reports._replay_document import Before
from agent_trace.reports._understood import Understood

AMOUNTS = (
    "calls", "tool_calls", "errors", "unpriced_calls", "usage", "cost_usd", "cost_basis", "recorded_usd",
)  # fmt: skip
_BEGINNING = (SessionStarted, Titled, Linked, ModelChanged, Attachment, SessionEnded, Unknown)
"""How a session begins, and what it was given: nobody did anything yet."""

_BETWEEN = (*_BEGINNING, Command)
"""What stands behind a prompt's work and tells of a later moment: a resume, a fork, what the next prompt began with."""


def worked(rows: Sequence[Numbered]) -> Sequence[Numbered]:
    """A prompt's events up to the last that was done for it."""
    last = next((place for place in range(len(rows), 1, -1) if not isinstance(rows[place - 1].event, _BETWEEN)), 1)
    return rows[:last]


def before(one: Understood, done: Prompt, first: int | None) -> Before | None:
    """`done`: its figures · `first`: the number of the first prompt that has figures; None: there is none."""
    rows = _rows(one, first)
    if all(isinstance(row.event, _BEGINNING) for row in rows):
        return None
    times = [row.event.at for row in rows if row.event.at is not None]
    return Before(
        first_event=rows[0].number,
        last_event=rows[-1].number,
        seconds=(max(times) - min(times)) / 1000 if times else None,
        failed_steps=sum(isinstance(row.event, ToolResult) and row.event.really_failed for row in rows),
        **{name: getattr(done, name) for name in AMOUNTS},
    )


def _rows(one: Understood, first: int | None) -> Sequence[Numbered]:
    """What a fork copied stands before, and is not its own."""
    until = len(one.session.numbered) + 1 if first is None else first
    return [row for row in one.session.numbered[: until - 1] if not row.event.inherited]
