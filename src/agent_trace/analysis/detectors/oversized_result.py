"""OVERSIZED_RESULT: one tool result filled the context, and every later call carried it.

What: a result of more than 10 000 tokens (by its length, at most what the next call was given anew) was sent with five or
more further calls, and what lies beyond the 10 000 added up to 50 000 tokens. A file that was edited afterwards is left
out: it had to be read.

Why it matters: it is paid for once in full and then again in each call until the context is reset, and crowds out the rest.

What to do: have the agent ask for less: lines of a file (offset, limit), `| tail -50`, a filter, a query with a limit.

What lies beyond the limit is claimed, where it was first sent and in each call that carried it. Of the results of the public
sessions 99 in 100 are shorter than 40 000 characters; agents themselves cut the output of a shell at 30 000 characters, about 8 000 tokens.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import msgspec

from agent_trace.analysis.attempts import Attempt
from agent_trace.analysis.flow import claim_carried, tokens_of
from agent_trace.analysis.spared import evidence
from agent_trace.analysis.waste import Grounds
from agent_trace.model.findings import Finding
from agent_trace.model.session import Session

PRECEDENCE = 40
CONFIDENCE = 0.7
_FIX = (
    "Ask tools for less at a time: a range of lines, a filter, a limit; write long output to a file and search in it."
)


class Options(msgspec.Struct, frozen=True, kw_only=True):
    tokens: Annotated[int, msgspec.Meta(ge=1, description="A result may be so long.")] = 10_000
    calls: Annotated[int, msgspec.Meta(ge=0, description="In how many further calls it must have been sent again.")] = 5
    together: Annotated[
        int, msgspec.Meta(ge=0, description="What is too much of it must add up to so many tokens.")
    ] = 50_000


def detect(session: Session, options: Options, facts: Grounds) -> Iterator[Finding]:
    """Each result that is too long and was carried on."""
    edited = {one.purpose: one.number for one in facts.attempts if one.work == "edit" and not one.failed}
    for one in facts.attempts:
        if one.step.result is None or tokens_of(one.step.result.size) <= options.tokens:
            continue
        place = facts.flow.entered(one.step)
        if place is None or _was_edited(one, edited):
            continue
        tokens = min(tokens_of(one.step.result.size), facts.flow.calls[place].fresh)
        carried = facts.flow.last_with(place) - place
        if carried >= options.calls and (tokens - options.tokens) * (carried + 1) >= max(options.together, 1):
            yield _finding(one, place, tokens, carried, options, facts)


def _was_edited(one: Attempt, edited: dict[str, int]) -> bool:
    """Whether a file that was read was edited afterwards."""
    targets = (target for part in one.intention.parts for target in part.targets)
    return any(edited.get(target, 0) > one.number for target in targets)


def _finding(one: Attempt, place: int, tokens: int, carried: int, options: Options, facts: Grounds) -> Finding:
    return Finding(
        rule="OVERSIZED_RESULT",
        summary=f"a result of about {tokens:,} tokens was sent with {carried + 1} calls",
        about=one.step.call.id,
        evidence=(*evidence([one]), facts.flow.calls[place].event.id),
        claims=tuple(claim_carried(facts.flow, place, tokens - options.tokens)),
        confidence=CONFIDENCE,
        fix=_FIX,
    )
