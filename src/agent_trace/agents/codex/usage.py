"""A usage as Codex logs it, and the same in disjoint kinds."""

from __future__ import annotations

from agent_trace.agents.codex.fields import Record, number
from agent_trace.model.usage import Usage

KINDS = (
    "input_tokens",
    "cached_input_tokens",
    "cache_write_input_tokens",
    "output_tokens",
    "reasoning_output_tokens",
)
INPUT, CACHED, WRITTEN, OUTPUT, REASONING = range(5)

Counts = list[int]
"""Input, cached, written, output and reasoning as logged: cached and written are parts of the input."""


def counts_of(record: Record) -> Counts | None:
    """The counts of a usage; None where neither input nor output is told."""
    found = [number(record, name) for name in KINDS]
    if found[INPUT] is None and found[OUTPUT] is None:
        return None
    return [max(one or 0, 0) for one in found]


def fresh(spent: Counts) -> int:
    """Input that came from no cache and went to none."""
    return max(spent[INPUT] - spent[CACHED] - spent[WRITTEN], 0)


def usage_of(spent: Counts) -> Usage:
    """The same in disjoint kinds. Nothing tells how long a written cache lives, and before 0.14x nothing of writes."""
    return Usage(
        input=fresh(spent),
        output=spent[OUTPUT],
        cache_read=spent[CACHED],
        cache_write_5m=spent[WRITTEN],
        reasoning=spent[REASONING],
    )
