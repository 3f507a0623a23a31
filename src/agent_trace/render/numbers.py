"""Figures as people read them. What is unknown is `?`, never 0; what cannot be is `-`."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal

from agent_trace.render.measure import cut

CENT = Decimal("0.01")
LEAST_DOLLARS = Decimal("0.000001")
MOST_DOLLARS = Decimal("1e18")
EXACT = Context(prec=60, rounding=ROUND_HALF_EVEN)

MINUTE, HOUR, DAY, WEEK, MONTH, YEAR = 60, 3600, 86_400, 604_800, 2_629_800, 31_557_600
"""In seconds; a month and a year are mean ones."""


def dollars(usd: Decimal | None, *, calls: int | None = 1, unpriced: int = 0) -> str:
    """An amount: to the cent, below one cent to two figures; `-` without calls, `?` without a price.

    `≥` stands in front when `unpriced` calls are missing from it.
    """
    if usd is None:
        return "-" if calls == 0 else "?"
    if not usd.is_finite():
        return "?"
    bound = "≥" if unpriced > 0 else ""
    sign = "-" if usd < 0 else ""
    return bound + sign + _amount(usd.copy_abs())


def tokens(number: int | None) -> str:
    """A count of tokens: exact below 100k, then in k, M or B with one decimal; `?` if unknown."""
    if number is None or abs(number) < 100_000:
        return count(number)
    sign, size = ("-" if number < 0 else ""), abs(number)
    for unit, scale in (("k", 10**3), ("M", 10**6)):
        tenths = (size * 10 + scale // 2) // scale
        if tenths < 10_000:
            return f"{sign}{tenths // 10}.{tenths % 10}{unit}"
    tenths = (size * 10 + 10**9 // 2) // 10**9
    return f"{sign}{tenths // 10:,}.{tenths % 10}B"


def count(number: int | None) -> str:
    """A number of things: `1,234`; `?` if unknown."""
    return "?" if number is None else f"{number:,}"


def duration(seconds: float | None) -> str:
    """A span of time in its two largest units: `120ms`, `4.5s`, `45s`, `2m 05s`, `1h 12m`, `3d 4h`; `?` if unknown."""
    if seconds is None or seconds != seconds or abs(seconds) == float("inf"):
        return "?"
    if seconds < 0:
        return f"-{duration(-seconds)}"
    if 0 < seconds < 0.9995:
        return f"{round(seconds * 1000)}ms" if seconds >= 0.0005 else "<1ms"
    if seconds < 9.95:
        return f"{seconds:.1f}".removesuffix(".0") + "s"
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole}s"
    if whole < HOUR:
        return f"{whole // MINUTE}m {whole % MINUTE:02}s"
    if whole < DAY:
        return f"{whole // HOUR}h {whole % HOUR // MINUTE:02}m"
    return f"{whole // DAY:,}d {whole % DAY // HOUR}h"


def percent(part: Decimal | float | None, whole: Decimal | float | None) -> str:
    """A share: `42%`, below ten `4.2%`; neither 0% nor 100% unless it is exact; `-` of nothing, `?` if unknown."""
    if part is None or whole is None:
        return "?"
    if not whole:
        return "-"
    share = 100 * Decimal(part) / Decimal(whole)
    if not share.is_finite():
        return "?"
    if 0 < share < Decimal("0.1"):
        return "<0.1%"
    if Decimal("99.5") <= share < 100:
        return ">99%"
    figure = f"{share:.1f}" if abs(share) < Decimal("9.95") else f"{share:,.0f}"
    return figure.removesuffix(".0") + "%"


def clip(text: str, limit: int) -> str:
    """The text on one line of at most `limit` cells: white space collapsed, an ellipsis where it was longer."""
    words = text.split(None, limit + 1)[: limit + 1]
    return cut(" ".join(words), limit)


def since(seconds: float | None) -> str:
    """How long ago in one unit: `just now`, `5m ago`, `2h ago`, `3d ago`; what is to come: `in 2h`; `?` if unknown."""
    if seconds is None or seconds != seconds or abs(seconds) == float("inf"):
        return "?"
    size = abs(seconds)
    if size < MINUTE:
        return "just now"
    units = ((YEAR, "y"), (MONTH, "mo"), (WEEK, "w"), (DAY, "d"), (HOUR, "h"), (MINUTE, "m"))
    span = next(f"{int(size // scale):,}{unit}" for scale, unit in units if size >= scale)
    return f"{span} ago" if seconds > 0 else f"in {span}"


def _amount(usd: Decimal) -> str:
    """What stands behind the sign, for a finite amount that is not negative."""
    if usd >= MOST_DOLLARS:
        return f"${usd:.1e}"
    if usd >= CENT or usd == 0:
        return f"${usd.quantize(CENT, context=EXACT):,f}"
    if usd < LEAST_DOLLARS:
        return f"<${LEAST_DOLLARS:f}"
    figures = usd.quantize(Decimal(1).scaleb(usd.adjusted() - 1), context=EXACT).normalize()
    return f"${figures:f}"
