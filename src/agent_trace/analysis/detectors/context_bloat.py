"""CONTEXT_BLOAT: the context grew by a jump that nothing in the log accounts for, and stayed that large.

What: from one call to the next the prompt grew by 10 000 tokens or more beyond all that was said, asked and answered in
between, and five or more further calls carried it. The agent itself had put something in: the changes of files that it
watches, reminders, definitions of tools, a folder's listing.

Why it matters: nobody sees it, and every later call pays for it; it also brings the next compaction nearer.

What to do: look at what the agent puts in by itself (files open in an editor, watched files, servers, hooks that print much),
and keep large generated files out of the watched folder.

tracekit looks for inputs of 2.5 times the mean above 200 000 tokens, which a window of 200 000 cannot hold. In the public
sessions calls grow by 220 tokens in the middle; of 23 jumps beyond 10 000 the texts explain all but four, of which three were carried.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, NamedTuple

import msgspec

from agent_trace.analysis.flow import Sent, claim_carried
from agent_trace.analysis.waste import Grounds
from agent_trace.model.events import AssistantText, Attachment, Thinking, ToolCall, ToolResult, UserPrompt
from agent_trace.model.findings import Finding
from agent_trace.model.session import Session

PRECEDENCE = 35
CONFIDENCE = 0.8
_FIX = "Keep what enters the context by itself small: fewer watched files and servers, no hooks that print long texts."
_CHARACTERS = 2
"""Of the densest texts so many make a token: what can be explained is explained."""
_PICTURE = 20_000
"""Tokens that a picture, a page or a document may take, whatever its text in the log is."""
_SEEN = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".svg", ".pdf", ".ipynb")


_SAID = (ToolCall, ToolResult, AssistantText, Thinking, UserPrompt, Attachment)


class Options(msgspec.Struct, frozen=True, kw_only=True):
    tokens: Annotated[int, msgspec.Meta(ge=1, description="Growth without a reason in the log counts from here.")] = (
        10_000
    )
    calls: Annotated[int, msgspec.Meta(ge=0, description="In how many further calls it must have been sent again.")] = 5


class Jump(NamedTuple):
    """Growth that nothing explains."""

    place: int
    tokens: int
    carried: int


def detect(session: Session, options: Options, facts: Grounds) -> Iterator[Finding]:
    """All jumps of a session in one finding."""
    jumps = tuple(_jumps(session, options, facts))
    if jumps:
        calls = facts.flow.calls
        tokens = sum(jump.tokens for jump in jumps)
        yield Finding(
            rule="CONTEXT_BLOAT",
            summary=f"{tokens:,} tokens entered the context that no prompt, answer or result of the log accounts for",
            evidence=tuple(call.event.id for jump in jumps for call in (calls[jump.place - 1], calls[jump.place])),
            claims=tuple(claim for jump in jumps for claim in claim_carried(facts.flow, jump.place, jump.tokens)),
            confidence=CONFIDENCE,
            fix=_FIX,
        )


def _jumps(session: Session, options: Options, facts: Grounds) -> Iterator[Jump]:
    told = _told(session)
    calls = facts.flow.calls
    for place in range(1, len(calls)):
        before, call = calls[place - 1], calls[place]
        if before.span != call.span or _model(before) != _model(call):
            continue
        grown = call.prompt - before.prompt - (before.event.usage.output or 0)
        tokens = min(grown - (told[call.number] - told[before.number - 1]), call.fresh)
        carried = facts.flow.last_with(place) - place
        if tokens >= options.tokens and carried >= options.calls:
            yield Jump(place, tokens, carried)


def _told(session: Session) -> list[int]:
    """The most tokens that the texts up to each event can have."""
    pictures = {step.call.call for step in session.steps if _may_be_picture(step.call)}
    told = 0
    sums = [told]
    for _, event in session.numbered:
        if isinstance(event, _SAID):
            told += event.size // _CHARACTERS
            if isinstance(event, ToolResult):
                told += _PICTURE if event.call in pictures else 0
            elif isinstance(event, Attachment) and event.kind in ("image", "document", "file"):
                told += _PICTURE
        sums.append(told)
    return sums


def _may_be_picture(call: ToolCall) -> bool:
    return call.kind in ("mcp", "other") or any(path.lower().endswith(_SEEN) for path in (*call.paths, call.title))


def _model(call: Sent) -> str:
    return call.event.cls.model if call.event.cls is not None else ""
