"""The whole reader: what a line may be, whose an event is, when it was, what it is called, reading on from a state."""

from __future__ import annotations

import msgspec
import pytest

from agent_trace.agents.claude import entries
from agent_trace.agents.claude.keys import row_key, row_name, stand_in
from agent_trace.agents.claude.parse import parse
from agent_trace.agents.claude.parse_state import Called, ParseState, remember, remember_tool
from agent_trace.model.events import (
    Linked,
    LlmResponse,
    Origin,
    SessionStarted,
    ToolCall,
    ToolResult,
    Unknown,
    UserPrompt,
)
from agent_trace.model.session import Session
from tests.agents.claude.logs import EDGES, LOGS, content, heard, lines, sessions
from tests.agents.claude.written import answered, came_back, events, kinds, log, only, row, said, text, tool

# ---- lines


def test_an_empty_log_has_no_events() -> None:
    assert heard(b"") == []


def test_a_bad_line_costs_nothing_but_itself() -> None:
    found = heard(content("edges/bad-line-between-good.jsonl"))
    assert kinds(found) == ["SessionStarted", "UserPrompt", "Unknown", "Unknown", "LlmResponse", "AssistantText"]
    assert [one.reason for one in found if isinstance(one, Unknown)] == ["not JSON", "not JSON"]


def test_a_tail_that_is_given_is_read_as_far_as_it_goes() -> None:
    found = list(parse("p/log.jsonl", [(0, b'{"type":"user","uuid":"u1","message":{"role"')]))
    assert [(type(one), getattr(one, "reason", "")) for one in found] == [(Unknown, "not JSON")]


@pytest.mark.parametrize(
    "name", ["byte-order-mark", "carriage-returns", "no-final-newline", "nul-bytes", "spaced-json"]
)
def test_bytes_around_a_record_make_no_difference(name: str) -> None:
    session = sessions(f"edges/{name}.jsonl")[name]
    assert session.unread == ()
    assert session.call_count >= 1
    assert [prompt.text for prompt in session.prompts] == ["Make it green"]


def test_two_records_on_a_line_are_two_records() -> None:
    session = sessions("edges/two-on-a-line.jsonl")["two-on-a-line"]
    assert session.call_count == 2
    assert [one.reason for one in session.unread] == ["not an object"]


def test_a_line_of_two_megabytes_is_cut_and_measured() -> None:
    (prompt,) = only(UserPrompt, said("u1", "x" * 2_100_000))
    assert (len(prompt.text), prompt.size) == (2048, 2_100_000)
    assert prompt.origin is not None
    assert prompt.origin.length > 2_100_000


def test_texts_are_whole_where_nothing_is_cut() -> None:
    (prompt,) = (one for one in heard(log(said("u1", "x" * 5000)), clip=None) if isinstance(one, UserPrompt))
    assert len(prompt.text) == 5000


@pytest.mark.parametrize("name", EDGES)
def test_every_event_can_be_written_as_json(name: str) -> None:
    found = heard(content(name), name)
    assert len(msgspec.json.decode(msgspec.json.encode(found))) == len(found)


def test_what_is_nested_beyond_reason_is_no_json() -> None:
    line = b'{"type":"user","uuid":"u1","x":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert [one.reason for one in only(Unknown, line)] == ["not JSON"]


def test_what_cannot_be_cleaned_is_no_json(monkeypatch: pytest.MonkeyPatch) -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    monkeypatch.setattr(entries, "records", lambda _: ([{"type": "user", "x": deep}], ""))
    assert entries.read_slowly(b"any") == ([], "not JSON")


def test_invalid_text_is_replaced_and_the_rest_kept() -> None:
    found = heard(content("edges/invalid-utf8.jsonl"))
    assert [one.text for one in found if hasattr(one, "text")] == ["Make it green", "On \ufffd\ufffd it."]


def test_the_origin_is_the_line() -> None:
    data = log(said("u1", "one"), said("u2", "two"))
    found = list(parse("p/log.jsonl", [(at + 7, line + b"\n") for at, line in lines(data)], source=3))
    first = data.index(b"\n")
    assert found[-1].origin == Origin(offset=first + 8, length=len(data) - first - 2, source=3)


# ---- whose and when


def test_a_sub_agent_is_a_session_of_its_own() -> None:
    rows = (said("u1", "look", agentId="a1", isSidechain=True),)
    assert heard(log(*rows), "projects/-p/root/subagents/agent-a1.jsonl")[-1].session == "root/agent-a1"
    assert heard(log(*rows), "projects/-p/agent-a1.jsonl")[-1].session == "log/agent-a1"


def test_a_sub_agent_beside_its_session_waits_for_the_first_row_that_names_it() -> None:
    state = ParseState()
    found = heard(
        log(row("mode", "m1", sessionId=None), said("u1", "look", sessionId="root")), "p/agent-a1.jsonl", state
    )
    assert {one.session for one in found} == {"root/agent-a1"}
    assert state.session == "root/agent-a1"


def test_a_sub_agent_that_nothing_names_goes_by_its_file() -> None:
    (event,) = heard(log({"type": "user", "uuid": "u1", "message": "look"}), "p/agent-a1.jsonl")
    assert event.session == "agent-a1"


def test_inline_side_chains_are_told_apart() -> None:
    found = sessions("edges/side-chains.jsonl")
    assert list(found) == ["side-chains", "side-chains/side-c1", "side-chains/agent-abc"]
    assert all(not event.side for session in found.values() for event in session.events)


def test_a_side_row_without_uuid_is_a_chain_of_its_own() -> None:
    one = {"type": "user", "isSidechain": True, "message": "look"}
    found = heard(log(one, one | {"message": "and there"}))
    assert len({event.session for event in found}) == 2
    assert all(event.session.startswith("log/side-") for event in found)


def test_the_first_row_with_a_folder_starts_a_session() -> None:
    rows = (row("mode", "m1", cwd=None, version=None), said("u1", "hi"), said("u2", "ho"))
    (start,) = only(SessionStarted, *rows)
    assert start.id == "log.start"
    assert (start.cwd, start.branch, start.version) == ("/home/dev/demo", "main", "2.1.329")


def test_rows_of_another_session_are_what_this_one_goes_on_from() -> None:
    found = sessions("edges/resumed.jsonl")["resumed"]
    links = [(one.how, one.other) for one in found.events if isinstance(one, Linked)]
    assert links == [("resume", "5e55-one"), ("resume", "5e55-two")]


def test_a_row_without_time_has_that_of_the_row_before() -> None:
    found = sessions("edges/backwards-clock.jsonl")["backwards-clock"]
    by_id = {event.id: event.at for event in found.events}
    assert by_id["u2.0"] == by_id["u3.0"] == by_id["a2.0"]
    assert by_id["u1.0"] == found.ended


def test_copies_from_another_session_are_marked() -> None:
    rows = (said("u1", "asked there"), answered("a1", "msg_1", text("said there")), said("u2", "asked here"))
    copies = frozenset({row_key("u1"), row_key("a1")})
    found = heard(log(*rows), inherited=copies)
    assert [one.inherited for one in found] == [True, True, True, True, False]


def test_a_copied_row_without_uuid_is_known_by_its_bytes() -> None:
    one = {"type": "user", "sessionId": "log", "message": {"role": "user", "content": "hi"}}
    name = row_name(None, "user", None, log(one | {"sessionId": "there"})[:-1], "there")
    assert name is not None
    assert heard(log(one), inherited=frozenset({row_key(name)}))[0].inherited


def test_bookkeeping_rows_go_by_type_and_time() -> None:
    assert row_name(None, "mode", None, b"", "s") is None
    assert row_name(None, "mode", "12:00", b"", "s") == "mode:12:00"
    assert row_name("u1", "mode", None, b"", "s") == "u1"


# ---- names


def test_the_same_row_again_gets_a_name_of_its_own() -> None:
    found = heard(content("edges/duplicate-ids.jsonl"))
    assert [one.id for one in found if isinstance(one, UserPrompt)] == ["u1.0", "u1~2.0"]
    assert [one.id for one in found if isinstance(one, ToolCall)] == ["toolu_1", "toolu_1~2"]
    assert [one.id for one in found if isinstance(one, ToolResult)] == ["toolu_1.result", "toolu_1.result~2"]


def test_a_row_without_uuid_is_named_after_its_bytes_without_the_session_id() -> None:
    def name(session: str, path: str) -> str:
        link = {"type": "pr-link", "prUrl": "https://example.invalid/1", "sessionId": session}
        return heard(log(link), path)[0].id

    assert name("log", "p/log.jsonl") == name("log", "elsewhere/log.jsonl")
    assert name("log", "p/log.jsonl") != name("other", "p/other.jsonl")
    assert len(stand_in(b"")) == 16


def test_a_result_that_comes_before_its_call_and_again_after_it() -> None:
    rows = (came_back("r1", "t1"), answered("a1", "msg_1", tool("t1", "Bash", command="ls")), came_back("r2", "t1"))
    assert [one.id for one in only(ToolResult, *rows)] == ["t1.result", "t1.result~2"]


def test_a_tool_called_again_after_its_result() -> None:
    call = answered("a1", "msg_1", tool("t1", "Bash", command="ls"))
    rows = (call, came_back("r1", "t1"), call | {"uuid": "a2"}, came_back("r2", "t1"))
    assert [one.id for one in only(ToolResult, *rows)] == ["t1.result", "t1~2.result"]


def test_what_led_to_an_event() -> None:
    rows = (
        said("u1", "go"),
        row("file-history-snapshot", "f1", parentUuid="u1"),
        answered("a1", "msg_1", text("on it"), tool("t1", "Bash", command="ls"), parentUuid="f1"),
        came_back("r1", "t1", parentUuid="a1"),
        row("system", "s1", parentUuid=None, logicalParentUuid="r1", subtype="compact_boundary"),
        said("u2", "and on", parentUuid="nowhere"),
    )
    assert [one.parent for one in events(*rows)] == ["log.start", "u1.0", "msg_1", "a1.0", "t1", "t1.result", None]


# ---- reading on


@pytest.mark.parametrize("name", LOGS)
def test_a_log_read_in_two_pieces_gives_the_same_events(name: str) -> None:
    whole, rows = heard(content(name), name), list(lines(content(name)))
    state = ParseState()
    first = list(parse(name, rows[: len(rows) // 2], state))
    stored = msgspec.json.decode(msgspec.json.encode(state), type=ParseState)
    assert first + list(parse(name, rows[len(rows) // 2 :], stored)) == whole


def test_numbers_stay_when_a_log_grows() -> None:
    name = "2.1.329/terminal/home/.claude/projects/-home-dev-demo/b8e2ea1b-02c9-4bce-a8db-32c44b3404d0.jsonl"
    whole = heard(content(name), name)
    session = Session("s", "claude", tuple(whole))
    for end in range(0, len(whole), 7):
        part = Session("s", "claude", tuple(whole[:end]))
        assert [one.event.id for one in part.numbered] == [
            one.event.id for one in session.numbered[: len(part.numbered)]
        ]


def test_shelves_stay_small() -> None:
    shelf: dict[int, int] = {}
    for number in range(1000):
        remember(shelf, number, number, 10)
    assert 10 <= len(shelf) < 20
    assert max(shelf) == 999


def test_open_tool_calls_outlast_finished_ones() -> None:
    tools: dict[str, Called] = {}
    remember_tool(tools, "agent", Called("agent", "Task", ""), 10)
    for number in range(200):
        remember_tool(tools, str(number), Called(str(number), "Bash", "", results=1), 10)
    assert "agent" in tools
    assert len(tools) < 20


def test_calls_that_never_end_do_not_fill_the_shelf() -> None:
    tools: dict[str, Called] = {}
    for number in range(500):
        remember_tool(tools, str(number), Called(str(number), "Bash", ""), 10)
    assert len(tools) <= 80


def test_an_agent_that_outlives_hundreds_of_calls_still_comes_back() -> None:
    rows = [answered("a0", "msg_0", tool("t_agent", "Task", prompt="go"))]
    for number in range(300):
        rows.append(answered(f"a{number}x", f"msg_{number}x", tool(f"t{number}", "Bash", command="ls")))
        rows.append(came_back(f"r{number}", f"t{number}"))
    rows.append(came_back("r_agent", "t_agent", "done", toolUseResult={"agentId": "a1"}))
    assert only(ToolResult, *rows)[-1].child == "a1"


def test_a_call_that_comes_again_much_later_is_still_one_call() -> None:
    rows = [answered("a0", "msg_0", text("first"))]
    rows += [answered(f"a{number}x", f"msg_{number}x", text("between")) for number in range(200)]
    rows.append(answered("a1", "msg_0", text("again")))
    session = Session("log", "claude", tuple(heard(log(*rows))))
    assert session.call_count == 201
    assert len(only(LlmResponse, *rows)) == 202
