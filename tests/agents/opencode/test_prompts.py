"""What people, parents and OpenCode put before the model."""

from __future__ import annotations

import pytest

from agent_trace.agents.opencode.prompts import unquoted
from agent_trace.model.events import Attachment, Command, Compacted, ModelChanged, UserPrompt
from tests.agents.opencode.stores import heard, of, one, part, session, user

CHOSEN = {"providerID": "script", "modelID": "a"}


def test_several_texts_are_one_prompt() -> None:
    found = one(
        heard([user(), part("p1", "msg_1", "text", text="a"), part("p2", "msg_1", "text", text="b")]), UserPrompt
    )
    assert (found.id, found.text, found.size, found.by) == ("msg_1", "a\nb", 3, "person")


@pytest.mark.parametrize(
    ("said", "typed"),
    [
        ('"Make the tests pass"', "Make the tests pass"),
        ('"say \\"hi\\" now"', 'say "hi" now'),
        ('"one"', '"one"'),
        ('"a b" and "c d"', '"a b" and "c d"'),
        ('"a b', '"a b'),
        ('"', '"'),
        ("", ""),
        ('"ends with a backslash \\"', '"ends with a backslash \\"'),
    ],
)
def test_quotes_that_run_put_around_a_prompt_are_taken_off(said: str, typed: str) -> None:
    assert unquoted(said) == typed
    found = one(heard([user(), part("p1", "msg_1", "text", text=said)]), UserPrompt)
    assert found.by == ("person" if said == typed else "program")


def test_what_a_parent_asked_is_no_prompt_of_a_person() -> None:
    found = heard([session(parent_id="ses_0"), user(), part("p1", "msg_1", "text", text='"look at it"')])
    assert (one(found, UserPrompt).by, one(found, UserPrompt).text) == ("parent", "look at it")


def test_texts_that_nobody_typed_are_attachments() -> None:
    rows = [
        user(),
        part("p1", "msg_1", "text", text="injected", synthetic=True),
        part("p2", "msg_1", "text", text="a note", ignored=True),
    ]
    found = heard(rows)
    assert [(event.kind, event.text, event.size) for event in found if isinstance(event, Attachment)] == [
        ("synthetic", "injected", 8),
        ("ignored", "a note", 6),
    ]
    assert of(found, UserPrompt) == []


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ({"mime": "image/png", "filename": "dot.png", "url": "data:image/png;base64,AAAA"}, ("image", "dot.png")),
        ({"mime": "image/png", "url": "data:image/png;base64,AAAA"}, ("image", "image/png")),
        ({"mime": "text/plain", "url": "file:///x/a.py", "source": {"path": "a.py"}}, ("file", "a.py")),
        ({"mime": "text/plain", "url": "file:///x/a.py"}, ("file", "file:///x/a.py")),
        ({}, ("file", "")),
    ],
)
def test_files_are_attachments(file: dict[str, object], told: tuple[str, str]) -> None:
    found = one(heard([user(), part("p1", "msg_1", "file", **file)]), Attachment)
    assert (found.kind, found.text) == told


def test_a_named_agent_is_an_attachment() -> None:
    found = one(heard([user(), part("p1", "msg_1", "agent", name="explore")]), Attachment)
    assert (found.kind, found.text, found.size) == ("agent", "explore", 7)


@pytest.mark.parametrize(("command", "name"), [("look", "/look"), (None, "general")])
def test_a_command_that_starts_a_sub_agent_is_no_prompt(command: str | None, name: str) -> None:
    found = heard([user(), part("p1", "msg_1", "subtask", agent="general", prompt="Look at x", command=command)])
    assert (one(found, Command).name, one(found, Command).text, of(found, UserPrompt)) == (name, "Look at x", [])


@pytest.mark.parametrize(("auto", "trigger"), [(True, "auto"), (False, "manual")])
def test_a_compaction_tells_who_began_it(auto: bool, trigger: str) -> None:
    found = heard([user(model=CHOSEN), part("p1", "msg_1", "compaction", auto=auto)])
    assert one(found, Compacted).trigger == trigger


def test_another_model_is_told_once() -> None:
    other = CHOSEN | {"modelID": "b"}
    rows = [user(f"msg_{n}", n, model=model) for n, model in enumerate([CHOSEN, CHOSEN, other, other, {}, CHOSEN])]
    texts = [part(f"prt_{n}", f"msg_{n}", "text", text="x") for n in range(6)]
    found = heard([*rows, *texts])
    assert [(event.id, event.model) for event in of(found, ModelChanged)] == [
        ("msg_2.model", "b"),
        ("msg_5.model", "a"),
    ]


def test_a_message_of_snapshots_says_nothing() -> None:
    assert heard([user(), part("p1", "msg_1", "snapshot", snapshot="abc"), part("p2", "msg_1", "patch")]) == []
