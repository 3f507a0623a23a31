"""Pi's entries: the header, the tree, copies of entries, and what is no message."""

from __future__ import annotations

import pytest

from agent_trace.agents.pi import AGENT, place
from agent_trace.agents.pi.recognition import recognises
from agent_trace.model.events import (
    Attachment,
    Compacted,
    Linked,
    LlmResponse,
    ModelChanged,
    SessionStarted,
    Titled,
    Unknown,
    UserPrompt,
)
from agent_trace.model.scan import digest
from tests.agents.pi.written import PATH, SESSION, answered, asked, entry, header, heard, only, said, used
from tests.agents.told import log

# ---- where logs lie, and what they look like


@pytest.mark.parametrize(
    ("path", "session"),
    [
        (PATH, SESSION),
        (PATH.replace("/", "\\"), SESSION),
        ("2026-11-18T12-00-00-000Z_my_own_name.jsonl", "my_own_name"),
        ("sessions/--x--/renamed.jsonl", "renamed"),
        ("my_notes.jsonl", "my_notes"),
        ("2026_.jsonl", "2026_"),
    ],
)
def test_a_log_is_named_after_its_session(path: str, session: str) -> None:
    assert place(path).session == session


def test_homes_are_those_of_both_generations() -> None:
    assert [home.path for home in AGENT.homes] == [
        "$PI_CODING_AGENT_DIR",
        "$PI_CODING_AGENT_SESSION_DIR",
        "~/.pi/agent",
    ]


@pytest.mark.parametrize(
    ("path", "rows", "known"),
    [
        ("x.jsonl", [header()], True),
        ("x.jsonl", [header(version=1), asked(None, "Hi")], True),
        ("x.jsonl", [{"type": "session", "id": "s", "timestamp": "t", "cwd": "/"}], True),
        ("x.json", [header()], False),
        ("x.jsonl", [], False),
        ("x.jsonl", [asked("a", "Hi")], False),
        ("x.jsonl", [header(cwd="")], False),
        ("x.jsonl", [header(version="3")], False),
        ("x.jsonl", [header(version=0)], False),
        ("/home/dev/.openclaw/agents/main/sessions/x.jsonl", [header()], False),
        ("C:\\Users\\dev\\.openclaw\\sessions\\x.jsonl", [header()], False),
        ("x.jsonl", [header(cwd="/home/dev/.openclaw/workspace")], False),
        ("x.jsonl", [header(), asked("a", "Hi", SESSION)], False),
        ("x.jsonl", [header(), entry("a", "custom", customType="model-snapshot")], False),
        ("x.jsonl", [header(), entry("a", "custom", customType="openclaw:bootstrap")], False),
        ("x.jsonl", [header(), entry("a", "custom", customType="todo")], True),
    ],
)
def test_a_pi_session_is_told_from_its_look_alikes(path: str, rows: list[dict[str, object]], known: bool) -> None:
    assert recognises(path, log(*rows)) is known


# ---- the header


def test_the_header_tells_whose_log_it_is() -> None:
    events = heard(header(), asked("a", "Hi"))
    assert [(one.id, one.session) for one in events] == [(f"{SESSION}.start", SESSION), ("a", SESSION)]
    assert events[1].parent is None
    assert [one.cwd for one in only(SessionStarted, header())] == ["/home/dev/demo"]


def test_without_a_header_the_path_tells_it() -> None:
    assert heard(asked("a", "Hi"))[0].session == SESSION
    assert heard(header(id=None), asked("a", "Hi"))[-1].session == SESSION


def test_a_header_that_is_repeated_begins_nothing() -> None:
    assert len(only(SessionStarted, header(), asked("a", "Hi"), header(), header())) == 1


def test_a_log_of_two_sessions_tells_both() -> None:
    events = heard(header(), asked("a", "Hi"), header(id="other"), asked("b", "Ho"))
    assert [one.session for one in events] == [SESSION, SESSION, "other", "other"]


@pytest.mark.parametrize("name", ["parentSession", "branchedFrom"])
@pytest.mark.parametrize("folder", ["/home/dev/sessions/--x--/", "C:\\Users\\dev\\sessions\\--x--\\", ""])
def test_a_fork_names_its_parent(name: str, folder: str) -> None:
    fork = header(**{name: f"{folder}2026-11-18T11-00-00-000Z_parent.jsonl"})
    assert [(one.how, one.other) for one in only(Linked, fork)] == [("fork", "parent")]


def test_the_first_format_names_the_model_in_the_header() -> None:
    events = heard(header(version=None, modelId="claude-sonnet-4-5"))
    assert [one.model for one in events if isinstance(one, ModelChanged)] == ["claude-sonnet-4-5"]


# ---- the tree


def test_an_entry_follows_from_the_last_event_of_its_parent() -> None:
    events = heard(
        header(), asked("a", "Hi"), answered("b", said("one"), said("two"), parent="a"), asked("c", "x", "b")
    )
    assert [(one.id, one.parent) for one in events[1:]] == [
        ("a", None),
        ("b", "a"),
        ("b.0", "b"),
        ("b.1", "b.0"),
        ("c", "b.1"),
    ]


def test_a_branch_begins_where_a_person_goes_back() -> None:
    events = heard(header(), asked("a", "Hi"), asked("b", "One way", "a"), asked("c", "Another", "a"))
    (branch,) = [one for one in events if isinstance(one, Attachment)]
    assert (branch.kind, branch.id, branch.parent, branch.text) == ("rewound", "c.branch", "a", "back to a")
    assert events[-1].parent == "c.branch"


def test_a_first_entry_without_a_parent_begins_no_branch() -> None:
    assert only(Attachment, header(), asked("a", "Hi"), asked("b", "Ho", None), asked("c", "Hm", "gone")) == []


def test_entries_that_say_nothing_are_links_all_the_same() -> None:
    silent = entry("b", "thinking_level_change", "a", thinkingLevel="high")
    events = heard(header(), asked("a", "Hi"), silent, asked("c", "Ho", "b"))
    assert [(one.id, one.parent) for one in events[1:]] == [("a", None), ("c", "a")]


# ---- copies


def test_a_fork_is_told_apart_by_time_and_content_not_by_id() -> None:
    original, copy = asked("a", "Hi", "z"), asked("b", "Hi", "y")
    first, second = heard(original)[0], heard(copy)[0]
    assert (first.id, second.id) == ("a", "b")
    assert first.twin == second.twin != heard(asked("a", "Ho", "z"))[0].twin


def test_what_another_log_owns_is_marked() -> None:
    twin = heard(asked("a", "Hi"))[0].twin
    assert twin is not None
    events = heard(header(), asked("a", "Hi"), asked("b", "Ho", "a"), inherited=frozenset({digest(twin.encode())}))
    assert [one.inherited for one in events] == [False, True, False]


def test_a_call_has_the_same_key_in_every_copy() -> None:
    one, other = only(LlmResponse, answered("a", said("x"))), only(LlmResponse, answered("b", said("x"), parent="a"))
    assert one[0].call == other[0].call


def test_entries_without_ids_are_named_after_what_they_hold() -> None:
    events = heard(header(version=None), asked(None, "Hi"), asked(None, "Hi"), asked(None, "Ho"))[1:]
    assert events[1].id == f"{events[0].id}~2"
    assert [one.parent for one in events] == [f"{SESSION}.start", events[0].id, events[1].id]


def test_a_session_that_was_opened_again_is_told_once() -> None:
    old = [header(version=None), asked(None, "Hi"), answered(None, said("Ho"))]
    new = [header(), asked("a", "Hi"), answered("b", said("Ho"), parent="a"), asked("c", "More", "b")]
    events = heard(*old, *new)
    assert [one.text for one in events if isinstance(one, UserPrompt)] == ["Hi", "More"]
    assert len([one for one in events if isinstance(one, LlmResponse)]) == 1
    assert events[-1].parent == events[-2].id


def test_only_so_many_entries_without_ids_are_remembered() -> None:
    old = [asked(None, f"Hi {number}") for number in range(4_100)]
    again = [asked("a", "Hi 0"), asked("b", "Hi 4095"), asked("c", "Hi 4096")]
    assert len(heard(*old, *again)) == 4_101


# ---- what is no message


def test_a_compaction_tells_how_much_there_was() -> None:
    events = heard(header(), entry("a", "compaction", summary="All.", tokensBefore=9_000, firstKeptEntryId="x"))
    (found,) = [one for one in events if isinstance(one, Compacted)]
    assert (found.before, found.after, found.summary, found.trigger) == (9_000, None, "All.", "")
    assert not [one for one in events if isinstance(one, LlmResponse)]


def test_a_compaction_that_states_its_usage_is_a_call() -> None:
    entries = [entry("a", "model_change", modelId="m"), entry("b", "compaction", usage=used(9, 2, usd=0.5), summary="")]
    (call,) = only(LlmResponse, *entries)
    assert (call.cls and call.cls.model, call.usage.input, call.recorded_usd, call.side) == ("m", 9, "0.5", True)


@pytest.mark.parametrize("kind", ["compaction", "branch_summary"])
def test_nobody_knows_the_model_of_an_extension(kind: str) -> None:
    entries = [entry("a", "model_change", modelId="m"), entry("b", kind, fromHook=True, usage=used(9, 2))]
    assert [one.cls for one in only(LlmResponse, *entries)] == [None]


def test_what_was_given_up_is_summed_up() -> None:
    (found,) = only(Attachment, entry("a", "branch_summary", summary="Tried it.", fromId="x"))
    assert (found.kind, found.text, found.size) == ("branch summary", "Tried it.", 9)


@pytest.mark.parametrize(
    ("fields", "kind", "words"),
    [
        ({"customType": "plan-mode", "content": "Plan."}, "plan-mode", "Plan."),
        ({"content": [said("one"), said("two")]}, "extension", "one\ntwo"),
        ({"customType": "x", "content": 7}, "x", ""),
    ],
)
def test_what_an_extension_injects_is_an_attachment(fields: dict[str, object], kind: str, words: str) -> None:
    (found,) = only(Attachment, entry("a", "custom_message", **fields))
    assert (found.kind, found.text) == (kind, words)


@pytest.mark.parametrize(("name", "titles"), [("  Fix it ", ["Fix it"]), ("  ", []), (None, [])])
def test_a_person_names_a_session(name: object, titles: list[str]) -> None:
    found = only(Titled, entry("a", "session_info", name=name))
    assert [one.title for one in found] == titles
    assert all(one.by == "person" for one in found)


def test_a_choice_of_no_model_is_none() -> None:
    assert heard(entry("a", "model_change", provider="x")) == []


@pytest.mark.parametrize("kind", ["label", "custom", "thinking_level_change"])
def test_what_says_nothing_is_left_out(kind: str) -> None:
    assert heard(entry("a", kind, customType="x", data={})) == []


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ({"role": "oracle"}, "unknown message role 'oracle'"),
        ({}, "message without a role"),
        (None, "message without a role"),
        ("text", "message without a role"),
    ],
)
def test_an_unknown_role_is_kept_with_its_reason(message: object, reason: str) -> None:
    (found,) = only(Unknown, entry("a", "message", message=message))
    assert (found.id, found.reason) == ("a", reason)
