"""ReplayDocument: one session for a viewer, the same in the dashboard, in a shared file and in an editor.

It is flat: events stand in the order of their log and name each other by number. A document holds the head, a page of
events, or both. What a kind of event does not have is left out, and is then null, false, 0 or empty.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal

import msgspec

from agent_trace.analysis.causes import How
from agent_trace.analysis.context import LimitFrom, Share
from agent_trace.analysis.faults import Fault
from agent_trace.analysis.phases import End, Why
from agent_trace.analysis.plans import Item
from agent_trace.model.summary import Summary
from agent_trace.model.usage import Basis, Usage
from agent_trace.reports._attribution import Attribution
from agent_trace.reports._context import Filling
from agent_trace.reports._followed import Led
from agent_trace.reports._happened import Row
from agent_trace.reports._judged import Found
from agent_trace.reports._notes import Noted
from agent_trace.reports._outcome import Produced
from agent_trace.reports._prompts import ModelRow
from agent_trace.reports._worked_on import File
from agent_trace.reports.session_cost import Line

MarkerKind = Literal[
    "prompt", "failed", "refused", "error", "retry", "interruption", "compaction", "clear", "model", "commit", "finding",
    "note", "blocked",
]  # fmt: skip

# ---------------------------------------------------------------- a page of events


class Hunk(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A piece of a diff."""

    path: str = ""
    """The file, where the diff names it."""
    old_start: int
    """The line that it begins at, from 1; 0: the log does not tell."""
    new_start: int
    lines: tuple[str, ...]
    """Each with its mark: `+`, `-` or a blank."""


class Because(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What led to an event."""

    event: str
    how: How
    path: str = ""
    """The file that was read or named."""


class Question(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the agent asked the person."""

    text: str
    options: tuple[str, ...] = ()


class Moment(Row, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """One event, with the words that `replay` has for it, and what a viewer shows beside it."""

    prompt: int = 0
    """The ordinal of the prompt that it belongs to; 0: it came before the first."""
    tail: str = ""
    """The end of a text that was cut: what lies between is `size` less both lengths."""
    hunks: tuple[Hunk, ...] = ()
    """What a step changed, in the place of `patch`."""
    patch_size: int = 0
    """Characters of the whole diff."""
    pair: str | None = None
    """The result of a call; the call of a result."""
    wait_s: float | None = None
    """How long a step waited to be allowed."""
    attempt: Literal["", "retry", "iteration"] = ""
    after: str | None = None
    """The failed attempt that a retry or an iteration follows."""
    fault: Fault = ""
    """How a step failed: on its result."""
    telling: str = ""
    """The line of a failed step's output that says what was wrong, found by plain rules, or the command's own `exit N`."""
    again: str | None = None
    """Of a call that did not succeed: the next attempt at the same."""
    tries: int = 0
    """How many attempts at the same followed, up to the first that succeeded."""
    mended: str | None = None
    """The first of them that succeeded."""
    other: str | None = None
    """Where none did: the next attempt at the same goal in another way, under the same prompt."""
    worked: bool | None = None
    """Whether that one succeeded."""
    spoke: str | None = None
    """What the agent said, or thought, when a step had come back, before it called for anything else."""
    then: str | None = None
    """What it called for next, under the same prompt."""
    prompted: str | None = None
    """The next prompt, where nothing was said or called for before it."""
    led: tuple[Led, ...] = ()
    """What it led to, in the order of the log: the first eight."""
    background: bool = False
    """The call was to go on while the agent did something else."""
    questions: tuple[Question, ...] = ()
    running_cost_usd: Decimal | None = None
    """The session's own calls so far, this one included: on model calls, and until the next one."""
    context: int | None = None
    """Tokens in the context after this call of the main thread."""
    fell_out: tuple[Share, ...] = ()
    """What left the context at it, as `context` tells it: estimated."""
    because: tuple[Because, ...] = ()
    """The strongest first."""
    image: str = ""
    """A data URL, where images were asked for."""


class Span(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A step in the waterfall."""

    event: str
    kind: Literal["tool", "agent"]
    start_s: float
    """Since the session's start."""
    end_s: float
    lane: int
    wait_s: float | None = None
    failed: bool = False
    child: str | None = None
    """The session of the sub-agent that ran in it."""


# ---------------------------------------------------------------- the head


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A prompt with all that followed until the next one."""

    number: int
    event: str
    id: str
    at: datetime | None
    offset_s: float | None
    text: str
    tail: str
    size: int
    by: Literal["person", "program", "parent"]
    inherited: bool
    first_event: int
    last_event: int
    seconds: float | None
    """From the prompt to the last event that was done for it: a resume, a fork or a command behind it may be days later."""
    answer: str | None
    """The event of the last answer."""
    failed_steps: int
    calls: int | None
    tool_calls: int | None
    errors: int | None
    unpriced_calls: int
    usage: Usage
    cost_usd: Decimal | None
    cost_basis: Basis | None
    recorded_usd: Decimal | None
    context_before: int | None
    """After the last call before the prompt; null: none is known, and the growth counts from nothing."""
    context_after: int | None
    """After the last call until its end."""
    filled: tuple[Share, ...]
    """What the context grew from: estimated by the scale of `ContextLine.shares`. They add up to its growth; only what a
    compaction took away and what is less than estimated is below 0."""


class Before(msgspec.Struct, frozen=True, kw_only=True):
    """What was done before the first prompt that counts here: with the prompts it is all that the session did."""

    first_event: int
    last_event: int
    seconds: float | None
    """From its first to its last event."""
    failed_steps: int
    calls: int | None
    tool_calls: int | None
    errors: int | None
    unpriced_calls: int
    usage: Usage
    cost_usd: Decimal | None
    cost_basis: Basis | None
    recorded_usd: Decimal | None


class PhaseMark(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch as `explain` cuts the session."""

    number: int
    label: str
    why: Why
    first_event: int
    last_event: int
    from_s: float | None
    to_s: float | None
    failed: bool
    failed_event: int | None
    end: End
    cost_usd: Decimal | None


class Marker(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a scrubber shows a mark for."""

    event: str
    kind: MarkerKind
    at_s: float | None
    label: str = ""
    row: str = ""
    """The event in whose row it is shown, where that is another: of a result its call."""


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """Another session that this one goes on from, was copied from, or began after, and what came of this one."""

    how: Literal["resume", "fork", "clear", "cleared", "copy"]
    """What this one goes on from · was copied from · began after, by a clear · what began when this one was cleared ·
    what began as a copy of this one."""
    session: str
    """Empty: nothing says which."""
    event: str
    """Where that is told; empty of what began later, whose own log tells of it."""


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was put into the context without being asked for: a memory file, a skill."""

    event: str
    kind: str
    text: str
    size: int


class ContextLine(msgspec.Struct, frozen=True, kw_only=True):
    """How full the context was."""

    limit: int | None
    limit_from: LimitFrom | None
    points: tuple[Filling, ...]
    """After each call; of many calls the fullest of each group."""
    peak: Filling | None
    shares: tuple[Share, ...]
    """What filled it at the end: estimated."""


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the session as a whole."""

    session: Summary
    chosen_by: str
    children: tuple[Summary, ...]
    """All sub-agents; each has a document of its own under its id."""
    classes: tuple[Line, ...]
    """Calls that share every rate, as `session-cost` lists them."""
    by_model: tuple[ModelRow, ...]
    context: ContextLine
    before: Before | None
    """Null where nothing was done before the first prompt."""
    prompts: tuple[Asked, ...]
    phases: tuple[PhaseMark, ...]
    plan: tuple[Item, ...]
    files: tuple[File, ...]
    outcome: Produced | None
    outcome_missing: str
    attribution: Attribution
    links: tuple[Link, ...]
    loaded: tuple[Loaded, ...]
    findings: tuple[Found, ...]
    waste_usd: Decimal | None
    """Claimed in the session and its sub-agents."""
    annotations: tuple[Noted, ...]
    markers: tuple[Marker, ...]
    """By their events; of the same event what happened, its commit, what was found there, and what was noted."""
    rows: dict[str, str]
    """Of events that this head names, results: the call in whose row a viewer shows them, and by whose number it calls them."""
    kinds: dict[str, int]
    """How many events there are of each kind."""
    unread: tuple[str, ...]
    """Sub-agents whose log is gone."""
    resume: str | None
    """The line for a shell that goes on with it; null where its agent has none, and in what leaves this machine."""
    log: str | None
    """The path of its log; null in what leaves this machine."""


class ReplayDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A session, or a page of it."""

    format: Literal["agent-trace-replay"] = "agent-trace-replay"
    version: int = 1
    session: str
    agent: str
    total: int
    """How many events the session has."""
    first: int | None
    """The number of the first event of this page."""
    last: int | None
    next: int | None
    """The number that the next page begins with."""
    running_cost_usd: Decimal | None
    """Of the session's own calls before this page."""
    head: Head | None = None
    events: tuple[Moment, ...] = ()
    spans: tuple[Span, ...] = ()
