"""Model calls in a trace: the importer repeats a call's usage on every line that it made of the call's rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from agent_trace.agents.traces.records import Trace, text
from agent_trace.model.usage import BillingClass, Usage, band

SYNTHETIC = "<synthetic>"
"""The model of rows that Claude Code itself wrote: they are no calls."""


class Spent(msgspec.Struct, frozen=True):
    """A model call as one line tells it."""

    key: str
    cls: BillingClass | None
    usage: Usage
    stop: str | None = None


def calls_of(trace: Trace) -> dict[str, Spent]:
    """Id of an imported answer, and id of the transcript's row that it comes from → its model call.

    Lines of one call follow each other and have one prompt; between two calls a prompt grows.
    """
    found: dict[str, Spent] = {}
    last: dict[str, tuple[tuple[object, ...], str]] = {}
    for record in trace.records:
        data = record.data
        if record.type != "assistant_response" or not isinstance(data.get("usage"), dict):
            continue
        if text(data.get("model")) == SYNTHETIC:
            continue
        row = text(data.get("source_uuid")) or record.name
        one = spent(data, f"{trace.session}:{row}")
        stream = text(data.get("context_stream"))
        prompt = _prompt(one)
        before = last.get(stream)
        if before is not None and before[0] == prompt and one.usage.prompt:
            one = msgspec.structs.replace(one, key=before[1])
        last[stream] = (prompt, one.key)
        found[record.name] = one
        found.setdefault(row, one)
    return found


def _prompt(one: Spent) -> tuple[object, ...]:
    used = one.usage
    return (one.cls and one.cls.model, used.input, used.cache_read, used.cache_write_5m, used.cache_write_1h)


def spent(data: Mapping[str, Any], key: str, model: str = "") -> Spent:
    """What a line says of a model call. Nothing but zeros means that its writer did not know."""
    found = data.get("usage")
    told: Mapping[str, Any] = found if isinstance(found, dict) else data
    usage = _usage(told)
    if not usage.tokens:
        usage = Usage()
    model = text(data.get("model")) or model
    cls = BillingClass(
        model=model,
        speed=_unusual(told.get("speed")),
        geo=text(told.get("inference_geo")),
        tier=text(told.get("service_tier")),
        band=band(usage.prompt),
    )
    return Spent(key, cls if model else None, usage, text(data.get("stop_reason")) or None)


def _unusual(value: object) -> str:
    return "" if text(value) == "standard" else text(value)


def _usage(told: Mapping[str, Any]) -> Usage:
    """By the names of Anthropic's API, which count cache apart, or by OpenAI's, which count it inside the prompt."""
    fresh, output = _count(told, "input_tokens"), _count(told, "output_tokens", "completion_tokens")
    cached = _count(told, "cache_read_input_tokens")
    five, hour = _writes(told)
    if fresh is None:
        fresh, inside = _count(told, "prompt_tokens"), _count(told, "cached_tokens", "cached_input_tokens")
        if fresh is not None and inside is not None:
            fresh, cached = max(fresh - inside, 0), inside
    served = told.get("server_tool_use")
    return Usage(
        input=fresh,
        output=output,
        cache_read=cached,
        cache_write_5m=five,
        cache_write_1h=hour,
        web_searches=_count(served, "web_search_requests") if isinstance(served, dict) else None,
    )


def _writes(told: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """Cache writes for five minutes and for an hour; without the split, all are of the first kind."""
    whole, split = _count(told, "cache_creation_input_tokens"), told.get("cache_creation")
    if not isinstance(split, dict):
        return whole, None
    hour = _count(split, "ephemeral_1h_input_tokens") or 0
    five = _count(split, "ephemeral_5m_input_tokens") or 0
    return max(five, (whole or 0) - hour), hour


def _count(told: Mapping[str, Any], *names: str) -> int | None:
    """The first of these that is a count of tokens."""
    for name in names:
        value = told.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
    return None
