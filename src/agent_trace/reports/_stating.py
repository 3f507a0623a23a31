"""One finding in words: what was found, what shows it, what to do."""

from __future__ import annotations

from collections.abc import Iterator

from agent_trace.render.blocks import Field, field
from agent_trace.render.numbers import dollars, duration, percent, tokens
from agent_trace.reports._judged import Found
from agent_trace.reports._words import rule_words

MOST = 20
"""Events of one finding that are listed; all stand in the JSON."""


def claimed_fields(wasted: int, seconds: float) -> Iterator[Field]:
    """Tokens and time that were claimed."""
    if wasted:
        yield field("claimed", f"{tokens(wasted)} tokens")
    if seconds:
        yield field("time", duration(seconds))


def price_of(found: Found) -> str:
    """What it cost, as a heading adds it."""
    if found.usd is not None:
        return f", {dollars(found.usd)}"
    return f", {duration(found.seconds)}" if found.seconds else ""


def sentence_of(found: Found) -> str:
    """The finding in one sentence, with what it is about."""
    said = found.summary[:1].upper() + found.summary[1:]
    return f"{said}: {found.label}" if found.label else f"{said}."


def facts_of(found: Found, own: str) -> Iterator[Field]:
    """What shows it, what it claims, how sure the rule is, what to do; `own` is the session that is told of."""
    if found.session != own:
        yield field("sub-agent", found.session.rpartition("/")[2])
    shown = ", ".join(f"#{number}" for number in found.events[:MOST])
    yield field("events", shown, f"and {len(found.events) - MOST} more" if len(found.events) > MOST else "")
    yield from claimed_fields(found.tokens, found.seconds)
    if found.lost_to:
        yield field("overlaps", ", ".join(map(rule_words, found.lost_to)), "which claimed it before")
    yield field("sure", percent(found.confidence, 1.0))
    yield Field(label="to do", value=found.fix, is_marked=True)
