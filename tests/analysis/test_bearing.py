"""What bears on an outcome is kept, and nothing else: the outcome is the same."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from agent_trace.analysis.bearing import HEAD, LONG, SHORT, WRITTEN, Bearing, as_read, shortened
from agent_trace.analysis.outcome import outcome
from agent_trace.analysis.understanding import understood
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
from agent_trace.pricing.book import Book
from agent_trace.pricing.shipped import shipped
from tests.analysis.recorded import name_of, runs, sessions

BOOK = Book.load(shipped())
PIECES = some.lists(some.sampled_from(["a" * 300, "b" * 900, "\n"]), max_size=150).map("".join)
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
    assert call("ls", long).output == long[:HEAD]
    assert call("git log", "a\nb").output == "a\nb"
    assert HEAD < len(call("pytest -q", long).output) <= HEAD + SHORT
    assert SHORT < len(call("git commit -qm x", long).output) <= LONG + HEAD
    assert "1 file changed" in call("./release", f"{'x' * 9000}\n 1 file changed\n").output


def test_of_other_texts_the_beginning_stays() -> None:
    bearing = Bearing()
    said: list[Event] = [
        UserPrompt(id="1", session="s", text="p" * 5000),
        AssistantText(id="2", session="s", text="w" * 5000),
        Thinking(id="3", session="s", text="h" * 5000),
        Attachment(id="4", session="s", kind="file", text="a" * 5000),
        Compacted(id="5", session="s", summary="a" * 5000),
        Unknown(id="6", session="s", raw="{"),
        ToolResult(id="7", session="s", call="nobody", output="l" * 5000),
    ]
    assert [texts(one) for one in map(bearing, said)] == [[HEAD], [HEAD], [HEAD], [HEAD], [HEAD], [], [HEAD]]
    spent = bearing(LlmResponse(id="8", session="s", usage=Usage(input=5)))
    assert isinstance(spent, LlmResponse)
    assert spent.usage == Usage(input=5)
    link = Attachment(id="9", session="s", kind="pull request", text="https://github.com/a/b/pull/1")
    assert bearing(link) == link
    ended = SessionEnded(id="10", session="s", reason="exit")
    assert bearing(ended) == ended


def texts(event: Event) -> list[int]:
    """The lengths of what it still says."""
    names = ("text", "output", "summary", "raw")
    return [len(getattr(event, name)) for name in names if getattr(event, name, "")]


def test_arguments_are_kept_of_tools_that_make_something() -> None:
    bearing = Bearing()

    def kept(tool: str, kind: ToolKind, given: str) -> str:
        event = ToolCall(id="c", session="s", call=tool, tool=tool, input=given, kind=kind)
        found = bearing(event)
        assert isinstance(found, ToolCall)
        return found.input

    assert kept("Write", "write", "{}") == "{}"
    assert kept("Write", "write", "x" * (WRITTEN + 1)) == "x" * HEAD
    assert kept("Read", "read", "x" * (HEAD + 1)) == "x" * HEAD
    assert kept("mcp__github__create_pull_request", "mcp", "{}") == "{}"
    result = bearing(ToolResult(id="r", session="s", call="mcp__github__create_pull_request", output="made"))
    assert isinstance(result, ToolResult)
    assert result.output == "made"


@given(PIECES, some.sampled_from([SHORT, 2 * SHORT, LONG]))
def test_a_shortened_text_is_its_beginning_and_its_end(pieces: str, size: int) -> None:
    found = shortened(pieces, size)
    assert len(found) <= max(size // 3, HEAD) + HEAD + size + 1
    assert found == pieces or len(pieces) > size
    assert found[:HEAD] == pieces[:HEAD]
    assert pieces.endswith(found[-(size // 3) :])


@pytest.mark.parametrize("run", RUNS, ids=name_of)
def test_what_was_found_is_what_reports_find_in_what_they_read(run: Path) -> None:
    read = sessions(run, clip=HEAD)
    for key, whole in sessions(run).items():
        kept = msgspec.structs.replace(whole, events=tuple(map(Bearing(), whole.events)))
        assert tuple(map(as_read, whole.events)) == tuple(map(as_read, read[key].events))
        assert understood(kept, book=BOOK) == understood(read[key], book=BOOK)
