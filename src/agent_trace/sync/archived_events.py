"""Putting events in the place of records: the archive of tier 2."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from agent_trace.privacy.tiers import tiered
from agent_trace.store.calls import owned_of, owns_named
from agent_trace.store.schema import OUTCOME_VERSION
from agent_trace.store.sources import NO_RECORDS, SourceRow, inherited_keys
from agent_trace.sync.counted import counted_named
from agent_trace.sync.figures import MARK, Figures, both, figures_of, line_of_figures, read_figures
from agent_trace.sync.kept_events import EventsMember, line_of, united
from agent_trace.sync.made_of import MadeOf
from agent_trace.sync.rawlog import RawLogs, lines_of
from agent_trace.sync.reading import Pieces

if TYPE_CHECKING:
    from agent_trace.store.archive import Archive

Line = tuple[int, bytes]
"""(offset, line without its newline)."""


def write_events(raw: RawLogs, source: SourceRow, archive: Archive, stream: Callable[[], Pieces]) -> None:
    """Archive what a log's records tell, without what the tier withholds; `stream` gives its own records, masked.

    Events that were archived before stay, whatever became of the log. The row and `source` say what is there now.
    """
    from agent_trace.store.archive import contents

    member, tier, inherited = raw.members[source.agent], raw.keeping.tier, inherited_keys(source)
    new = member.parse(source.path, lines_of(stream()), member.reader_state(None), clip=None, inherited=inherited)
    held = list(raw.lines(source)) if source.form else []
    before = EventsMember(member).parse(source.path, held, None, clip=None)
    owns, counted = partial(owns_named, raw.db, source.agent), partial(counted_named, raw.db)
    made = MadeOf(source.agent, owns, counted, source.size)
    events = united(before, (tiered(event, tier, leaving=False) for event in made.heard(new)))
    told = _figures(raw, source, stream, inherited, held, made)
    size = archive.write_anew(source.agent, source.path, contents(chain(told, map(line_of, events)), form=1))
    raw.db.execute(f"UPDATE source SET form = 1, archive_size = ?, {NO_RECORDS} WHERE id = ?", (size, source.id))
    source.form, source.generation, source.archive_size = 1, 0, size


def _figures(
    raw: RawLogs,
    source: SourceRow,
    stream: Callable[[], Pieces],
    inherited: frozenset[int],
    held: Sequence[Line],
    made: MadeOf,
) -> Iterator[bytes]:
    """What the first tier finds: the places of records are in it, and what only an agent's own fast reader tells."""
    new = _pass(raw, source, stream, frozenset())
    if inherited:
        new.own, new.inherited = _pass(raw, source, stream, inherited), sorted(inherited)
    line = next((line for _, line in held if line.startswith(MARK)), b"")
    old = read_figures(line) if line else None
    new.outcomes, new.outcome_version = made.outcomes(line, raw.keeping.tier), OUTCOME_VERSION
    new.understood, new.worked = made.understood(line), made.worked(line)
    whole = new if old is None else both(old, new)
    whole.owned = owned_of(raw.db, source.agent, {one.key: one.session for one in whole.calls})
    yield line_of_figures(whole)


def _pass(raw: RawLogs, source: SourceRow, stream: Callable[[], Pieces], skip: frozenset[int]) -> Figures:
    scan = raw.members[source.agent].whole_scan(source.path, stream, skip=skip).scan
    return figures_of(raw.keeping.narrow(scan))
