"""Chats in one JSON document, where they lie, and telling them from others."""

from __future__ import annotations

import msgspec
import pytest

from agent_trace.agents.gemini import AGENT, place
from agent_trace.agents.gemini.lines import lines as document_lines
from agent_trace.agents.gemini.parse import parse
from agent_trace.agents.gemini.recognition import recognises
from agent_trace.model.agent import Place
from agent_trace.model.events import Event, LlmResponse, SessionStarted, Titled, Unknown
from tests.agents.gemini.written import HEADER, SESSION, kinds, message, reply, tool
from tests.agents.genai.drawn import drawn
from tests.agents.genai.logs import content, lines, logs_of, written

PATH = "tmp/c6604f1e/chats/session-2025-12-01T00-00-5e551011.json"
DOCUMENT = HEADER | {
    "lastUpdated": "2026-11-21T05:30:00.000Z",
    "messages": [message(1, "user", "a"), reply(2, "one", toolCalls=[tool("c1")])],
}


def pretty(document: object) -> bytes:
    """A document as older versions wrote it."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2)


def heard(rows: bytes, path: str = PATH) -> list[Event]:
    """The events of a document's lines."""
    return list(parse(path, lines(rows)))


def test_a_document_reads_like_the_lines_of_a_newer_version() -> None:
    old = b"\n".join(document_lines({PATH: pretty(DOCUMENT)}))
    new = written([HEADER, *DOCUMENT["messages"]])
    assert drawn(heard(old), "gemini") == drawn(heard(new, f"{PATH}l"), "gemini")
    in_one_line = written([DOCUMENT])
    assert drawn(heard(in_one_line, f"{PATH}l"), "gemini") == drawn(heard(old), "gemini")


def test_the_lines_change_only_where_a_record_does() -> None:
    later = DOCUMENT | {"lastUpdated": "later", "messages": [*DOCUMENT["messages"], message(3, "user", "b")]}
    before, after = (list(document_lines({PATH: pretty(one)})) for one in (DOCUMENT, later))
    assert after[:-1] == before


def test_the_folder_lies_beside() -> None:
    beside = {PATH: pretty(DOCUMENT), "tmp/c6604f1e/.project_root": b"/home/dev/demo\n"}
    found = heard(b"\n".join(document_lines(beside)))
    assert [event.cwd for event in found if isinstance(event, SessionStarted)] == ["/home/dev/demo"]
    told = DOCUMENT | {"directories": ["/told"]}
    (start, *_) = heard(b"\n".join(document_lines(beside | {PATH: pretty(told)})))
    assert isinstance(start, SessionStarted)
    assert start.cwd == "/told"


@pytest.mark.parametrize("data", [b"{\n  oops", b"[]", b"{}\n{}", b"\xff"])
def test_what_is_no_document_is_one_line_that_cannot_be_read(data: bytes) -> None:
    (unread, *rest) = heard(b"\n".join(document_lines({PATH: data})))
    assert isinstance(unread, Unknown)
    assert all(isinstance(one, Unknown) for one in rest)


def test_the_newest_of_a_message_counts() -> None:
    first, second = DOCUMENT["messages"]
    bare = {name: value for name, value in second.items() if name != "toolCalls"}
    archived = written([HEADER, first, bare, message(3, "user", "b"), HEADER | {"summary": "Title"}, second])
    found = heard(archived)
    assert kinds(found) == [
        "SessionStarted",
        "UserPrompt",
        "LlmResponse",
        "AssistantText",
        "ToolCall",
        "ToolResult",
        "FileRead",
        "UserPrompt",
        "Titled",
    ]
    assert [event.title for event in found if isinstance(event, Titled)] == ["Title"]
    assert len([event for event in found if isinstance(event, LlmResponse)]) == 1


# ---- places


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("h/tmp/demo/chats/session-2026-11-21T05-25-91511fab.jsonl", Place(session="91511fab")),
        (f"h/tmp/demo/chats/{SESSION}/abc.jsonl", Place(session="abc", root=SESSION)),
        (f"C:\\h\\tmp\\demo\\chats\\{SESSION}\\abc.jsonl", Place(session="abc", root=SESSION)),
        ("abc.json", Place(session="abc")),
    ],
)
def test_what_a_path_says(path: str, found: Place) -> None:
    assert place(path) == found


def test_what_it_declares() -> None:
    assert AGENT.kind("run_shell_command") == "shell"
    assert [home.path for home in AGENT.homes] == ["$GEMINI_CLI_HOME/.gemini", "~/.gemini"]


# ---- telling


@pytest.mark.parametrize("name", logs_of("gemini"))
def test_recorded_logs_are_recognised(name: str) -> None:
    assert recognises(name, content(name)[:65_536])


@pytest.mark.parametrize("name", [*logs_of("qwen"), *logs_of("claude")])
def test_other_agents_logs_are_not(name: str) -> None:
    assert not recognises(name, content(name)[:65_536])


def test_documents_and_headless_chats_are_recognised() -> None:
    assert recognises("a.json", pretty(DOCUMENT))
    assert recognises("a.json", b"\xef\xbb\xbf" + pretty(DOCUMENT)[:120])
    assert recognises("a.jsonl", written([DOCUMENT])[:200])
    assert recognises("a.jsonl", written([reply(2, "x")]))
    assert recognises("a.jsonl", written([{"$set": {"messages": [reply(2, "x")]}}]))
    assert not recognises("a.jsonl", pretty(DOCUMENT))
    assert not recognises("a.txt", written([HEADER]))
    assert not recognises("a.jsonl", written([{"$set": {}}, {"projectHash": "x"}, {"type": "user"}, 7]))
