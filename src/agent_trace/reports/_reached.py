"""What sessions reached beyond themselves: MCP servers and other agents, with counts, failures and how long calls ran."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from agent_trace.analysis.protocols import A2aCall, McpCall, Version, a2a_call, mcp_call
from agent_trace.model.session import Step
from agent_trace.render.blocks import Node
from agent_trace.render.numbers import clip, count, duration
from agent_trace.reports._parts import Part
from agent_trace.reports._telling import WITHHELD
from agent_trace.reports._words import many

_TASK = 60


class Used(msgspec.Struct, frozen=True, kw_only=True):
    """Calls that are counted together."""

    calls: int
    failed: int
    unanswered: int
    """Calls of which no result is in the log."""
    run_s: float | None
    """How long those ran that tell it, together; null where none does."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One call of an MCP tool or of another agent."""

    event: str
    """The number of the call: `12`, or `12/3` in a sub-agent."""
    name: str
    """The tool, or the method as it was called."""
    task: str
    """What was asked, on one line; empty where it is withheld or not written down."""
    failed: bool | None
    """null: no result is in the log."""
    run_s: float | None
    started: str | None = None
    """The session that the call started there, where it is known here too."""
    operation: str | None = None
    """Of A2A: what 1.0 calls the method; null: only that another agent was called is known."""
    version: Version | None = None
    """Of A2A: whose names were used."""


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """An MCP server, or another agent."""

    name: str | None
    """null: the calls do not tell."""
    used: Used
    requests: tuple[Request, ...]


class Beyond(msgspec.Struct, frozen=True, kw_only=True):
    """What one session reached."""

    mcp: tuple[Reached, ...] = ()
    a2a: tuple[Reached, ...] = ()


def beyond(one: Part, owns: Callable[[str], bool]) -> Beyond:
    """The MCP servers and the agents that a session called itself, in the order of first use."""
    servers: dict[str | None, list[Request]] = {}
    agents: dict[str | None, list[Request]] = {}
    for step in one.session.steps:
        call = step.call
        if call.inherited or (call.side and not owns(call.response or "")):
            continue
        asked = a2a_call(call)
        used = None if asked is not None else mcp_call(call)
        if asked is not None:
            agents.setdefault(_told(asked.agent), []).append(_asked(one, step, asked))
        elif used is not None:
            servers.setdefault(_told(used.server), []).append(_used(one, step, used))
    return Beyond(mcp=tuple(_reached(servers)), a2a=tuple(_reached(agents)))


def _told(name: str | None) -> str | None:
    return None if name is None or WITHHELD.fullmatch(name) else name


def _reached(found: dict[str | None, list[Request]]) -> Iterator[Reached]:
    for name, requests in found.items():
        yield Reached(name=name, used=used_by(requests), requests=tuple(requests))


def used_by(requests: Iterable[Request]) -> Used:
    """Calls, added up."""
    every = list(requests)
    known = [one.run_s for one in every if one.run_s is not None]
    return Used(
        calls=len(every),
        failed=sum(one.failed is True for one in every),
        unanswered=sum(one.failed is None for one in every),
        run_s=round(sum(known), 3) if known else None,
    )


def _asked(one: Part, step: Step, asked: A2aCall) -> Request:
    made = _request(one, step, asked.name)
    made = msgspec.structs.replace(made, task="") if made.task == asked.agent else made
    return msgspec.structs.replace(made, operation=asked.operation, version=asked.version)


def _used(one: Part, step: Step, used: McpCall) -> Request:
    return _request(one, step, used.tool)


def _request(one: Part, step: Step, name: str) -> Request:
    child = one.starts.get(step.call.call)
    said = " ".join(step.call.title.split())
    return Request(
        event=f"{one.prefix}{step.number}",
        name=name,
        task="" if WITHHELD.fullmatch(said) or said == step.call.tool else clip(said, 200),
        failed=None if step.result is None else step.went_wrong,
        run_s=None if step.run_ms is None else step.run_ms / 1000,
        started=None if child is None else child.id,
    )


# ---------------------------------------------------------------- nodes


def summed_nodes(found: Beyond) -> Iterator[Node]:
    """Each server and agent on one line, with the tools or methods that were called below it."""
    for kind, ones in (("MCP", found.mcp), ("A2A", found.a2a)):
        for one in ones:
            yield Node(text=_headed(kind, one), detail=figures_of(one.used), children=tuple(_by_name(one.requests)))


def each_node(kind: str, one: Reached, below: Callable[[Request], Sequence[Node]]) -> Node:
    """A server or an agent with every call below it; `below` draws what a call started."""
    return Node(
        text=_headed(kind, one),
        detail=figures_of(one.used),
        children=tuple(_node(request, below(request)) for request in one.requests),
    )


def _node(one: Request, below: Sequence[Node]) -> Node:
    mark = "?" if one.failed is None else "✗" if one.failed else "✓"
    other = f" ({one.operation})" if one.operation not in (None, one.name) else ""
    task = f"  {clip(one.task, _TASK)}" if one.task else ""
    detail = "no answer in the log" if one.failed is None else "" if one.run_s is None else duration(one.run_s)
    return Node(text=f"{mark} #{one.event}  {one.name}{other}{task}", detail=detail, children=tuple(below))


def _by_name(requests: Sequence[Request]) -> Iterator[Node]:
    names: dict[str, list[Request]] = {}
    for one in requests:
        names.setdefault(one.name, []).append(one)
    for name, ones in names.items():
        yield Node(text=name, detail=figures_of(used_by(ones)))


def _headed(kind: str, one: Reached) -> str:
    unnamed = "a server that its calls do not name" if kind == "MCP" else "an agent that its calls do not name"
    return f"{kind}  {one.name or unnamed}"


def figures_of(used: Used) -> str:
    """`3 calls, 1 failed · 27ms`."""
    failed = f", {count(used.failed)} failed" if used.failed else ""
    left = f", {count(used.unanswered)} without an answer" if used.unanswered else ""
    ran = "" if used.run_s is None else f" · {duration(used.run_s)}"
    return f"{many(used.calls, 'call')}{failed}{left}{ran}"
