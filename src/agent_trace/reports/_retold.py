"""Rows of a long session that are kept in blocks, so that a few of them can be told without reading all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import count, islice

import msgspec

from agent_trace.model.usage import CostMode
from agent_trace.reports._happened import Row, rows, told
from agent_trace.reports._parts import part
from agent_trace.reports._scopes import SessionScope

BLOCK = 500
"""Events whose rows are kept together."""


class Block(msgspec.Struct, frozen=True):
    """Some rows that follow each other."""

    rows: tuple[Row, ...]


class Retold:
    """A session's own rows, by their numbers."""

    def __init__(self, scope: SessionScope, mode: CostMode) -> None:
        self._scope, self._mode = scope, mode

    def keep_all(self) -> None:
        """Keep every block, where the session was read anyway."""
        every = self._rows()
        for index in count():
            block = Block(tuple(islice(every, BLOCK)))  # one at a time: all of them would fill the memory
            if not block.rows:
                return
            self._keep(index, partial(_itself, block))

    def rows(self, numbers: Iterable[int]) -> Iterator[Row]:
        """Those with these numbers, in order; what is not there is left out."""
        wanted = sorted(number for number in numbers if number > 0)
        blocks = {index: self._block(index).rows for index in sorted({(number - 1) // BLOCK for number in wanted})}
        for number in wanted:
            yield from blocks[(number - 1) // BLOCK][(number - 1) % BLOCK :][:1]

    def _block(self, index: int) -> Block:
        first = index * BLOCK
        return self._keep(index, lambda: Block(tuple(islice(self._rows(), first, first + BLOCK))))

    def _keep(self, index: int, make: Callable[[], Block]) -> Block:
        return self._scope.keep(f"rows {self._mode} {index}", Block, make)

    def _rows(self) -> Iterator[Row]:
        one = part(self._scope.read(), self._scope.summary, self._scope)
        return rows(told(one, self._scope.book, self._mode, start=one.session.started))


def _itself(block: Block) -> Block:
    return block
