"""Exports of texts, ids and arguments that are not as one expects, and the other formats."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from agent_trace.exports import json as json_export
from agent_trace.exports import ndjson, traces
from agent_trace.exports._names import file_name
from agent_trace.exports._portable import encoded
from agent_trace.model import portable
from agent_trace.model.events import (
    AssistantText,
    LlmResponse,
    SessionStarted,
    Titled,
    ToolCall,
    UserPrompt,
)
from agent_trace.model.session import Session
from agent_trace.model.summary import Summary
from tests.agents.traces import folders
from tests.exports.sessions import back, facts, folder_of, of

AT = 1_795_000_000_123


def lines(session: Session, **more: object) -> list[dict[str, Any]]:
    """The decoded lines of events.ndjson."""
    files = traces.encode(session, facts(session, **more))
    data = next(data for path, data in files.items() if path.endswith("events.ndjson"))
    return [json.loads(line) for line in data.splitlines()]


# ---------------------------------------------------------------- odd content


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ('{"a":1}', {"a": 1}),
        ('{ "a": 1 }', {"a": 1}),
        ('{"a":1.0,"a":2}', {"a": 2}),
        ("[1]", {"input": "[1]"}),
        ("not json", {"input": "not json"}),
        ('{"a":NaN}', {"input": '{"a":NaN}'}),
        ("[" * 100_000, {"input": "[" * 100_000}),
        ("", {}),
        ('{"a":"\u00e9\u2028"}', {"a": "\u00e9\u2028"}),
    ],
)
def test_arguments_are_an_object_and_come_back_as_text(text: str, arguments: dict[str, Any]) -> None:
    call = ToolCall(id="c", session="s1", call="t", tool="x", input=text, size=len(text))
    assert portable.arguments(text) == arguments
    assert back(of(call)) == [call]


def test_line_separators_split_no_line() -> None:
    prompt = UserPrompt(id="p", session="s1", text="a\u2028b\u0085c\nd", size=7)
    assert len(lines(of(prompt))) == 2
    assert back(of(prompt)) == [prompt]


def test_half_a_character_is_replaced() -> None:
    line = encoded({"a\ud800": ["\ud83d", "😀", 1, ("x",)]})
    assert json.loads(line) == {"a?": ["?", "😀", 1, ["x"]]}
    assert encoded({"a": "\\ud800 is text"}) == b'{"a":"\\\\ud800 is text"}'


def test_ids_that_are_not_unique_come_back() -> None:
    session = of(*(UserPrompt(id="p", session="s1", at=AT, text=text, size=1) for text in "abc"))
    assert [line["event_id"] for line in lines(session)[1:]] == ["p", "p+", "p++"]
    assert back(session) == list(session.events)


def test_events_without_a_time_stand_at_the_one_before() -> None:
    events = [
        UserPrompt(id="1", session="s1", text="a", size=1),
        UserPrompt(id="2", session="s1", at=AT, text="b", size=1),
        UserPrompt(id="3", session="s1", text="c", size=1, parent="2", side=True, inherited=True, twin="x"),
    ]
    assert {line["timestamp"] for line in lines(of(*events))} == {AT / 1000}
    assert back(of(*events)) == events


def test_what_somebody_changed_is_read_as_theirs() -> None:
    session = of(UserPrompt(id="p", session="s1", at=AT, text="hi", size=2))
    (files,) = [folder_of(traces.encode(session, facts(session)))]
    path = next(path for path in files if path.endswith("events.ndjson"))
    files[path] = files[path].replace(b'"prompt":"hi"', b'"prompt":7')
    assert [event for event in folders.heard(files) if isinstance(event, UserPrompt)] == []
    files[path] = files[path].replace(b'"prompt":7', b'"prompt":"no"').replace(b'"type":"user_prompt"', b'"type":"new"')
    (prompt,) = [event for event in folders.heard(files) if isinstance(event, UserPrompt)]
    assert (prompt.text, prompt.at) == ("no", AT)


@pytest.mark.parametrize(
    "line", [{}, {"data": 1}, {"data": {"agent_trace": 1}}, {"data": {"agent_trace": {"type": 1}}}]
)
def test_lines_of_others_are_not_ours(line: dict[str, Any]) -> None:
    assert (portable.read(line, "s1"), portable.heading(line), portable.is_empty(line)) == (None, None, False)


def test_a_title_or_branch_that_no_event_tells_comes_as_one() -> None:
    session = of(UserPrompt(id="p", session="s1", at=AT, text="Make  it\nwork", size=13))
    named = Summary(id="s1", agent="claude", title="My title")
    plain = Summary(id="s1", agent="claude", title="Make it work")
    assert back(session, summary=named) == [*session.events, Titled(id="s1.title", session="s1", title="My title")]
    assert back(session, summary=plain) == list(session.events)
    titled = of(*session.events, Titled(id="t", session="s1", title="Another"))
    assert back(titled, summary=named) == list(titled.events)
    moved = Summary(id="s1", agent="claude", title="Make it work", branch="feature/x", cwd="/w")
    assert back(session, summary=moved) == [
        *session.events, SessionStarted(id="s1.place", session="s1", cwd="/w", branch="feature/x"),
    ]  # fmt: skip
    wordless = of(AssistantText(id="a", session="s1", text="x", size=1))
    assert len(back(wordless, summary=named)) == 2


# ---------------------------------------------------------------- names and the other formats


@pytest.mark.parametrize(
    ("session", "name"),
    [
        ("abc-1.2_X", "abc-1.2_X"),
        ("r/agent-a1", "r--agent-a1"),
        ("ses_x y", "ses_x-y-"),
        ("../etc", "s..--etc-"),
        ("", "s-"),
        ("é", "s--"),
        ("x" * 200, "x" * 119 + "-"),
    ],
)
def test_names_of_folders(session: str, name: str) -> None:
    found = file_name(session)
    assert found.startswith(name)
    assert len(found) <= 128
    assert found[0].isalnum()
    assert set(found) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")


def test_different_ids_have_different_names() -> None:
    ids = ("a b", "a-b", "a:b", "a/b", "a--b", "x" * 130, "x" * 131)
    assert len({file_name(one) for one in ids}) == len(ids) - 1, "only `/` and `--` share one"


def test_the_same_lines_as_json_and_ndjson() -> None:
    session = of(UserPrompt(id="p", session="s1", at=AT, text="é", size=1))
    raw = ndjson.encode(session, facts(session))["s1.ndjson"]
    array = json_export.encode(session, facts(session))["s1.json"]
    assert raw == traces.encode(session, facts(session))["s1/events.ndjson"]
    assert json.loads(array) == [json.loads(line) for line in raw.splitlines()]
    assert array.startswith(b"[\n  {")
    assert (ndjson.SUFFIX, json_export.SUFFIX, traces.SUFFIX) == (".ndjson", ".json", "")


def test_money_and_credits_come_back() -> None:
    call = LlmResponse(
        id="a", session="s1", at=AT, call="k", recorded_usd=str(Decimal("0.001")), credits="2", counts=False
    )
    assert back(of(call)) == [call]
    assert msgspec.json.decode(msgspec.json.encode(call)) is not None


@pytest.mark.parametrize("usd", ["lots", "NaN", "1e999", "", "-", "1.2.3"])
def test_an_amount_that_is_none_is_no_line_of_ours(usd: str) -> None:
    call = LlmResponse(id="a", session="s1", at=AT, call="k", recorded_usd=usd)
    assert [event for event in back(of(call)) if isinstance(event, LlmResponse) and event.recorded_usd] == []
