"""What was said: once, whoever tells it; prompts apart from what Codex says in the user's name."""

from __future__ import annotations

from typing import Any

import pytest

from agent_trace.model.events import AssistantText, Attachment, Command, Event, Thinking, UserPrompt
from tests.agents.codex.logs import THREAD
from tests.agents.codex.written import (
    JSON,
    called,
    completed,
    counted,
    event,
    header,
    item,
    kinds,
    message,
    only,
    row,
    session,
    spent,
    stamp,
    told,
    turn,
)

GUIDE = "# AGENTS.md instructions for /x\n\n<INSTRUCTIONS>\nBe kind.\n</INSTRUCTIONS>"
PLACE = "<environment_context>\n  <cwd>/x</cwd>\n</environment_context>"


def prompts(*rows: JSON) -> list[str]:
    """The texts of the prompts of a session."""
    return [one.text for one in session(header(), *rows).prompts]


def attached(*rows: JSON) -> list[tuple[str, str]]:
    """Kind and text of what was put before the model."""
    return [(one.kind, one.text) for one in only(Attachment, header(), *rows)]


# ---- prompts


@pytest.mark.parametrize(
    "rows",
    [
        [message("user", "Hi"), event("user_message", message="Hi")],
        [event("user_message", message="Hi"), message("user", "Hi")],
        [message("user", "Hi"), turn(), completed("UserMessage", id="u1", content=[{"type": "text", "text": "Hi"}])],
        [message("user", "Hi"), message("assistant", "Hello")],
        [message("user", "Hi", "there"), event("user_message", message="Hi")],
    ],
)
def test_a_prompt_that_is_told_twice_is_one(rows: list[JSON]) -> None:
    assert prompts(*rows, message("assistant", "Hello"))[0] == "Hi"
    assert len(prompts(*rows, message("assistant", "Hello"))) == 1


def test_the_same_prompt_given_twice_is_two() -> None:
    one = [message("user", "go on"), event("user_message", message="go on"), message("assistant", "Done")]
    assert prompts(*one, *one) == ["go on", "go on"]


def test_a_log_without_events_for_prompts_has_those_of_its_messages() -> None:
    rows = [message("user", GUIDE), message("user", PLACE), message("user", "One"), message("user", "Two")]
    assert prompts(*rows, message("assistant", "Yes")) == ["One", "Two"]


def test_a_message_that_no_event_tells_of_is_context_where_events_tell_of_prompts() -> None:
    rows = [event("user_message", message="Hi"), message("assistant", "Yes"), message("user", "a notice of some kind")]
    assert prompts(*rows, message("assistant", "So?")) == ["Hi"]
    assert attached(*rows, message("assistant", "So?")) == [("context", "a notice of some kind")]


def test_another_message_in_waiting_is_context_once_an_event_tells_of_the_prompt() -> None:
    rows = [message("user", "a notice of some kind"), event("user_message", message="Hi")]
    assert prompts(*rows) == ["Hi"]
    assert attached(*rows) == [("context", "a notice of some kind")]


def test_what_codex_says_in_the_users_name_is_no_prompt() -> None:
    rules = "<user_instructions>\n\nBe kind.\n\n</user_instructions>"
    rows = [message("user", GUIDE, rules, PLACE, "<subagent_notification>\n{}\n</subagent_notification>"), turn()]
    assert prompts(*rows, message("assistant", "Yes")) == []
    assert [kind for kind, _ in attached(*rows)] == ["memory", "memory", "environment_context", "subagent_notification"]


def test_the_kinds_that_newer_versions_write_beside_a_message_decide() -> None:
    told_kinds = {"content_item_kinds": ["hooks.note", "user.text"]}
    rows = [
        message("user", "a note", "<tools> are what?", internal_chat_message_metadata_passthrough=told_kinds),
        message("assistant", "Yes"),
    ]
    assert prompts(*rows) == ["<tools> are what?"]
    assert attached(*rows) == [("hooks.note", "a note")]


@pytest.mark.parametrize("fields", [{"kind": "environment_context"}, {}])
def test_events_of_old_versions_that_are_no_prompts(fields: JSON) -> None:
    rows = [event("user_message", message=PLACE, **fields), event("user_message", message="Hi", kind="plain")]
    assert prompts(*rows) == ["Hi"]
    assert attached(*rows) == [("environment_context", PLACE)]


def test_a_shell_line_past_the_model_is_a_command() -> None:
    said = (
        "<user_shell_command>\n<command>\nls -l\n</command>\n<result>\nExit code: 0\n</result>\n</user_shell_command>"
    )
    (found,) = only(Command, header(), message("user", said))
    assert (found.name, found.text) == ("!", "ls -l")
    assert attached(message("user", "<user_shell_command>odd")) == [("user_shell_command", "<user_shell_command>odd")]


def test_pictures_are_attached() -> None:
    content = [{"type": "input_text", "text": "What is this?"}, {"type": "input_image", "image_url": "data:"}]
    rows = [item("message", role="user", content=content), event("user_message", message="What is this?")]
    assert attached(*rows) == [("image", "[input_image]")]
    assert prompts(*rows) == ["What is this?"]


def test_instructions_are_attached_by_their_kind() -> None:
    rows = [message("developer", "<skills_instructions>\n## Skills", "Be brief."), message("system", "")]
    assert attached(*rows) == [
        ("skills_instructions", "<skills_instructions>\n## Skills"),
        ("instructions", "Be brief."),
    ]


def test_who_speaks() -> None:
    def speakers(**fields: Any) -> list[str]:
        return [one.by for one in only(UserPrompt, header(**fields), event("user_message", message="Hi"))]

    assert speakers() == speakers(source="vscode") == ["person"]
    assert speakers(source="exec") == ["program"]
    assert speakers(parent_thread_id="p") == speakers(source={"subagent": "review"}) == ["parent"]


def test_a_message_of_an_unknown_role_is_kept() -> None:
    (found,) = session(header(), message("oracle", "?")).unread
    assert found.reason == "a message of unknown role 'oracle'"


# ---- letters between agents


def test_the_first_letter_to_a_sub_agent_is_its_task() -> None:
    def letter(text: str) -> JSON:
        return item(
            "agent_message", author="/lead", recipient="/lead/a", content=[{"type": "input_text", "text": text}]
        )

    child = session(header(parent_thread_id="p"), letter("Do it"), letter("Faster"), letter(""))
    assert [(one.text, one.by) for one in child.events if isinstance(one, UserPrompt)] == [("Do it", "parent")]
    assert [(one.kind, one.text) for one in child.events if isinstance(one, Attachment)] == [
        ("agent message", "Faster")
    ]
    assert attached(row("inter_agent_communication", {"author": "/a", "content": "Done"})) == [
        ("agent message", "Done")
    ]


# ---- answers and thoughts


@pytest.mark.parametrize(
    "rows",
    [
        [event("agent_message", message="Done."), message("assistant", "Done.")],
        [message("assistant", "Done."), event("agent_message", message="Done.")],
        [
            completed("AgentMessage", id="m1", content=[{"type": "Text", "text": "Done."}]),
            message("assistant", "Done.", id="m1"),
        ],
    ],
)
def test_an_answer_that_is_told_twice_is_one(rows: list[JSON]) -> None:
    found = only(AssistantText, header(), *rows, *rows)
    assert [one.text for one in found] == ["Done.", "Done."]


def test_an_answer_without_its_citations_is_the_same_answer() -> None:
    long = (
        "It is as it is, and it has been so since the days of old, for all that anybody knows or cares to know of it."
    )
    rows = [event("agent_message", message=long), message("assistant", long + "<citation>x</citation>")]
    assert [one.text for one in only(AssistantText, header(), *rows)] == [long]


def test_thoughts_are_told_once_part_by_part() -> None:
    summary = [{"type": "summary_text", "text": "One"}, {"type": "summary_text", "text": "Two"}]
    rows = [
        event("agent_reasoning", text="One"),
        event("agent_reasoning", text="Two"),
        event("agent_reasoning_raw_content", text="raw"),
        item("reasoning", id="rs_1", summary=summary, content=[{"type": "reasoning_text", "text": "raw"}]),
    ]
    assert [one.text for one in only(Thinking, header(), *rows)] == ["One", "Two", "raw"]
    newer = completed("Reasoning", id="rs_1", summary_text=["One"], raw_content=["raw"])
    assert [one.id for one in only(Thinking, header(), newer, rows[-1])] == ["rs_1.0", "rs_1.raw0", "rs_1~2.1"]


def test_thoughts_without_a_summary_are_not_shown() -> None:
    assert told(header(), item("reasoning", summary=[], encrypted_content="x"))[1:] == []


def test_texts_may_be_strings() -> None:
    rows = [
        item("message", role="assistant", content="Plain"),
        item("message", role="assistant", content=["a", 5, "b"]),
    ]
    assert [one.text for one in only(AssistantText, header(), *rows)] == ["Plain", "a", "b"]


def test_what_is_cut_tells_its_whole_size() -> None:
    from tests.agents.codex.logs import heard
    from tests.agents.codex.written import log

    rows = [header(), message("user", "x" * 50), message("assistant", "y" * 60), called("call_1", cmd="z" * 70)]
    found = heard(log(*rows), clip=10)
    assert sizes(found) == [(10, 50), (10, 60)]


def sizes(found: list[Event]) -> list[tuple[int, int]]:
    """Length and whole size of texts."""
    return [(len(one.text), one.size) for one in found if isinstance(one, UserPrompt | AssistantText)]


def test_the_events_of_a_turn_in_their_order() -> None:
    rows = [
        header(),
        turn(),
        message("user", "Hi", at=1),
        event("user_message", 1, message="Hi"),
        event("agent_reasoning", 2, text="Hm"),
        message("assistant", "Hello", at=3),
        counted(spent(10, 5), spent(10, 5), 4),
    ]
    assert kinds(told(*rows)) == ["SessionStarted", "UserPrompt", "Thinking", "AssistantText", "LlmResponse"]


def test_a_prompt_in_waiting_keeps_its_own_time_and_place() -> None:
    found = only(UserPrompt, header(), message("user", "Hi", at=1), message("assistant", "Yes", at=9))
    (prompt,) = found
    assert prompt.at is not None
    assert prompt.at % 60_000 == 17_000
    assert prompt.origin is not None
    assert prompt.origin.offset > 0
    assert (prompt.session, stamp(1)[-5:]) == (THREAD, ".000Z")
