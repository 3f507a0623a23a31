"""How steps failed and what followed them, for `why` and for every event of a replay: one source for both."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import msgspec

from agent_trace.analysis.attempts import Attempt
from agent_trace.analysis.causes import Causes, How, Link, causes
from agent_trace.analysis.faults import Fault, fault_of, refusals, telling, telling_of
from agent_trace.analysis.sequels import Sequel, sequels
from agent_trace.analysis.shell_steps import arguments, command_of
from agent_trace.model.ends import ends
from agent_trace.model.events import Blocked, ErrorRaised, Event, ToolCall, ToolResult
from agent_trace.model.session import Session
from agent_trace.reports._telling import WITHHELD

NOTHING = Sequel()


class Led(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An event that another one led to."""

    event: str
    how: How
    path: str = ""
    """The file that was read or named."""


class Followed(msgspec.Struct, frozen=True, kw_only=True):
    """How a step ended and what followed it, or what followed a prompt, a text, an error: events by their numbers."""

    step: str | None = None
    """The call that this is about, also where its result was asked about."""
    result: str | None = None
    fault: Fault = ""
    telling: str = ""
    """The line of the output that says what was wrong, found by plain rules, or the `exit N` that the command ended with."""
    said: str | None = None
    """What the agent said, or thought, right before the call."""
    before: str | None = None
    """The failed attempt at the same that this one follows."""
    again: str | None = None
    """Where it did not succeed: the next attempt at the same."""
    tries: int = 0
    """How many followed, up to the first that succeeded."""
    mended: str | None = None
    """The first of them that succeeded."""
    other: str | None = None
    """Where none did: the next attempt at the same goal in another way, under the same prompt."""
    worked: bool | None = None
    """Whether that one succeeded."""
    spoke: str | None = None
    """What the agent said, or thought, when it had come back, before it called for anything else."""
    then: str | None = None
    """What it called for next, under the same prompt."""
    prompted: str | None = None
    """The next prompt, where nothing was said or called for before it."""
    steps: int | None = None
    """Of a prompt: the steps until the next one."""
    failed: int = 0
    """How many of those failed."""
    led: tuple[Led, ...] = ()
    """What it led to: the first eight."""
    behind: tuple[str, ...] = ()
    """What failed in the sub-agent that the step started."""


class Following(msgspec.Struct, frozen=True):
    """What led to the events of a session, how its steps ended, and what followed."""

    causes: Causes
    sequels: dict[int, Sequel]
    results: dict[int, int]
    """Of each step that came back the number of its call → that of its result."""
    faults: dict[int, Fault]
    """Of each step that failed the number of its call → how."""
    lines: dict[int, str]
    """The same → the line of its output that says what was wrong."""
    before: dict[int, int]
    """Number of a call that tried something again → that of the failed attempt before."""

    def of(self, number: int) -> Sequel:
        """What followed an event; a step is named by its call."""
        return self.sequels.get(number, NOTHING)

    @property
    def calls(self) -> dict[int, int]:
        """The number of each result → that of its call."""
        return {result: call for call, result in self.results.items()}

    def said(self, number: int) -> int | None:
        """What was said right before a call."""
        return next((link.source for link in self.causes.links.get(number, ()) if link.how == "said"), None)


def following(session: Session, found: Sequence[Attempt], shown: Session | None = None) -> Following:
    """All of that of one session; `found`: its attempts, `shown`: the same session with words that may be told.

    Without it no lines are looked for: who tells a page of the session needs few of them (`line_of`).
    """
    graph = causes(session, found)
    attempts, refused = {one.number: one for one in found}, refusals(session)
    faults: dict[int, Fault] = {
        step.number: fault
        for step in session.steps
        if (fault := fault_of(step, attempts.get(step.number), refused.get(step.call.id)))
    }
    return Following(
        graph,
        sequels(session, found, graph),
        results={
            step.number: number
            for step in session.steps
            if step.result is not None and (number := session.number_of(step.result)) is not None
        },
        faults=faults,
        lines={} if shown is None else _lines(session, shown, faults),
        before={one.number: one.after.number for one in found if one.after is not None},
    )


def with_lines(known: Following, session: Session, shown: Session) -> Following:
    """The same where no lines were looked for."""
    return msgspec.structs.replace(known, lines=_lines(session, shown, known.faults))


def _lines(session: Session, shown: Session, faults: Collection[int]) -> dict[int, str]:
    return {
        step.number: line_of(shown.event(step.result.id), shown.event(step.call.id))
        for step in session.steps
        if step.number in faults and step.result is not None
    }


def is_failure(event: Event) -> bool:
    """Whether an event is one of those that a replay marks as failed."""
    match event:
        case ToolResult():
            return event.refused or event.really_failed
        case ErrorRaised():
            return event.retry is None
    return isinstance(event, Blocked)


def line_of(shown: Event | None, call: Event | None) -> str:
    """What a failed step's result says was wrong, or its call, in the words of both that may be told."""
    if not isinstance(shown, ToolResult) or WITHHELD.fullmatch(shown.output):
        return ""
    head, tail = ends(shown.output, shown.size)
    output = f"{head}\n{tail}" if tail else head
    if not isinstance(call, ToolCall) or call.kind != "shell" or shown.refused:
        return telling(output, is_command=False)
    if shown.exit_code is None:
        return telling(output, is_command=shown.interrupted)
    return telling_of(output, command_of(call, arguments(call)), shown.exit_code)


def sequel_told(one: Sequel, path: Callable[[int, Link], str], prefix: str = "") -> dict[str, Any]:
    """A sequel as it is written: events by the names of their numbers.

    `path`: the file that a later event and its link are about, in words that may be told.
    """
    led = (
        Led(event=f"{prefix}{link.source}", how=link.how, path=path(link.source, link) if link.note else "")
        for link in one.led
    )
    names = {
        name: _name(getattr(one, name), prefix) for name in ("again", "mended", "other", "spoke", "then", "prompted")
    }
    return {**names, "tries": one.tries, "worked": one.worked, "led": tuple(led)}


def _name(number: int | None, prefix: str = "") -> str | None:
    return None if number is None else f"{prefix}{number}"


def named(known: Following, number: int) -> set[int]:
    """All events of its session that are named beside one."""
    number = known.calls.get(number, number)
    one = known.of(number)
    found = (number, known.results.get(number), known.said(number), known.before.get(number), one.again, one.mended)
    return {
        each
        for each in (*found, one.other, one.spoke, one.then, one.prompted, *(link.source for link in one.led))
        if each
    }


def followed(known: Following, number: int, prefix: str, path: Callable[[int, Link], str]) -> Followed:
    """All of that about one event. `prefix`: what the numbers of its session begin with · `path`: as for `sequel_told`."""
    number = known.calls.get(number, number)
    one = known.of(number)
    result = known.results.get(number)
    is_step = result is not None or number in known.before or known.said(number) is not None
    told = sequel_told(one, path, prefix)
    return Followed(
        step=f"{prefix}{number}" if is_step else None,
        result=_name(result, prefix),
        fault=known.faults.get(number, ""),
        telling=known.lines.get(number, ""),
        said=_name(known.said(number), prefix),
        before=_name(known.before.get(number), prefix),
        steps=one.steps,
        failed=one.failed,
        **told,
    )
