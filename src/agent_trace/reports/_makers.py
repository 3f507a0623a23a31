"""What the composition root hands to `who`: a commit, and the sessions that are known to have made it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import msgspec

from agent_trace.analysis.likeness import Evidence
from agent_trace.model.usage import Basis


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The prompt that a commit belongs to."""

    session: str
    """That it stands in: for a sub-agent's commit the session that a person spoke to."""
    number: int | None
    """Which of that session's prompts it is, from 1; None: it is not among them."""
    event: int
    """Its number, as `replay` takes it."""
    at: datetime | None
    text: str


class MadeCommit(msgspec.Struct, frozen=True, kw_only=True):
    """A commit that a session made and that is, or went into, the one that was asked about."""

    sha: str | None
    """As far as the session showed it, or git tells."""
    subject: str | None
    event: int
    """The number of the call that made it."""
    at: datetime | None
    by: Evidence
    """What proves it."""


class Maker(msgspec.Struct, frozen=True, kw_only=True):
    """A session that made a commit, and the prompt that led to it."""

    session: str
    agent: str
    parent: str | None
    root: str
    """The session that people know: itself, or the one that it is a sub-agent of."""
    title: str | None
    cwd: str | None
    started: datetime | None
    cost_usd: Decimal | None
    """Of the session with its sub-agents."""
    cost_basis: Basis | None
    unpriced_calls: int
    prompt: Asked | None
    """None: there was none before it, or its log can be read no more."""
    commits: tuple[MadeCommit, ...]
    missing: str = ""
    """Why its prompt cannot be told."""


class CommitScope(msgspec.Struct, kw_only=True):
    """One commit, and the sessions that are known to have made it."""

    asked: str
    """As the person named it."""
    sha: str | None = None
    subject: str | None = None
    authored: datetime | None = None
    repository: str | None = None
    """The folder where git was asked; None: it was not."""
    makers: tuple[Maker, ...] = ()
    others: int = 0
    """Commits that went into it and that no session is known to have made."""
    notes: tuple[str, ...] = ()
