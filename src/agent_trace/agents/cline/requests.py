"""Requests to the model as the person saw them, and which message of the talk each brought."""

from __future__ import annotations

from typing import NamedTuple

from agent_trace.agents._fields import decoded, dollars, listed, moment
from agent_trace.agents._gathering import Row, Tables
from agent_trace.agents._narrating import UNKNOWN
from agent_trace.agents._untyped import JSON, count, inner, text
from agent_trace.model.usage import Usage


class Request(NamedTuple):
    """One request."""

    name: str
    row: Row
    at: int | None
    after: int | None
    """How many messages the talk had, less one, when it was made: the answer is two places on."""
    model: str
    usage: Usage
    usd: str | None
    reason: str
    """Why it was broken off; empty: it was not."""
    complaint: str

    @property
    def is_done(self) -> bool:
        """Whether it brought an answer, as far as it says."""
        return not self.reason and self.usage is not UNKNOWN


def requests_of(tables: Tables) -> list[Request]:
    """All requests of a task, by time."""
    models = _models(tables)
    found = [_request(row, models) for row in tables.of("seen") if row.record.get("say") == "api_req_started"]
    return sorted(found, key=lambda one: one.at or 0)


def _request(row: Row, models: list[tuple[int, str]]) -> Request:
    told = decoded(row.record.get("text"))
    info = told if isinstance(told, dict) else {}
    at = moment(row.record.get("ts"))
    usd = dollars(info.get("cost"))
    return Request(
        name=str(at or row.name),
        row=row,
        at=at,
        after=_index(row.record),
        model=text(inner(row.record, "modelInfo"), "modelId") or _model_at(models, at),
        usage=usage_of(info),
        usd=usd,
        reason=text(info, "cancelReason"),
        complaint=text(info, "streamingFailedMessage"),
    )


def _index(record: JSON) -> int | None:
    value = record.get("conversationHistoryIndex")
    return value if isinstance(value, int) and not isinstance(value, bool) and -2 < value < 10**6 else None


def usage_of(info: JSON) -> Usage:
    """Tokens of a request: input is without cache, except where the protocol is OpenAI's (Roo Code says which)."""
    read, write = count(info, "cacheReads"), count(info, "cacheWrites")
    fresh, output = count(info, "tokensIn"), count(info, "tokensOut")
    if not any((fresh, output, read, write)):
        return UNKNOWN
    if info.get("apiProtocol") == "openai" and fresh is not None:
        fresh = max(fresh - (read or 0) - (write or 0), 0)
    return Usage(input=fresh, output=output, cache_read=read, cache_write_5m=write)


def measured(message: JSON) -> Usage:
    """Tokens as the message of the talk has them: what came from a cache and what went to it in one figure."""
    tokens = inner(inner(message, "metrics"), "tokens")
    found = Usage(input=count(tokens, "prompt"), output=count(tokens, "completion"), cache_read=count(tokens, "cached"))
    return found if found.tokens else UNKNOWN


def _models(tables: Tables) -> list[tuple[int, str]]:
    """When which model was chosen."""
    rows = (one for note in tables.of("notes") for one in listed(note.record.get("model_usage")))
    return sorted((moment(one.get("ts")) or 0, text(one, "model_id")) for one in rows)


def _model_at(models: list[tuple[int, str]], at: int | None) -> str:
    chosen = [model for since, model in models if at is None or since <= at]
    return chosen[-1] if chosen else models[0][1] if models else ""


def joined(requests: list[Request], talk: list[Row]) -> dict[str, Request]:
    """Name of an answer's row → the request that brought it."""
    placed = {one.after + 2: one for one in requests if one.after is not None}
    waiting, found = list(requests), dict[str, Request]()
    for row in talk:
        if row.record.get("role") != "assistant":
            continue
        request = placed.get(count(row.record, "place") or 0) or _next(waiting, moment(row.record.get("ts")))
        if request is not None and request in waiting:
            waiting.remove(request)
            found[row.name] = request
    return found


def _next(waiting: list[Request], at: int | None) -> Request | None:
    """The last request before an answer's time; without a time, the next one that brought something."""
    free = [one for one in waiting if one.after is None]
    if at is not None:
        before = [one for one in free if one.at is not None and one.at <= at]
        return before[-1] if before else None
    return next((one for one in free if one.is_done), None)
