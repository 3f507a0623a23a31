"""Model calls: an answer, the record of what it used, and the account of a whole session.

A record and an answer belong together by the id that the vendor gave the answer. Local servers use ids again and again:
a short id, or one whose record was seen, starts another call, which is known by the event that showed it first.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from agent_trace.agents._telling import keep
from agent_trace.agents._untyped import JSON, count, inner, text
from agent_trace.agents.copilot.reader import GLOBAL, Account, Heard, ParseState, Reader
from agent_trace.model.events import Compacted, ErrorRaised, LlmResponse, SessionEnded, UsageRecorded
from agent_trace.model.usage import BillingClass, Usage, band

UNKNOWN = Usage()
NANO = 10**9
_MOST = 10.0**15
_KINDS = ("inputTokens", "outputTokens", "cacheReadTokens", "cacheWriteTokens")
_EARLIER = ("input", "output", "cachedInput", "")
"""The names that early versions gave them in a compaction."""
_NONE = [0, 0, 0, 0]


def hear_record(reader: Reader, data: JSON) -> None:
    """What one model call used."""
    used = inner(data, "usage")
    reader.choose(reader.session, text(used, "model"))
    name = text(used, "apiCallId") or reader.name
    slot = f"{reader.session} {name}"
    held = reader.state.calls.get(slot)
    usage = usage_of(used)
    if held is not None and (not held.has_record or len(name) >= GLOBAL):
        bill = {} if held.has_record else used
        _respond(reader, held.key, usage, continues=True, stop=text(used, "finishReason"), used=bill)
        reader.state.account.spoken += (usage.output or 0) - held.output
        held.output, held.has_record = usage.output or 0, True
        return
    key = name if len(name) >= GLOBAL and held is None else reader.key
    _remember(reader, slot, Heard(key, usage.output or 0, True))
    _respond(reader, key, usage, stop=text(used, "finishReason"), used=used)


def hear_answer(reader: Reader, data: JSON) -> str:
    """The call that an answer belongs to, by key."""
    reader.choose(reader.session, text(data, "model"))
    name = next((text(data, one) for one in ("apiCallId", "requestId", "messageId") if text(data, one)), reader.name)
    slot = f"{reader.session} {name}"
    held, output = reader.state.calls.get(slot), count(data, "outputTokens") or 0
    if held is None:
        held = Heard(name if len(name) >= GLOBAL else reader.key, output, False)
        _remember(reader, slot, held)
        _respond(reader, held.key, Usage(output=output) if output else UNKNOWN)
    elif output > held.output and not held.has_record:
        reader.state.account.spoken += output - held.output
        held.output = output
        _respond(reader, held.key, Usage(output=output), continues=True)
    keep(reader.state.latest, reader.session, held.key, ParseState.SESSIONS)
    return held.key


def _remember(reader: Reader, slot: str, heard: Heard) -> None:
    keep(reader.state.calls, slot, heard, ParseState.CALLS)
    keep(reader.state.latest, reader.session, heard.key, ParseState.SESSIONS)
    reader.state.account.spoken += heard.output


def _respond(reader: Reader, key: str, usage: Usage, *, stop: str = "", used: JSON | None = None, **how: Any) -> None:
    model, reader.state.attempts = reader.model, 0
    reader.tell(
        LlmResponse,
        ".call" if how or used is None else "",
        call=key,
        cls=BillingClass(model=model, band=band(usage.prompt)) if model else None,
        usage=usage,
        credits=credits(used or {}),
        stop=stop or None,
        **how,
    )


def usage_of(used: JSON) -> Usage:
    """Tokens of one call, cache taken out of input; zeros all over mean that nobody knows."""
    names = _KINDS if any(name in used for name in _KINDS) else _EARLIER
    fresh, output, read, written = (count(used, name) for name in names)
    if not (fresh or output or read or written):
        return UNKNOWN
    return Usage(
        input=None if fresh is None else _without_cache(fresh, read or 0, written or 0),
        output=output,
        cache_read=read,
        cache_write_5m=written,
        reasoning=count(used, "reasoningTokens"),
    )


def _without_cache(fresh: int, read: int, written: int) -> int:
    """What of the input was no cache; an input that is smaller than its cache lacks it already."""
    return fresh - read - written if fresh >= read + written else fresh


def nano(used: JSON) -> float | None:
    """Billionths of an AI credit; None where the agent does not know."""
    found = inner(used, "copilotUsage").get("totalNanoAiu", used.get("totalNanoAiu"))
    if isinstance(found, bool) or not isinstance(found, int | float) or not 0 <= found <= _MOST:
        return None
    return None if text(used, "aiCreditsStatus") == "unavailable" else float(found)


def credits(used: JSON) -> str | None:
    """AI credits of one call as a decimal string."""
    found = nano(used)
    return None if found is None else _decimal(found)


def _decimal(billionths: float) -> str:
    return f"{(Decimal(repr(billionths)) / NANO).normalize():f}"


# ---- compaction


def hear_compaction(reader: Reader, data: JSON) -> None:
    """The window was summed up: by a model call that stands nowhere else."""
    used = inner(data, "compactionTokensUsed")
    usage, model = usage_of(used), text(used, "model") or reader.model
    if usage is not UNKNOWN:
        reader.tell(
            LlmResponse,
            ".call",
            call=reader.key,
            cls=BillingClass(model=model, band=band(usage.prompt)) if model else None,
            usage=usage,
            credits=credits(used),
            side=True,
        )
    if data.get("success") is False:
        words = text(data, "error")
        reader.tell(ErrorRaised, text=reader.cut(words), status=count(data, "statusCode"))
        return
    reader.tell(
        Compacted,
        trigger=text(data, "trigger"),
        before=count(data, "preCompactionTokens"),
        after=count(data, "postCompactionTokens"),
        run_ms=count(used, "duration"),
        summary=reader.cut(text(data, "summaryContent")),
    )


def hear_truncation(reader: Reader, data: JSON) -> None:
    """Early versions drop the oldest messages instead."""
    before, after = count(data, "preTruncationTokensInMessages"), count(data, "postTruncationTokensInMessages")
    reader.tell(Compacted, trigger="truncation", before=before, after=after)


# ---- the account of a session


def hear_shutdown(reader: Reader, data: JSON) -> None:
    """A process ends, and says what the session has used so far."""
    reader.tell(SessionEnded, reason=text(data, "shutdownType"))
    metrics = inner(data, "modelMetrics")
    now = {name: _kinds(inner(inner(metrics, name), "usage")) for name in metrics}
    now = {name: kinds for name, kinds in now.items() if any(kinds)}
    billed = nano(data) or 0.0
    if not now and not billed:
        return
    account = reader.state.account
    if _began_anew(account, now):
        account.before, account.credits = _sum(account.before, account.now), account.credits + account.credits_now
    account.now, account.credits_now, account.spoken = now, billed, 0
    total = account.credits + account.credits_now
    reader.tell(
        UsageRecorded,
        ".account",
        models={name: _usage(kinds) for name, kinds in _sum(account.before, now).items()},
        credits=_decimal(total) if total else None,
    )


def _kinds(used: JSON) -> list[int]:
    return [count(used, name) or 0 for name in _KINDS]


def _usage(kinds: list[int]) -> Usage:
    fresh, output, read, written = kinds
    plain = _without_cache(fresh, read, written)
    return Usage(input=plain, output=output, cache_read=read, cache_write_5m=written)


def _sum(one: dict[str, list[int]], other: dict[str, list[int]]) -> dict[str, list[int]]:
    pairs = {name: (one.get(name, _NONE), other.get(name, _NONE)) for name in {**one, **other}}
    return {name: [left + right for left, right in zip(*both, strict=True)] for name, both in pairs.items()}


def _began_anew(account: Account, now: dict[str, list[int]]) -> bool:
    """Whether this account forgot the one before it: something shrank, or what was said since then is all it holds."""
    if any(new < old for name in account.now for new, old in zip(now.get(name, _NONE), account.now[name], strict=True)):
        return True
    held, holds = (sum(kinds[1] for kinds in one.values()) for one in (account.now, now))
    return abs(holds - account.spoken) < abs(holds - held - account.spoken)
