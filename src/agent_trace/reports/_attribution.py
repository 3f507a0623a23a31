"""Who and what a session came from: user, agent, branch, commit, folder, as far as anything tells."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from agent_trace.model.events import Event, SessionStarted
from agent_trace.model.summary import Summary
from agent_trace.render.blocks import Fields, field

SHORT = 8
"""Characters of a commit's name that are shown."""


class Attribution(msgspec.Struct, frozen=True, kw_only=True):
    """What agent-strace's hooks record of a session, and what its log tells of the same."""

    user: str | None = None
    """Of the operating system; null: only hooks hear it."""
    host: str | None = None
    provider: str = ""
    """Which agent it was."""
    branch: str | None = None
    """Where the session began."""
    commit: str | None = None
    """What was checked out then."""
    cwd: str | None = None
    processes: tuple[str, ...] = ()
    """The programs that led to it, the nearest first."""


def attribution(summary: Summary, events: Iterable[Event], beside: Iterable[Event]) -> Attribution:
    """From the session's own log, and from what was written `beside` it; the first that tells is believed."""
    starts = [one for one in (*events, *beside) if isinstance(one, SessionStarted) and not one.inherited]
    return Attribution(
        user=next((one.user for one in starts if one.user), None),
        host=next((one.host for one in starts if one.host), None),
        provider=next((one.provider for one in starts if one.provider), summary.agent),
        branch=next((one.branch for one in starts if one.branch), summary.branch),
        commit=next((one.commit for one in starts if one.commit), None),
        cwd=summary.cwd,
        processes=next((one.processes for one in starts if one.processes), ()),
    )


def attributed(one: Attribution, branch: str | None = None) -> Fields:
    """The same for people: what nobody told of is left out. `branch` is where the session was last."""
    began = "when it began" if one.branch != branch else ""
    rows = (
        ("User", one.user),
        ("Host", one.host),
        ("Provider", one.provider),
        ("Branch", one.branch),
        ("Commit", one.commit and one.commit[:SHORT]),
        ("CWD", one.cwd),
        ("Processes", " < ".join(one.processes)),
    )
    notes = {"Branch": began}
    return Fields(items=tuple(field(label, value, notes.get(label, "")) for label, value in rows if value))
