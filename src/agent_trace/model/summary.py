"""The one row per session that lists, trends and teams are made of."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal, NamedTuple

import msgspec

from agent_trace.model.usage import NOTHING, Amounts

State = Literal["running", "waiting", "idle", "ended", "interrupted", "killed", "unknown"]
GOING: frozenset[State] = frozenset({"running", "waiting"})
"""Something may still happen."""


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """A session at a glance. None is unknown or not yet asked, never zero."""

    id: str
    agent: str
    """The member's file name: `claude`."""
    parent: str | None = None
    title: str | None = None
    """The person's own, else the agent's, else the first prompt."""
    cwd: str | None = None
    repo: str | None = None
    """The git root of cwd, where it can be known."""
    branch: str | None = None
    """The last one seen."""
    started: datetime | None = None
    ended: datetime | None = None
    duration_s: float | None = None
    active_s: float | None = None
    """Gaps of at most five minutes, plus running tools."""
    models: tuple[str, ...] = ()
    prompts: int | None = None
    commits: int | None = None
    prs: int | None = None
    lines_added: int | None = None
    lines_removed: int | None = None
    failed_steps: int | None = None
    retries: int | None = None
    waste_usd: Decimal | None = None
    """What findings claim of the selected calls, sub-agents included; None too where what is claimed has no price."""
    findings: int | None = None
    """Of the rules that are on by default, sub-agents included."""
    state: State = "unknown"
    productive: bool | None = None
    unread_lines: int = 0
    labels: tuple[str, ...] = ()
    """The person's own, of the session as a whole."""
    starred: bool = False
    hidden: bool = False
    """Left out of lists; it counts in every sum."""
    credits: Decimal | None = None
    """What the calls cost in the vendor's own unit, sub-agents included; never dollars."""
    partial: bool = False
    """The selection left out some of its calls."""
    source_changed: bool = False
    """Its log was rewritten, cut or deleted: what was read before is kept."""
    own: Amounts = NOTHING
    subagents: Amounts = NOTHING
    unlogged: Amounts | None = None
    """None: nothing, or not recorded by this version of the agent (`unlogged_recorded` tells which)."""
    unlogged_recorded: bool = False
    """The agent wrote a cost record, so an absent `unlogged` means none."""
    total: Amounts = NOTHING

    @property
    def goes_on(self) -> bool:
        """It runs, or waits for a permission."""
        return self.state in GOING


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """Sums over all roots of a selection."""

    own: Amounts = NOTHING
    subagents: Amounts = NOTHING
    unlogged: Amounts | None = None
    total: Amounts = NOTHING
    unknown_usage: int = 0
    """Root sessions whose logs tell nothing of their model calls: they are in no sum."""


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """What the selected root sessions produced, their sub-agents included: each commit and pull request counts once."""

    sessions: int = 0
    known: int = 0
    """Sessions of which it is known what they produced."""
    asked: int = 0
    """Sessions of which it is a question whether they were productive: over, and meant to change something."""
    productive: int = 0
    commits: int = 0
    """Those that stand."""
    prs_opened: int = 0
    prs: int = 0
    """Opened or updated."""
    prs_merged: int = 0
    cost_per_commit_usd: Decimal | None = None
    """Total cost of the sessions for each standing commit; None without one, and while something is not known."""
    cost_per_merged_usd: Decimal | None = None


class Cleared(NamedTuple):
    """The sessions that clears part a session from, where that is proven: one process of its agent worked in all of them."""

    before: str | None = None
    """The id of the one that was cleared when it began."""
    after: str | None = None
    """The id of the one that began when it was cleared."""
