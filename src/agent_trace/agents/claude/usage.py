"""The API's usage object as disjoint kinds, and what else a request billed."""

from __future__ import annotations

from agent_trace.agents.claude.rows import ApiUsage, Iteration, Message, iterations

MICRO = 10**12
"""Recorded dollars are kept in millionths of a millionth: whole numbers that SQL adds exactly."""

EXTRA = frozenset({"advisor_message", "compaction"})
"""Iterations that are billed beside the top level; `message` entries are already inside it."""


def cache_writes(usage: ApiUsage) -> tuple[int | None, int | None]:
    """Cache writes for five minutes and for one hour; without the split, all of them are the five-minute kind."""
    whole, split = usage.cache_creation_input_tokens, usage.cache_creation
    if split is None:
        return whole, None if whole is None else 0
    hour = split.ephemeral_1h_input_tokens or 0
    five = split.ephemeral_5m_input_tokens or 0
    return max(five, (whole or 0) - hour), hour


def searches(usage: ApiUsage) -> int | None:
    return usage.server_tool_use.web_search_requests if usage.server_tool_use else None


def reasoning(usage: ApiUsage) -> int | None:
    return usage.output_tokens_details.thinking_tokens if usage.output_tokens_details else None


def extras(message: Message) -> list[tuple[str, Iteration]]:
    """(name, usage) of each sampling that the top level does not hold; the name is stable within the call."""
    if message.usage is None:
        return []
    counts: dict[str, int] = {}
    found: list[tuple[str, Iteration]] = []
    for one in iterations(message.usage.iterations):
        if one.type in EXTRA:
            number = counts.get(one.type, 0)
            counts[one.type] = number + 1
            found.append((f"{one.type}:{number}", one))
    return found


def picodollars(text: bytes) -> int | None:
    """Dollars written as a JSON number, in millionths of a millionth; None for anything else."""
    try:
        return round(float(text) * MICRO)
    except (ValueError, OverflowError):
        return None
