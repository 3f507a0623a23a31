"""How long things took: the middle, the slow tenth and the longest of many."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from agent_trace.render.blocks import Cell, Column, cell
from agent_trace.render.numbers import count, duration

FEWEST = 5
"""Of fewer figures no percentile is told."""


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds; percentiles by nearest rank."""

    n: int = 0
    """How many are known."""
    p50_s: float | None = None
    """null below five."""
    p90_s: float | None = None
    p95_s: float | None = None
    max_s: float | None = None
    total_s: float | None = None


def spread(milliseconds: Iterable[int]) -> Spread:
    """The figures of these times."""
    known = sorted(milliseconds)
    if not known:
        return Spread()
    enough = len(known) >= FEWEST
    return Spread(
        n=len(known),
        p50_s=nearest_rank(known, 50) / 1000 if enough else None,
        p90_s=nearest_rank(known, 90) / 1000 if enough else None,
        p95_s=nearest_rank(known, 95) / 1000 if enough else None,
        max_s=known[-1] / 1000,
        total_s=sum(known) / 1000,
    )


def nearest_rank(known: list[int], percent: int) -> int:
    """The smallest of the sorted figures that at least `percent` of them do not exceed."""
    return known[max(-(-percent * len(known) // 100), 1) - 1]


def columns(name: str, weight: int) -> tuple[Column, ...]:
    """Columns of a spread, the last ones dropped first on a narrow screen."""
    titles = (f"{name} n", "p50", "p90", "p95", "max", f"{name} total")
    keys = (f"{name}_n", *(f"{name}_{figure}_s" for figure in ("p50", "p90", "p95", "max", "total")))
    return tuple(
        Column(title=title, key=key, align="right", weight=weight + (title == "p95"))
        for title, key in zip(titles, keys, strict=True)
    )


def cells(one: Spread) -> tuple[Cell, ...]:
    """The figures in the order of the columns; empty where nothing is known."""
    if not one.n:
        return (cell("", value="0"), *(cell("") for _ in range(5)))
    figures = (one.p50_s, one.p90_s, one.p95_s, one.max_s, one.total_s)
    return (cell(count(one.n), value=str(one.n)), *(_seconds(figure) for figure in figures))


def _seconds(figure: float | None) -> Cell:
    return cell(duration(figure), value="" if figure is None else f"{figure:.3f}")
