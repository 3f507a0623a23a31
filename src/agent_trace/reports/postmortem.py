"""How and why a session failed: the step by which it ended badly, its last good state, and the first failure behind it.

The last good state is the last test or check that passed, or the last commit, whichever came later. The suspected cause is the
first failing step on the chain of causes that leads to the end (`why` shows all of it), else no failure was found. Nothing is
guessed, and a session that ended well says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from agent_trace.analysis.attempts import Attempt
from agent_trace.analysis.causes import causes
from agent_trace.analysis.outcome import Outcome, outcome
from agent_trace.model.facts import Facts
from agent_trace.model.summary import Summary
from agent_trace.render.blocks import AnyBlock, Entry, Field, Fields, Heading, Prose, Timeline, field
from agent_trace.render.numbers import clip, count, duration
from agent_trace.reports._amounts import money
from agent_trace.reports._scopes import SessionScope
from agent_trace.reports._understood import Understood
from agent_trace.reports._words import many, relative

SCOPE = "session"
MOST = 12
"""Steps of the chain that are listed; the ones nearest to the end."""
How = Literal["a step failed", "a test failed", "interrupted", "an API error", "killed", ""]


class Options(msgspec.Struct, frozen=True, kw_only=True):
    pass


class Failing(msgspec.Struct, frozen=True, kw_only=True):
    """A step of the session."""

    event: int
    tool: str
    text: str
    failed: bool | None
    exit_code: int | None = None


class Good(msgspec.Struct, frozen=True, kw_only=True):
    """The last state that was known to be good."""

    what: Literal["test", "commit"]
    event: int
    text: str
    at_s: float | None
    """Seconds since the session's start."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    session: Summary
    chosen_by: str = ""
    how: How
    """Empty: it did not fail."""
    event: int | None
    """The step, the interruption or the error by which it failed."""
    ended_by: Failing | None
    """That step, where it is one."""
    phase: str
    """The phase in which that was."""
    last_good: Good | None
    steps_since: int
    """Steps after the last good state; all of them where there is none."""
    changed_since: tuple[str, ...]
    """Files that were edited after it."""
    cause: Failing | None
    """The first failing step on the chain to the end; null: no failure was found."""
    chain: tuple[Failing, ...]
    """The steps of that chain, the earliest first."""
    failed_phases: int
    retries: int


def compute(scope: SessionScope, options: Options, facts: Facts) -> Result:
    one = Understood(scope)
    made = outcome(one.session)
    how, event = _failure(one, made)
    steps = {step.number: step for step in one.attempts}
    chain = tuple(_chain(one, steps, event)) if event is not None else ()
    good = _last_good(one, made)
    since = 0 if good is None else good.event
    later = [step for step in one.attempts if step.number > since]
    return Result(
        session=scope.summary,
        chosen_by=scope.chosen_by,
        how=how,
        event=event,
        ended_by=_told(one, steps[event]) if event in steps else None,
        phase=next((one.name(phase) for phase in one.phases if event and phase.first <= event <= phase.last), ""),
        last_good=good,
        steps_since=len(later),
        changed_since=tuple(dict.fromkeys(_changed(one, later))),
        cause=next((step for step in chain if step.failed), None),
        chain=chain,
        failed_phases=sum(phase.failed for phase in one.phases),
        retries=sum(phase.retries for phase in one.phases),
    )


def _failure(one: Understood, made: Outcome) -> tuple[How, int | None]:
    """How it failed, and by which event: its last phase, or its last test or check."""
    last, test = one.phases[-1] if one.phases else None, made.tests[-1] if made.tests else None
    if last is not None and last.end:
        return ("interrupted" if last.end == "interruption" else "an API error"), last.end_event
    if last is not None and last.failed:
        return "a step failed", last.reason
    if test is not None and test.result == "failed":
        return "a test failed", test.number
    if one.scope.summary.state == "killed" and last is not None:
        return "killed", last.last
    return "", None


def _chain(one: Understood, steps: dict[int, Attempt], event: int) -> Iterator[Failing]:
    """The steps on the chain of causes; the result of a step stands for it."""
    results = {
        number: step
        for step in steps.values()
        if step.step.result is not None and (number := one.session.number_of(step.step.result)) is not None
    }
    seen: set[int] = set()
    for number, _ in causes(one.session, one.attempts).chain(event):
        step = steps.get(number) or results.get(number)
        if step is not None and step.number not in seen:
            seen.add(step.number)
            yield _told(one, step)


def _told(one: Understood, step: Attempt) -> Failing:
    result = step.step.result
    return Failing(
        event=step.number,
        tool=one.tool(step.number),
        text=one.title(step.number),
        failed=step.failed,
        exit_code=None if result is None else result.exit_code,
    )


def _last_good(one: Understood, made: Outcome) -> Good | None:
    passed = [test.number for test in made.tests if test.result == "passed"]
    commits = [commit.number for commit in made.standing]
    number = max([*passed, *commits], default=None)
    if number is None:
        return None
    event = one.session.event(number)
    return Good(
        what="commit" if number in commits else "test",
        event=number,
        text=one.title(number),
        at_s=one.offset(None if event is None else event.at),
    )


def _changed(one: Understood, steps: list[Attempt]) -> Iterator[str]:
    for step in steps:
        shown = one.event(step.number)
        if step.work == "edit" and step.failed is False:
            yield from (relative(path, one.cwd) for path in getattr(shown, "paths", ()))


# ---------------------------------------------------------------- layout


def layout(result: Result, options: Options, facts: Facts) -> Iterator[AnyBlock]:
    yield Heading(text=f"Post-mortem: {clip(result.session.title or result.session.id, 90)}")
    yield Fields(
        items=(
            field("session", result.session.id, result.chosen_by),
            field("agent", result.session.agent, result.session.state),
            field("duration", duration(result.session.duration_s), money(result.session.total)),
        )
    )
    if result.session.state in ("running", "waiting"):
        yield Prose(text=f"It is {result.session.state}: this is how it stands now.", tone="warning")
    if not result.how:
        yield Prose(text="It did not fail: neither its last phase nor its last test or check did.", tone="good")
    else:
        yield Prose(text=_failed(result), tone="bad")
    yield Fields(items=tuple(_facts(result)))
    if result.chain:
        yield Heading(text="The chain to the end", level=2)
        shown = result.chain[-MOST:]
        if len(shown) < len(result.chain):
            yield Prose(text=f"… {many(len(result.chain) - len(shown), 'earlier step')}", tone="dim")
        yield Timeline(entries=tuple(map(_entry, shown)))


def _failed(result: Result) -> str:
    where = f" in “{result.phase}”" if result.phase else ""
    words = {
        "a step failed": "A step failed, and nothing mended it",
        "a test failed": "Its last test or check failed",
        "interrupted": "It was interrupted",
        "an API error": "A request to the model failed",
        "killed": "Its process was killed",
    }[result.how]
    return f"{words} (#{result.event}){where}."


def _facts(result: Result) -> Iterator[Field]:
    if result.ended_by is not None:
        yield field("failed at", _step(result.ended_by))
    good = result.last_good
    if good is None:
        yield field("last good state", "none is known: no test or check passed, no commit stands")
    else:
        yield field("last good state", f"{good.what} #{good.event}", clip(good.text, 60))
    changed = ", ".join(result.changed_since[:MOST]) or "no file edited"
    yield field("since the start" if good is None else "since then", many(result.steps_since, "step"), changed)
    if result.how:
        found = "no failure found" if result.cause is None else _step(result.cause)
        yield field(
            "suspected cause", found, "" if result.cause is None else "the first failing step on the chain to the end"
        )
    yield field(
        "failed phases", count(result.failed_phases), f"{count(result.retries)} retries" if result.retries > 1 else ""
    )


def _step(one: Failing) -> str:
    code = f" (exit code {one.exit_code})" if one.exit_code else ""
    return f"#{one.event} {one.tool} {clip(one.text, 60)}{code}"


def _entry(one: Failing) -> Entry:
    mark = "✗" if one.failed else "?" if one.failed is None else "✓"
    return Entry(
        number=str(one.event), when="", mark=mark, label=one.tool, text=one.text, tone="bad" if one.failed else "plain"
    )
