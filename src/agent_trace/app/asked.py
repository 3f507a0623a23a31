"""What a person asks for, in words, as what a report is given: the same words in flags and in addresses."""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import msgspec

from agent_trace.app.moments import beginning, until
from agent_trace.app.workspace import Workspace
from agent_trace.errors import UsageError
from agent_trace.model.selection import Selection

FLEET = frozenset({"usage", "summaries", "sessions", "hits", "book", "outcomes", "fleet", "tools", "files", "waste"})
"""Scopes that take a selection."""
LIMITED = frozenset({"usage", "summaries", "sessions", "hits", "fleet", "tools", "files", "waste"})
"""Scopes whose rows can be limited."""
SORTS = ("date", "started", "cost", "tokens", "messages", "agent", "waste", "findings", "retries")
"""Orders of sessions."""


def agents(values: Mapping[str, Any], workspace: Workspace) -> tuple[str, ...]:
    """The agents that were named, each word or several between commas; UsageError for one that is not known."""
    texts = values.get("agent") or ()
    names = tuple(dict.fromkeys(name.strip() for text in texts for name in text.split(",") if name.strip()))
    known = workspace.agent_names()
    for name in names:
        if name not in known and name != "all":
            raise UsageError(f"no agent is called {name!r}", hint="known: " + ", ".join(known))
    return () if "all" in names else names


def selection(values: Mapping[str, Any], workspace: Workspace) -> Selection:
    """The selection that the words describe, in the zone of the workspace."""
    facts = workspace.facts
    first, end, folder = values.get("since"), values.get("until"), values.get("cwd")
    found = Selection(
        agents=agents(values, workspace),
        since=beginning(first, facts.now, facts.zone, facts.start_of_week),
        until=until(end, facts.now, facts.zone, facts.start_of_week) if end else None,
        cwd=os.path.abspath(os.path.expanduser(folder)) if folder else None,
        repo=values.get("repo"),
        project=values.get("project"),
        model=values.get("model"),
        branch=values.get("branch"),
        labels=tuple(values.get("label") or ()),
        starred=bool(values.get("starred")),
    )
    if found.branch is not None and not values.get("no_sync"):
        from agent_trace.app.outcomes import look_at_all

        look_at_all(workspace)  # some logs do not tell where the session's commands led
    if not (found.labels or found.starred):
        return found
    from agent_trace.app.annotations import narrowed

    return narrowed(workspace, found)


def options(report: ModuleType, values: Mapping[str, Any], *, strict: bool = True) -> Any:
    """A report's Options; `strict` False takes words for numbers. Raises UsageError."""
    given = {name: values[name] for name in report.Options.__struct_fields__ if values.get(name) not in (None, ())}
    try:
        return msgspec.convert(given, report.Options, strict=strict)
    except msgspec.ValidationError as error:
        raise UsageError(str(error)) from error
