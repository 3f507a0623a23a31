"""Write sessions as conversations to be read: one file each, sub-agents as files of their own, and an index of all.

SESSION is an id, the beginning of one, `latest` (the default), `this` or the path of a log; several may be named. With --all
or one of the flags that choose sessions, all of those are written. A session's file has the same name whenever it is written,
and what did not change stays untouched: a run that was broken off can be started again.

Secrets are masked, and so are e-mail addresses, the name of the account and of the machine; the home is `~`. At tier 2 no
prompts, answers or output are written: `--tier 2` once, `share_tier` in config.toml for good.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from typing import Any

import click
import msgspec

from agent_trace.app.asked import selection
from agent_trace.app.exporting import chosen
from agent_trace.app.leaving import Door
from agent_trace.app.sharing import persons_of
from agent_trace.app.trace_folder import put_file, sweep
from agent_trace.app.transcribing import ENDINGS, Transcript, Wanted, index_of, transcripts
from agent_trace.cli.options import leaving_parameters, selection_parameters
from agent_trace.cli.output import progress_bar, tell_passage
from agent_trace.cli.running import door_of, open_workspace
from agent_trace.cli.saying import say
from agent_trace.render.blocks import AnyBlock, Note, Prose
from agent_trace.render.numbers import count

arguments = [
    click.Argument(["sessions"], nargs=-1, metavar="[SESSION]..."),
    click.Option(["-o", "--output"], type=click.Path(file_okay=False), required=True, help="The folder to write to."),
    click.Option(["--all", "everything"], is_flag=True, help="Every session there is."),
    click.Option(
        ["--format", "form"],
        type=click.Choice(sorted(ENDINGS)),
        default="markdown",
        show_default=True,
        help="What the files are.",
    ),
    click.Option(
        ["--detail"],
        type=click.Choice(["none", "brief", "most", "full"]),
        default="most",
        show_default=True,
        help="Of tools: nothing, a line each, what they were given, returned and changed, or all of it as it was logged.",
    ),
    click.Option(
        ["--images"],
        type=click.Choice(["none", "link", "embed"]),
        default="none",
        show_default=True,
        help="At tier 3. link: as files beside the transcript; embed: within it. Nobody can mask what is on them.",
    ),
    *leaving_parameters("share_tier (3)"),
    *selection_parameters(),
    click.Option(["--timezone"], help="An IANA zone for --since, --until and the times in the files."),
    click.Option(["--no-sync"], is_flag=True, help="Write what the index knows, without looking for more."),
    click.Option(["--json"], is_flag=True, help="Print what was written as JSON."),
]


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """One session that was written."""

    id: str
    agent: str
    parent: str | None
    path: str
    changed: bool
    """False where the same was there already."""
    missing: str = ""
    """Why there was nothing to read."""


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What was written, and where."""

    folder: str
    index: str
    tier: int
    redacted: bool
    masked: dict[str, int]
    """Kind of a secret → how many different ones were masked."""
    sessions: tuple[Written, ...]


def run(sessions: Sequence[str], output: str, json: bool, **values: Any) -> None:
    """Choose, read, write, say."""
    workspace, begun = open_workspace(values), time.time()
    try:
        if not values["no_sync"] or workspace.db.in_memory:
            with progress_bar("reading logs") as told:
                workspace.sync(told)
        picked = selection(values, workspace)
        rows = chosen(workspace, sessions, picked, everything=values["everything"], alone=True)
        more = () if values["redact"] is False else persons_of(workspace, rows)
        door = door_of(values, workspace.config, leaves=True, shares=True, more=more)
        door = door or Door(stored=workspace.config.tier)
        wanted = Wanted(form=values["form"], detail=values["detail"], images=values["images"])
        with progress_bar("writing transcripts") as told:
            written, listed = [], []
            for one in transcripts(workspace, rows, door, wanted, told):
                path = os.path.join(output, one.file)
                changed = put_file(path, one.text.encode("utf-8", "replace"))
                for name, data in one.pictures.items():
                    put_file(os.path.join(output, name), data)
                written.append(_written(one, path, changed=changed))
                listed.append(msgspec.structs.replace(one, text="", pictures={}))
        index = os.path.join(output, f"index{ENDINGS[wanted.form]}")
        put_file(index, index_of(listed, wanted, door).encode("utf-8", "replace"))
        sweep(output, begun)
        done = Done(
            folder=output,
            index=index,
            tier=door.tier,
            redacted=door.redacts,
            masked=door.masked,
            sessions=tuple(written),
        )
        say(done, lambda: _blocks(done), json=json)
        tell_passage(door)
    finally:
        workspace.close()


def _written(one: Transcript, path: str, *, changed: bool) -> Written:
    return Written(
        id=one.summary.id,
        agent=one.summary.agent,
        parent=one.summary.parent,
        path=path,
        changed=changed,
        missing=one.missing,
    )


def _blocks(done: Done) -> Iterator[AnyBlock]:
    changed = sum(one.changed for one in done.sessions)
    sessions = "1 session" if len(done.sessions) == 1 else f"{count(len(done.sessions))} sessions"
    yield Prose(text=f"{sessions} in {done.folder}, {count(changed)} new or changed: begin with {done.index}")
    gone = sum(bool(one.missing) for one in done.sessions)
    if gone:
        yield Note(text=f"of {count(gone)} nothing can be read any more: their files say why")
