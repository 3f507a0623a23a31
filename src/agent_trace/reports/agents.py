"""Every agent that agent-trace reads: whether it is here, which versions were seen, and what its logs can tell.

One line an agent: sessions that are indexed, versions that wrote them, versions that were seen running when the reader
was written (`unverified`: none was, it was made from the agent's sources or from others' files), what is known of
tokens, whether the agent writes down dollars, whether its sub-agents can be seen, and what it offers to those who want
to hear it live. With a name, or with `--verbose`, also where was looked, how a failure shows, how a session is gone on
with, and what the logs do not hold. Homes on systems where nobody has tried it are marked `not run`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

import msgspec

from agent_trace.errors import UsageError
from agent_trace.model.facts import Facts
from agent_trace.render.blocks import AnyBlock, Cell, Column, Fields, Heading, Prose, Table, Tone, cell, field
from agent_trace.render.numbers import count, since
from agent_trace.reports._agents import SYSTEMS, UNVERIFIED, AgentSeen, Place, described, shortened
from agent_trace.reports._scopes import AgentsScope
from agent_trace.reports._words import many

SCOPE = "agents"
ARGUMENT = "name"


class Options(msgspec.Struct, frozen=True, kw_only=True):
    name: Annotated[str, msgspec.Meta(description="All that is known about this agent.")] = ""
    verbose: Annotated[bool, msgspec.Meta(description="All that is known about each of them.")] = False


class Result(msgspec.Struct, frozen=True, kw_only=True):
    agents: tuple[AgentSeen, ...]
    """Those that were found first, the most sessions first; then the others by name."""


def compute(scope: AgentsScope, options: Options, facts: Facts) -> Result:
    names = [one.name for one in scope.agents]
    if options.name and options.name not in names:
        raise UsageError(f"no agent is called {options.name!r}", hint="known: " + ", ".join(sorted(names)))
    shown = [one for one in scope.agents if options.name in {"", one.name}]
    return Result(agents=tuple(sorted(shown, key=lambda one: (not one.found, -one.sessions, one.name))))


# ---------------------------------------------------------------- layout

_COLUMNS = (
    Column(title="agent"),
    Column(title="name", weight=7, key="title"),
    Column(title="sessions", align="right"),
    Column(title="last active", weight=6),
    Column(title="seen", weight=2),
    Column(title="verified", weight=1),
    Column(title="tokens"),
    Column(title="dollars"),
    Column(title="sub-agents", weight=4),
    Column(title="live", weight=5),
)
_TOKENS = {"call": "calls", "session": "sums", "none": "-"}


def layout(result: Result, options: Options, facts: Facts) -> Iterator[AnyBlock]:
    if options.name or options.verbose:
        for one in result.agents:
            yield from _whole(one, facts)
        return
    found = [one for one in result.agents if one.found]
    yield Table(
        title=f"Agents, {count(len(found))} of {count(len(result.agents))} found on this machine",
        columns=_COLUMNS,
        rows=tuple(_row(one, facts) for one in result.agents),
        empty="no agent is known",
    )
    yield Prose(text="`agent-trace agents NAME` shows where was looked, and what its logs do not hold", tone="dim")


def _row(one: AgentSeen, facts: Facts) -> tuple[Cell, ...]:
    tone: Tone = "plain" if one.found else "dim"
    able = one.capabilities
    live = " ".join(filter(None, (able.hooks, able.telemetry)))
    return (
        cell(one.name, tone),
        cell(one.title, tone),
        cell(count(one.sessions) if one.found else "not here", tone, value=str(one.sessions)),
        cell(_ago(one, facts), tone, value="" if one.last is None else one.last.isoformat().replace("+00:00", "Z")),
        cell(shortened(one.versions), tone, value=" ".join(one.versions)),
        cell(shortened(one.verified) or UNVERIFIED, tone, value=" ".join(one.verified)),
        cell(_TOKENS[able.usage], tone, value=able.usage),
        cell("yes" if able.cost else "-", tone, value=str(able.cost).lower()),
        cell("yes" if able.subagents else "-", tone, value=str(able.subagents).lower()),
        cell(live or "-", tone, value=live),
    )


def _ago(one: AgentSeen, facts: Facts) -> str:
    return "" if one.last is None else since((facts.now - one.last).total_seconds())


def _whole(one: AgentSeen, facts: Facts) -> Iterator[AnyBlock]:
    yield Heading(text=one.title)
    below = many(one.subagents, "sub-agent") if one.subagents else ""
    seen = [
        field("agent", one.name, "" if one.found else "not found on this machine"),
        field("sessions", count(one.sessions), below),
        field("versions seen", " ".join(one.versions) or "none"),
        field("verified", " ".join(one.verified) or UNVERIFIED, "seen running" if one.verified else _MADE),
    ]
    if one.last is not None:
        seen.insert(2, field("last active", f"{one.last.astimezone(facts.zone):%Y-%m-%d %H:%M}", _ago(one, facts)))
    yield Fields(items=(*seen, *described(one.capabilities)))
    yield _places(one.homes)


_MADE = "its reader was made from sources or from others' files"


def _places(homes: Sequence[Place]) -> Table:
    columns = (
        Column(title="where", stretch=True),
        Column(title="named by", weight=2),
        Column(title="system", weight=1),
        Column(title="", key="state"),
    )
    rows = tuple(
        (
            cell(one.path, _tone(one)),
            cell(f"${one.variable}" if one.variable else "", _tone(one)),
            cell(SYSTEMS.get(one.system, ""), _tone(one)),
            cell(one.state, _tone(one)),
        )
        for one in homes
    )
    return Table(columns=columns, rows=rows)


def _tone(one: Place) -> Tone:
    return "plain" if one.state == "found" else "dim"
