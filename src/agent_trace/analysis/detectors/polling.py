"""POLLING: the agent slept, or asked for the same state again and again, until something elsewhere was done.

What: within one prompt the agent called a command that sleeps, or the very same looking command, in four or more messages
in a row with nothing else done in between; or it slept two minutes or more altogether. A command that waits by itself
in a loop (`until … done`), and one that was sent to the background, are the right way and no finding.

Why it matters: every look sends the whole context; sleeping in the foreground is waited for.

What to do: run long work in the background and be told when it is done, or wait within one command: `gh run watch`,
`until curl -sf localhost:8000; do sleep 1; done`.

In the corpora commands that sleep in the foreground do so once, for 2 to 5 seconds, and stay far below the threshold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Annotated

import msgspec

from agent_trace.analysis.attempts import Attempt
from agent_trace.analysis.shell_steps import arguments
from agent_trace.analysis.spared import evidence, spared, steps
from agent_trace.analysis.waste import Grounds
from agent_trace.model.findings import Finding
from agent_trace.model.session import Session
from agent_trace.policy.shell import Command

PRECEDENCE = 70
CONFIDENCE = 0.85
_FIX = "Do not poll: start long work in the background and wait for its end in one command (a watch, or a loop with sleep)."
_TIME = re.compile(r"(\d+(?:\.\d+)?)([smhd]?)")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}
_LOOP = re.compile(r"\b(?:until|while|for)\b[\s\S]*\bdone\b")
_BEHIND = ("run_in_background", "is_background", "background")


class Options(msgspec.Struct, frozen=True, kw_only=True):
    messages: Annotated[int, msgspec.Meta(ge=2, description="How many messages in a row must look for the same.")] = 4
    seconds: Annotated[int, msgspec.Meta(ge=1, description="Or so long must it have slept altogether.")] = 120


def detect(session: Session, options: Options, facts: Grounds) -> Iterator[Finding]:
    """Each series of looks for the same."""
    for run in _runs(facts):
        slept = sum(map(_sleeps, run))
        looks = max(_messages(one for one in run if not _sleeps(one)), _messages(one for one in run if _sleeps(one)))
        if looks >= options.messages or slept >= options.seconds:
            yield _finding(run, looks, slept, facts)


def _messages(found: Iterable[Attempt]) -> int:
    return len({one.step.call.response or one.step.call.id for one in found})


def _runs(facts: Grounds) -> Iterator[list[Attempt]]:
    """Sleeps, and looks for one and the same thing, with nothing else between them."""
    run: list[Attempt] = []
    for one in facts.attempts:
        if one.work == "plan":
            continue
        if run and not _goes_on(run, one, facts):
            yield run
            run = []
        if _sleeps(one) or (one.work == "look" and not one.failed):
            run.append(one)
    if run:
        yield run


def _goes_on(run: list[Attempt], one: Attempt, facts: Grounds) -> bool:
    last = run[-1]
    if facts.flow.turn(one.number) != facts.flow.turn(last.number) or one.step.call.side != last.step.call.side:
        return False
    if _sleeps(one):
        return True
    # What was looked for stands at the beginning, or behind the first sleep.
    looked = next((held for held in run[:2] if not _sleeps(held)), None)
    return one.work == "look" and not one.failed and (looked is None or looked.intention == one.intention)


def _sleeps(one: Attempt) -> float:
    """Seconds that a command slept in the foreground, as it was told; 0 for one that waits in a loop."""
    found = sum(map(_seconds, one.commands))
    if not found or _LOOP.search(one.step.call.input) or any(arguments(one.step.call).get(name) for name in _BEHIND):
        return 0
    run_ms = one.step.run_ms
    return found if run_ms is None else min(found, run_ms / 1000)


def _seconds(command: Command) -> float:
    if command.program != "sleep" or command.behind:
        return 0
    return sum(_told(word) for word in command.argv[1:])


def _told(word: str) -> float:
    found = _TIME.fullmatch(word)
    return min(float(found[1][:9]), 86_400) * _SECONDS[found[2]] if found else 0


def _finding(run: list[Attempt], looks: int, slept: float, facts: Grounds) -> Finding:
    times = "once" if looks < 2 else f"in {looks} messages"
    waited = f", and slept {slept:,.0f} seconds in the foreground" if slept else ""
    return Finding(
        rule="POLLING",
        summary=f"looked for the same {times}{waited}",
        about=run[0].step.call.id,
        evidence=evidence(run),
        claims=tuple(spared(facts, run[1:])),
        steps=steps(_slow(run)),
        confidence=CONFIDENCE,
        fix=_FIX,
    )


def _slow(run: Iterable[Attempt]) -> list[Attempt]:
    """Those that took their time by sleeping."""
    return [one for one in run if _sleeps(one)]
