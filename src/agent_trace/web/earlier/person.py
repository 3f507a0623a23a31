"""The one person whose sessions a server shows, as addresses that were made for many name them."""

from __future__ import annotations

import msgspec

from agent_trace.app.annotations import account
from agent_trace.app.workspace import Workspace


class Person(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str | None


def person(workspace: Workspace) -> Person:
    """By the name under which they write notes, else by what the system calls them."""
    known = workspace.environment
    system = next((known[one] for one in ("LOGNAME", "USER", "USERNAME") if known.get(one)), None) or account()
    author = workspace.config.author or None
    return Person(id=system or author or "me", name=author)
