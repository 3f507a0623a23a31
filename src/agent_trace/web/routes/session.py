"""One session: what `show` says, its events a page at a time, and what the person says of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from agent_trace import registry
from agent_trace.app import annotations as noting
from agent_trace.app import scopes
from agent_trace.app.choosing import choose
from agent_trace.app.event_pages import EventPage
from agent_trace.app.pointing import pointed, pointed_at
from agent_trace.app.workspace import Workspace
from agent_trace.app.written import encode
from agent_trace.errors import UsageError
from agent_trace.model.annotations import Annotation, Hidden, Renamed, Starred
from agent_trace.reports.show import Result as Shown
from agent_trace.web.answers import JSON, answer
from agent_trace.web.asking import Ask, Asking
from agent_trace.web.bodies import Body, decoded
from agent_trace.web.parameters import number, read, text
from agent_trace.web.schemas import answers, takes

PAGE, MOST = 200, 2000
EVENTS = (
    text("after", "The events after this one: a number or an id; 0: from the first."),
    number("limit", "How many; 200 unless told otherwise.", least=1, most=MOST),
    text("type", "Only these kinds of events, separated by commas.", many=True),
)
router = APIRouter(prefix="/api/v2/sessions/{id:path}", tags=["session"])


class Noting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A note, a label or a bookmark."""

    event: str = ""
    """A number or an id; empty: about the session as a whole."""
    at: str = ""
    """A time since the start, in place of the event: `2m30s`."""
    note: str = ""
    label: str = ""
    bookmark: bool = False


class Labelling(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Labels that a session gets and loses."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


class Titling(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The person's own title; null takes it back."""

    title: str | None


class Switching(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """On, or off."""

    on: bool


@router.get("", responses=answers(Shown), summary="What a session did and what it cost, as `show --json` has it.")
def shown(id: str, request: Request, asking: Ask) -> Response:
    """A session by its id, the beginning of one, `latest`, `latest~2`."""
    read((), request.query_params)
    report = registry.load("reports", "show")
    found = asking.ask(
        lambda workspace: scopes.run_report(workspace, report, report.Options(), scopes.Request(session=named(id)))
    )
    return Response(encode(found) + "\n", media_type=JSON)


@router.get(
    "/events",
    responses=answers(EventPage),
    summary="A session's events, a page at a time.",
    openapi_extra={"parameters": [one.documented() for one in EVENTS]},
)
def events(id: str, request: Request, asking: Ask) -> Response:
    """Those after a number; `next` is what to ask after for more."""
    values = read(EVENTS, request.query_params)
    return answer(
        asking.ask(
            lambda workspace: asking.pages.page(
                workspace,
                named(id),
                after=values.get("after", ""),
                limit=values.get("limit", PAGE),
                kinds=values.get("type", ()),
            )
        )
    )


@router.post(
    "/annotations", status_code=201, responses=answers(Annotation, status=201), openapi_extra=takes(Noting),
    summary="Note something about a session or one of its events.",
)  # fmt: skip
def annotate(id: str, data: Body, asking: Ask) -> Response:
    """A note, a label or a bookmark, as `annotate` makes them."""
    said = decoded(data, Noting)
    if said.event and said.at:
        raise UsageError("an event is named by its number or by its time, not by both")

    def work(workspace: Workspace, row: Any) -> Annotation:
        place = pointed_at(workspace, row, said.at) if said.at else None
        place = pointed(workspace, row, said.event) if said.event else place
        return noting.annotate(workspace, row, place, note=said.note, label=said.label, bookmark=said.bookmark)

    return answer(_of(asking, id, work), status=201)


@router.delete("/annotations/{aid}", responses=answers(Annotation), summary="Take back a note, a label or a bookmark.")
def take_back(id: str, aid: str, asking: Ask) -> Response:
    """By its id."""
    return answer(_of(asking, id, lambda workspace, row: noting.delete(workspace, row, aid)))


@router.put("/labels", responses=answers(noting.Said), openapi_extra=takes(Labelling), summary="Add and remove labels.")
def labels(id: str, data: Body, asking: Ask) -> Response:
    """What is removed and added in one go stays."""
    said = decoded(data, Labelling)

    def work(workspace: Workspace, row: Any) -> None:
        if said.remove:
            noting.remove_labels(workspace, row, said.remove)
        if said.add:
            noting.add_labels(workspace, row, said.add)

    return _said(asking, id, work)


@router.put(
    "/title",
    responses=answers(noting.Said),
    openapi_extra=takes(Titling),
    summary="Give a session a title of your own.",
)
def title(id: str, data: Body, asking: Ask) -> Response:
    """null takes it back: the agent's own shows again."""
    wanted = decoded(data, Titling).title
    if wanted is None:
        return _said(asking, id, lambda workspace, row: noting.take_back(workspace, row, Renamed))
    return _said(asking, id, lambda workspace, row: noting.rename(workspace, row, wanted))


@router.put(
    "/star",
    responses=answers(noting.Said),
    openapi_extra=takes(Switching),
    summary="Mark a session as a favourite.",
)
def star(id: str, data: Body, asking: Ask) -> Response:
    """On or off."""
    on = decoded(data, Switching).on
    return _said(asking, id, noting.star if on else lambda workspace, row: noting.take_back(workspace, row, Starred))


@router.put(
    "/hidden",
    responses=answers(noting.Said),
    openapi_extra=takes(Switching),
    summary="Leave a session out of lists.",
)
def hidden(id: str, data: Body, asking: Ask) -> Response:
    """On or off; it counts in every sum."""
    on = decoded(data, Switching).on
    return _said(asking, id, noting.hide if on else lambda workspace, row: noting.take_back(workspace, row, Hidden))


def named(text: str) -> str:
    """A session as an address names it: never a file of this machine. Raises UsageError."""
    if not text or "\0" in text or text.startswith((".", "~", "/")):
        raise UsageError(f"{text!r} names no session", hint="an id, the beginning of one, latest, latest~2")
    return text


def _of(asking: Asking, session: str, work: Callable[[Workspace, Any], Any]) -> Any:
    return asking.ask(lambda workspace: work(workspace, choose(workspace, named(session))))


def _said(asking: Asking, session: str, work: Callable[[Workspace, Any], Any]) -> Response:
    """What holds of the session then."""

    def change(workspace: Workspace, row: Any) -> noting.Said:
        work(workspace, row)
        return noting.said(workspace, row.id)

    return answer(_of(asking, session, change))
