"""MODEL_OVERKILL: a small question was put to one of the dearest models.

What: a session that only read and searched, in at most three steps and with at most 1 000 tokens of answers, ran on models
whose output costs 20 dollars per million tokens or more.

Why it matters: a cheaper model answers such questions as well.

What to do: choose a smaller model for questions and lookups. Whether the answer would have been as good cannot be known, so
it is `info`, claims nothing and is off by default.

20 dollars divides the books' large models (25 to 75) from the middle ones (10 to 15).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated

import msgspec

from agent_trace.analysis.spared import evidence, rates_of
from agent_trace.analysis.waste import Grounds
from agent_trace.model.findings import Finding
from agent_trace.model.session import Session

PRECEDENCE = 5
ON = False
CONFIDENCE = 0.5
_MILLION = 1_000_000
_FIX = "Choose a smaller model for questions and lookups."


class Options(msgspec.Struct, frozen=True, kw_only=True):
    steps: Annotated[int, msgspec.Meta(ge=0, description="A small session makes no more steps than these.")] = 3
    output: Annotated[int, msgspec.Meta(ge=0, description="And answers with no more tokens.")] = 1000
    usd: Annotated[Decimal, msgspec.Meta(description="Dollars per million tokens of output that are much.")] = Decimal(
        20
    )


def detect(session: Session, options: Options, facts: Grounds) -> Iterator[Finding]:
    """At most one."""
    calls = [call.event for call in facts.flow.calls]
    rates = [rates_of(facts, call) for call in calls]
    found = [one for one in facts.attempts if one.work != "plan"]
    if not calls or not session.prompts or len(found) > options.steps or any(one.work != "look" for one in found):
        return
    answered = sum(call.usage.output or 0 for call in calls)
    if answered <= options.output and all(rate is not None and rate.output * _MILLION >= options.usd for rate in rates):
        yield Finding(
            rule="MODEL_OVERKILL",
            kind="info",
            summary=f"a model of the dearest class answered a small question, with {answered:,} tokens in {len(calls)} calls",
            about=calls[0].id,
            evidence=(*(call.id for call in calls), *evidence(found)),
            confidence=CONFIDENCE,
            fix=_FIX,
        )
