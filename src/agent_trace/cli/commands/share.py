"""Write a session as one file that can be handed to anyone: a page that opens without a network, from wherever it lies.

The session and its sub-agents lie in the file, packed. What can be read where scripts are off: the figures, the prompts,
what failed, what was made, and what was masked. Secrets are masked, and so are e-mail addresses, the name of the account and
of the machine; the home is `~`. Prompts, answers and output go along: `--tier 2` leaves them out, `share_tier` for good.

`--check` lists what would be masked, by kind and place and never the value, and writes nothing; it leaves with 1 where a
secret is among it.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click
import msgspec

from agent_trace.app.leaving import Door
from agent_trace.app.sharing import Given, persons, share, shared_page
from agent_trace.app.trace_folder import put_pieces
from agent_trace.cli.options import leaving_parameters
from agent_trace.cli.output import progress_bar, tell_passage
from agent_trace.cli.running import door_of, open_workspace
from agent_trace.cli.saying import say
from agent_trace.exports._names import file_name
from agent_trace.render.blocks import AnyBlock, Fields, Note, Prose, field
from agent_trace.render.numbers import count
from agent_trace.reports._words import many
from agent_trace.sync.collector import seldom

if TYPE_CHECKING:
    from agent_trace.app.workspace import Workspace

WHO = frozenset({"home", "user", "host", "email"})
"""Kinds that tell of persons: no secrets."""
STDOUT = "-"
FOUND = 1
SHOWN = 12
"""Events that a line names."""

arguments = [
    click.Argument(["session"], required=False, default="latest"),
    click.Option(
        ["-o", "--output"],
        type=click.Path(),
        help="The file, or the folder to write it to; here by default; `-`: stdout.",
    ),
    click.Option(["--open", "opens"], is_flag=True, help="Show it in the browser."),
    click.Option(["--check"], is_flag=True, help="Only list what would be masked, and write nothing."),
    click.Option(["--images"], is_flag=True, help="Also images, at tier 3; nobody can mask what is on them."),
    click.Option(["--raw"], is_flag=True, help="Also the lines of the log as they are, masked."),
    click.Option(["--full"], is_flag=True, help="Texts and diffs whole, not up to 2 kB."),
    *leaving_parameters("share_tier (3)"),
    click.Option(["--timezone"], help="An IANA zone for the times in the page."),
    click.Option(["--no-sync"], is_flag=True, help="Share what the index knows, without looking for more."),
    click.Option(["--json"], is_flag=True, help="Print what was written as JSON."),
]


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What was written."""

    session: str
    path: str
    bytes: int
    sessions: int
    """With its sub-agents."""
    events: int
    """Theirs too."""
    own_events: int
    """Of the session itself."""
    tier: int
    redacted: bool
    masked: dict[str, int]
    """Kind → how many different values were masked."""
    missing: dict[str, str]
    """Sub-agents that could not be read → why."""


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """Where something would be masked."""

    kind: str
    session: str
    """Empty: in what is told of the session as a whole."""
    event: str | None
    """The number of the event."""
    what: str
    """The kind of event."""


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What would be masked."""

    session: str
    masked: dict[str, int]
    found: tuple[Spot, ...]


def run(session: str, output: str | None, json: bool, **values: Any) -> int:
    """Read, mask, write, say."""
    workspace = open_workspace(values)
    try:
        if not values["no_sync"] or workspace.db.in_memory:
            with progress_bar("reading logs") as told:
                workspace.sync(told)
        more = () if values["redact"] is False else persons(workspace, session)
        door = door_of(values, workspace.config, leaves=True, shares=True, more=more) or Door(
            stored=workspace.config.tier
        )
        if values["check"]:
            return _check(workspace, session, door, values, json=json)
        if output == STDOUT:
            for piece in _given(workspace, session, door, values)[1]:
                click.echo(piece, nl=False)
            tell_passage(door)
            return 0
        done = _write(workspace, session, door, output, values)
        say(done, lambda: _blocks(done), json=json)
        tell_passage(door)
        if values["opens"]:
            click.launch(done.path)
        return 0
    finally:
        workspace.close()


def _asked(values: dict[str, Any]) -> dict[str, Any]:
    return {"full": values["full"], "raw": values["raw"], "pictures": values["images"]}


def _given(workspace: Workspace, session: str, door: Door, values: dict[str, Any]) -> tuple[Given, Iterator[bytes]]:
    with progress_bar("reading the session") as told, seldom():
        return shared_page(workspace, session, door, told=told, **_asked(values))


def _write(workspace: Workspace, session: str, door: Door, output: str | None, values: dict[str, Any]) -> Done:
    given, pieces = _given(workspace, session, door, values)
    shared = given.shared
    first = shared.documents[0]
    name = f"{first.agent}-{file_name(first.session)}.html"
    path = os.path.join(output or os.curdir, name) if output is None or os.path.isdir(output) else output
    return Done(
        session=shared.root,
        path=path,
        bytes=put_pieces(path, pieces),
        sessions=len(shared.documents),
        events=sum(one.total for one in shared.documents),
        own_events=first.total,
        tier=door.tier,
        redacted=door.redacts,
        masked=door.masked,
        missing=shared.missing,
    )


def _blocks(done: Done) -> Iterator[AnyBlock]:
    inside = f" and {count(done.events - done.own_events)} of {many(done.sessions - 1, 'sub-agent')}"
    events = f"{many(done.own_events, 'event')}{inside if done.sessions > 1 else ''}"
    yield Prose(text=f"wrote {done.path}: {events}, {count(done.bytes // 1000)} kB")
    for name, why in done.missing.items():
        yield Note(text=f"sub-agent {name} is not in it: {why}")


# ---- beforehand


def _check(workspace: Workspace, session: str, door: Door, values: dict[str, Any], *, json: bool) -> int:
    door.places = {}
    with progress_bar("reading the session") as told, seldom():
        given = share(workspace, session, door, told=told, **_asked(values))
    found = tuple(
        Spot(kind=one.kind, session=one.session, event=given.numbers.get((one.session, one.event)), what=one.what)
        for one in door.places
    )
    done = Checked(session=given.shared.root, masked=door.masked, found=found)
    say(done, lambda: _listed(done), json=json)
    return FOUND if set(done.masked) - WHO else 0


def _listed(done: Checked) -> Iterator[AnyBlock]:
    places: dict[str, dict[str, None]] = defaultdict(dict)
    for spot in done.found:
        below = f"{spot.session.rpartition('/')[2]} " if spot.session not in ("", done.session) else ""
        places[spot.kind][f"{below}#{spot.event}" if spot.event else "the session's head"] = None
    if not done.masked:
        yield Prose(text="nothing would be masked")
        return
    yield Prose(text="What would be masked; nothing was written", tone="strong")
    yield Fields(
        items=tuple(
            field(kind, f"{many(number, 'value')}: {_where(list(places[kind]))}")
            for kind, number in done.masked.items()
        )
    )


def _where(names: list[str]) -> str:
    more = f" and {count(len(names) - SHOWN)} more places" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
