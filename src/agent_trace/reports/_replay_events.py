"""The events of a ReplayDocument: the rows of a replay, with what a viewer shows beside them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

import msgspec

from agent_trace.analysis.context import Context, Share
from agent_trace.analysis.fallen import fallen
from agent_trace.analysis.lanes import Stay, lanes
from agent_trace.analysis.shell_steps import arguments
from agent_trace.model.ends import ends
from agent_trace.model.events import Event, LlmResponse, ToolCall, ToolResult
from agent_trace.model.facts import Facts
from agent_trace.model.session import Step
from agent_trace.model.usage import Amounts
from agent_trace.pricing.amounts import amounts_by
from agent_trace.pricing.calls import ledger_row
from agent_trace.reports._followed import Following, following, line_of, sequel_told
from agent_trace.reports._happened import Row, Told, rows, told
from agent_trace.reports._parts import Part, part
from agent_trace.reports._replay_diffs import hunks
from agent_trace.reports._replay_document import Because, Moment, Question, Span
from agent_trace.reports._replay_sought import Changed, Words
from agent_trace.reports._understood import Understood
from agent_trace.reports._words import relative

replace = msgspec.structs.replace
_BEHIND = ("run_in_background", "is_background", "background")
"""Arguments by which a call is told to go on while the agent does something else."""
_OPTIONS = ("options", "choices")
NONE: tuple[Any, ...] = ()
"""What is left out of a document: Python 3.10 makes other empty tuples, which would be written."""


class Scenes:
    """Makes moments and spans of a session's events, page by page."""

    def __init__(self, one: Understood, found: Context, facts: Facts, *, full: bool) -> None:
        self._one = one
        self._context = found
        self._facts = facts
        self._full = full
        self.part: Part = part(one.shown, one.scope.summary, one.scope)

    # ---- what all pages need

    @cached_property
    def _costs(self) -> Mapping[tuple[str, ...], Amounts]:
        """Event id of a model call that is the session's own → what it cost."""
        calls = self._one.grounds.calls.values()
        return amounts_by([ledger_row(call, (call.id,)) for call in calls], self._one.scope.book, self._facts.cost)

    @cached_property
    def following(self) -> Following:
        """What led to its events, and what followed them."""
        return following(self._one.session, self._one.attempts)

    @cached_property
    def _prompts(self) -> list[int]:
        """Where each prompt's turn begins; what comes before the first one belongs to none."""
        return [turn.events[0].number for turn in self._one.session.turns if turn.prompt is not None]

    @cached_property
    def _steps(self) -> dict[int, Step]:
        return {step.number: step for step in self._one.session.steps}

    @cached_property
    def _calls(self) -> dict[str, Step]:
        """Id of the event of a result → its step."""
        return {step.result.id: step for step in self._one.session.steps if step.result is not None}

    @cached_property
    def _fills(self) -> dict[int, int]:
        return {point.event: point.tokens for point in self._context.points}

    @cached_property
    def _tools(self) -> dict[str, str]:
        """The name of a tool → the same as it may be told."""
        return tools_told(self._one)

    @cached_property
    def _fallen(self) -> dict[int, tuple[Share, ...]]:
        lost = fallen(self._one.session, self._context)
        return {one.reset.event: shares_told(one.shares, self._tools) for one in lost}

    @cached_property
    def _attempts(self) -> dict[int, tuple[Any, int | None]]:
        return {one.number: (one.kind, one.after.number if one.after else None) for one in self._one.attempts}

    def cost_before(self, number: int) -> Decimal | None:
        """Of the session's own calls before an event; None where none of them has a price."""
        place = bisect_left(self._spent, number, key=lambda one: one[0])
        return self._spent[place - 1][1] if place else None

    @cached_property
    def _spent(self) -> list[tuple[int, Decimal]]:
        """The number of each call that has a price, and what was spent up to it."""
        found: list[tuple[int, Decimal]] = []
        total = Decimal(0)
        for number, event in self._one.session.numbered:
            cost = self._cost(event)
            if cost is not None:
                total += cost
                found.append((number, total))
        return found

    @cached_property
    def _telling(self) -> Told:
        return told(self.part, self._one.scope.book, self._facts.cost, start=self._one.started)

    def plain(self, numbers: frozenset[int]) -> Iterator[Row]:
        """The events with these numbers in the words that a plain replay has for them."""
        words = self._telling.part._replace(session=self._one.session)
        return rows(self._telling._replace(part=words), numbers)

    def _cost(self, event: Event) -> Decimal | None:
        found = self._costs.get((event.id,)) if isinstance(event, LlmResponse) else None
        return None if found is None else found.cost_usd

    # ---- moments

    def moments(self, numbers: range) -> Iterator[Moment]:
        """The events with these numbers."""
        spent = self.cost_before(numbers.start)
        for row, number in zip(rows(self._telling, frozenset(numbers)), numbers, strict=True):
            event = self._one.session.numbered[number - 1].event
            cost = self._cost(event)
            spent = spent if cost is None else (spent or Decimal(0)) + cost
            beside = self._beside(event, number, spent)
            yield Moment(**{**msgspec.structs.asdict(row), **texts(row, full=self._full), **beside})

    def words(self, numbers: range) -> Iterator[Words]:
        """What can be looked for in the events with these numbers."""
        for row, number in zip(rows(self._telling, frozenset(numbers)), numbers, strict=True):
            found = texts(row, full=self._full)
            yield Words(
                number=row.number,
                kind=row.kind,
                title=row.title,
                text=found.get("text", row.text),
                tail=found.get("tail", ""),
                tool=row.tool,
                tool_kind=row.tool_kind,
                hunks=tuple(Changed(lines=hunk.lines) for hunk in found.get("hunks", ())),
                pair=self._pair(self._one.session.numbered[number - 1].event, number),
                child=row.child,
            )

    def _pair(self, event: Event, number: int) -> str | None:
        """The number of the other half of a step."""
        if isinstance(event, ToolCall):
            step = self._steps.get(number)
            result = None if step is None or step.result is None else self._one.session.number_of(step.result)
            return None if result is None else str(result)
        found = self._calls.get(event.id) if isinstance(event, ToolResult) else None
        return None if found is None else str(found.number)

    def row_of(self, number: int) -> int:
        """The event in whose row another one is shown: of a result its call."""
        found = self._one.session.event(number)
        step = self._calls.get(found.id) if isinstance(found, ToolResult) else None
        return number if step is None else step.number

    def _beside(self, event: Event, number: int, spent: Decimal | None) -> dict[str, Any]:
        links = self.following.causes.links.get(number, ())
        found: dict[str, Any] = {
            "prompt": bisect_right(self._prompts, number),
            "because": tuple(
                Because(event=str(one.source), how=one.how, path=self._path(number) if one.note else "")
                for one in links
            )
            or NONE,
            **self._sequel(number),
        }
        if isinstance(event, ToolCall):
            found.update(self._of_call(event, number))
        elif isinstance(event, ToolResult):
            found.update(self._of_result(event, number))
        elif isinstance(event, LlmResponse):
            found.update(running_cost_usd=spent, context=self._fills.get(number))
        if number in self._fallen:
            found.update(fell_out=self._fallen[number])
        return found

    def _sequel(self, number: int) -> dict[str, Any]:
        found = sequel_told(self.following.of(number), lambda later, _: self._path(later))
        return {**found, "led": found["led"] or NONE}

    def _path(self, number: int) -> str:
        """The file that an event shares with what led to it, in words that may be told: its own first path."""
        event = self._one.event(number)
        return relative(event.paths[0], self._one.cwd) if isinstance(event, ToolCall) and event.paths else ""

    def _of_call(self, event: ToolCall, number: int) -> dict[str, Any]:
        shown = self._one.event(number)
        kind, after = self._attempts.get(number, ("", None))
        given = arguments(shown) if isinstance(shown, ToolCall) else {}
        return {
            "pair": self._pair(event, number),
            "attempt": kind if kind in ("retry", "iteration") else "",
            "after": None if after is None else str(after),
            **of_arguments(event, given),
        }

    def _of_result(self, event: ToolResult, number: int) -> dict[str, Any]:
        step = self._calls.get(event.id)
        fault = "" if step is None else self.following.faults.get(step.number, "")
        told = self._one.shown.event
        return {
            "pair": self._pair(event, number),
            "fault": fault,
            "telling": line_of(told(event.id), told(step.call.id)) if fault and step is not None else "",
            "wait_s": None if step is None or step.wait_ms is None else step.wait_ms / 1000,
        }

    # ---- the waterfall

    def spans(self, numbers: range) -> Iterator[Span]:
        """The steps that were called on a page, each in a lane."""
        steps = self._one.session.steps
        first = bisect_left(steps, numbers.start, key=lambda step: step.number)
        last = bisect_left(steps, numbers.stop, key=lambda step: step.number)
        called = [step for step in steps[first:last] if not step.call.inherited]
        stays = {str(step.number): step for step in called if step.span_ms is not None}
        for stay, lane in lanes(self._stay(name, step) for name, step in stays.items()):
            step = stays[stay.name]
            child = self.part.starts.get(step.call.call)
            yield Span(
                event=stay.name,
                kind="tool" if child is None else "agent",
                start_s=self._one.offset(stay.start) or 0.0,
                end_s=self._one.offset(stay.end) or 0.0,
                lane=lane,
                wait_s=None if step.wait_ms is None else step.wait_ms / 1000,
                failed=step.went_wrong,
                child=None if child is None else child.id,
            )

    def _stay(self, name: str, step: Step) -> Stay:
        """From call to result; a sub-agent that went on in the background as long as its own session."""
        start = step.call.at or 0
        child = self.part.starts.get(step.call.call)
        end = start + (step.span_ms or 0)
        if child is not None and child.ended is not None:
            end = max(end, round(child.ended.timestamp() * 1000))
        return Stay(name, start, end)


def texts(row: Row, *, full: bool) -> dict[str, Any]:
    """The text cut to its ends, the diff as hunks."""
    found: dict[str, Any] = {}
    if not full:
        head, tail = ends(row.text, row.size)
        found.update(text=head, tail=tail)
    if row.patch:
        pieces = hunks(row.patch, None) if full else hunks(row.patch)
        found.update(patch="", hunks=pieces, patch_size=len(row.patch))
    return found


def tools_told(one: Understood) -> dict[str, str]:
    """The name of each tool → the same as it may be told: shares of the context are named after tools."""
    return {
        event.tool: shown.event.tool
        for (_, event), shown in zip(one.session.numbered, one.shown.numbered, strict=False)
        if isinstance(event, ToolCall | ToolResult) and isinstance(shown.event, ToolCall | ToolResult)
    }


def shares_told(shares: Iterable[Share], tools: Mapping[str, str]) -> tuple[Share, ...]:
    """Shares under names that may be told."""
    start = "results of "
    return (
        tuple(
            replace(one, what=start + tools.get(one.what.removeprefix(start), "tools"))
            if one.what.startswith(start)
            else one
            for one in shares
        )
        or NONE
    )


def of_arguments(event: ToolCall, given: Mapping[str, Any]) -> dict[str, Any]:
    """What a call's arguments tell."""
    return {
        "background": any(given.get(name) is True for name in _BEHIND),
        "questions": (tuple(_questions(given)) or NONE) if event.kind == "ask" else NONE,
    }


def with_words(moment: Moment, row: Row, event: Event) -> Moment:
    """A moment with all the words of its event; `row`: as a replay tells that event."""
    found: dict[str, Any] = {"text": row.text, "tail": ""}
    if row.patch:
        found["hunks"] = hunks(row.patch, None)
    if isinstance(event, ToolCall):
        found.update(of_arguments(event, arguments(event)))
    return replace(moment, **found)


def _questions(given: Mapping[str, Any]) -> Iterator[Question]:
    listed = given.get("questions")
    asked: Iterable[Any] = listed if isinstance(listed, list) else (given,)
    for one in asked:
        text = next((one[name] for name in ("question", "text", "prompt") if _is_text(one, name)), "")
        if text:
            choices: list[Any] = next((one[name] for name in _OPTIONS if isinstance(one.get(name), list)), [])
            yield Question(text=text, options=tuple(filter(None, map(_option, choices))) or NONE)


def _is_text(one: Any, name: str) -> bool:
    return isinstance(one, dict) and isinstance(one.get(name), str)


def _option(one: Any) -> str:
    if isinstance(one, str):
        return one
    return next((one[name] for name in ("label", "text", "title", "value") if _is_text(one, name)), "")
