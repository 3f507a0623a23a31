"""The phases of two sessions side by side: what both did, and what only one of them did in each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import msgspec

from agent_trace.analysis.alignment import Pair, aligned
from agent_trace.reports._sides import Done, PhaseSide, Ran, Side, Words


class Only(msgspec.Struct, frozen=True, kw_only=True):
    """What one session did in a phase and the other one did not."""

    read: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    ran: tuple[Ran, ...] = ()


class PhasePair(msgspec.Struct, frozen=True, kw_only=True):
    """A phase of both sessions, or of one."""

    number: int
    """From 1, in the order of both."""
    label: str
    a: PhaseSide | None
    b: PhaseSide | None
    same: bool
    """The same files were read and changed, the same commands ran and ended alike, and it failed in both or in none."""
    only_a: Only = Only()
    only_b: Only = Only()


def paired(first: Side, second: Side) -> tuple[PhasePair, ...]:
    """All phases of both sessions in order."""
    pairs = aligned(first.keys, second.keys)
    return tuple(_pair(number, pair, first, second) for number, pair in enumerate(pairs, 1))


def diverged(pairs: tuple[PhasePair, ...]) -> int | None:
    """The number of the first pair in which they differ; None: they do nowhere."""
    return next((one.number for one in pairs if not one.same), None)


def _pair(number: int, pair: Pair, first: Side, second: Side) -> PhasePair:
    a = None if pair.first is None else first.phases[pair.first]
    b = None if pair.second is None else second.phases[pair.second]
    label = next(one.label for one in (a, b) if one is not None)
    if pair.first is None or pair.second is None or a is None or b is None:
        return PhasePair(number=number, label=label, a=a, b=b, same=False)
    one, other = first.done[pair.first], second.done[pair.second]
    return PhasePair(
        number=number,
        label=label,
        a=a,
        b=b,
        same=_print(one) == _print(other) and a.failed == b.failed,
        only_a=_only(one, other),
        only_b=_only(other, one),
    )


def _print(done: Done) -> tuple[object, ...]:
    return done.read.keys(), done.changed.keys(), Counter(step for step, _ in done.ran)


def _only(one: Done, other: Done) -> Only:
    return Only(
        read=tuple(beyond(one.read, other.read)),
        changed=tuple(beyond(one.changed, other.changed)),
        ran=tuple(_more(one, other)),
    )


def beyond(one: Words, other: Mapping[str, object]) -> Iterator[str]:
    """What only the first has, in words that may be told."""
    return (told for whole, told in one.items() if whole not in other)


def _more(one: Done, other: Done) -> Iterator[Ran]:
    """What ran more often than in the other one."""
    left = Counter(step for step, _ in other.ran)
    for step, told in one.ran:
        if left[step]:
            left[step] -= 1
        else:
            yield told
