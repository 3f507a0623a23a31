"""Aider's chat histories: sessions in a file, prompts, tokens as printed, edits, and telling a history."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agent_trace.agents._diffs import UNCHANGED
from agent_trace.agents.aider import AGENT, place
from agent_trace.agents.aider.edits import edit_of, edits
from agent_trace.agents.aider.lines import lines
from agent_trace.agents.aider.recognition import recognises
from agent_trace.agents.aider.tokens import cost, usage
from agent_trace.model.events import (
    AssistantText,
    Attachment,
    Command,
    ErrorRaised,
    Event,
    FileWrite,
    Interrupted,
    LlmResponse,
    ModelChanged,
    SessionStarted,
    ToolResult,
    UserPrompt,
)
from agent_trace.model.usage import Usage
from tests.agents.unverified import heard, log, only, sessions, used

END = "  "
"""How Aider ends the lines that it marks."""
START = "# aider chat started at 2026-01-02 03:04:05\n\n"


def told(text: str, path: str = "/w/.aider.chat.history.md") -> list[Event]:
    """The events of a history."""
    return heard("aider", list(lines({path: text.encode()})), path)


# ---- sessions


def names(text: str) -> list[str]:
    """The sessions of a history in their order."""
    return list(dict.fromkeys(json.loads(line)["session"] for line in lines({"x": text.encode()})))


def test_every_start_begins_a_session() -> None:
    found = sessions(log("aider", ".aider.chat.history.md"))
    assert [name.rpartition("-")[0] for name in found] == [
        "aider-20250304-101112",
        "aider-20250304-110000",
        "aider-20250304-120000",
    ]
    assert [used(session).output for session in found.values()] == [1257, 105, None]


@pytest.mark.parametrize("more", ["#### again\n\nyes\n", f"{START}#### other\n", "> Tokens: 1 sent, 1 received.\n"])
def test_a_session_keeps_its_name_when_the_file_grows(more: str) -> None:
    text = f"{START}> Aider v1  \n\n#### go  \n\nI go.\n\n"
    assert names(text + more)[0] == names(text)[0]


def test_sessions_that_started_in_the_same_second_have_two_names() -> None:
    assert len(names(f"{START}#### one\n{START}#### other\n")) == 2


def test_windows_newlines_and_a_byte_order_mark_change_no_name() -> None:
    text = f"{START}#### go  \n\nI go.\n"
    assert names("\ufeff" + text.replace("\n", "\r\n")) == names(text)


def test_what_stands_before_the_first_start_is_a_session_without_a_time() -> None:
    (name, *_), events = names("#### go\n\nI go.\n"), told("#### go\n\nI go.\n")
    assert name.startswith("aider-undated-")
    assert [type(event) for event in events] == [UserPrompt, LlmResponse, AssistantText]
    assert {event.at for event in events} == {None}


def test_a_session_knows_when_and_where_it_began() -> None:
    (event,) = only(told(f"{START}> Aider v0.86.1  \n> Main model: gpt-5 with diff edit format  \n"), SessionStarted)
    assert (event.at, event.cwd, event.version) == (1767323045000, "/w", "0.86.1")


def test_the_folder_that_aider_names_is_the_one_it_ran_in() -> None:
    (event,) = only(told(f"{START}> Cur working dir: /home/dev/x  \n"), SessionStarted)
    assert event.cwd == "/home/dev/x"


@pytest.mark.parametrize("path", [".aider.chat.history.md", "/backup/old.chat.history.md", "C:\\w\\chat.md"])
def test_a_path_that_aider_did_not_choose_names_no_folder(path: str) -> None:
    assert [event.cwd for event in only(told(START, path), SessionStarted)] == [None]


def test_a_path_of_windows_names_the_folder() -> None:
    (event,) = only(told(START, "C:\\w\\.aider.chat.history.md"), SessionStarted)
    assert event.cwd == "C:\\w"


def test_a_history_stands_for_itself() -> None:
    assert place("/w/.aider.chat.history.md").session == "/w/.aider.chat.history.md"
    assert AGENT.bundles[0].main == "*.chat.history.md"


# ---- prompts


@pytest.mark.parametrize(
    ("words", "kind", "found"),
    [
        ("fix it", UserPrompt, "fix it"),
        ("/ask why?", UserPrompt, "/ask why?"),
        ("/ask", Command, ""),
        ("/run pytest -q", Command, "pytest -q"),
        ("!ls -a", Command, "ls -a"),
    ],
)
def test_a_prompt_or_a_command(words: str, kind: type[Any], found: str) -> None:
    events = told(f"{START}#### {words}  \n")
    assert [(type(event), getattr(event, "text", None)) for event in events[1:]] == [(kind, found)]


@pytest.mark.parametrize("words", ["", "<blank>"])
def test_nobody_prompts_with_nothing(words: str) -> None:
    assert len(told(f"{START}#### {words}  \n")) == 1


def test_lines_of_one_prompt_are_one_and_a_blank_line_ends_it() -> None:
    events = told(f"{START}#### one  \n#### two  \n\n#### three  \n")
    assert [event.text for event in only(events, UserPrompt)] == ["one\ntwo", "three"]


def test_a_heading_of_the_models_is_no_prompt_where_marks_are_known() -> None:
    events = told(f"{START}#### go  \n\n#### Plan\n\n> quoted\n")
    assert [event.text for event in only(events, AssistantText)] == ["#### Plan\n\n> quoted"]


def test_without_the_blanks_that_end_marks_the_beginning_of_a_line_decides() -> None:
    events = told(f"{START}#### go\n\nI go.\n> Tokens: 3 sent, 2 received.\n")
    assert [event.text for event in only(events, UserPrompt)] == ["go"]
    assert [event.usage for event in only(events, LlmResponse)] == [Usage(input=3, output=2)]


# ---- tokens and dollars


@pytest.mark.parametrize(
    ("line", "model", "found"),
    [
        ("Tokens: 401 sent, 57 received.", "", Usage(input=401, output=57)),
        ("Tokens: 1,234 sent, 1 received. Cost: $0.00 message, $0.00 session.", "", Usage(input=1234, output=1)),
        ("Tokens: 12k sent, 1.2k received.", "", Usage(input=12000, output=1200)),
        ("Tokens: 1.5M sent, 10K received.", "", Usage(input=1_500_000, output=10_000)),
        (
            "Tokens: 12k sent, 2k cache write, 3k cache hit, 1k received.",
            "anthropic/claude",
            Usage(input=10000, output=1000, cache_read=3000, cache_write_5m=2000),
        ),
        (
            "Tokens: 12k sent, 3k cache hit, 1k received.",
            "deepseek/deepseek-chat",
            Usage(input=9000, output=1000, cache_read=3000),
        ),
        ("Tokens: 1k sent, 3k cache hit, 1k received.", "deepseek/x", Usage(input=0, output=1000, cache_read=3000)),
        ("Tokens: . sent, ,.k received.", "", Usage()),
        ("Tokens: 99999999999999999999M sent, 5 received.", "", Usage(output=5)),
        ("Tokens: many sent, 5 received.", "", None),
        ("Total tokens: 5", "", None),
    ],
)
def test_tokens_as_aider_prints_them(line: str, model: str, found: Usage | None) -> None:
    assert usage(line, model) == found


@pytest.mark.parametrize(
    ("line", "usd"),
    [
        ("Tokens: 1k sent, 2 received. Cost: $0.02 message, $0.05 session.", "0.02"),
        ("Cost: $1,234.50 message, $2,000.00 session.", "1234.50"),
        ("Tokens: 1k sent, 2 received. Cost: $0.00 message, $0.05 session.", None),
        ("Tokens: 1k sent, 2 received.", None),
        ("Cost: $. message, $. session.", None),
    ],
)
def test_dollars_of_a_message(line: str, usd: str | None) -> None:
    assert cost(line) == usd


REPLIES = f"""{START}> Main model: m with diff edit format{END}

#### go{END}

I go.

> Tokens: 10 sent, 1 received. Cost: $0.10 message, $0.10 session.{END}

And on, after a question of Aider's.

> Tokens: 20 sent, 2 received.
Cost: $0.20 message, $0.30 session.{END}

> Tokens: 30 sent, 3 received. Cost: $0.30 message, $0.60 session.{END}
"""


def test_every_report_is_a_call_with_its_own_dollars() -> None:
    calls = only(told(REPLIES), LlmResponse)
    assert [(call.usage, call.recorded_usd) for call in calls] == [
        (Usage(input=10, output=1), "0.10"),
        (Usage(input=20, output=2), "0.20"),
        (Usage(input=30, output=3), "0.30"),
    ]
    assert len({call.call for call in calls}) == 3
    assert {call.cls.model for call in calls} == {"m"}


def test_a_reply_without_a_report_is_a_call_whose_tokens_are_not_known() -> None:
    calls = only(told(f"{START}#### go  \n\nI go.\n\n#### on  \n\nI go on.\n"), LlmResponse)
    assert [call.usage for call in calls] == [Usage(), Usage()]


def test_a_report_of_the_next_prompt_is_not_taken() -> None:
    text = f"{START}#### go  \n\nI go.\n\n#### on  \n\n> Tokens: 9 sent, 9 received.  \n"
    assert [call.usage.input for call in only(told(text), LlmResponse)] == [None, 9]


# ---- what aider says


def test_an_edit_that_was_applied_is_a_step_with_its_lines() -> None:
    found = sessions(log("aider", ".aider.chat.history.md"))
    first, second, _ = found.values()
    assert [(event.path, event.lines_added, event.lines_removed) for event in only(first.events, FileWrite)] == [
        ("src/parser.py", 2, 1)
    ]
    assert [(event.failed, event.lines_added) for event in only(second.events, ToolResult)] == [(True, 0), (False, 2)]


def test_a_model_that_changes_an_error_and_a_stop() -> None:
    text = (
        f"{START}> Main model: a with x  \n#### go  \n\nHalf\n\n> ^C again to exit  \n"
        "> Main model: b with x  \n> Main model: b with x  \n> litellm.Timeout: late  \n> Added a.py to the chat  \n"
    )
    events = told(text)
    assert [event.model for event in only(events, ModelChanged)] == ["b"]
    assert [event.text for event in only(events, ErrorRaised)] == ["litellm.Timeout: late"]
    assert len(only(events, Interrupted)) == 1
    assert [event.text for event in only(events, Attachment)] == ["Added a.py to the chat"]


def test_a_stop_where_nothing_was_asked_is_none() -> None:
    assert only(told(f"{START}> ^C again to exit  \n"), Interrupted) == []


@pytest.mark.parametrize(
    ("reply", "path", "changed"),
    [
        ("src/a.py\n```python\n<<<<<<< SEARCH\na\n=======\nb\nc\n>>>>>>> REPLACE\n```", "src/a.py", (2, 1)),
        ("**a.py**\n<<<<<<< SEARCH\n=======\nb\n>>>>>>> REPLACE", "a.py", (1, 0)),
        ("Makefile\n<<<<<<< SEARCH\n=======\nb\n>>>>>>> REPLACE", "Makefile", (1, 0)),
        ("change it:\n\n<<<<<<< SEARCH\n=======\nb\n>>>>>>> REPLACE", "", (1, 0)),
        ("```diff\n--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x\n+y\n```", "a.py", (1, 1)),
        ("```diff\n-x\n+y\n```", None, None),
    ],
)
def test_edits_of_a_reply(reply: str, path: str | None, changed: tuple[int, int] | None) -> None:
    found = {name: (change.added, change.removed) for name, change in edits(reply).items()}
    assert found == ({} if path is None else {path: changed})


def test_a_later_block_for_the_same_file_needs_no_name() -> None:
    block = "<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE"
    assert {name: change[:2] for name, change in edits(f"a.py\n```\n{block}\n\n{block}\n```").items()} == {
        "a.py": (2, 2)
    }


def test_two_blocks_for_a_file_add_up_and_a_part_of_a_path_is_enough() -> None:
    block = "src/a.py\n<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n"
    asked = edits(block + block)
    assert edit_of("src/a.py", asked) == edit_of("lib/src/a.py", asked) == edit_of("a.py", asked)
    assert edit_of("src/a.py", asked)[:2] == (2, 2)
    assert edit_of("ba.py", asked) == UNCHANGED


# ---- telling a history


@pytest.mark.parametrize(
    ("path", "head", "is_one"),
    [
        ("/w/.aider.chat.history.md", START.encode(), True),
        ("/w/notes.md", b"# Notes\n\n" + START.encode(), True),
        ("/w/notes.md", b"# Notes about aider chat started at noon\n", False),
        ("/w/notes.json", START.encode(), False),
        ("/w/x.jsonl", b'{"agentSlug":"aider","message":{"role":"user"}}\n', True),
        ("/w/x.jsonl", b'{"agentSlug":"amp","message":{"role":"user"}}\n', False),
        ("/w/x.jsonl", b'{"type":"user","uuid":"u","sessionId":"s","message":{}}', False),
    ],
)
def test_a_history_is_told_by_its_first_lines(path: str, head: bytes, is_one: bool) -> None:
    assert recognises(path, head) is is_one
