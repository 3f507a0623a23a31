"""A price book with one question changed: as if every call were another model's, or its tokens cost something else."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from agent_trace.model.usage import BillingClass
from agent_trace.pricing.book import Book
from agent_trace.pricing.rates import Provenance, Rates

MILLION = 1_000_000


class Repriced(Book):
    """The rates of a book for another model, or at other prices for input and output.

    A price of input moves what is read from and written to caches by the same factor; without a price in the book both
    count as input.
    """

    __slots__ = ("_input", "_model", "_output", "_source")

    def __init__(
        self, book: Book, *, model: str | None = None, input: Decimal | None = None, output: Decimal | None = None
    ) -> None:
        """Prices are US dollars per million tokens; None: as the book says."""
        self._source, self._model = book, model
        self._input, self._output = (None if price is None else price / MILLION for price in (input, output))
        self.mark = 0
        self.meters = {}

    def on(self, cls: BillingClass, day: int, hour: int | None = None) -> Rates | None:
        """As the book's; None where neither it nor both prices are known."""
        asked = cls if self._model is None else msgspec.structs.replace(cls, model=self._model)
        found = self._source.on(asked, day, hour)
        if found is None:
            return self._own()
        return self._moved(found)

    def hourly(self, model: str) -> bool:
        """As the book's."""
        return self._source.hourly(self._model or model)

    def knows(self, model: str) -> bool:
        """As the book's."""
        return self._source.knows(model)

    def _own(self) -> Rates | None:
        if self._input is None or self._output is None:
            return None
        return Rates(
            input=self._input, output=self._output, cache_read=self._input, cache_write_5m=self._input,
            cache_write_1h=self._input, row=_GIVEN,
        )  # fmt: skip

    def _moved(self, found: Rates) -> Rates:
        output = found.output if self._output is None else self._output
        if self._input is None:
            return msgspec.structs.replace(found, output=output)
        moved = {name: _scaled(getattr(found, name), self._input, found.input) for name in _CACHES}
        return msgspec.structs.replace(found, input=self._input, output=output, **moved)


def _scaled(rate: Decimal, to: Decimal, before: Decimal) -> Decimal:
    """A rate moved as another one was; to the digit that sums stay exact with."""
    return round(rate * to / before, DIGITS) if before else rate


DIGITS = 18
_CACHES = ("cache_read", "cache_write_5m", "cache_write_1h")
_GIVEN = Provenance(model="", origin="yours", since=None, until=None, source="as given", sure="A")
