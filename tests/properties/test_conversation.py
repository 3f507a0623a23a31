"""Nothing is lost on the way into a transcript, and nothing stands there twice: counted over every kind of event."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_trace.model import events as model
from agent_trace.model.events import Event
from agent_trace.model.facts import Facts
from agent_trace.model.session import Session
from agent_trace.model.summary import Summary
from agent_trace.render.html import render_html
from agent_trace.render.markdown import render_markdown
from agent_trace.reports._conversation import Detail, Page, conversation
from tests.reports.small import NOW

KINDS = ("prompt", "answer", "thinking", "call", "shell", "result", "stray", "error", "compaction", "command", "attachment",
         "unknown", "interruption", "blocked", "decision", "response", "read")  # fmt: skip
TOKEN = re.compile(r"tok\d+e")
WORD = st.sampled_from(
    ["", " and *more*", "\n\nsecond `line`\n", " <b>x</b>", "\n```py\ncode\n```\n", "\n```\nan open fence"]
)


class Telling:
    """Makes events whose every word is a token of its own."""

    def __init__(self) -> None:
        self.tokens: list[str] = []
        self.open: list[str] = []

    def word(self) -> str:
        self.tokens.append(f"tok{len(self.tokens)}e")
        return self.tokens[-1]

    def event(self, kind: str, more: str) -> Iterator[Event]:
        one: dict[str, Any] = {"id": f"e{len(self.tokens)}", "session": "s", "at": 1_795_000_000_000 + len(self.tokens)}
        match kind:
            case "prompt":
                yield model.UserPrompt(**one, text=self.word() + more)
            case "answer":
                yield model.AssistantText(**one, text=self.word() + more)
            case "thinking":
                yield model.Thinking(**one, text=self.word() + more)
            case "call" | "shell":
                yield self._call(kind, more, one)
            case "result" | "stray":
                call = self.open.pop() if kind == "result" and self.open else "stray"
                output = self.word() + more
                yield model.ToolResult(
                    **one, call=call, tool="T", output=output, patch=f"+{self.word()}", failed=bool(more)
                )
            case "compaction":
                yield model.Compacted(**one, summary=self.word() + more)
            case _:
                yield self._rare(kind, more, one)

    def _call(self, kind: str, more: str, one: dict[str, Any]) -> Event:
        name, typed = f"c{len(self.tokens)}", self.word()
        self.open.append(name)
        if kind == "call":
            text = json.dumps({"pattern": typed}) if more else typed
            return msgspec.convert(
                {**one, "type": "tool_call", "call": name, "tool": "T", "input": text}, model.ToolCall
            )
        given = {"command": typed, **({"description": self.word()} if more else {})}
        return msgspec.convert(
            {**one, "type": "tool_call", "call": name, "tool": "Bash", "kind": "shell", "title": typed,
             "input": json.dumps(given)},
            model.ToolCall,
        )  # fmt: skip

    def _rare(self, kind: str, more: str, one: dict[str, Any]) -> Event:
        match kind:
            case "error":
                told: dict[str, Any] = {"type": "error", "text": self.word() + more, "retry": 1 if more else None}
            case "command":
                told = {"type": "command", "name": "/x", "text": self.word() + more}
            case "attachment":
                told = {"type": "attachment", "kind": "file", "text": self.word() + more}
            case "unknown":
                told = {"type": "unknown", "raw": self.word() + more, "reason": self.word()}
            case "interruption":
                told = {"type": "interrupted", "text": self.word() + more}
            case "blocked":
                told = {"type": "blocked", "tool": "T", "reason": self.word() + more}
            case "decision":
                told = {"type": "decision", "choice": self.word(), "reason": self.word() + more}
            case "response":
                told = {"type": "llm_response", "call": "x"}
            case _:
                told = {"type": "file_read", "path": "/x"}
        found: Event = msgspec.convert({**one, **told}, model.AnyEvent)
        return found


def page(events: list[Event], detail: Detail) -> Page:
    return Page(
        session=Session("s", "teller", tuple(events)),
        summary=Summary(id="s", agent="teller", title="title"),
        detail=detail,
        starts={},
        children=(),
        parent="",
        contents="index.md",
    )


@given(st.lists(st.tuples(st.sampled_from(KINDS), WORD), max_size=25))
def test_every_word_stands_once(script: list[tuple[str, str]]) -> None:
    telling = Telling()
    events: list[Event] = []
    for place, (kind, more) in enumerate(script):
        events += [msgspec.structs.replace(one, id=f"e{place}") for one in telling.event(kind, more)]
    blocks = list(conversation(page(events, "full"), Facts(now=NOW)))
    for text in (render_markdown(blocks), render_html(blocks, title="title")):
        assert Counter(TOKEN.findall(text)) == Counter(telling.tokens)


@pytest.mark.parametrize(("detail", "expected"), [("none", 0), ("brief", 1)])
def test_less_of_tools(detail: Detail, expected: int) -> None:
    events: list[Event] = [
        model.UserPrompt(id="1", session="s", text="please"),
        model.ToolCall(id="2", session="s", call="c", tool="Bash", kind="shell", title="ls -la", input='{"command":"ls -la"}'),
        model.ToolResult(id="3", session="s", call="c", tool="Bash", output="total 3", failed=True, exit_code=2),
        model.Thinking(id="4", session="s", text="hm"),
        model.AssistantText(id="5", session="s", text="done"),
    ]  # fmt: skip
    text = render_markdown(list(conversation(page(events, detail), Facts(now=NOW))))
    assert (text.count("ls -la"), text.count("failed, exit code 2"), text.count("total 3")) == (expected, expected, 0)
    assert (text.count("please"), text.count("done"), text.count("hm")) == (1, 1, 0)


def test_a_diff_is_told_as_it_stands() -> None:
    patch = "@@ -1,2 +1,2 @@ def f():\n same\n-old\n+new\n"
    events: list[Event] = [
        model.ToolCall(id="1", session="s", call="c", tool="Edit", kind="edit", input="{}"),
        model.ToolResult(id="2", session="s", call="c", tool="Edit", output="done", patch=patch),
    ]
    text = render_markdown(list(conversation(page(events, "full"), Facts(now=NOW))))
    assert f"```diff\n{patch}```" in text


@given(st.lists(st.tuples(st.sampled_from(KINDS), WORD), max_size=25))
def test_most_of_it_is_all_of_it_but_what_is_counted(script: list[tuple[str, str]]) -> None:
    telling = Telling()
    events: list[Event] = []
    for place, (kind, more) in enumerate(script):
        events += [msgspec.structs.replace(one, id=f"e{place}") for one in telling.event(kind, more)]
        events.append(model.Attachment(id=f"n{place}", session="s", kind="total tokens reminder", text=f"{place} left"))
    text = render_markdown(list(conversation(page(events, "most"), Facts(now=NOW))))
    assert Counter(TOKEN.findall(text)) == Counter(telling.tokens)
    assert ("reminder" in text, f"total tokens reminder ({len(script)})" in text) == (bool(script), bool(script))
