"""User rows: who said what to the model."""

from __future__ import annotations

import pytest

from agent_trace.model.events import Attachment, Command, Compacted, Interrupted, Linked, ToolResult, UserPrompt
from tests.agents.claude.logs import heard, sessions
from tests.agents.claude.written import answered, events, kinds, log, only, row, said, text, tool

IMAGE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}}


@pytest.mark.parametrize(
    ("fields", "by"),
    [
        ({}, "person"),
        ({"promptSource": "typed"}, "person"),
        ({"promptSource": "sdk"}, "program"),
        ({"origin": {"kind": "human"}}, "person"),
        ({"origin": "human"}, "person"),
    ],
)
def test_prompts(fields: dict[str, object], by: str) -> None:
    assert [(one.text, one.by) for one in only(UserPrompt, said("u1", "do it", **fields))] == [("do it", by)]


@pytest.mark.parametrize(
    ("content", "fields", "kind"),
    [
        ("Caveat: what follows", {"isMeta": True}, "meta"),
        ("<task-notification>done</task-notification>", {}, "notification"),
        ("done", {"origin": {"kind": "task-notification"}, "promptSource": "system"}, "notification"),
        ("<system-reminder>named</system-reminder>", {}, "notification"),
        ("<command-name>", {}, "notification"),
        ("<bash-input>", {}, "notification"),
        ("<bash-stdout>out</bash-stdout><bash-stderr></bash-stderr>", {}, "command output"),
        ("<local-command-stderr>bad</local-command-stderr>", {}, "command output"),
    ],
)
def test_what_looks_like_a_prompt_and_is_none(content: str, fields: dict[str, object], kind: str) -> None:
    assert only(UserPrompt, said("u1", content, **fields)) == []
    assert [one.kind for one in only(Attachment, said("u1", content, **fields))] == [kind]


@pytest.mark.parametrize("content", ["", None, [], 7, "<local-command-stdout></local-command-stdout>"])
def test_nothing_said_is_nothing_heard(content: object) -> None:
    assert events(said("u1", content)) == []


def test_a_row_without_message_says_nothing() -> None:
    assert events(row("user", "u1"), row("user", "u2", message=None)) == []


def test_a_prompt_may_be_a_string_or_blocks_or_bare_strings() -> None:
    rows = (row("user", "u1", message="bare"), said("u2", [text("one"), text("two")]), said("u3", ["in a list"]))
    assert [one.text for one in only(UserPrompt, *rows)] == ["bare", "one\ntwo", "in a list"]


@pytest.mark.parametrize(
    "message", ["bare", {"content": "bare"}, {"content": ["bare", 7]}, {"role": 7, "content": "bare"}]
)
def test_a_row_whose_other_fields_make_no_sense_is_still_heard(message: object) -> None:
    found = only(UserPrompt, row("user", "u1", message=message, version=7, parentUuid=["x"]))
    assert [one.text for one in found] == ["bare"]


def test_pictures_follow_their_prompt() -> None:
    found = events(said("u1", [IMAGE, text("What is this?")]), said("u2", [IMAGE]))
    assert [(type(one).__name__, one.id) for one in found] == [
        ("UserPrompt", "u1.1"),
        ("Attachment", "u1.0"),
        ("UserPrompt", "u2.prompt"),
        ("Attachment", "u2.0"),
    ]


def test_an_unseen_prompt_still_counts_where_the_row_says_so() -> None:
    assert len(only(UserPrompt, said("u1", [], origin={"kind": "human"}))) == 1


def test_slash_commands_and_shell_lines() -> None:
    slash = (
        "<command-message>x</command-message>\n<command-name>/x</command-name>\n<command-args>all of it</command-args>"
    )
    rows = (said("u1", slash), said("u2", "<command-name>/y</command-name>"), said("u3", "<bash-input>ls</bash-input>"))
    assert [(one.name, one.text) for one in only(Command, *rows)] == [("/x", "all of it"), ("/y", ""), ("!", "ls")]


def test_clear_ties_a_session_to_the_one_before() -> None:
    found = events(said("u1", "<command-name>/clear</command-name>"))
    assert kinds(found) == ["Command", "Linked"]
    assert [one.how for one in found if isinstance(one, Linked)] == ["clear"]


def test_colours_of_a_commands_output_are_left_out() -> None:
    (shown,) = only(Attachment, said("u1", "<local-command-stdout>\x1b[2mdone\x1b[22m</local-command-stdout>"))
    assert (shown.kind, shown.text) == ("command output", "done")


def test_interruptions() -> None:
    (event,) = only(Interrupted, said("u1", [text("[Request interrupted by user for tool use]")]))
    assert event.text == "[Request interrupted by user for tool use]"


def test_the_summary_of_a_compaction() -> None:
    (event,) = only(Compacted, said("u1", "This session is being continued", isCompactSummary=True))
    assert (event.summary, event.trigger) == ("This session is being continued", "")


def test_what_was_typed_while_a_tool_ran_is_a_prompt() -> None:
    session = sessions("edges/prompt-beside-result.jsonl")["prompt-beside-result"]
    assert [prompt.text for prompt in session.prompts] == ["Make it green", "typed while the tool ran"]
    beside = [(one.kind, one.text) for one in session.events if isinstance(one, Attachment)]
    assert beside == [("notification", "<system-reminder>from a hook</system-reminder>"), ("image", "[image]")]


def test_an_empty_text_beside_a_result_is_nothing() -> None:
    block = {"type": "tool_result", "tool_use_id": "t1", "content": "x"}
    assert kinds(events(said("u1", [block, text("")]))) == [ToolResult.__name__]


# ---- sub-agents


@pytest.mark.parametrize("path", ["p/log.jsonl", "p/root/subagents/agent-a1.jsonl"])
def test_a_sub_agents_task_is_its_parents_prompt(path: str) -> None:
    found = heard(log(said("u1", "look around", isSidechain=True), said("u2", "and there", isSidechain=True)), path)
    assert [one.by for one in found if isinstance(one, UserPrompt)] == ["parent", "parent"]


def test_a_machines_words_to_a_sub_agent_are_no_task() -> None:
    aside: dict[str, object] = {"isSidechain": True, "agentId": "a1"}
    found = events(said("u1", "<task-notification>x", **aside), said("u2", "x", isMeta=True, **aside))
    assert kinds(found) == ["Attachment", "Attachment"]


# ---- queued


def test_a_queued_prompt_is_a_prompt() -> None:
    def queued(uuid: str, prompt: object, mode: str = "prompt") -> dict[str, object]:
        return row("attachment", uuid, attachment={"type": "queued_command", "commandMode": mode, "prompt": prompt})

    rows = (queued("q1", "hurry"), queued("q2", [text("with a picture"), IMAGE]), queued("q3", "ls", "bash"))
    assert [one.text for one in only(UserPrompt, *rows)] == ["hurry", "with a picture"]
    assert [one.kind for one in only(Attachment, *rows)] == ["queued prompt"]
    agent = heard(log(queued("q1", "hurry")), "p/root/subagents/agent-a1.jsonl")
    assert not [one for one in agent if isinstance(one, UserPrompt)]


def test_results_and_prompts_keep_their_order() -> None:
    rows = (answered("a1", "m", tool("t1", "Bash")), said("u1", "go on"))
    assert kinds(events(*rows)) == ["LlmResponse", "ToolCall", "UserPrompt"]
