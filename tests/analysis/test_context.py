"""The context after each call: figures of the main thread, limits, resets, and what filled it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from agent_trace.analysis.context import Context, context
from agent_trace.model.events import (
    AssistantText,
    Attachment,
    Compacted,
    Event,
    Linked,
    LlmResponse,
    Thinking,
    ToolCall,
    ToolResult,
    UserPrompt,
)
from agent_trace.model.session import Session
from agent_trace.model.usage import BillingClass, Usage

HERE: dict[str, Any] = {"session": "s", "at": 1_700_000_000_000}


def call(
    name: str, prompt: int | None, output: int = 10, *, model: str = "one", window: int | None = None, **more: object
) -> LlmResponse:
    usage = Usage() if prompt is None else Usage(input=prompt, output=output)
    one = LlmResponse(id=name, call=name, cls=BillingClass(model=model), usage=usage, window=window, **HERE)
    return msgspec.structs.replace(one, **more)


def text(name: str, size: int) -> AssistantText:
    return AssistantText(id=name, text="", size=size, **HERE)


def full(*events: Event, limit: int | None = None, known: int | None = 1000) -> Context:
    return context(Session("s", "x", events), lambda model, at: known if model == "one" else None, limit)


def test_after_a_call_the_context_holds_all_it_was_given_and_said() -> None:
    used = Usage(input=1, cache_read=20, cache_write_5m=300, cache_write_1h=4000, output=50_000, reasoning=7)
    found = full(call("a", 1, usage=used), call("b", 100))
    assert [point.tokens for point in found.points] == [54_321, 110]
    assert (found.peak, found.last) == (found.points[0], found.points[1])


def test_side_calls_copies_and_calls_without_tokens_are_left_out() -> None:
    found = full(call("a", 1, side=True), call("b", 1, inherited=True), call("c", None), call("d", 1, counts=False))
    assert (found, found.peak, found.last) == (Context(), None, None)


def test_of_equal_peaks_the_first() -> None:
    found = full(call("a", 5), call("b", 5))
    assert found.peak == found.points[0]


@pytest.mark.parametrize(
    ("events", "limit", "expected"),
    [
        ((call("a", 5),), 77, (77, "asked")),
        ((call("a", 5, window=88),), None, (88, "recorded")),
        ((call("a", 5, window=88), call("b", 5)), None, (88, "recorded")),
        ((call("a", 5),), None, (1000, "known")),
        ((call("a", 5, model="other"),), None, (None, None)),
        ((call("a", 5000), call("b", 5)), None, (None, None)),
    ],
)
def test_where_the_limit_comes_from(events: tuple[Event, ...], limit: int | None, expected: object) -> None:
    last = full(*events, limit=limit).points[-1]
    assert (last.limit, last.limit_from) == expected


def test_a_limit_that_one_model_passed_still_holds_for_another() -> None:
    points = context(Session("s", "x", (call("a", 50), call("b", 5, model="two"))), lambda model, at: 20).points
    assert [point.limit for point in points] == [None, 20]


def test_a_compactions_own_call_is_left_out() -> None:
    compacted = Compacted(id="k", before=900, after=50, summary="short", **HERE)
    found = full(call("a", 500), text("t", 9), call("sum", 800), compacted, call("b", 60))
    assert [point.tokens for point in found.points] == [510, 70]
    assert [(one.event, one.before, one.after) for one in found.resets] == [(4, 510, 60)]


def test_a_call_that_asked_for_a_tool_or_said_something_is_no_compactions() -> None:
    compacted = Compacted(id="k", trigger="auto", **HERE)
    asked = ToolCall(id="c", call="c", response="a", tool="Bash", kind="shell", **HERE)
    assert len(full(asked, call("a", 500), compacted).points) == 1
    assert len(full(call("a", 500), text("t", 9), compacted, call("b", 9)).points) == 2


def test_what_a_compaction_does_not_say_its_neighbours_do() -> None:
    first = Compacted(id="k1", trigger="auto", **HERE)
    second = Compacted(id="k2", summary="what was", **HERE)
    cleared = Linked(id="l", how="clear", **HERE)
    found = full(cleared, call("a", 500), text("t", 1), first, second, call("b", 60))
    assert [(one.trigger, one.before, one.after) for one in found.resets] == [("clear", None, None), ("auto", 510, 60)]
    alone = full(first)
    assert [(one.before, one.after) for one in alone.resets] == [(None, None)]


def test_shares_add_up_to_the_last_call() -> None:
    kinds = [("memory", 40), ("skill", 40), ("system prompt", 400), ("file", 40), ("date", 40)]
    notes = [Attachment(id=kind, kind=kind, size=size, **HERE) for kind, size in kinds]
    prompt = UserPrompt(id="p", size=80, **HERE)
    task = UserPrompt(id="q", size=80, by="parent", **HERE)
    thought = Thinking(id="th", size=40, **HERE)
    tools: list[tuple[str, Any]] = [("Read", "read"), ("Agent", "agent"), ("Skill", "skill")]
    asked = [ToolCall(id=name, call=name, response="a", tool=name, kind=kind, size=40, **HERE) for name, kind in tools]
    results = [ToolResult(id=f"{one.id}.r", call=one.call, tool=one.tool, size=400, **HERE) for one in asked]
    lost = ToolResult(id="lost", call="lost", size=40, **HERE)
    found = full(*notes, prompt, task, call("a", 1190), thought, text("t", 80), *asked, *results, lost, call("b", 1600))
    shares = {share.what: (share.tokens, share.texts) for share in found.shares}
    assert sum(tokens for tokens, _ in shares.values()) == 1610
    assert shares["system and tools, not logged"] == (1010, 0)  # 1190 less the 720 characters before it by four
    assert set(shares) == {
        "memory files", "skills", "system and tools", "files", "notes of the agent", "prompts", "the task", "thinking",
        "answers and tool calls", "results of Read", "sub-agents", "results of tools", "system and tools, not logged",
    }  # fmt: skip
    assert shares["skills"][1] == 2


def test_what_came_before_a_compaction_fills_nothing_any_more() -> None:
    compacted = Compacted(id="k", trigger="auto", after=5, summary="x" * 40, **HERE)
    aside = AssistantText(id="aside", size=999, side=True, **HERE)
    found = full(UserPrompt(id="p", size=4000, **HERE), call("a", 1000), text("t", 4), compacted, aside, call("b", 20))
    assert {share.what: share.tokens for share in found.shares} == {
        "summaries of what came before": 20,
        "system and tools, not logged": 10,
    }


def test_without_any_text_nothing_is_known_of_what_filled_it() -> None:
    (share,) = full(call("a", 20)).shares
    assert (share.what, share.tokens) == ("system and tools, not logged", 30)
