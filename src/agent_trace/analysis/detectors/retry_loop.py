"""RETRY_LOOP: the same step, with the same arguments, failed again and again while nothing was changed.

What: a step failed, and the very same call was made at once, at least twice more, and failed each time; nothing was
read, changed or asked in between. blind-retry and error-no-change are its other names.

Why it matters: each attempt sends the whole context again and waits for an answer that is already known.

What to do: have the agent read the failure and change something (the arguments, the directory, a file) before it tries
again, or ask after the second failure.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import msgspec

from agent_trace.analysis.attempts import Attempt
from agent_trace.analysis.spared import spared
from agent_trace.analysis.waste import Grounds
from agent_trace.model.findings import Finding
from agent_trace.model.session import Session

PRECEDENCE = 90
CONFIDENCE = 0.95
_FIX = "When a command fails, read its output and change something before running it again; after two failures, ask."


class Options(msgspec.Struct, frozen=True, kw_only=True):
    repeats: Annotated[
        int, msgspec.Meta(ge=1, description="How many times the same call must fail again after its first failure.")
    ] = 2
    """One repetition often meets a passing trouble of a network; from the second on none of the judged ones was."""


def detect(session: Session, options: Options, facts: Grounds) -> Iterator[Finding]:
    """Each run of failures of one call."""
    for run in _runs(facts.attempts):
        if len(run) > options.repeats:
            yield _finding(run, facts)


def _runs(found: tuple[Attempt, ...]) -> Iterator[list[Attempt]]:
    """Failed attempts, each a blind retry of the one before."""
    run: list[Attempt] = []
    for one in found:
        goes_on = (
            run and one.blind and one.failed and one.after is not None and one.after.call.id == run[-1].step.call.id
        )
        if goes_on:
            run.append(one)
        elif one.work != "plan":
            if run:
                yield run
            run = [one] if one.failed else []
    if run:
        yield run


def _finding(run: list[Attempt], facts: Grounds) -> Finding:
    again = run[1:]
    call = run[0].step.call
    results = (one.step.result.id for one in run if one.step.result is not None)
    return Finding(
        rule="RETRY_LOOP",
        summary=f"failed {len(run)} times in a row with the same arguments, and nothing changed in between",
        about=call.id,
        evidence=tuple(name for pair in zip((one.step.call.id for one in run), results, strict=True) for name in pair),
        claims=tuple(spared(facts, again)),
        steps=tuple(one.step.call.id for one in again),
        confidence=CONFIDENCE,
        fix=_FIX,
    )
