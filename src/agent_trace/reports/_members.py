"""The sessions of a family in the order of a tree, each with the call that started it and what it reached."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

import msgspec

from agent_trace.errors import NotFoundError, WithheldError
from agent_trace.model.summary import Summary
from agent_trace.render.numbers import clip
from agent_trace.reports._family import below, figures
from agent_trace.reports._parts import Part, family, part
from agent_trace.reports._reached import Beyond, beyond
from agent_trace.reports._scopes import SessionScope


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One session of the family."""

    session: Summary
    depth: int
    """0: the session that was asked for."""
    parent: int | None = None
    """The place, in the list of members, of the session that started it."""
    started_by: str | None = None
    """The call that started it: `12`, or `12/3` for one of a sub-agent; null where the log does not tell."""
    failed: bool | None = None
    """Whether that call failed; null where nothing came back, or no call is known."""
    beyond: Beyond = Beyond()
    """The MCP servers and other agents that it called itself; nothing where its log can be read no more."""


def members_of(scope: SessionScope, unread: list[str]) -> tuple[Member, ...]:
    """Parents before their sub-agents; sessions whose logs are gone are put into `unread`."""
    found: list[Member] = []
    parts = _parts(scope, unread)
    _add(found, scope.summary, scope, parts, _callers(parts), None)
    return tuple(found)


def member_text(one: Member) -> tuple[str, str]:
    """What a tree says of a session: the call that started it, its name, its title; and its figures."""
    session = one.session
    call = f"{_mark(one)} #{one.started_by}  " if one.started_by else ""
    title = clip(session.title or "(no title)", 60)
    return f"{call}{session.id.rpartition('/')[2]}  {title}", f"{figures(session)} · {session.state}"


def _mark(one: Member) -> str:
    """How the call that started it came back."""
    return "?" if one.failed is None else "✗" if one.failed else "✓"


def _parts(scope: SessionScope, unread: list[str]) -> Mapping[str, Part]:
    """The sessions of the family by id, as far as logs can be read."""
    try:
        root = part(scope.read(), scope.summary, scope)
    except (NotFoundError, WithheldError):
        return {}
    return {one.summary.id: one for one in family(root, scope, unread)}


class _Caller(NamedTuple):
    """The call that started a sub-agent."""

    number: str
    failed: bool | None


def _callers(parts: Mapping[str, Part]) -> Mapping[str, _Caller]:
    """Sub-agent → the call that started it."""
    found: dict[str, _Caller] = {}
    for one in parts.values():
        for step in one.session.steps:
            child = one.starts.get(step.call.call)
            if child is not None:
                failed = None if step.result is None or step.result.interrupted else step.went_wrong
                found[child.id] = _Caller(f"{one.prefix}{step.number}", failed)
    return found


def _add(
    found: list[Member],
    one: Summary,
    scope: SessionScope,
    parts: Mapping[str, Part],
    callers: Mapping[str, _Caller],
    parent: int | None,
) -> None:
    place, read = len(found), parts.get(one.id)
    number, failed = callers.get(one.id, (None, None))
    owns = scope.owns if parent is None else partial(scope.owns_child, one.id)
    found.append(
        Member(
            session=one,
            depth=0 if parent is None else found[parent].depth + 1,
            parent=parent,
            started_by=number,
            failed=failed,
            beyond=Beyond() if read is None else beyond(read, owns),
        )
    )
    for child in below(one.id, scope.children):
        _add(found, child, scope, parts, callers, place)
