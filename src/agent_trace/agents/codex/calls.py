"""Model calls: which there were, what each used, and which tools it asked for.

Since 0.14x every call has a `token_usage_record` of its own. Before, and beside it, `token_count` events repeat the last
call's usage and the sum so far: a call is a change of that sum. Rate limits bring the same sum again; a resume or an
overrun of the context begins it anew. Cached input is a part of input, reasoning a part of output: taken apart here,
once.

The usage stands behind the items of a reply (before 0.5x in front of them), so that a call which asks for tools is told
with the first of them and its usage mends it. Its time is that of its usage.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent_trace.agents.codex.fields import Record, number, part, text
from agent_trace.agents.codex.parse_state import Reply
from agent_trace.agents.codex.reader import Reader, stand_in
from agent_trace.model.events import LlmResponse
from agent_trace.model.usage import BillingClass, Usage, band

UNIQUE = 20
"""A call id at least this long was made by a vendor that makes each only once."""
_KINDS = (
    "input_tokens",
    "cached_input_tokens",
    "cache_write_input_tokens",
    "output_tokens",
    "reasoning_output_tokens",
)
_INPUT, _CACHED, _WRITTEN, _OUTPUT, _REASONING = range(5)
UNKNOWN = Usage()


def hear_record(reader: Reader, record: Record) -> None:
    """The usage of one call, by itself."""
    state, spent, response = reader.state, _counts(part(record, "usage")), text(record, "response_id")
    if spent is None:
        reader.unread("a usage record without counts")
        return
    state.total = _counts(part(record, "thread_token_usage")) or state.total
    if response and response == state.response:
        return
    state.response, state.recorded, state.lost, state.is_usage_first = response, spent, None, False
    if any(spent):
        _bill(reader, spent, response or reader.name, twin=response, tier=_tier(reader, record))


def hear_count(reader: Reader, event: Record) -> None:
    """A sum so far: it has changed where there was a call."""
    if event.get("info") is None and not event.keys() & {"usage", "input_tokens"}:
        return
    info = part(event, "info")
    total, last = _counts(part(info, "total_token_usage")), _counts(part(info, "last_token_usage"))
    if total is None and last is None:
        reader.unread("a token count without known counts")
        return
    state = reader.state
    before, state.total = state.total, total if total is not None else state.total
    recorded, state.recorded = state.recorded, None
    if (total is not None and total == before) or (recorded is not None and last == recorded):
        return
    if _begins_anew(total, last, before):
        state.segment += before is not None
        before = None
    spent = last if last is not None and any(last) else _difference(total, before)
    if not any(spent):
        return
    _find_lost(reader, total, spent, before)
    key = stand_in(f"{reader.thread}\n{state.segment}\n{total or last}".encode("utf-8", "replace"))
    _bill(reader, spent, key if total is not None else reader.name, tier=_tier(reader, event))


def _begins_anew(total: Sequence[int] | None, last: Sequence[int] | None, before: Sequence[int] | None) -> bool:
    """A sum that is smaller than before, or is its last call alone."""
    if total is None or before is None:
        return False
    return total == last or any(now < then for now, then in zip(total, before, strict=True))


def _difference(total: Sequence[int] | None, before: Sequence[int] | None) -> list[int]:
    if total is None or before is None:
        return list(total or ())
    return [now - then for now, then in zip(total, before, strict=True)]


def _find_lost(reader: Reader, total: Sequence[int] | None, spent: Sequence[int], before: list[int] | None) -> None:
    """A reply that was broken off has no count of its own: the sum moved by its usage and by this call's."""
    lost, reader.state.lost = reader.state.lost, None
    if lost is None or total is None or before is None:
        return
    rest = [moved - own for moved, own in zip(_difference(total, before), spent, strict=True)]
    if any(rest) and min(rest) >= 0:
        _mend(reader, lost, "found", usage=_usage(rest), at=lost.at)


# ---- replies


def answer(reader: Reader) -> None:
    """An item of a reply."""
    state = reader.state
    if state.reply is None or not state.reply.is_billed:
        state.is_answered = True


def ask(reader: Reader, call_id: str) -> str:
    """The key of the call that asks for a tool; a call that is not known yet is told."""
    state = reader.state
    answer(reader)
    reply = state.reply
    if reply is None:
        known = call_id if len(call_id) >= UNIQUE else f"{reader.thread}:{call_id}"
        key = reader.once(f"{known}.reply")
        reply = state.reply = Reply(key, reader.at, state.model)
        bare = reader.row.bare
        at = reader.at if bare else None
        reader.tell(LlmResponse, key, call=key, cls=_class(reader, UNKNOWN), at=at, counts=not bare)
    elif reply.is_billed and not reply.has_tools:
        _mend(reader, reply, "tools", usage=UNKNOWN, at=None)
    reply.has_tools, state.asked_by = True, reply.key
    return reply.key


def ask_again(reader: Reader, call_id: str) -> str:
    """The same for a tool that a script of the model's called: it belongs to the call that the script came from."""
    state = reader.state
    return state.asked_by if state.reply is None and state.asked_by else ask(reader, call_id)


def begin_turn(reader: Reader) -> None:
    """What a turn's order of items and usage was tells nothing of the next."""
    state = reader.state
    state.is_usage_first = None
    if state.reply is None or state.reply.is_billed:
        state.reply, state.is_answered = None, False


def break_off(reader: Reader) -> None:
    """The turn is over: what was asked for without a usage so far gets none."""
    state, reply = reader.state, reader.state.reply
    if reply is not None and not reply.is_billed:
        _mend(reader, reply, "broken", usage=UNKNOWN, at=reply.at)
        state.lost = reply
    state.reply, state.is_answered, state.is_usage_first = None, False, None


def _bill(reader: Reader, spent: Sequence[int], key: str, *, tier: str, twin: str = "") -> None:
    """A call's usage: it mends the reply that waits for it, else it tells of a call."""
    state, usage = reader.state, _usage(spent)
    state.context = spent[_INPUT] + spent[_OUTPUT]
    reply = state.reply
    if reply is not None and not reply.is_billed:
        _mend(reader, reply, "usage", usage=usage, at=reader.at, tier=tier, twin=twin)
        state.reply = None
        state.is_usage_first = False
    else:
        name, cls = reader.once(key), _class(reader, usage, tier)
        reader.tell(LlmResponse, name, call=key, cls=cls, usage=usage, twin=twin, continues=name != key)
        _expect_tools(reader, key)
    state.is_answered = False


def _expect_tools(reader: Reader, key: str) -> None:
    """Where a turn's first usage comes before any item of its reply, the tools that follow are this call's."""
    state = reader.state
    if state.is_usage_first is None:
        state.is_usage_first = not state.is_answered
    state.reply = Reply(key, reader.at, state.model, is_billed=True) if state.is_usage_first else None


def _mend(
    reader: Reader, reply: Reply, what: str, *, usage: Usage, at: int | None, tier: str | None = None, twin: str = ""
) -> None:
    reader.tell(
        LlmResponse,
        reader.once(f"{reply.key}.{what}"),
        call=reply.key,
        cls=_class(reader, usage, tier, reply.model),
        usage=usage,
        at=at,
        continues=True,
        counts=not reader.row.bare,
        twin=twin,
    )


# ---- counts


def _counts(record: Record) -> list[int] | None:
    """Input, cached, written, output and reasoning as logged; None where neither input nor output is told."""
    found = [number(record, name) for name in _KINDS]
    if found[_INPUT] is None and found[_OUTPUT] is None:
        return None
    return [max(one or 0, 0) for one in found]


def _usage(spent: Sequence[int]) -> Usage:
    """The same in disjoint kinds. Nothing tells how long a written cache lives, and before 0.14x nothing of writes."""
    cached, written = spent[_CACHED], spent[_WRITTEN]
    return Usage(
        input=max(spent[_INPUT] - cached - written, 0),
        output=spent[_OUTPUT],
        cache_read=cached,
        cache_write_5m=written,
        reasoning=spent[_REASONING],
    )


def _class(reader: Reader, usage: Usage, tier: str | None = None, model: str | None = None) -> BillingClass:
    state = reader.state
    return BillingClass(
        model=state.model if model is None else model,
        tier=state.tier if tier is None else tier,
        band=band(usage.prompt),
    )


def _tier(reader: Reader, record: Record) -> str:
    return text(record, "service_tier") or reader.state.tier
