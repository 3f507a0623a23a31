"""What the full reader's events add up to, and what the fast pass counts: the same figures from both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from agent_trace.agents.claude.parse import parse
from agent_trace.agents.claude.scan import Scanner
from agent_trace.agents.claude.usage import picodollars
from agent_trace.model.events import ErrorRaised, Event, LlmResponse, ToolCall, ToolResult, Unknown
from agent_trace.model.scan import CallSeen, Scan, digest
from agent_trace.model.session import Session, by_session
from agent_trace.model.usage import Usage
from tests.agents.claude.logs import lines


class Called(NamedTuple):
    """One API call, or what one billed besides itself."""

    model: str
    speed: str
    geo: str
    tier: str
    usage: Usage
    recorded: int | None
    at: int | None
    counts: bool
    tool: str | None


class Figures(NamedTuple):
    """What a Summary and the ledger are made of, as far as one log tells it."""

    calls: dict[int, Called]
    tools: dict[int, str]
    errors: set[int]
    prompts: Counter[tuple[str, int | None]]
    unread: list[tuple[str, int]]
    lines: Counter[str]
    api_errors: Counter[str]
    refused: Counter[str]
    children: set[str]


def by_scan(path: str, data: bytes) -> Figures:
    """The figures of the fast pass."""
    scanner = Scanner(path)
    scanner.feed(data, 0)
    scan, _ = scanner.finish()
    return Figures(
        calls={call.key: _seen(call) for call in scan.calls.values()},
        tools={tool.key: tool.name for tool in reversed(scan.tools)},
        errors={result.tool for result in scan.results if result.failed},
        prompts=Counter((session, at) for _, session, at in scan.prompts),
        unread=sorted((unread.reason, unread.offset) for unread in scan.unread),
        lines=_lines_of(scan),
        api_errors=+Counter({name: part.api_errors for name, part in scan.parts.items()}),
        refused=+Counter({name: part.refused for name, part in scan.parts.items()}),
        children={link.agent_id for link in scan.links},
    )


def _lines_of(scan: Scan) -> Counter[str]:
    added = {f"+ {name}": part.lines_added for name, part in scan.parts.items()}
    removed = {f"- {name}": part.lines_removed for name, part in scan.parts.items()}
    return +Counter(added | removed)


def _seen(call: CallSeen) -> Called:
    usage = Usage(
        input=call.input,
        output=call.output,
        cache_read=call.cache_read,
        cache_write_5m=call.cache_write_5m,
        cache_write_1h=call.cache_write_1h,
        reasoning=call.reasoning,
        web_searches=call.web_searches,
    )
    tool = call.tool if call.counts else None
    return Called(call.model, call.speed, call.geo, call.tier, usage, call.recorded, call.at, bool(call.counts), tool)


def by_parse(path: str, data: bytes) -> Figures:
    """The same figures from the events."""
    events = list(parse(path, lines(data)))
    found = by_session(events, "claude").values()
    return Figures(
        calls=_calls(found, events),
        tools={digest(step.call.call.encode()): step.call.tool for session in found for step in session.steps},
        errors={digest(result.call.encode()) for session in found for result in session.errors},
        prompts=Counter((prompt.session, prompt.at) for session in found for prompt in session.prompts),
        unread=sorted((one.reason, _offset(one)) for session in found for one in session.unread),
        lines=_lines(events),
        api_errors=Counter(event.session for event in events if _is_api_error(event)),
        refused=Counter(one.session for one in events if isinstance(one, ToolResult) and one.refused and one.tool),
        children={child for session in found for child in session.children},
    )


def _offset(event: Unknown) -> int:
    return event.origin.offset if event.origin else -1


def _is_api_error(event: Event) -> bool:
    """What the API answered to a request that was tried again; what the agent says in the end is no more of it."""
    return isinstance(event, ErrorRaised) and event.retry is not None


def _lines(events: Iterable[Event]) -> Counter[str]:
    found: Counter[str] = Counter()
    for event in events:
        if isinstance(event, ToolResult):
            found[f"+ {event.session}"] += event.lines_added
            found[f"- {event.session}"] += event.lines_removed
    return +found


def _calls(found: Iterable[Session], events: Iterable[Event]) -> dict[int, Called]:
    first_tools: dict[str, str] = {}
    for event in events:
        if isinstance(event, ToolCall) and event.response is not None:
            first_tools.setdefault(event.response, event.tool)
    calls: dict[int, Called] = {}
    for call in (call for session in found for call in session.calls):
        key = _key(call)
        calls[key] = _better(calls.get(key), _told(call, first_tools))
    return calls


def _key(call: LlmResponse) -> int:
    """The key that the fast pass gives: what a call billed besides itself is named after the call's own key."""
    if call.counts:
        return digest(call.call.encode())
    head, kind, number = call.call.rsplit(":", 2)
    return digest(f"{digest(head.encode())}:{kind}:{number}".encode())


def _told(call: LlmResponse, first_tools: dict[str, str]) -> Called:
    assert call.cls is not None
    return Called(
        model=call.cls.model,
        speed=call.cls.speed,
        geo=call.cls.geo,
        tier=call.cls.tier,
        usage=call.usage,
        recorded=picodollars(call.recorded_usd.encode()) if call.recorded_usd else None,
        at=call.at,
        counts=call.counts,
        tool=first_tools.get(call.call) if call.counts else None,
    )


def _better(held: Called | None, other: Called) -> Called:
    """One call in two sessions of a log: the row with the most output counts, the earliest one dates it."""
    if held is None:
        return other
    best = max(held, other, key=lambda one: (one.usage.output or 0, one.usage.prompt))
    return best._replace(at=min((at for at in (held.at, other.at) if at is not None), default=None))
