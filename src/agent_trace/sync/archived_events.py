"""Putting events in the place of records: the archive of tier 2."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from agent_trace.privacy.tiers import tiered
from agent_trace.store.sources import SourceRow
from agent_trace.sync.figures import MARK, both, figures_of, line_of_figures, read_figures
from agent_trace.sync.kept_events import EventsMember, line_of, united
from agent_trace.sync.rawlog import RawLogs

if TYPE_CHECKING:
    from agent_trace.store.archive import Archive

Line = tuple[int, bytes]
"""(offset, line without its newline)."""


def write_events(raw: RawLogs, source: SourceRow, archive: Archive, lines: Iterable[tuple[int, bytes]]) -> None:
    """Archive what a log's records tell, without what the tier withholds; `lines` are those of its own records.

    Events that were archived before stay, whatever became of the log. The row and `source` say what is there now.
    """
    from agent_trace.store.archive import contents

    member, tier, inherited = raw.members[source.agent], raw.keeping.tier, _inherited(source)
    lines = list(lines)
    new = member.parse(source.path, lines, member.reader_state(None), clip=None, inherited=inherited)
    held = list(raw.lines(source)) if source.form else []
    before = EventsMember(member).parse(source.path, held, None, clip=None)
    events = united(before, (tiered(event, tier, leaving=False) for event in new))
    told = _figures(raw, source, lines, inherited, held)
    data = b"".join(line + b"\n" for line in (*told, *map(line_of, events)))
    size = archive.write_anew(source.agent, source.path, contents(data, form=1))
    raw.db.execute("UPDATE source SET form = 1, generation = 0, archive_size = ? WHERE id = ?", (size, source.id))
    source.form, source.generation, source.archive_size = 1, 0, size


def _figures(
    raw: RawLogs, source: SourceRow, lines: Sequence[Line], inherited: frozenset[int], held: Sequence[Line]
) -> Iterator[bytes]:
    """What the agent's own fast reader finds, where it has one; any other finds nothing that the events do not tell."""
    member = raw.members[source.agent]
    if member.fast_reader is None:
        return
    data = b"".join(line + b"\n" for _, line in lines)
    scan = member.whole_scan(source.path, lambda: iter([(0, data, True)]), skip=inherited).scan
    new = figures_of(raw.keeping.narrow(scan))
    old = next((read_figures(line) for _, line in held if line.startswith(MARK)), None)
    yield line_of_figures(new if old is None else both(old, new))


def _inherited(source: SourceRow) -> frozenset[int]:
    return frozenset(msgspec.msgpack.decode(source.inherited, type=list[int])) if source.inherited else frozenset()
