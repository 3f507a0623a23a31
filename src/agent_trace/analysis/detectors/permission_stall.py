"""PERMISSION_STALL: the work stood still until somebody allowed a step, or something let it begin.

What: a call waited two minutes or more before it ran or was refused: by the agent's own account of what was asked and of
how long the tool ran. What is not recorded is not guessed: most logs do not tell waiting from running.

Why it matters: nobody is served while the agent waits, and after five minutes the cache of a long context is gone.

What to do: allow in advance what is harmless (tests, reading, git status), and have the agent tell you when it waits.

Time is claimed, no tokens. Of the waits that the corpora record five are below 20 seconds, as a queue may take, and nine are
longer than a minute: 70 seconds to 58 minutes, all in front of searches and pages of the web. A machine that slept looks the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, NamedTuple

import msgspec

from agent_trace.analysis.attempts import is_own
from agent_trace.analysis.waste import Grounds, united
from agent_trace.model.findings import Finding
from agent_trace.model.session import Session, Step

PRECEDENCE = 20
CONFIDENCE = 0.85
_FIX = "Allow in advance what is harmless and often asked for, in the settings of the agent or of the project."


class Options(msgspec.Struct, frozen=True, kw_only=True):
    seconds: Annotated[int, msgspec.Meta(ge=1, description="A call must have waited so long.")] = 120


class Wait(NamedTuple):
    """A step that stood still."""

    step: Step
    since: int
    until: int


def detect(session: Session, options: Options, facts: Grounds) -> Iterator[Finding]:
    """All long waits in one finding."""
    waits = [wait for wait in _waits(session) if wait.until - wait.since >= options.seconds * 1000]
    if waits:
        times = tuple((wait.since, wait.until) for wait in waits)
        calls = "a call" if len(waits) == 1 else f"{len(waits)} calls"
        yield Finding(
            rule="PERMISSION_STALL",
            summary=f"{calls} waited {united(times):,.0f} seconds before it went on",
            about=waits[0].step.call.id,
            evidence=tuple(
                event.id for one in waits for event in (one.step.call, one.step.result) if event is not None
            ),
            times=times,
            confidence=CONFIDENCE,
            fix=_FIX,
        )


def _waits(session: Session) -> Iterator[Wait]:
    for step in session.steps:
        call, result = step.call, step.result
        if result is None or call.at is None or result.at is None or not is_own(call):
            continue
        if result.refused and result.asked:
            yield Wait(step, call.at, max(call.at, result.at))
        elif step.wait_ms:
            yield Wait(step, call.at, call.at + step.wait_ms)
