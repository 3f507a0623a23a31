"""Tokens and dollars of a step and of a whole trajectory. Cached tokens stand inside the prompt's and are taken apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from agent_trace.model.usage import Usage

_STEP = ("prompt_tokens", "completion_tokens", "cached_tokens")
_WHOLE = ("total_prompt_tokens", "total_completion_tokens", "total_cached_tokens")


class Spent(NamedTuple):
    """What one step used."""

    usage: Usage
    usd: str | None


class Total(NamedTuple):
    """What the trajectory says that all of it used."""

    models: Mapping[str, Usage]
    usd: str | None


def spent(metrics: object) -> Spent:
    """A step's metrics. Nothing but zeros means that their writer did not know."""
    told = _object(metrics)
    more = _object(told.get("extra"))
    prompt, made, read = (_count(told, name) for name in _STEP)
    written = _count(more, "cache_creation_input_tokens")
    if not prompt and not made:
        return Spent(Usage(), money(told.get("cost_usd")))
    usage = Usage(
        input=None if prompt is None else max(prompt - (read or 0) - (written or 0), 0),
        output=made,
        cache_read=read,
        cache_write_5m=written,
        reasoning=_count(more, "reasoning_tokens"),
    )
    return Spent(usage, money(told.get("cost_usd")))


def summed(final: object, model: str, steps: Sequence[Mapping[str, Any]]) -> Total | None:
    """The final metrics, where they say more than the steps do; None where they say nothing.

    What they hold beyond the steps can be told only where one model answered all of them.
    """
    told = _object(final)
    usd = money(told.get("total_cost_usd"))
    beyond = [
        max((_count(told, name) or 0) - sum(_count(_object(step.get("metrics")), part) or 0 for step in steps), 0)
        for name, part in zip(_WHOLE, _STEP, strict=True)
    ]
    models = {step.get("model_name") or model for step in steps}
    if not any(beyond) or not model or models - {model}:
        return None if usd is None else Total({}, usd)
    prompt, made, read = beyond
    rest = Usage(input=max(prompt - read, 0), output=made, cache_read=read)
    own = (spent(step.get("metrics")).usage for step in steps if step.get("is_copied_context") is not True)
    return Total({model: sum(own, rest)}, usd)


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _count(told: Mapping[str, Any], name: str) -> int | None:
    value = told.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def money(value: object) -> str | None:
    """Dollars as a decimal string."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
        return None
    return f"{Decimal(repr(value)):f}"
