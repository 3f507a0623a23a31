"""The other sessions that a ReplayDocument's head leads to: what this one goes on from, was copied from, began after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from agent_trace.model.events import Linked, LlmResponse
from agent_trace.render.blocks import Field, field
from agent_trace.reports._replay_document import Link
from agent_trace.reports._scopes import SessionScope
from agent_trace.reports._understood import Understood

_WORDS = {
    "resume": ("goes on from", ""),
    "fork": ("copied from", ""),
    "clear": ("began after", "by /clear"),
    "cleared": ("went on in", "after /clear"),
    "copy": ("copied into", ""),
}


def links(one: Understood, scope: SessionScope) -> Iterator[Link]:
    """As far as its own log tells of them; the rest is `linked`."""
    told = [
        Link(how=event.how, session=event.other, event=str(n))
        for n, event in one.shown.numbered
        if isinstance(event, Linked)
    ]
    if not any(link.how == "fork" for link in told):
        yield from _source(one, scope)
    yield from told


def relinked(row: Link, one: Understood) -> Link:
    """A link in words that may be told; of what was copied the source is known by its calls."""
    event = one.shown.event(row.event)
    return msgspec.structs.replace(row, session=event.other) if isinstance(event, Linked) else row


def linked(known: Sequence[Link], scope: SessionScope) -> Iterator[Link]:
    """The same with what other logs tell now: who was cleared before it and began after it, who began as its copy."""
    around = scope.cleared()
    before = around.before
    for link in known:
        if before and link.how == "clear" and not link.session:
            yield msgspec.structs.replace(link, session=before)
            before = None
        else:
            yield link
    if around.after:
        yield Link(how="cleared", session=around.after, event="")
    for copy in scope.copies():
        yield Link(how="copy", session=copy, event="")


def related(known: Sequence[Link]) -> Iterator[Field]:
    """The same in words; where nothing says which session it is, nothing is said."""
    for link in known:
        if link.session:
            label, note = _WORDS[link.how]
            yield field(label, link.session, note)


def _source(one: Understood, scope: SessionScope) -> Iterator[Link]:
    """The session that this one began as a copy of: the one that the last call it copied counts in."""
    copied = [row for row in one.session.numbered if row.event.inherited]
    calls = (row.event.call for row in reversed(copied) if isinstance(row.event, LlmResponse))
    source = next(filter(None, map(scope.owner, calls)), None)
    if source is not None and source != scope.summary.id:
        yield Link(how="fork", session=source, event=str(copied[-1].number))
