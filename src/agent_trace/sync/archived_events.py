"""Putting events in the place of records: the archive of tier 2."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from agent_trace.privacy.tiers import tiered
from agent_trace.store.sources import SourceRow
from agent_trace.sync.kept_events import line_of, united
from agent_trace.sync.rawlog import RawLogs

if TYPE_CHECKING:
    from agent_trace.model.events import Event
    from agent_trace.store.archive import Archive


def write_events(raw: RawLogs, source: SourceRow, archive: Archive, lines: Iterable[tuple[int, bytes]]) -> None:
    """Archive what a log's records tell, without what the tier withholds; `lines` are those of its own records.

    Events that were archived before stay, whatever became of the log. The row and `source` say what is there now.
    """
    from agent_trace.store.archive import contents

    member, tier = raw.members[source.agent], raw.keeping.tier
    new = member.parse(source.path, lines, member.reader_state(None), clip=None, inherited=_inherited(source))
    held = _held(raw, source) if source.form else []
    events = united(held, (tiered(event, tier, leaving=False) for event in new))
    data = b"".join(line_of(event) + b"\n" for event in events)
    size = archive.write_anew(source.agent, source.path, contents(data, form=1))
    raw.db.execute("UPDATE source SET form = 1, generation = 0, archive_size = ? WHERE id = ?", (size, source.id))
    source.form, source.generation, source.archive_size = 1, 0, size


def _held(raw: RawLogs, source: SourceRow) -> list[Event]:
    return list(raw.reader(source).parse(source.path, raw.lines(source), None, clip=None))


def _inherited(source: SourceRow) -> frozenset[int]:
    return frozenset(msgspec.msgpack.decode(source.inherited, type=list[int])) if source.inherited else frozenset()
