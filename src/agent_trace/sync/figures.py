"""What the fast pass over a log found, as a line of an archive of events: sums that outlive the index and the log.

Events tell nearly all of it, but not what only the agent's own fast reader sees: its cost records, the ids of requests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from agent_trace.model.scan import CallSeen, CostRecord, Link, Part, ResultSeen, Scan, ToolSeen, Unread, digest
from agent_trace.store.ingest import widest
from agent_trace.store.schema import OUTCOME_VERSION

if TYPE_CHECKING:
    from agent_trace.analysis.outcome import Outcome
    from agent_trace.analysis.understanding import Understood
    from agent_trace.analysis.worked import Worked

MARK = b'{"type":"figures"'
"""How such a line begins: no event has this type."""


Row = tuple[int, int | None, int]
"""The key of a record's name (which may be the record itself), its time, its part in the conversation."""


class Figures(msgspec.Struct, kw_only=True, tag="figures"):
    """A Scan. Its rows are keys of records and their times: they tell whose a call is that several logs hold."""

    parts: dict[str, Part]
    calls: list[CallSeen]
    tools: list[ToolSeen]
    results: list[ResultSeen]
    prompts: list[tuple[int, str, int | None]]
    records: list[CostRecord]
    unread: list[Unread]
    links: list[Link]
    rows: list[Row]
    own: Figures | None = None
    """The same without what another session made; None where nothing is inherited."""
    inherited: list[int] = []
    """Keys of the rows that `own` leaves out, sorted."""
    outcomes: dict[str, msgspec.Raw] = {}
    """What each session of the log produced: it follows from records that are not kept."""
    understood: dict[str, msgspec.Raw] = {}
    """What was found in each session of the log, and which tokens that claims."""
    worked: dict[str, msgspec.Raw] = {}
    """What each session of the log did with tools and files."""
    owned: list[int] = []
    """Keys of the calls that counted in sessions of this log when that was worked out, sorted."""
    outcome_version: int = 0
    """OUTCOME_VERSION that these were worked out under."""

    def without(self, skip: frozenset[int]) -> Figures | None:
        """What a pass finds that passes over these rows; None where that is not written down."""
        if not skip:
            return self
        return self.own if sorted(skip) == self.inherited else None


def figures_of(scan: Scan) -> Figures:
    """What is kept of a pass."""
    return Figures(
        rows=keyed(scan),
        parts=scan.parts,
        calls=list(scan.calls.values()),
        tools=scan.tools,
        results=scan.results,
        prompts=scan.prompts,
        records=scan.records,
        unread=scan.unread,
        links=scan.links,
    )


def keyed(scan: Scan) -> list[Row]:
    """The rows of a pass by the keys of their names."""
    if scan.keyed:
        return [(int(name), at, part) for name, at, part in scan.rows]
    return [(digest(name.encode("utf-8", "replace")), at, part) for name, at, part in scan.rows]


def scan_of(figures: Figures) -> Scan:
    """The same as a pass finds it."""
    scan = Scan()
    scan.rows, scan.keyed = [(str(key), at, part) for key, at, part in figures.rows], True
    scan.parts = figures.parts
    scan.calls = {one.key: one for one in figures.calls}
    scan.tools, scan.results, scan.prompts = figures.tools, figures.results, figures.prompts
    scan.records, scan.unread, scan.links = figures.records, figures.unread, figures.links
    return scan


def line_of_figures(figures: Figures) -> bytes:
    """As a line; a lone surrogate cannot be in it, for readers give none."""
    return msgspec.json.encode(figures)


def read_figures(line: bytes) -> Figures | None:
    """What a line says; None for one that is damaged."""
    try:
        return msgspec.json.decode(line, type=Figures)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


class _Outcomes(msgspec.Struct, kw_only=True):
    """What of a line is decoded for the outcomes alone."""

    outcomes: dict[str, msgspec.Raw] = {}
    outcome_version: int = 0


class _Understood(msgspec.Struct, kw_only=True):
    """The same for what was found."""

    understood: dict[str, msgspec.Raw] = {}
    outcome_version: int = 0


class _Worked(msgspec.Struct, kw_only=True):
    """The same for what was done with tools and files."""

    worked: dict[str, msgspec.Raw] = {}


class _Seen(msgspec.Struct, kw_only=True):
    """A call by its key, with the session that the log shows it in."""

    key: int
    session: str


class Owned(msgspec.Struct, kw_only=True):
    """Whose the calls of a log were when it was archived."""

    calls: list[_Seen] = []
    owned: list[int] = []


def owned_in(line: bytes) -> Owned:
    """What a line says of that; nothing where it is damaged."""
    try:
        return msgspec.json.decode(line, type=Owned)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Owned()


def outcomes_in(line: bytes, *, any_version: bool = False) -> dict[str, Outcome] | None:
    """What a line says that sessions produced; None where it says nothing of it, or an older version wrote it."""
    from agent_trace.analysis.outcome import Outcome

    if not line.startswith(MARK):
        return None
    try:
        told = msgspec.json.decode(line, type=_Outcomes)
        if told.outcome_version != OUTCOME_VERSION and not any_version:
            return None
        return {key: msgspec.json.decode(raw, type=Outcome) for key, raw in told.outcomes.items()}
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def understood_in(line: bytes, *, any_version: bool = False) -> dict[str, Understood]:
    """What a line says that was found in sessions; nothing where an older version wrote it, or it says nothing of it."""
    from agent_trace.analysis.understanding import Understood

    try:
        told = msgspec.json.decode(line, type=_Understood)
        if told.outcome_version != OUTCOME_VERSION and not any_version:
            return {}
        return {key: msgspec.json.decode(raw, type=Understood) for key, raw in told.understood.items()}
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}


def worked_in(line: bytes) -> dict[str, Worked]:
    """What a line says that sessions did with tools and files, whichever version wrote it."""
    from agent_trace.analysis.worked import Worked

    try:
        told = msgspec.json.decode(line, type=_Worked)
        return {key: msgspec.json.decode(raw, type=Worked) for key, raw in told.worked.items()}
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}


def both(old: Figures, new: Figures) -> Figures:
    """A log that was read again, with what it lost since."""
    calls = {one.key: one for one in old.calls}
    for one in new.calls:
        if one.key in calls:
            one.absorb(calls[one.key])
        calls[one.key] = one
    parts = {key: widest(old.parts[key], part) if key in old.parts else part for key, part in new.parts.items()}
    names = {row[0] for row in old.rows}
    own = both(old.own or old, new.own) if new.own is not None else None
    return Figures(
        own=own,
        inherited=new.inherited,
        outcomes=new.outcomes,
        understood=new.understood,
        worked=new.worked,
        owned=new.owned,
        outcome_version=new.outcome_version,
        rows=[*old.rows, *(row for row in new.rows if row[0] not in names)],
        parts={**old.parts, **parts},
        calls=list(calls.values()),
        tools=_once(old.tools, new.tools),
        results=_once(old.results, new.results),
        prompts=_once(old.prompts, new.prompts),
        records=_accounts(old.records, new.records),
        unread=_once(old.unread, new.unread),
        links=_once(old.links, new.links),
    )


def _accounts(old: list[CostRecord], new: list[CostRecord]) -> list[CostRecord]:
    """Each once, as it was read last."""
    found = {one.figures: one for one in old}
    found.update((one.figures, one) for one in new)
    return list(found.values())


def _once(old: list[Any], new: list[Any]) -> list[Any]:
    known = {msgspec.json.encode(one) for one in old}
    return [*old, *(one for one in new if msgspec.json.encode(one) not in known)]
