"""How long the bars of a chart are."""

from __future__ import annotations

from decimal import Decimal

from agent_trace.render.blocks import Chart


def proportions(chart: Chart) -> tuple[float | None, ...]:
    """Each point as a part of the largest, 0 to 1; None where the value is unknown. Below zero there is no bar."""
    values = [_amount(point.value) for point in chart.points]
    top = max((value for value in values if value is not None), default=Decimal(0))
    if top <= 0:
        return tuple(None if value is None else 0.0 for value in values)
    return tuple(None if value is None else float(max(value, Decimal(0)) / top) for value in values)


def _amount(value: Decimal | int | None) -> Decimal | None:
    if value is None:
        return None
    amount = Decimal(value)
    return amount if amount.is_finite() else None
