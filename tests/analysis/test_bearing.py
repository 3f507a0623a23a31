"""What bears on an outcome is kept, and nothing else: the outcome is the same."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from agent_trace.analysis.bearing import LONG, SHORT, WRITTEN, Bearing, shortened
from agent_trace.analysis.outcome import outcome
from agent_trace.model.events import (
    AssistantText,
    Attachment,
    Compacted,
    Event,
    LlmResponse,
    SessionEnded,
    Thinking,
    ToolCall,
    ToolResult,
    Unknown,
    UserPrompt,
)
from agent_trace.model.tools import ToolKind
from agent_trace.model.usage import Usage
from tests.analysis.recorded import name_of, runs, sessions

RUNS = [*runs("repositories"), *runs("commits")]


@pytest.mark.parametrize("run", RUNS, ids=name_of)
def test_recorded_sessions_produced_the_same(run: Path) -> None:
    for session in sessions(run).values():
        kept = msgspec.structs.replace(session, events=tuple(map(Bearing(), session.events)))
        assert outcome(kept) == outcome(session)
        assert len(kept.events) == len(session.events)


def call(command: str, output: str, **more: object) -> ToolResult:
    """What is kept of the result of a shell command."""
    bearing = Bearing()
    bearing(ToolCall(id="c", session="s", call="c", tool="Bash", kind="shell", input=command))
    result = ToolResult(id="r", session="s", call="c", output=output, patch="+", parent="c")
    found = bearing(msgspec.structs.replace(result, **more))
    assert isinstance(found, ToolResult)
    assert (found.patch, found.parent) == ("", None)
    return found


def test_outputs_are_kept_as_far_as_they_can_tell() -> None:
    long = "line\n" * 20_000
    assert call("ls", "a\nb").output == ""
    assert call("git log", "a\nb").output == "a\nb"
    assert len(call("pytest -q", long).output) <= SHORT
    assert SHORT < len(call("git commit -qm x", long).output) <= LONG
    assert "1 file changed" in call("./release", f"{'x' * 9000}\n 1 file changed\n").output


def test_other_texts_go() -> None:
    bearing = Bearing()
    said: list[Event] = [
        UserPrompt(id="1", session="s", text="please"),
        AssistantText(id="2", session="s", text="well"),
        Thinking(id="3", session="s", text="hm"),
        Attachment(id="4", session="s", kind="file", text="a"),
        Compacted(id="5", session="s", summary="all"),
        Unknown(id="6", session="s", raw="{"),
        ToolResult(id="7", session="s", call="nobody", output="lost"),
    ]
    assert all("text" not in name for one in map(bearing, said) for name in texts(one))
    spent = bearing(LlmResponse(id="8", session="s", usage=Usage(input=5)))
    assert isinstance(spent, LlmResponse)
    assert spent.usage == Usage()
    link = Attachment(id="9", session="s", kind="pull request", text="https://github.com/a/b/pull/1")
    assert bearing(link) == link
    ended = SessionEnded(id="10", session="s", reason="exit")
    assert bearing(ended) == ended


def texts(event: Event) -> list[str]:
    """The fields that still hold some text."""
    names = ("text", "output", "summary", "raw")
    return [f"text in {name}" for name in names if getattr(event, name, "")]


def test_arguments_are_kept_of_tools_that_make_something() -> None:
    bearing = Bearing()

    def kept(tool: str, kind: ToolKind, given: str) -> str:
        event = ToolCall(id="c", session="s", call=tool, tool=tool, input=given, kind=kind)
        found = bearing(event)
        assert isinstance(found, ToolCall)
        return found.input

    assert kept("Write", "write", "{}") == "{}"
    assert kept("Write", "write", "x" * (WRITTEN + 1)) == ""
    assert kept("Read", "read", "{}") == ""
    assert kept("mcp__github__create_pull_request", "mcp", "{}") == "{}"
    result = bearing(ToolResult(id="r", session="s", call="mcp__github__create_pull_request", output="made"))
    assert isinstance(result, ToolResult)
    assert result.output == "made"


@given(some.text(some.sampled_from("ab\n"), max_size=90), some.integers(6, 30))
def test_a_shortened_text_is_its_beginning_and_its_end(text: str, size: int) -> None:
    found = shortened(text, size)
    assert len(found) <= max(size + 1, len(text) if len(text) <= size else 0)
    assert found == text or len(text) > size
    assert text.startswith(found.split("\n")[0])
    assert text.endswith(found.split("\n")[-1])
