"""What an accounting trap is made with: the case it writes into, and the group it is listed in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from bench.corpus.claude import Claude
from bench.corpus.ledger import Json, Usage
from bench.corpus.source import Source

DAY = dt.datetime(2026, 11, 18, 12)
OPUS45, OPUS46, OPUS48, OPUS5 = "claude-opus-4-5-20251101", "claude-opus-4-6", "claude-opus-4-8", "claude-opus-5"
SONNET45, HAIKU45 = "claude-sonnet-4-5-20250929", "claude-haiku-4-5-20251001"
TEXT: list[Json] = [{"type": "text", "text": "hello"}]


class Case:
    """What a case function gets: the source of ids, its HOME, scaled numbers, a shifted clock."""

    def __init__(self, home: Path, shift: int) -> None:
        self.home, self.shift, self.src = home, shift, Source(1 + shift, 300)

    def n(self, number: int) -> int:
        return number + number * self.shift // 10

    def day(self, text: str | None = None) -> dt.datetime:
        """The day of a case without one of its own, shifted; or the given one as it is."""
        return dt.datetime.fromisoformat(text) if text else DAY + dt.timedelta(days=self.shift)

    def u(self, **kinds: int) -> Usage:
        return {kind: self.n(number) for kind, number in kinds.items()}

    def claude(
        self,
        model: str = OPUS45,
        at: dt.datetime | None = None,
        *,
        agent_id: str | None = None,
        sid: str | None = None,
    ) -> Claude:
        one = Claude(self.src, self.home, "/home/dev/p", model, at or self.day(), agent_id=agent_id, sid=sid)
        if not agent_id:
            one.user("hi")
        return one

    def simple(
        self, model: str, u: Usage, at: str | None = None, *, speed: str | None = None, geo: str | None = None
    ) -> None:
        one = self.claude(model, self.day(at))
        one.assistant(TEXT, u, speed=speed, geo=geo)
        one.flush()

    def note(self, text: str) -> None:
        self.src.ledger.notes.append(text)


Make = Callable[[Case], None]


class Trap(NamedTuple):
    """What writes the home, what a wrong tool does with it, the zones whose days matter."""

    make: Make
    why: str
    zones: tuple[str, ...] = ()


class Group:
    """The traps of one module by name, in the order in which they are written there."""

    def __init__(self) -> None:
        self.traps: dict[str, Trap] = {}

    def __call__(self, why: str, zones: tuple[str, ...] = ()) -> Callable[[Make], Make]:
        """Decorate the function that writes a trap's home."""

        def register(make: Make) -> Make:
            self.traps[make.__name__.replace("_", "-")] = Trap(make, why, zones)
            return make

        return register
