"""Which call an event belongs to, and what stood in the context after it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from agent_trace.analysis.contents import belonging, window_at
from agent_trace.analysis.context import UNLOGGED, Context, context, shares_of
from agent_trace.model.events import (
    AssistantText,
    Attachment,
    Event,
    LlmResponse,
    Thinking,
    ToolCall,
    ToolResult,
    UserPrompt,
)
from agent_trace.model.session import Session
from agent_trace.model.usage import BillingClass, Usage

HERE: dict[str, Any] = {"session": "s", "at": 1_700_000_000_000}


def call(name: str, prompt: int, output: int = 10, **more: object) -> LlmResponse:
    cls, usage = BillingClass(model="one"), Usage(input=prompt, output=output)
    return msgspec.structs.replace(LlmResponse(id=name, call=name, cls=cls, usage=usage, **HERE), **more)


def prompt(size: int = 40) -> UserPrompt:
    return UserPrompt(id="asked", text="do it", size=size, **HERE)


def text(name: str, size: int = 0) -> AssistantText:
    return AssistantText(id=name, size=size, **HERE)


def result(name: str, size: int) -> ToolResult:
    return ToolResult(id=f"{name}-result", call=name, tool="Read", size=size, **HERE)


def tool(name: str, response: str | None) -> ToolCall:
    return ToolCall(id=name, call=name, response=response, tool="Read", kind="read", **HERE)


def memory(name: str, words: str, kind: str = "memory", size: int = 400) -> Attachment:
    return Attachment(id=name, kind=kind, text=words, size=size, **HERE)


def looked(*events: Event) -> tuple[Session, Context]:
    session = Session("s", "x", events)
    return session, context(session, lambda model, at: None)


BEFORE = (prompt(), call("a", 100), text("t1"), tool("c1", "a"), result("c1", 80), call("b", 200), text("t2"))
AFTER = (prompt(), Thinking(id="th", **HERE), text("t1"), call("a", 100), tool("c1", "a"), result("c1", 80), text("t2"),
         call("b", 200))  # fmt: skip
"""Agents that write a call before its answer, and after it."""


@pytest.mark.parametrize(
    ("events", "number", "expected"),
    [
        (BEFORE, 1, (2, "was given it")), (BEFORE, 2, (2, "is it")), (BEFORE, 3, (2, "made it")),
        (BEFORE, 4, (2, "made it")), (BEFORE, 5, (6, "was given it")), (BEFORE, 7, (6, "made it")),
        (AFTER, 1, (4, "was given it")), (AFTER, 2, (4, "made it")), (AFTER, 3, (4, "made it")),
        (AFTER, 5, (4, "made it")), (AFTER, 6, (8, "was given it")), (AFTER, 7, (8, "made it")),
        ((call("a", 1), prompt()), 2, (1, "came before it")),
        ((prompt(), text("t"), prompt(), call("a", 1)), 2, (4, "was given it")),
        ((text("t"), call("a", 1)), 1, (2, "made it")),
        ((call("a", 1), text("t")), 2, (1, "made it")),
        ((text("t"), prompt(), call("a", 1)), 1, (3, "was given it")),
        ((tool("c", None), call("a", 1)), 1, (2, "was given it")),
        ((tool("c", "gone"), call("a", 1)), 1, (2, "was given it")),
        ((call("side", 1, side=True), call("a", 1)), 1, (2, "was given it")),
    ],
)  # fmt: skip
def test_the_call_that_an_event_belongs_to(events: tuple[Event, ...], number: int, expected: tuple[int, str]) -> None:
    session, found = looked(*events)
    own = belonging(session, found, number)
    assert own is not None
    assert (own.point.event, own.how) == expected


def test_without_calls_an_event_belongs_to_none() -> None:
    session, found = looked(prompt(), text("t"))
    assert belonging(session, found, 2) is None


def test_a_window_in_the_middle_holds_what_entered_until_then_and_what_its_call_answered() -> None:
    session, found = looked(*BEFORE)
    window = window_at(session, found, found.points[1])
    assert [one.number for one in window.texts] == [1, 3, 4, 5, 7]
    assert {one.what: one.tokens for one in shares_of(window)} == {UNLOGGED: 90, "results of Read": 80, "prompts": 40}
    assert [window.tokens_of(size) for size in (80, 40, 0)] == [80, 40, 0]


def test_a_window_without_texts_explains_nothing() -> None:
    session, found = looked(call("a", 100))
    window = window_at(session, found, found.points[0])
    assert (window.texts, window.tokens_of(5), shares_of(window)[0].what) == ((), 0, UNLOGGED)
