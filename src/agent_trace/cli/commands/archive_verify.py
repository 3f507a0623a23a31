"""Read every frame of every archived log and check that it is what was written.

The archive holds the raw records of every session, so that they survive when an agent deletes its logs. A damaged frame
costs the records in it and no others. Exit code 4 where something is damaged.
"""

from __future__ import annotations

from collections.abc import Iterator

import click

from agent_trace.app.archives import Copy, Verified, verify
from agent_trace.cli.output import progress_bar
from agent_trace.cli.running import open_workspace
from agent_trace.cli.saying import say
from agent_trace.errors import UnreadableError
from agent_trace.render.blocks import AnyBlock, Cell, Column, Fields, Note, Prose, Table, cell, field
from agent_trace.render.numbers import count, duration
from agent_trace.reports._sizes import size

arguments = [click.Option(["--json"], is_flag=True, help="Print the result as JSON.")]


def run(json: bool) -> int:
    """Verify, print, and leave with 4 where something is damaged."""
    workspace = open_workspace({})
    try:
        with progress_bar("verifying") as told:
            done = workspace.mended(lambda: verify(workspace, told))
    finally:
        workspace.close()
    say(done, lambda: blocks(done), json=json)
    return UnreadableError.exit_code if done.damaged else 0


def blocks(done: Verified) -> Iterator[AnyBlock]:
    """What was found, as people read it."""
    if not done.copies:
        yield Prose(text="nothing is archived yet: `agent-trace sync` does it, unless the configuration says otherwise")
        return
    yield Fields(
        items=(
            field("logs", count(done.copies), f"{count(done.frames)} {'frame' if done.frames == 1 else 'frames'}"),
            field("size", size(done.packed_bytes), f"of {size(done.raw_bytes)}"),
            field(
                "verified",
                "all" if not done.damaged else f"all but {count(len(done.damaged))}",
                f"in {duration(done.seconds)}",
            ),
        )
    )
    if done.unknown:
        yield Prose(text=f"{count(done.unknown)} of them are not in the index", tone="dim")
    if done.damaged:
        yield Table(title="Damaged", columns=_COLUMNS, rows=tuple(_row(one) for one in done.damaged))
        yield Note(
            text="sessions whose log is still there are read from it; of the others the damaged part is lost",
            hint="where the log is there, delete the damaged file: `agent-trace sync` makes it again; else restore a backup",
            tone="bad",
        )


_COLUMNS = (
    Column(title="session"),
    Column(title="what is wrong", stretch=True),
    Column(title="its log", weight=1),
    Column(title="file", weight=2),
)


def _row(one: Copy) -> tuple[Cell, ...]:
    return (
        cell(", ".join(one.sessions) or one.log or "?"),
        cell("; ".join(one.damage), "bad"),
        cell("is there" if one.log_exists else "is gone"),
        cell(one.file),
    )
