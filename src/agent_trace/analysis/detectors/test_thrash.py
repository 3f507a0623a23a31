"""TEST_THRASH: the same tests were run again although nothing had changed since they ran last.

What: the same test or check, by what it runs on and not by how its output is filtered, was run in three or more messages
with nothing but reading in between, and ended the same way each time. No prompt came. A run after an edit is no such run.

Why it matters: mostly another part of the same output was wanted (`| tail`, `| grep FAILED`); a suite of minutes is waited for again.

What to do: run it once into a file and look into that: `pytest > /tmp/test.log 2>&1; tail -50 /tmp/test.log`.

Two runs are left alone: the second often asks for details of the first failure. The corpora hold no third one, so there is
no finding to judge yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import msgspec

from agent_trace.analysis.attempts import Attempt
from agent_trace.analysis.spared import evidence, spared, steps
from agent_trace.analysis.waste import Grounds
from agent_trace.model.findings import Finding
from agent_trace.model.session import Session

PRECEDENCE = 75
CONFIDENCE = 0.9
_FIX = "Run tests once, with their output in a file, and look into the file; run them again only after a change."


class Options(msgspec.Struct, frozen=True, kw_only=True):
    runs: Annotated[int, msgspec.Meta(ge=2, description="How often the same tests must have run.")] = 3


def detect(session: Session, options: Options, facts: Grounds) -> Iterator[Finding]:
    """Each series of runs of the same tests."""
    for run in _runs(facts):
        if len({one.step.call.response or one.step.call.id for one in run}) >= options.runs:
            yield _finding(run, facts)


def _runs(facts: Grounds) -> Iterator[list[Attempt]]:
    run: list[Attempt] = []
    for one in facts.attempts:
        if one.work in ("look", "plan"):
            continue
        if run and not _goes_on(run[-1], one, facts):
            yield run
            run = []
        if _is_test(one):
            run.append(one)
    if run:
        yield run


def _is_test(one: Attempt) -> bool:
    """Only tests ran in it, and how they ended is known."""
    return one.work == "verify" and one.failed is not None and bool(one.tests)


def _goes_on(last: Attempt, one: Attempt, facts: Grounds) -> bool:
    return (
        _is_test(one)
        and (one.intention, one.step.call.side) == (last.intention, last.step.call.side)
        and _ended(one) == _ended(last)
        and facts.flow.turn(one.number) == facts.flow.turn(last.number)
    )


def _ended(one: Attempt) -> tuple[str, ...]:
    return tuple(test.result for test in one.tests)


def _finding(run: list[Attempt], facts: Grounds) -> Finding:
    return Finding(
        rule="TEST_THRASH",
        summary=f"the same tests ran {len(run)} times with nothing changed in between, and ended the same way",
        about=run[0].step.call.id,
        evidence=evidence(run),
        claims=tuple(spared(facts, run[1:])),
        steps=steps(run[1:]),
        confidence=CONFIDENCE,
        fix=_FIX,
    )
