"""What is in the files that we wrote, and what may be: every byte and every row of ours, held against the tables of tiers."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from agent_trace.app.outcomes import look_at_quiet
from agent_trace.app.sessions import events_of
from agent_trace.app.workspace import Workspace
from agent_trace.model.events import Event, ToolCall
from agent_trace.privacy.tiers import EVERY, FIELDS, PART, WORKED
from agent_trace.store.archive import frames_of, unpack
from agent_trace.store.sources import SourceRow, all_sources, inherited_keys
from tests.privacy.planted import Home
from tests.privacy.planting import numbers_in
from tests.sync.tables import workspace

DATABASE = b"SQLite format 3\x00"
Keeps = Mapping[str, set[str]]
"""Number of a canary → the fields in which it shows, each as its tier: `1`, `2`, `3`, `prompt`, `task`, `never`."""


# ---------------------------------------------------------------- what is there


def contents(folder: Path) -> dict[str, bytes]:
    """Name of each of our files → its bytes, and behind these what its compressed frames and its tables hold."""
    return {path.relative_to(folder).as_posix(): _all_of(path) for path in sorted(folder.rglob("*")) if path.is_file()}


def _all_of(path: Path) -> bytes:
    data = path.read_bytes()
    if path.suffix == ".zst":
        frames = list(frames_of(str(path)))
        heads = b"".join(msgspec.json.encode(frame.header) for frame in frames)
        return b"\n".join([data, heads, *(unpack(str(path), frame) for frame in frames)])
    return b"\n".join([data, *_tables(path)]) if data.startswith(DATABASE) else data


def _tables(path: Path) -> Iterator[bytes]:
    """Every value of every table, and every word of the full text."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        if "text" in names:
            db.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, text, row)")
        for name in [*names, *(["temp.words"] if "text" in names else [])]:
            for row in db.execute(f"SELECT * FROM {name}"):
                yield b"\n".join(one if isinstance(one, bytes) else str(one).encode() for one in row if one is not None)


def stored(folder: Path) -> dict[str, set[str]]:
    """Number of a canary → the files that hold it."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, data in contents(folder).items():
        for number in numbers_in(data):
            found[number].add(name)
    return found


def holding(folder: Path, *texts: str) -> list[str]:
    """Files of ours in which one of these texts stands, in whatever case."""
    wanted = [text.lower().encode() for text in texts]
    return [name for name, data in contents(folder).items() if any(one in data.lower() for one in wanted)]


# ---------------------------------------------------------------- what may be there


def shown(workspace: Workspace) -> Keeps:
    """Where each canary shows in what the full readers and the fast ones tell of logs. To be asked at tier 3."""
    found: dict[str, set[str]] = defaultdict(set)
    for source in all_sources(workspace.db):
        for event in events_of(workspace, source, clip=None):
            _note(found, _fields(event))
        for skip in {frozenset[int](), inherited_keys(source)}:
            _note(found, _figures(workspace, source, skip))
    return found


def _figures(workspace: Workspace, source: SourceRow, skip: frozenset[int]) -> Iterator[tuple[str, Any]]:
    """What a fast pass over a log finds, without the rows of others."""
    member = workspace.members[source.agent]
    scan = member.whole_scan(source.path, lambda: workspace.raw.stream(source), skip=skip).scan
    for key, part in scan.parts.items():
        yield from (("1", key), *((str(PART[name]), getattr(part, name)) for name in PART))
    for call in scan.calls.values():
        yield from ((str(PART["branch"]), call.branch), ("1", call.model), ("1", call.tool))


def _note(found: dict[str, set[str]], fields: Iterable[tuple[str, Any]]) -> None:
    for keep, value in fields:
        if value:
            for number in numbers_in(msgspec.msgpack.encode(value)):
                found[number].add(keep)


def _fields(event: Event) -> Iterator[tuple[str, Any]]:
    kind = event.kind if isinstance(event, ToolCall) else ""
    for name in event.__struct_fields__:
        keep: object = EVERY.get(name) or FIELDS[type(event)][name]
        if keep == "input":
            keep = 2 if kind in WORKED else "task" if kind == "agent" else 3
        yield "never" if keep == "reason" else str(keep), getattr(event, name)


def may_be_stored(keeps: Keeps, tier: int) -> set[str]:
    """The canaries that our files may hold."""
    wanted = {"1"} if tier == 1 else {"1", "2", "prompt", "task"}
    return {number for number, fields in keeps.items() if fields & wanted}


def may_leave(keeps: Keeps, tier: int) -> set[str]:
    """The canaries that may be in what leaves."""
    wanted = {"1"} if tier == 1 else {"1", "2"}
    return {number for number, fields in keeps.items() if tier == 3 or fields & wanted}


# ---------------------------------------------------------------- both


class Looked(NamedTuple):
    """Planted logs, where their canaries show, and where they are."""

    home: Home
    keeps: Keeps
    held: dict[int, dict[str, set[str]]]
    """Tier → number of a canary → our files that hold it."""
    said: dict[int, list[str]]
    """What the program said on the way."""


def look(home: Home) -> Looked:
    """Sync planted logs at each tier, into a home of ours each: `tier1`, `tier2`, `tier3`."""
    held, said = {}, {}
    keeps: Keeps = {}
    for tier in (3, 2, 1):
        said[tier] = list[str]()
        opened = opened_at(home, tier, said[tier])
        problems = [*opened.sync().problems, *opened.sync_text().problems]
        said[tier] += [f"{one.path}: {one.reason}" for one in problems]
        assert look_at_quiet(opened) > 0 or tier == 1
        keeps = shown(opened) if tier == 3 else keeps
        opened.close()
        held[tier] = stored(home.folder / f"tier{tier}")
    return Looked(home, keeps, held, said)


def opened_at(home: Home, tier: int, said: list[str] | None = None) -> Workspace:
    """A workspace over planted logs, each tier in a home of ours."""
    return workspace(home.folder, f"tier{tier}", said, AGENT_TRACE_TIER=str(tier), **home.environment)
