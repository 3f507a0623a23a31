"""Rows of the model: what it thought and said, the tools that it called, and which call to it that was.

The call's counts come from a row of telemetry before the answer; an answer without one tells them itself, and should the
telemetry follow after all it mends that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent_trace.agents._genai.parts import FunctionCall, function_calls, parts, thoughts
from agent_trace.agents._genai.records import count, mapping, string, wire
from agent_trace.agents._genai.spending import usage
from agent_trace.agents._genai.steps import called, tell_call
from agent_trace.agents._genai.telling import remember
from agent_trace.agents.qwen.reader import Reader
from agent_trace.agents.qwen.state import Counts, ParseState, Spent, Task
from agent_trace.agents.qwen.tools import STARTERS, kind_of
from agent_trace.model.events import AssistantText, LlmResponse, Thinking
from agent_trace.model.scan import digest
from agent_trace.model.usage import BillingClass, Usage, band


def hear_reply(reader: Reader, row: dict[str, Any]) -> None:
    """One answer, or a piece of one: pieces have one uuid."""
    call, content = _call(reader, row), mapping(row, "message").get("parts")
    for number, text in enumerate(thoughts(content)):
        name = f"{reader.name}.thought{number}"
        reader.emit(Thinking(id=name, text=reader.cut(text), size=len(text), **reader.head))
    for number, part in enumerate(parts(content)):
        text = string(part, "text")
        if text and part.get("thought") is not True:
            say(reader, f"{reader.name}.{number}", text)
    for number, asked in enumerate(function_calls(content)):
        _hear_call(reader, asked, call, f"{reader.name}.tool{number}")


def say(reader: Reader, name: str, text: str) -> None:
    """What the model said."""
    reader.emit(AssistantText(id=name, text=reader.cut(text), size=len(text), **reader.head))


def _hear_call(reader: Reader, asked: FunctionCall, call: str, name: str) -> None:
    slot = f"{reader.session} {asked.id or name}"
    own = _own_id(reader, asked.id) if asked.id else name
    opened = called(name, asked.name, kind_of(asked.name), asked.arguments)
    opened.call, opened.mark = own, mark_of(asked.name, asked.arguments)
    tell_call(reader, opened, own, asked.arguments, call)
    remember(reader.state.open, slot, opened, ParseState.OPEN)
    if asked.name in STARTERS:
        text = string(asked.arguments, "prompt")[: ParseState.TASK]
        task = Task(own, string(asked.arguments, "subagent_type"), text)
        remember(reader.state.tasks, slot, task, ParseState.TASKS)


def _own_id(reader: Reader, given: str) -> str:
    """The id of a tool call: some servers count from 1 in every answer, so its second use is another call.

    Where a row itself is written twice, its calls are the same.
    """
    used, mark = reader.state.called, digest(f"{reader.session} {given}".encode("utf-8", "replace"))
    times = used.get(mark, 0) + (0 if reader.is_repeated and mark in used else 1)
    remember(used, mark, times, ParseState.CALLED)
    return f"{given}~{times}" if times > 1 else given


def mark_of(name: str, arguments: Mapping[str, Any]) -> int:
    """What a tool call in an answer and in telemetry have in common."""
    return digest(f"{name} {wire(arguments)}".encode("utf-8", "replace"))


# ---- which call to the model


def _call(reader: Reader, row: dict[str, Any]) -> str:
    """The key of the call that an answer belongs to; told here where no telemetry told it."""
    state, figures, model = reader.state, mapping(row, "usageMetadata"), string(row, "model")
    uuid = string(row, "uuid")
    counts = _counts(figures)
    known = state.replies.get(uuid) if uuid else None
    if known is None:
        known = _claim(reader, string(row, "parentUuid"), counts)
    if known is None:
        key = reader.scoped(uuid) if uuid else reader.name
        state.bare = Spent(key, counts)
        respond(reader, f"{reader.name}.response", key, model, used(figures))
        known = key
    elif state.bare is not None and state.bare.key == known and any(counts):
        state.bare.counts = counts
        respond(reader, f"{reader.name}.usage", known, model, used(figures), continues=True)
    remember(state.replies, uuid or reader.name, known, ParseState.REPLIES)
    return known


def _claim(reader: Reader, parent: str, counts: Counts) -> str | None:
    """The call that telemetry told before: the row that the answer follows, else the newest of equal counts."""
    waiting = reader.state.waiting
    slot = parent if parent in waiting else None
    if slot is None and any(counts):
        slot = next((one for one in reversed(waiting) if waiting[one].counts == counts), None)
    return None if slot is None else waiting.pop(slot).key


def respond(reader: Reader, name: str, key: str, model: str, spent: Usage, *, continues: bool = False) -> None:
    """Tell a call, or mend one that was told."""
    cls = BillingClass(model=model, band=band(spent.prompt))
    event = LlmResponse(id=name, call=key, cls=cls, usage=spent, continues=continues, **reader.head)
    if continues:
        reader.mend(event)
    else:
        reader.emit(event)


def used(figures: dict[str, Any]) -> Usage:
    """What an answer's row says of tokens."""
    return usage(
        prompt=count(figures.get("promptTokenCount")),
        output=count(figures.get("candidatesTokenCount")),
        cached=count(figures.get("cachedContentTokenCount")),
        thoughts=count(figures.get("thoughtsTokenCount")),
        tool=count(figures.get("toolUsePromptTokenCount")),
        total=count(figures.get("totalTokenCount")),
    )


def _counts(figures: dict[str, Any]) -> Counts:
    return (count(figures.get("promptTokenCount")), count(figures.get("candidatesTokenCount")))
