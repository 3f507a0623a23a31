"""A session as the analysis understands it, with its words as they may be told.

Figures come from the events as they are, words only from those that passed the door: what leaves at a lower tier says
less and counts the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from agent_trace.analysis.attempts import Attempt, attempts
from agent_trace.analysis.phases import TALK, Phase, phases, words_of
from agent_trace.analysis.plans import Plan
from agent_trace.analysis.waste import Grounds, Waste, grounds, waste
from agent_trace.analysis.wording import label_of, relative
from agent_trace.model.events import Event, UserPrompt
from agent_trace.model.session import Session, Step
from agent_trace.model.summary import Summary
from agent_trace.model.usage import NOTHING, Amounts, CostMode
from agent_trace.pricing.amounts import amounts_by
from agent_trace.pricing.calls import ledger_row
from agent_trace.render.numbers import clip
from agent_trace.reports._family import started
from agent_trace.reports._parts import ran_ms
from agent_trace.reports._scopes import SessionScope
from agent_trace.reports._telling import WITHHELD

_TEXT = 200


class Understood:
    """One session: its attempts, its phases, its waste. Each is worked out when it is first asked for."""

    def __init__(self, scope: SessionScope) -> None:
        self.scope = scope
        self.shown = scope.read()
        self.session: Session = scope.whole()
        self.cwd = scope.summary.cwd

    @cached_property
    def attempts(self) -> tuple[Attempt, ...]:
        """Its executed steps."""
        return attempts(self.session, self.scope.owns)

    @cached_property
    def phases(self) -> tuple[Phase, ...]:
        """The stretches it falls into."""
        return phases(self.session, self.attempts, self.scope.owns)

    @cached_property
    def grounds(self) -> Grounds:
        """What its detectors are given."""
        return grounds(self.session, self.attempts, self.scope.owns)

    @cached_property
    def waste(self) -> Waste:
        """What its detectors claim."""
        return waste(self.session, self.grounds, self.scope.book)

    @cached_property
    def started(self) -> int | None:
        """UTC milliseconds that offsets are counted from: the start that every surface tells."""
        at = self.scope.summary.started
        return self.session.started if at is None else round(at.timestamp() * 1000)

    def offset(self, at: int | None) -> float | None:
        """Seconds since the start."""
        return None if at is None or self.started is None else (at - self.started) / 1000

    @cached_property
    def _starts(self) -> Mapping[str, Summary]:
        return started(self.session, self.scope.children)

    def seconds(self, step: Step) -> float | None:
        """How long a step ran; one that started a sub-agent as long as that."""
        run_ms = ran_ms(step, self._starts)
        return None if run_ms is None else run_ms / 1000

    def costs(self, mode: CostMode) -> dict[int, Amounts]:
        """What the model calls of each phase used and cost, by the phase's number."""
        known = self.grounds.calls
        rows = [
            ledger_row(known[name], (str(phase.number),))
            for phase in self.phases
            for name in phase.calls
            if name in known
        ]
        found = amounts_by(rows, self.scope.book, mode)
        return {phase.number: found.get((str(phase.number),), NOTHING) for phase in self.phases}

    # ---- words

    @cached_property
    def _told(self) -> dict[int, Attempt]:
        """The same attempts with the words that may be told."""
        if self.shown is self.session:
            return {one.number: one for one in self.attempts}
        return {one.number: one for one in attempts(self.shown, self.scope.owns)}

    @cached_property
    def _steps(self) -> dict[int, Step]:
        return {step.number: step for step in self.shown.steps}

    def told(self, number: int) -> Attempt | None:
        """An attempt with the words that may be told; None: what is left of it is none."""
        return self._told.get(number)

    def event(self, number: int) -> Event | None:
        """An event as it may be told."""
        return self.shown.event(number)

    def title(self, number: int) -> str:
        """What a step did, on one line: the command, the path."""
        step = self._steps.get(number)
        return "" if step is None else clip(relative(step.call.title or step.call.input, self.cwd), _TEXT)

    def tool(self, number: int) -> str:
        """The tool of a step."""
        step = self._steps.get(number)
        return "" if step is None else step.call.tool

    def label(self, number: int) -> str:
        """The class of a step and what it was about."""
        told = self._told.get(number)
        return self.title(number) if told is None else label_of(told, self.cwd)

    def name(self, phase: Phase) -> str:
        """What a phase is called."""
        return self.named(phase.named_by, phase.label if self.shown is self.session else "")

    def named(self, number: int | None, planned: str = "") -> str:
        """What a phase is called that an event gives its name; `planned`: the item of the plan, where it may be told."""
        event = None if number is None else self.event(number)
        if number is None or event is None:
            return TALK
        if isinstance(event, UserPrompt):
            told = words_of(event.text)
            return f"prompt #{number}" if not told or WITHHELD.fullmatch(told) else told
        step = self._steps.get(number)
        if step is not None and step.call.kind == "plan":
            return planned or words_of(Plan().hear(step)) or "an item of the plan"
        return self.label(number)


def clock(seconds: float | None) -> str:
    """Time since the start as a stopwatch shows it: `0:05`, `1:02:03`."""
    if seconds is None:
        return "?"
    whole = round(abs(seconds))
    sign = "-" if seconds < 0 and whole else ""
    if whole < 3600:
        return f"{sign}{whole // 60}:{whole % 60:02}"
    return f"{sign}{whole // 3600}:{whole % 3600 // 60:02}:{whole % 60:02}"
