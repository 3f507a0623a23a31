"""TOOL_FANOUT: several readings that were known beforehand were asked for one by one.

What: four or more messages in a row asked for one reading each, with the same tool, and the path or address of every one
stood in what had been said since the prompt before the first of them ran: in the prompt, a listing, a search. Calls that one
message makes in parallel are the batch that is wanted, and what only the result before brought up cannot be asked for earlier.

Why it matters: each message sends the whole context again; one message with all calls sends it once.

What to do: tell the agent to ask for independent readings in one message.

tracekit counts four calls of a tool within one turn, its turn being one message: that is the very batch. To read on by what
was just found is ordinary work, so only what was named before counts. Rows of four readings are rare: the public sessions hold
two, both read from a listing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Annotated

import msgspec

from agent_trace.analysis.attempts import Attempt
from agent_trace.analysis.flow import claim_read
from agent_trace.analysis.spared import evidence
from agent_trace.analysis.waste import Grounds
from agent_trace.model.events import AssistantText, Attachment, Thinking, ToolResult, UserPrompt
from agent_trace.model.findings import Claim, Finding
from agent_trace.model.session import Session

PRECEDENCE = 45
CONFIDENCE = 0.7
_FIX = "Ask for independent readings together: several tool calls in one message."
_WORDS = re.compile(r"[\w.@~+%:/-]{4,}")
_BACK = 200
"""Events before the first reading that are looked into."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    messages: Annotated[int, msgspec.Meta(ge=2, description="How many messages in a row must read one thing each.")] = 4


def detect(session: Session, options: Options, facts: Grounds) -> Iterator[Finding]:
    """Each row of readings that could have been one message."""
    for run in _runs(facts):
        known = _known(session, run[0], facts) if len(run) >= options.messages else frozenset()
        for part in _named(run, known):
            if len(part) >= options.messages:
                yield _finding(part, facts)


def _runs(facts: Grounds) -> Iterator[list[Attempt]]:
    """Messages with one successful reading each, with nothing else between them."""
    run: list[Attempt] = []
    for one in facts.attempts:
        goes_on = bool(run) and _is_alike(run[-1], one, facts)
        if run and not (goes_on and _is_single(one, facts)):
            yield run
            run = []
        if _is_single(one, facts):
            run.append(one)
    if run:
        yield run


def _is_single(one: Attempt, facts: Grounds) -> bool:
    place = facts.flow.place_of(one.step.call.response)
    if place is None or one.failed is not False or one.step.call.kind not in ("read", "fetch"):
        return False
    return len(facts.asked.get(facts.flow.calls[place].event.id, ())) == 1


def _is_alike(last: Attempt, one: Attempt, facts: Grounds) -> bool:
    return one.step.call.tool == last.step.call.tool and facts.flow.turn(one.number) == facts.flow.turn(last.number)


def _known(session: Session, first: Attempt, facts: Grounds) -> frozenset[str]:
    """Words that stood in the texts of this turn before the first reading was asked for."""
    turn = facts.flow.turn(first.number)
    words: set[str] = set()
    place = facts.flow.place_of(first.step.call.response)
    end = first.number if place is None else min(first.number, facts.flow.calls[place].number)
    for number, event in reversed(session.numbered[max(end - _BACK, 0) : end - 1]):
        if facts.flow.turn(number + 1) != turn:
            break
        words.update(_words_of(event))
    return frozenset(words)


def _words_of(event: object) -> Iterator[str]:
    match event:
        case UserPrompt(text=text) | AssistantText(text=text) | Thinking(text=text) | Attachment(text=text):
            found = text
        case ToolResult(output=text):
            found = text
        case _:
            return
    for word in _WORDS.findall(found):
        bare = word.strip(".:/")
        yield from (bare, bare.rpartition("/")[2])


def _named(run: list[Attempt], known: frozenset[str]) -> Iterator[list[Attempt]]:
    """The parts of a row in which everything but the first was named before, each thing once."""
    part: list[Attempt] = []
    seen: set[str] = set()
    for one in run:
        name = _name(one)
        if part and (name in seen or not _stands(name, known)):
            yield part
            part, seen = [], set()
        if part or _stands(name, known):
            part.append(one)
            seen.add(name)
    if part:
        yield part


def _name(one: Attempt) -> str:
    return (one.step.call.paths or (one.step.call.title,))[0]


def _stands(name: str, known: Iterable[str]) -> bool:
    bare = name.strip(".:/")
    return bare in known or bare.rpartition("/")[2] in known


def _finding(run: list[Attempt], facts: Grounds) -> Finding:
    return Finding(
        rule="TOOL_FANOUT",
        summary=f"{len(run)} readings that were named before were asked for in {len(run)} messages, one by one",
        about=run[0].step.call.id,
        evidence=evidence(run),
        claims=tuple(_sent_again(run[1:], facts)),
        confidence=CONFIDENCE,
        fix=_FIX,
    )


def _sent_again(run: list[Attempt], facts: Grounds) -> Iterator[Claim]:
    """What each message but the first was given once more; what it answered would have been written anyway."""
    for one in run:
        place = facts.flow.place_of(one.step.call.response)
        if place is not None:
            yield from claim_read(facts.flow.calls[place], facts.flow.resent(place))
