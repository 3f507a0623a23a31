"""Masking what is stored of a session, and saying before what that would be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec

from agent_trace.app.leaving import MaskerOf
from agent_trace.app.workspace import Workspace
from agent_trace.errors import UsageError
from agent_trace.privacy.pieces import Piece, Spot, spots
from agent_trace.render.blocks import AnyBlock, Column, Table, cell
from agent_trace.render.numbers import count
from agent_trace.store.sessions import SessionRow
from agent_trace.store.sources import sources_of


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Where something would be masked: never the value."""

    log: str
    spot: Spot


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What would be masked of a session."""

    session: str
    kinds: dict[str, int]
    found: tuple[Found, ...]

    def blocks(self) -> Iterator[AnyBlock]:
        """The places, as people read them."""
        columns = (Column(title="line", align="right"), Column(title="type"), Column(title="where", stretch=True))
        rows = tuple((cell(count(one.spot.line)), cell(one.spot.kind), cell(one.spot.where)) for one in self.found)
        yield Table(title=self.session, columns=columns, rows=rows, empty="nothing would be masked")


def check(workspace: Workspace, row: SessionRow, masker: MaskerOf) -> Checked:
    """What would be masked in the logs of a session."""
    found = tuple(
        Found(log=source.path, spot=spot)
        for source in sources_of(workspace.db, row.id)
        for number, (_, line) in enumerate(workspace.raw.lines(source), 1)
        for spot in spots(masker(row.cwd), Piece(number, line))
    )
    return Checked(session=row.key, kinds=dict(Counter(one.spot.kind for one in found)), found=found)


def apply(workspace: Workspace, row: SessionRow, masker: MaskerOf) -> Checked:
    """Not yet: what is stored stays as it is."""
    del workspace, masker
    raise UsageError(
        f"what is stored of {row.key} cannot be masked afterwards yet",
        hint='`redact = "on"` in config.toml masks it first',
    )
