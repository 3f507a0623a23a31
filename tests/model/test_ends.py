"""Long texts cut to both ends, and taken apart again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_trace.model.ends import HEAD, ROOM, TAIL, cut_to_ends, ends
from agent_trace.model.events import AssistantText, Compacted, ToolCall, ToolResult

LONG = "a" * HEAD + "middle" + "z" * TAIL


@given(st.text(max_size=50), st.integers(0, 3000))
def test_head_and_tail_are_those_of_the_whole(text: str, more: int) -> None:
    whole = text + "." * more
    event = cut_to_ends(AssistantText(id="1", session="s", text=whole, size=len(whole)))
    assert isinstance(event, AssistantText)
    head, tail = ends(event.text, event.size)
    assert whole.startswith(head)
    assert whole.endswith(tail)
    assert (head + tail == whole) is (len(whole) <= ROOM)
    assert len(head) + len(tail) == min(len(whole), ROOM)


@pytest.mark.parametrize(
    "event",
    [
        ToolCall(id="1", session="s", input=LONG, size=len(LONG)),
        ToolResult(id="1", session="s", output=LONG, size=len(LONG)),
    ],
)
def test_every_text_with_a_size_is_cut(event: ToolCall | ToolResult) -> None:
    found = cut_to_ends(event)
    text = found.input if isinstance(found, ToolCall) else getattr(found, "output", "")
    assert (len(text), text[:1], text[-1:]) == (ROOM, "a", "z")


def test_a_text_without_a_size_stays() -> None:
    event = Compacted(id="1", session="s", summary=LONG)
    assert cut_to_ends(event) is event
    assert ends(LONG, len(LONG)) == ("a" * HEAD, "z" * TAIL)


def test_of_a_text_that_was_cut_at_its_end_no_tail_is_told() -> None:
    assert ends("b" * 2048, 9000) == ("b" * HEAD, "")
