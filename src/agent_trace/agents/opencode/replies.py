"""Assistant messages: the model's calls, what it thought and said, and the tools it called."""

from __future__ import annotations

from typing import NamedTuple

from agent_trace.agents.opencode.fields import Json, flag, group, moment, text, whole
from agent_trace.agents.opencode.records import Message, Part
from agent_trace.agents.opencode.results import hear_command, hear_tool
from agent_trace.agents.opencode.story import Story
from agent_trace.agents.opencode.tools import SHELLS
from agent_trace.agents.opencode.usage import dollars, used
from agent_trace.model.events import (
    AssistantText,
    Compacted,
    ErrorRaised,
    Interrupted,
    LlmResponse,
    Thinking,
)
from agent_trace.model.usage import BillingClass, Usage, band

_REPLY = frozenset({"step-start", "step-finish", "text", "reasoning"})
"""Parts that only a model's answer leaves: what the person ran is a message with a tool part alone."""
_ABORTED = "MessageAbortedError"


class Step(NamedTuple):
    """One request to the model. Since 2025 a message holds one; before, it held all until the next prompt."""

    parts: list[Part]
    finish: Json
    """Its step-finish part; empty where the step did not end."""


class Asked(NamedTuple):
    """What a part belongs to."""

    call: str | None
    """The key of the model call; None for what no model asked."""
    parent: str | None
    """The event that led to it."""


def hear_reply(story: Story, message: Message, place: int) -> None:
    """One assistant message."""
    steps = _steps(message.parts)
    prompt = story.asked.get(text(message.data, "parentID"))
    for number, step in enumerate(steps):
        asked = _hear_call(story, message, steps, number, place) or Asked(None, prompt)
        for part in step.parts:
            place = _hear_part(story, message, part, asked, place)
    _hear_error(story, message, place)


def _steps(parts: list[Part]) -> list[Step]:
    found: list[Step] = []
    held: list[Part] = []
    for part in parts:
        held.append(part)
        if text(part.data, "type") == "step-finish":
            found.append(Step(held, part.data))
            held = []
    if not found or any(text(part.data, "type") == "step-start" for part in held):
        found.append(Step(held, {}))
    else:
        found[-1].parts.extend(held)
    return found


# ---- model calls


def _hear_call(story: Story, message: Message, steps: list[Step], number: int, place: int) -> Asked | None:
    """The call that a step was; None where no answer of a model ever began."""
    data, step = message.data, steps[number]
    usage, cost = _billed(data, steps, number)
    if usage == Usage() and not any(_is_reply(part) for part in step.parts):
        return None
    record = message if number == 0 or not step.parts else step.parts[0]
    at = message.created if record is message else _begun(record.data) or message.created
    head = story.head(message, record, at, "" if record is message else ".call", f".{number}" if number else "")
    response = LlmResponse(
        **head,
        parent=story.asked.get(text(data, "parentID")),
        call=head["twin"],
        cls=BillingClass(model=text(data, "modelID"), band=band(usage.prompt)),
        usage=usage,
        recorded_usd=dollars(cost),
        stop=text(step.finish, "reason") or text(data, "finish") or None,
    )
    return Asked(head["twin"], story.add(response, place if at is None else max(place, at)))


def _is_reply(part: Part) -> bool:
    return text(part.data, "type") in _REPLY


def _billed(data: Json, steps: list[Step], number: int) -> tuple[Usage, object]:
    """Tokens and dollars of a step: the message's, which repeats them, unless it had several."""
    provider = text(data, "providerID")
    if len(steps) > 1:
        finish = steps[number].finish
        return used(group(finish, "tokens"), provider), finish.get("cost")
    usage = used(group(data, "tokens"), provider)
    return usage, data.get("cost") if usage != Usage() else None


# ---- parts


def _begun(part: Json) -> int | None:
    """When a part was begun, by its own account."""
    return moment(group(part, "time"), "start") or moment(group(part, "time"), "created")


def _hear_part(story: Story, message: Message, part: Part, asked: Asked, place: int) -> int:
    """One part; the place in time of what follows it."""
    data, kind = part.data, text(part.data, "type")
    if kind == "tool":
        is_own = asked.call is None and text(message.data, "parentID") in story.shell and text(data, "tool") in SHELLS
        return hear_command(story, message, part, place) if is_own else hear_tool(story, message, part, *asked, place)
    at = _begun(data)
    place = place if at is None else max(place, at)
    at = message.created if at is None else at
    head = story.head(message, part, at, twin=part.twin)
    said = text(data, "text")
    match kind:
        case "text" if flag(message.data, "summary"):
            story.add(Compacted(**head, parent=asked.parent, summary=story.cut(said)), place)
        case "text":
            story.add(AssistantText(**head, parent=asked.parent, text=story.cut(said), size=len(said)), place)
        case "reasoning":
            story.add(Thinking(**head, parent=asked.parent, text=story.cut(said), size=len(said)), place)
        case "retry":
            words, status = _told(group(data, "error"))
            attempt = whole(data, "attempt")
            story.add(ErrorRaised(**head, text=story.cut(words), status=status, retry=attempt), place)
        case "file":
            story.attach(message, part, data, at, place)
        case _:
            story.doubt(message, part, place)
    return place


class _Error(NamedTuple):
    words: str
    status: int | None
    """The API's."""


def _hear_error(story: Story, message: Message, place: int) -> None:
    """What ended the message before its time."""
    error = group(message.data, "error")
    if not error:
        return
    at = moment(group(message.data, "time"), "completed") or message.created
    place = place if at is None else max(place, at)
    head = story.head(message, message, at, ".error", ".error")
    words, status = _told(error)
    if text(error, "name") == _ABORTED:
        story.add(Interrupted(**head, text=story.cut(words)), place)
    else:
        story.add(ErrorRaised(**head, text=story.cut(words), status=status), place)


def _told(error: Json) -> _Error:
    data = group(error, "data")
    words = text(data, "message") or text(error, "message") or text(error, "name")
    return _Error(words, whole(data, "statusCode"))
