"""Model calls: which there were, what each used, and which tools it asked for.

Since 0.14x every call has a `token_usage_record` of its own. Before, and beside it, `token_count` events repeat the last
call's usage and the sum so far: a call is a change of that sum. Rate limits bring the same sum again; a resume or an
overrun of the context begins it anew. Cached input is a part of input, reasoning a part of output: taken apart here,
once.

The usage stands behind the items of a reply (before 0.5x in front of them), so that a call which asks for tools is told
with the first of them and its usage mends it. Its time is that of its usage.
"""

from __future__ import annotations

from agent_trace.agents.codex.fields import Record, number, part, text
from agent_trace.agents.codex.parse_state import Reply
from agent_trace.agents.codex.reader import Reader, stand_in
from agent_trace.agents.codex.usage import Counts, counts_of

UNIQUE = 20
"""A call id at least this long was made by a vendor that makes each only once."""


def hear_record(reader: Reader, record: Record) -> None:
    """The usage of one call, by itself."""
    spent, total = counts_of(part(record, "usage")), counts_of(part(record, "thread_token_usage"))
    if spent is None:
        reader.unread("a usage record without counts")
    else:
        record_call(reader, spent, total, text(record, "response_id"), text(record, "service_tier"))


def record_call(reader: Reader, spent: Counts, total: Counts | None, response: str, tier: str) -> None:
    """The same from its counts."""
    state = reader.state
    state.total = total or state.total
    if response and response == state.response:
        return
    state.response, state.recorded, state.lost, state.is_usage_first = response, spent, None, False
    if any(spent):
        _bill(reader, spent, response=response, tier=tier)


def hear_count(reader: Reader, event: Record) -> None:
    """A sum so far: it has changed where there was a call."""
    if event.get("info") is None and not event.keys() & {"usage", "input_tokens"}:
        return
    info = part(event, "info")
    reader.state.window = number(info, "model_context_window") or reader.state.window
    total, last = counts_of(part(info, "total_token_usage")), counts_of(part(info, "last_token_usage"))
    if total is None and last is None:
        reader.unread("a token count without known counts")
    else:
        count_calls(reader, total, last, text(event, "service_tier"))


def count_calls(reader: Reader, total: Counts | None, last: Counts | None, tier: str) -> None:
    """The same from its counts."""
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
    _bill(reader, spent, total=total, tier=tier)


def _key(reader: Reader, response: str, total: Counts | None) -> str:
    """What a call is known by in every copy of it: its response, else the sum that it led to."""
    if response or total is None:
        return response or reader.name
    return stand_in(f"{reader.thread}\n{reader.state.segment}\n{total}".encode("utf-8", "replace"))


def _begins_anew(total: Counts | None, last: Counts | None, before: Counts | None) -> bool:
    """A sum that is smaller than before, or is its last call alone."""
    if total is None or before is None:
        return False
    return total == last or any(now < then for now, then in zip(total, before, strict=True))


def _difference(total: Counts | None, before: Counts | None) -> Counts:
    if total is None or before is None:
        return list(total or ())
    return [now - then for now, then in zip(total, before, strict=True)]


def _find_lost(reader: Reader, total: Counts | None, spent: Counts, before: Counts | None) -> None:
    """A reply that was broken off has no count of its own: the sum moved by its usage and by this call's."""
    lost, reader.state.lost = reader.state.lost, None
    if lost is None or total is None or before is None:
        return
    rest = [moved - own for moved, own in zip(_difference(total, before), spent, strict=True)]
    if any(rest) and min(rest) >= 0:
        _mend(reader, lost, "found", rest, at=lost.at)


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
        reader.tell_call(key, key, None, at=reader.at if reader.row.bare else None)
    elif reply.is_billed and not reply.has_tools:
        _mend(reader, reply, "tools", None, at=None)
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
        _mend(reader, reply, "broken", None, at=reply.at)
        state.lost = reply
    state.reply, state.is_answered, state.is_usage_first = None, False, None


def _bill(reader: Reader, spent: Counts, *, tier: str, response: str = "", total: Counts | None = None) -> None:
    """A call's usage: it mends the reply that waits for it, else it tells of a call."""
    state, reply = reader.state, reader.state.reply
    if reply is not None and not reply.is_billed:
        _mend(reader, reply, "usage", spent, at=reader.at, tier=tier, twin=response)
        state.reply = None
        state.is_usage_first = False
    else:
        key = _key(reader, response, total)
        name = reader.once(key)
        reader.tell_call(name, key, spent, at=reader.at, tier=tier, twin=response, continues=name != key)
        _expect_tools(reader, key)
    state.is_answered = False


def _expect_tools(reader: Reader, key: str) -> None:
    """Where a turn's first usage comes before any item of its reply, the tools that follow are this call's."""
    state = reader.state
    if state.is_usage_first is None:
        state.is_usage_first = not state.is_answered
    state.reply = Reply(key, reader.at, state.model, is_billed=True) if state.is_usage_first else None


def _mend(
    reader: Reader, reply: Reply, what: str, spent: Counts | None, *, at: int | None, tier: str = "", twin: str = ""
) -> None:
    name = reader.once(f"{reply.key}.{what}")
    reader.tell_call(name, reply.key, spent, at=at, model=reply.model, tier=tier, twin=twin, continues=True)
