"""Note something about an event: a text, a label, a bookmark. `replay`, `show` and their pages show it at the event.

SESSION is an id, the beginning of one, `latest`, `this` or the path of a log. N is the event's number as `replay` and
`search` tell it, `12/3` for one of a sub-agent, or the event's id; --at names it by the time since the start. Without an
event the note is about the session as a whole, and --label gives the session that label.

The note stays with its event when the log grows, is rewritten, moved or deleted, and when the index is made anew. --list
prints what was noted, and --delete takes one back for good, by its id or the beginning of it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from agent_trace.cli.annotating import AUTHOR, JSON, NO_SYNC, opened
from agent_trace.errors import UsageError

if TYPE_CHECKING:
    from agent_trace.app.annotations import Place
    from agent_trace.model.annotations import Annotation
    from agent_trace.reports._notes import Events

arguments = [
    click.Argument(["session"], required=False, default="latest"),
    click.Argument(["number"], required=False, metavar="[N]"),
    click.Option(["--event"], help="The same as N."),
    click.Option(
        ["--at"], help="The event nearest to this time since the start (2m14s, 134s, 2:14) or to a date and time."
    ),
    click.Option(["--note"], default="", help="What there is to say; `-` reads it from stdin."),
    click.Option(["--label"], multiple=True, help="A word for it: regression, good, … May be repeated."),
    click.Option(["--bookmark"], is_flag=True, help="Mark the event, to find it again."),
    AUTHOR,
    click.Option(["--list", "listed"], is_flag=True, help="Print what was noted; with N, about that event."),
    click.Option(["--delete"], metavar="ID", help="Take a note, label or bookmark back."),
    click.Option(["--filter-label"], default="", help="With --list: only those with this label."),
    click.Option(["--filter-author"], default="", help="With --list: only those by this author."),
    click.Option(
        ["--since"],
        help="With --list: only those made from this time on: 2026-11-18, 7d, today …; `all`: from the beginning.",
    ),
    click.Option(
        ["--export-format"],
        type=click.Choice(["text", "json", "markdown", "html"]),
        help="With --list: how to print. Markdown and HTML leave masked, as every page.",
    ),
    click.Option(["-o", "--output"], type=click.Path(dir_okay=False), help="With --list: write to this file."),
    NO_SYNC,
    JSON,
]


def run(session: str, number: str | None, event: str | None, at: str | None, **values: Any) -> None:
    """List, take back or note."""
    if sum(one is not None for one in (number, event, at)) > 1:
        raise UsageError("N, --event and --at all name an event", hint="one of them is enough")
    named = number or event or ""
    adds = bool(values["note"] or values["label"] or values["bookmark"])
    if sum((adds, values["listed"] or bool(values["export_format"]), values["delete"] is not None)) > 1:
        raise UsageError("noting, --list and --delete do not go together")
    if values["delete"] is not None:
        _delete(session, values)
    elif adds or ((named or at) and not (values["listed"] or values["export_format"])):
        _add(session, named, at, values)
    else:
        _list(session, named, at, values)


def _list(session: str, event: str, at: str | None, values: dict[str, Any]) -> None:
    """The report of that name, with its flags."""
    from agent_trace import registry
    from agent_trace.app.choosing import choose
    from agent_trace.app.moments import beginning
    from agent_trace.app.pointing import pointed_at
    from agent_trace.cli.running import run_report_command

    with opened(no_sync=values["no_sync"]) as workspace:
        facts = workspace.facts
        made = beginning(values["since"], facts.now, facts.zone, facts.start_of_week)
        place = pointed_at(workspace, choose(workspace, session), at) if at else None
    asked = {
        "session": session, "event": place.event if place else event, "filter_label": values["filter_label"],
        "filter_author": values["filter_author"], "made_since": made.isoformat() if made else "",
        "form": values["export_format"] or "text", "json": values["json"], "output": values["output"], "no_sync": True,
    }  # fmt: skip
    run_report_command(registry.load("reports", "annotations"), asked)


def _delete(session: str, values: dict[str, Any]) -> None:
    from agent_trace.app.annotations import delete
    from agent_trace.app.choosing import choose
    from agent_trace.app.written import encode
    from agent_trace.reports._notes import noted

    with opened(no_sync=values["no_sync"]) as workspace:
        gone = delete(workspace, choose(workspace, session), values["delete"])
    click.echo(encode(noted(gone, None)) if values["json"] else f"{gone.annotation_id} is no longer noted")


def _add(session: str, event: str, at: str | None, values: dict[str, Any]) -> None:
    """One annotation; every label after the first is one of its own."""
    from agent_trace.app.annotations import annotate
    from agent_trace.app.choosing import choose
    from agent_trace.app.pointing import pointed, pointed_at
    from agent_trace.app.written import encode
    from agent_trace.render.characters import one_line
    from agent_trace.reports._notes import noted

    note = sys.stdin.read() if values["note"] == "-" else values["note"]
    with opened(no_sync=values["no_sync"]) as workspace:
        row = choose(workspace, session)
        place = pointed_at(workspace, row, at) if at else pointed(workspace, row, event) if event else None
        first, *rest = values["label"] or [""]
        said = {"note": note, "label": first, "bookmark": values["bookmark"]}
        made = [annotate(workspace, row, place, author=values["author"], **said)]
        made += [annotate(workspace, row, place, author=values["author"], label=label) for label in rest]
    if values["json"]:
        told = [noted(one, _where(one, place)) for one in made]
        click.echo(encode(told[0] if len(told) == 1 else told))
        return
    where = f"event {place.number} of {row.key}" if place else row.key
    for one in made:
        what = " · ".join(filter(None, ("bookmark" if one.bookmark else "", one.label, one.note)))
        click.echo(one_line(f"{one.annotation_id}  {where}: {what}"))


def _where(one: Annotation, place: Place | None) -> Events | None:
    from agent_trace.reports._notes import Where, moment

    if place is None:
        return None
    at = None if place.at is None else moment(place.at / 1000)
    return {(one.session_id, one.event_id): Where(place.number, place.kind, at)}
