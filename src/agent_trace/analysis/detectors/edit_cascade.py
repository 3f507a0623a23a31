"""EDIT_CASCADE: edits of one file failed again and again before one went through.

What: three or more model messages tried to edit the same file and each was refused by the edit tool (the text was not
found, was found twice, the file had not been read). No edit of it went through in between, and no prompt came.

Why it matters: every failed edit sends the whole context again, and its text was written for nothing.

What to do: have the agent read the exact lines again after the first failure and copy them, or write the file anew.

Two failures are the common price of learning that a file must be read first. Of the five files of the public sessions with two
failed edits or more, two have a row of four, after which no edit of them went through. So three is the default.
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

PRECEDENCE = 85
CONFIDENCE = 0.9
_FIX = "When an edit fails, read the lines around it again and copy them exactly; after two failures write the whole block anew."


class Options(msgspec.Struct, frozen=True, kw_only=True):
    failures: Annotated[
        int, msgspec.Meta(ge=2, description="How many messages in a row must fail to edit the same file.")
    ] = 3


def detect(session: Session, options: Options, facts: Grounds) -> Iterator[Finding]:
    """Each run of failed edits of one file."""
    for run in _runs(facts):
        if len({one.step.call.response or one.step.call.id for one in run}) >= options.failures:
            yield _finding(run, facts)


def _runs(facts: Grounds) -> Iterator[list[Attempt]]:
    """Failed edits of one file with no successful one and no prompt between them."""
    running: dict[tuple[str, bool, int], list[Attempt]] = {}
    for one in facts.attempts:
        if one.work != "edit" or one.commands or not one.purpose:
            continue
        key = one.purpose, one.step.call.side, facts.flow.turn(one.number)
        if one.failed:
            running.setdefault(key, []).append(one)
        elif one.failed is False:
            yield from filter(None, (running.pop(key, None),))
    yield from running.values()


def _finding(run: list[Attempt], facts: Grounds) -> Finding:
    first = run[0].step.call
    again = [one for one in run if (one.step.call.response or one.step.call.id) != (first.response or first.id)]
    return Finding(
        rule="EDIT_CASCADE",
        summary=f"{len(run)} edits of the same file failed, and none went through in between",
        about=first.id,
        evidence=evidence(run),
        claims=tuple(spared(facts, again)),
        steps=steps(again),
        confidence=CONFIDENCE,
        fix=_FIX,
    )
