"""Transcripts on their way out: one file for each session and each sub-agent, and an index that leads to all of them."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import msgspec

from agent_trace.app.outcomes import look_at
from agent_trace.app.pictures import images_of
from agent_trace.app.sessions import read_session
from agent_trace.app.summaries import summaries
from agent_trace.errors import NotFoundError
from agent_trace.exports._names import file_name
from agent_trace.model.summary import Cleared
from agent_trace.render.blocks import AnyBlock, Cell, Column, Heading, Note, Prose, Table, cell
from agent_trace.render.html import render_html
from agent_trace.render.markdown import render_markdown
from agent_trace.render.numbers import clip, count
from agent_trace.reports._amounts import money
from agent_trace.reports._conversation import Detail, Page, conversation
from agent_trace.reports._family import started
from agent_trace.store.clears import after_clear, before_clear
from agent_trace.store.sessions import SessionRow, by_ids, members
from agent_trace.store.sources import bytes_of
from agent_trace.sync.progress import Progress, Told

if TYPE_CHECKING:
    from agent_trace.app.leaving import Door
    from agent_trace.app.workspace import Workspace
    from agent_trace.model.summary import Summary

Form = Literal["markdown", "html"]
ENDINGS: Mapping[Form, str] = {"markdown": ".md", "html": ".html"}


class Transcript(msgspec.Struct, frozen=True, kw_only=True):
    """A session that was written down."""

    summary: Summary
    """As it may leave."""
    file: str
    """Its name; the same whenever it is written again."""
    depth: int
    """0: a root; 1: what it started."""
    text: str
    missing: str = ""
    """Why there is nothing to read."""
    pictures: Mapping[str, bytes] = {}
    """Name → an image that it leads to."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """How transcripts are written."""

    form: Form = "markdown"
    detail: Detail = "full"
    images: Literal["none", "link", "embed"] = "none"
    """At tier 3. link: as files beside the transcript · embed: within it."""
    index: bool = True
    """There is an index to lead back to."""

    def file(self, agent: str, key: str) -> str:
        """A name that is safe everywhere: only letters, digits, dots, lines."""
        return f"{agent}-{file_name(key)}{ENDINGS[self.form]}"


def transcripts(
    workspace: Workspace, chosen: Sequence[SessionRow], door: Door, wanted: Wanted, told: Told
) -> Iterator[Transcript]:
    """The chosen sessions with all that they started, parents first; one is in the memory at a time."""
    roots = list(dict.fromkeys(row.root for row in chosen))
    families = {root: [*by_ids(workspace.db, [root]), *members(workspace.db, [root])[root]] for root in roots}
    sizes = bytes_of(workspace.db, [row.id for rows in families.values() for row in rows])
    progress = Progress(total=sum(sizes.values()))
    names = {row.key: wanted.file(row.agent, row.key) for row in chosen}
    for rows in families.values():
        look_at(workspace, [row.id for row in rows])
        done, below = summaries(workspace, [rows[0]])
        bare = {one.id: one for one in (*done, *below.get(rows[0].key, ()))}
        known = {name: door.summary(one) for name, one in bare.items()}
        for row in _kept(rows, chosen):
            told(progress)
            door.begin_part()
            for one in bare.values():  # what its head says is masked once more, to be counted with this file
                if row.key in (one.id, one.parent):
                    door.summary(one)
            yield _written(workspace, row, known, names, door, wanted)
            progress.done += sizes.get(row.id, 0)


def _kept(rows: Sequence[SessionRow], chosen: Sequence[SessionRow]) -> list[SessionRow]:
    """Of a family those that were chosen, and what is below them, each behind what started it."""
    names = {row.key for row in chosen}
    found: list[SessionRow] = []

    def add(row: SessionRow, *, inside: bool) -> None:
        inside = inside or row.key in names
        if inside:
            found.append(row)
        for child in rows:
            if child.parent == row.key and child is not row:
                add(child, inside=inside)

    add(rows[0], inside=False)
    return found


def _written(
    workspace: Workspace,
    row: SessionRow,
    known: Mapping[str, Summary],
    names: Mapping[str, str],
    door: Door,
    wanted: Wanted,
) -> Transcript:
    summary, file = known[row.key], wanted.file(row.agent, row.key)
    depth = 0 if row.id == row.root else 1
    try:
        session = read_session(workspace, row, clip=None, through=door.events(row.cwd, None))
    except NotFoundError as error:
        missing = door.record(str(error))  # it may name the log
        blocks: list[AnyBlock] = [Heading(text=clip(summary.title or row.key, 100)), Note(text=missing)]
        text = drawn(blocks, wanted, summary.title or row.key)
        return Transcript(summary=summary, file=file, depth=depth, text=text, missing=missing)
    pictures, shown = _pictures(workspace, row, file, wanted) if door.tier == 3 else ({}, {})
    family = [one for one in known.values() if one.id != row.key]
    page = Page(
        session=session,
        summary=summary,
        detail=wanted.detail,
        starts={call: wanted.file(one.agent, one.id) for call, one in started(session, family).items()},
        children=tuple(
            (one.title or one.id, wanted.file(one.agent, one.id)) for one in family if one.parent == row.key
        ),
        parent=wanted.file(row.agent, row.parent) if row.parent in known and row.parent else "",
        cleared=Cleared(before_clear(workspace.db, row.id), after_clear(workspace.db, row.id)),
        files=names,
        pictures=shown,
        contents=f"index{ENDINGS[wanted.form]}" if wanted.index else "",
    )
    blocks = [*conversation(page, workspace.facts), *_passage(door, door.said_of_part)]
    text = drawn(blocks, wanted, summary.title or row.key)
    return Transcript(summary=summary, file=file, depth=depth, text=text, pictures=pictures)


def _pictures(
    workspace: Workspace, row: SessionRow, file: str, wanted: Wanted
) -> tuple[dict[str, bytes], dict[str, str]]:
    """The images of a session by the names of their files, and for each event that has one its name, or the image itself."""
    if wanted.images == "none":
        return {}, {}
    if wanted.images == "embed":
        return {}, dict(images_of(workspace, row))
    data: dict[str, bytes] = {}
    names: dict[str, str] = {}
    for number, (event, image) in enumerate(images_of(workspace, row), 1):
        kind, _, body = image.removeprefix("data:image/").partition(";base64,")
        names[event] = f"{file.rpartition('.')[0]}-{number}.{kind.replace('jpeg', 'jpg')}"
        data[names[event]] = b64decode(body + "=" * (-len(body) % 4))
    return data, names


def _passage(door: Door, said: str) -> Iterator[AnyBlock]:
    if not door.is_open:
        yield Note(text=said, tone="plain")


def index_of(found: Sequence[Transcript], wanted: Wanted, door: Door) -> str:
    """The file that leads to all others."""
    columns = (
        Column(title="session", stretch=True),
        Column(title="agent"),
        Column(title="started"),
        Column(title="prompts", align="right"),
        Column(title="tool calls", align="right"),
        Column(title="cost", align="right"),
    )
    table = Table(columns=columns, rows=tuple(map(_row, found)), empty="no session was chosen")
    blocks: list[AnyBlock] = [Heading(text="Transcripts"), table]
    if any(one.depth for one in found):
        blocks.append(
            Prose(text="A session's tool calls and cost are with its sub-agents'; theirs are below it.", tone="dim")
        )
    blocks += _passage(door, f"all files together: {door.said}")
    return drawn(blocks, wanted, "Transcripts")


def _row(one: Transcript) -> tuple[Cell, ...]:
    summary = one.summary
    amounts = summary.own if one.depth else summary.total
    title = clip(" ".join((summary.title or summary.id).split()), 100)
    return (
        Cell(text=f"└ {title}" if one.depth else title, link=one.file),
        cell(summary.agent),
        cell("?" if summary.started is None else f"{summary.started:%Y-%m-%d %H:%M}"),
        cell("" if one.depth else count(summary.prompts)),
        cell(count(amounts.tool_calls)),
        cell(money(amounts)),
    )


def drawn(blocks: Sequence[AnyBlock], wanted: Wanted, title: str) -> str:
    """A page in the form that was asked for."""
    return render_html(blocks, title=clip(title, 100)) if wanted.form == "html" else render_markdown(blocks)
