"""Telling events: names, what led to them, results and what they did to files; exports of other programs."""

from __future__ import annotations

from typing import Any

import pytest

from agent_trace.agents._diffs import Change
from agent_trace.agents._narrating import HELD, Narrator, ParseState, stand_in
from agent_trace.model.events import AssistantText, Event, FileWrite, SessionStarted, ToolCall, ToolResult, Unknown
from agent_trace.model.scan import digest
from agent_trace.model.tools import ToolKind
from tests.agents.unverified import heard, only, results_of, rows

KINDS: dict[str, ToolKind] = {"read": "read", "write": "write", "edit": "edit", "shell": "shell"}


def narrator(**how: Any) -> Narrator:
    """One that knows four tools."""
    about: dict[str, Any] = {"clip": 2048, "inherited": frozenset(), "source": 0, **how}
    return Narrator("s", ParseState(), lambda tool: KINDS.get(tool, "other"), **about)


def names(events: list[Event]) -> list[str]:
    """The names of events."""
    return [event.id for event in events]


def test_events_are_told_once() -> None:
    one = narrator()
    one.said("s.1", "hello")
    assert names(list(one.told())) == ["s.1"]
    assert list(one.told()) == []


def test_nobody_says_or_thinks_blanks() -> None:
    one = narrator()
    one.said("s.1", " \n")
    one.thought("s.2", "\t")
    assert list(one.told()) == []


def test_a_name_used_again_is_counted_and_events_follow_each_other() -> None:
    one = narrator()
    for _ in range(3):
        one.said("s.1", "hello")
    told = list(one.told())
    assert names(told) == ["s.1", "s.1~2", "s.1~3"]
    assert [event.parent for event in told] == [None, "s.1", "s.1~2"]


def test_only_the_latest_names_are_remembered() -> None:
    one = narrator()
    for number in range(HELD + 2):
        one.said(f"s.{number}", "hello")
    one.said("s.0", "hello")
    one.said(f"s.{HELD + 1}", "hello")
    assert len(one.state.names) == HELD
    assert names(list(one.told()))[-2:] == ["s.0", f"s.{HELD + 1}~2"]


def test_a_name_that_copies_keep_tells_what_is_inherited() -> None:
    one = narrator(portable=True, inherited=frozenset({digest(b"1")}))
    one.said("s.1", "old")
    one.said("s.2", "new")
    assert [(event.twin, event.inherited) for event in one.told()] == [("1", True), ("2", False)]


def test_a_prompt_of_a_sub_agent_is_its_parents() -> None:
    one = narrator()
    one.is_child = True
    one.prompt("s.1", "find it")
    assert [getattr(event, "by", None) for event in one.told()] == ["parent"]


@pytest.mark.parametrize(
    ("tool", "arguments", "title", "paths"),
    [
        ("shell", {"command": "ls", "path": "/w"}, "ls", ("/w",)),
        ("edit", {"command": "view", "path": "/w/a"}, "/w/a", ("/w/a",)),
        ("other", {"query": "x"}, "x", ()),
        ("other", "words", "", ()),
        ("other", None, "", ()),
    ],
)
def test_what_a_call_is_shown_as(tool: str, arguments: object, title: str, paths: tuple[str, ...]) -> None:
    one = narrator()
    one.call("s.1", "c1", None, tool, arguments)
    (call,) = one.told()
    assert isinstance(call, ToolCall)
    assert (call.title, call.paths) == (title, paths)


def test_a_result_goes_to_its_call_and_tells_what_it_wrote() -> None:
    one = narrator()
    one.call("s.1", "c1", "r1", "write", {"path": "/w/a", "content": "a\nb\n"})
    one.result("s.2", "c1", "ok", one.planned("c1"))
    _, result, write = one.told()
    assert isinstance(result, ToolResult)
    assert isinstance(write, FileWrite)
    assert (result.id, result.parent, result.tool, result.lines_added) == ("s.1.result", "s.1", "write", 2)
    assert (write.path, write.lines_added) == ("/w/a", 2)


@pytest.mark.parametrize(
    ("fields", "writes", "wrong"),
    [
        ({}, 1, None),
        ({"failed": True}, 0, None),
        ({"refused": True}, 0, None),
        ({"exit_code": 1}, 0, True),
        ({"exit_code": 0}, 1, None),
        ({"exit_code": 0, "failed": True}, 0, None),
    ],
)
def test_only_what_went_well_writes(fields: dict[str, Any], writes: int, wrong: bool | None) -> None:
    one = narrator()
    one.call("s.1", "c1", None, "write", {"path": "/w/a", "content": "a"})
    one.result("s.2", "c1", "told", Change(1), **fields)
    told = list(one.told())
    assert len(only(told, FileWrite)) == writes
    assert results_of(told)["c1"].went_wrong is wrong


def test_a_second_result_writes_nothing_more_and_a_dangling_one_has_its_own_name() -> None:
    one = narrator()
    one.call("s.1", "c1", None, "edit", {"path": "/w/a", "old_string": "a", "new_string": "b"})
    for name in ("s.2", "s.3"):
        one.result(name, "c1", "told", one.planned("c1"))
    one.result("s.4", "nobody", "told", one.planned("nobody"))
    told = list(one.told())
    assert names(told) == ["s.1", "s.1.result", "s.1.write", "s.1.result~2", "s.4"]
    assert len(only(told, FileWrite)) == 1


def test_a_tool_that_writes_nothing_tells_of_no_file() -> None:
    one = narrator()
    one.call("s.1", "c1", None, "shell", {"command": "ls", "path": "/w"})
    one.result("s.2", "c1", "a")
    assert names(list(one.told())) == ["s.1", "s.1.result"]


def test_an_agent_may_know_better_what_a_call_changes() -> None:
    one = narrator()
    one.call("s.1", "c1", None, "edit", {"path": "/w/a"})
    one.expect("c1", Change(5, 4))
    one.expect("nobody", Change(1, 1))
    assert (one.planned("c1"), one.planned("nobody")) == (Change(5, 4), Change())


def test_an_id_that_is_used_twice_is_two_calls() -> None:
    one = narrator()
    for name in ("s.1", "s.2"):
        one.call(name, "c1", None, "shell", {"command": "ls"})
        one.result(f"{name}.r", "c1", "a")
    told = list(one.told())
    assert [event.call for event in only(told, ToolResult)] == ["c1", "c1~2"]


def test_a_name_for_what_has_none() -> None:
    assert stand_in("a", "b") == stand_in("a", "b") != stand_in("ab")
    assert len(stand_in("\ud800")) == 16


# ---- exports


def export(kind: str, message: object, **more: object) -> dict[str, Any]:
    """A row that another program wrote of an Amp session."""
    return {"agentSlug": "amp", "sessionId": "s", "type": kind, "uuid": "u", "message": message, **more}


def test_an_export_names_its_session_and_where_it_began() -> None:
    told = heard("amp", rows(export("user", {"content": "go"}, workspace="/w", version="1")), "x.jsonl")
    (start,) = only(told, SessionStarted)
    assert (start.session, start.cwd, start.version) == ("s", "/w", "1")
    assert names(told) == ["s.start", "s.u"]


def test_a_tool_row_is_a_call_and_its_result() -> None:
    message = {"tool_name": "Bash", "tool_input": '{"cmd":"ls"}', "tool_output": "a.py"}
    told = heard("amp", rows(export("assistant", {"content": "I look."}, uuid="a"), export("tool", message)), "x.jsonl")
    (call,), (result,) = only(told, ToolCall), only(told, ToolResult)
    assert (call.title, call.kind, call.response, result.output) == ("ls", "shell", "s.a", "a.py")


def test_a_tool_row_whose_input_is_no_object() -> None:
    told = heard("amp", rows(export("tool", {"tool_name": "Bash", "tool_input": "ls"})), "x.jsonl")
    assert [call.input for call in only(told, ToolCall)] == ["ls"]


@pytest.mark.parametrize(("kind", "reason"), [("dream", "unknown record type 'dream'"), ("", "no record type")])
def test_a_row_of_an_export_that_is_not_known(kind: str, reason: str) -> None:
    told = heard("amp", rows(export(kind, {"content": "?"})), "x.jsonl")
    assert [event.reason for event in only(told, Unknown)] == [reason]


@pytest.mark.parametrize("agent", ["aider", "amp", "cline"])
@pytest.mark.parametrize("record", [{"table": "nothing"}, {"table": 7}, {"agentSlug": "other", "message": {}}])
def test_a_record_of_nobodys_shape_is_unread(agent: str, record: dict[str, Any]) -> None:
    (event,) = heard(agent, rows(record), "x.jsonl")
    assert isinstance(event, Unknown)
    assert event.reason == "no record of a shape that is known"


def test_a_row_without_a_name_is_named_by_what_it_says() -> None:
    row = {key: value for key, value in export("assistant", {"content": "hi"}).items() if key != "uuid"}
    first, second = heard("amp", rows(row), "x.jsonl"), heard("amp", rows(row, row), "y.jsonl")
    assert names(only(first, AssistantText)) == names(only(second, AssistantText))[:1]
