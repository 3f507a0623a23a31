"""Which calls a question is about: one shared value, parsed by the shell with clock and zone."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import msgspec


class Name(NamedTuple):
    """What a session is called outside the index."""

    agent: str
    """The member's file name."""
    key: str
    """Its id."""


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Selects calls by time and model, and root sessions by everything else; a sub-agent comes with its root."""

    agents: tuple[str, ...] = ()
    since: datetime | None = None
    """First instant included."""
    until: datetime | None = None
    """First instant left out."""
    cwd: str | None = None
    """This folder and everything below it."""
    repo: str | None = None
    """Part of the path of the session's repository or folder."""
    project: str | None = None
    model: str | None = None
    """Part of a model's id."""
    branch: str | None = None
    labels: tuple[str, ...] = ()
    """Roots with any of these labels, on themselves or on a sub-agent."""
    starred: bool = False
    """Roots with a star, on themselves or on a sub-agent."""
    among: tuple[tuple[Name, ...], ...] | None = None
    """The sessions that the labels choose, and those that the stars do, as `app.annotations.narrowed` looked them up."""
    session: str | None = None
    """One root and its sub-agents."""

    @property
    def cuts_calls(self) -> bool:
        """True where some calls of a selected session may be left out."""
        return self.since is not None or self.until is not None or self.model is not None

    @property
    def is_everything(self) -> bool:
        return self == Selection()
