"""SUBAGENT_OVERHEAD: a sub-agent was started for a look or two.

What: a sub-agent, whose own session this is, was given 10 000 tokens or more to begin with and then made at most two steps,
all of which only read or searched, before it answered. A log that breaks off before the answer is not judged.

Why it matters: each sub-agent is given its system prompt and tools anew, without a cache; for one look that is most of its cost.

What to do: let the agent look itself; start sub-agents for searches that would fill its context, or for work side by side.

What the first call was given beyond its task is claimed. tracekit blames every side conversation with a quarter of its tokens,
large searches too. Of 60 sub-agents of the public sessions 33 make no step (many only warm up, with 1 000 tokens), 10 one to three,
most of them cut short or given little to begin with, and 17 make 5 to 52.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import msgspec

from agent_trace.analysis.flow import claim_fresh, tokens_of
from agent_trace.analysis.spared import evidence
from agent_trace.analysis.waste import Grounds
from agent_trace.model.events import UserPrompt
from agent_trace.model.findings import Finding
from agent_trace.model.session import Session

PRECEDENCE = 25
CONFIDENCE = 0.6
_FIX = "Do not start a sub-agent for one or two looks: read and search directly."


class Options(msgspec.Struct, frozen=True, kw_only=True):
    steps: Annotated[
        int, msgspec.Meta(ge=0, description="A sub-agent that makes no more steps than these is too small.")
    ] = 2
    tokens: Annotated[int, msgspec.Meta(ge=1, description="So many tokens must it have been given to begin with.")] = (
        10_000
    )


def detect(session: Session, options: Options, facts: Grounds) -> Iterator[Finding]:
    """At most one: whether this sub-agent was worth starting."""
    task = next((event for event in session.events if isinstance(event, UserPrompt)), None)
    if task is None or task.by != "parent" or task.inherited or not facts.flow.calls:
        return
    found = [one for one in facts.attempts if one.work != "plan"]
    first = facts.flow.calls[0]
    begun = first.fresh - tokens_of(task.size)
    if not 0 < len(found) <= options.steps or any(one.work != "look" for one in found) or begun < options.tokens:
        return
    if facts.flow.calls[-1].event.id in facts.asked:
        return
    looks = "one look" if len(found) == 1 else f"{len(found)} looks"
    yield Finding(
        rule="SUBAGENT_OVERHEAD",
        summary=f"a sub-agent that was given {first.prompt:,} tokens to begin with was started for {looks}",
        about=task.id,
        evidence=(task.id, first.event.id, *evidence(found)),
        claims=tuple(claim_fresh(first, begun)),
        confidence=CONFIDENCE,
        fix=_FIX,
    )
