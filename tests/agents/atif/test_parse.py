"""ATIF trajectories: steps as events, tokens taken apart, sub-agents inside and beside a document."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from agent_trace.agents.atif.layout import place
from agent_trace.agents.atif.lines import DEEPEST
from agent_trace.agents.atif.parse import parse
from agent_trace.agents.atif.recognition import recognises
from agent_trace.model.events import (
    AssistantText,
    Attachment,
    Linked,
    LlmResponse,
    SessionStarted,
    ToolCall,
    ToolResult,
    Unknown,
    UsageRecorded,
    UserPrompt,
    kind_of,
)
from agent_trace.model.scan import digest
from agent_trace.model.session import by_session
from agent_trace.model.usage import Usage
from tests.agents.atif.documents import CORPUS, DOCUMENTS, document, heard, rows, step, told
from tests.agents.claude.golden import lines_of

# ---------------------------------------------------------------- the corpus


def golden_of(name: str) -> Path:
    return (CORPUS / name).with_suffix(".events.txt")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_events_are_those_written_down(name: str) -> None:
    found = by_session(heard((CORPUS / name).read_bytes(), name), "atif").values()
    drawn = "".join(f"{line}\n" for session in found for line in lines_of(session)).encode()
    if os.environ.get("GOLDEN") == "1":
        golden_of(name).write_bytes(drawn)
    assert drawn == golden_of(name).read_bytes()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_are_recognised_and_their_ids_unique(name: str) -> None:
    data = (CORPUS / name).read_bytes()
    counts = Counter((event.session, event.id) for event in heard(data, name))
    assert recognises(name, data[:1000])
    assert [one for one, count in counts.items() if count > 1] == []


def test_sums_of_a_document() -> None:
    found = by_session(heard((CORPUS / "1.7/trial-1/agent/trajectory.json").read_bytes()), "atif")
    own, child = found["trial-1-session"], found["trial-1-session/agent-helper-1"]
    assert (own.call_count, own.tool_calls, len(own.errors), len(own.prompts)) == (3, 4, 1, 1)
    assert own.usage == Usage(input=400, output=132, cache_read=3850, cache_write_5m=150, reasoning=20)
    assert (child.call_count, child.usage.input, child.usage.output, child.prompts) == (1, 300, 9, ())
    (total,) = [event for event in own.events if isinstance(event, UsageRecorded)]
    assert total.usd == "0.0005"
    beyond = total.models["claude-sonnet-4-5-20250929"]
    assert (beyond.prompt - own.usage.prompt, (beyond.output or 0) - (own.usage.output or 0)) == (500, 8)


# ---------------------------------------------------------------- steps


def test_a_user_and_the_system() -> None:
    system, prompt = told(step(1, "system", "Be careful."), step(2, "user", [{"type": "text", "text": "Do"}, "it", 7]))
    assert isinstance(system, Attachment)
    assert isinstance(prompt, UserPrompt)
    assert (system.kind, system.text, prompt.text, prompt.by) == ("system prompt", "Be careful.", "Do\nit", "person")


@pytest.mark.parametrize(
    ("metrics", "usage", "usd"),
    [
        (
            {"prompt_tokens": 100, "completion_tokens": 5, "cached_tokens": 80},
            Usage(input=20, output=5, cache_read=80),
            None,
        ),
        ({"prompt_tokens": 10, "cached_tokens": 80}, Usage(input=0, cache_read=80), None),
        ({"completion_tokens": 5, "cost_usd": 1e-7}, Usage(output=5), "0.0000001"),
        ({"prompt_tokens": 0, "completion_tokens": 0, "cost_usd": 0.5}, Usage(), "0.5"),
        ({"prompt_tokens": True, "completion_tokens": -1, "cost_usd": True}, Usage(), None),
        ({"cost_usd": 1e12}, Usage(), None),
        ("x", Usage(), None),
    ],
)
def test_metrics(metrics: Any, usage: Usage, usd: str | None) -> None:
    (call,) = told(step(1, metrics=metrics))
    assert isinstance(call, LlmResponse)
    assert (call.usage, call.recorded_usd, call.cls and call.cls.model) == (usage, usd, "m")


def test_the_model_of_a_step_goes_before_the_agents() -> None:
    (call,) = told(step(1, model_name="other"))
    (bare,) = told(step(1), agent={})
    assert isinstance(call, LlmResponse)
    assert isinstance(bare, LlmResponse)
    assert call.cls is not None
    assert (call.cls.model, bare.cls) == ("other", None)


def test_a_step_without_a_model_call() -> None:
    found = told(
        step(1, llm_call_count=0, tool_calls=[{"tool_call_id": "c", "function_name": "bash", "arguments": {}}])
    )
    assert [kind_of(event) for event in found] == ["tool_call"]
    assert isinstance(found[0], ToolCall)
    assert found[0].response is None


def test_tools_and_what_came_back() -> None:
    asked = [
        {"tool_call_id": "c", "function_name": "Bash_Command", "arguments": {"keystrokes": "ls\n"}},
        {"tool_call_id": "c", "function_name": "odd", "arguments": "free"},
        "no call",
    ]
    given = [{"source_call_id": "c", "content": "a"}, {"source_call_id": "gone", "content": "b"}, {"content": ""}, 3]
    found = told(step(1, tool_calls=asked, observation={"results": given}))
    calls = [event for event in found if isinstance(event, ToolCall)]
    assert [(one.call, one.tool, one.kind, one.title) for one in calls] == [
        ("c", "Bash_Command", "shell", "ls\n"),
        ("c+", "odd", "other", ""),
        ("s1.1.tool3", "", "other", ""),
    ]
    assert calls[1].input == "free"
    (result,) = [event for event in found if isinstance(event, ToolResult)]
    assert (result.call, result.parent, result.failed) == ("c", "s1.1.tool1", False)
    assert [event.text for event in found if isinstance(event, Attachment)] == ["b"]


def test_pictures() -> None:
    parts = [{"type": "image", "source": {"path": "a.png"}}, {"type": "image"}, {"type": "text"}]
    (prompt,) = told(step(1, "user", parts))
    assert isinstance(prompt, UserPrompt)
    assert prompt.text == "[image a.png]\n[image]"


def test_equal_ids_in_two_steps_are_two_calls() -> None:
    asked = [{"tool_call_id": "call_0", "function_name": "bash", "arguments": {"command": "ls"}}]
    given = {"results": [{"source_call_id": "call_0", "content": "x"}]}
    found = told(step(1, tool_calls=asked, observation=given), step(2, tool_calls=asked, observation=given))
    (session,) = by_session(found, "atif").values()
    assert [one.result is not None for one in session.steps] == [True, True]
    assert [one.call.call for one in session.steps] == ["call_0", "call_0+"]


def test_copied_context_is_inherited() -> None:
    found = told(
        step(1, is_copied_context=True, metrics={"completion_tokens": 5}), step(2, metrics={"completion_tokens": 7})
    )
    (session,) = by_session(found, "atif").values()
    assert (session.call_count, session.usage.output) == (1, 7)


@pytest.mark.parametrize("observation", [None, 3, {}, {"results": 3}, {"results": [None]}])
def test_odd_observations(observation: Any) -> None:
    assert [kind_of(event) for event in told(step(1, observation=observation))] == ["llm_response"]


# ---------------------------------------------------------------- other agents


def test_a_sub_agent_inside_a_sub_agent() -> None:
    inner = {"trajectory_id": "b", "agent": {"name": "inner"}, "steps": [step(1, "user", "x")]}
    outer = {"agent": {"name": "outer"}, "steps": [step(1, "user", "y")], "subagent_trajectories": [inner, {}, 3]}
    found = heard(document(step(1, "user", "z"), subagent_trajectories=[outer]))
    starts = [event for event in found if isinstance(event, SessionStarted)]
    assert [(one.session, one.starter, one.agent_type) for one in starts] == [
        ("s1", None, None),
        ("s1/agent-1", "s1", "outer"),
        ("s1/agent-b", "s1/agent-1", "inner"),
    ]
    assert [event.by for event in found if isinstance(event, UserPrompt)] == ["person", "parent", "parent"]


def test_there_is_an_end_to_the_depth() -> None:
    one: dict[str, Any] = {"steps": []}
    for _ in range(DEEPEST + 9):
        one = {"steps": [], "subagent_trajectories": [one]}
    starts = [event for event in heard(document(subagent_trajectories=[one])) if isinstance(event, SessionStarted)]
    assert len(starts) <= DEEPEST + 1


@pytest.mark.parametrize(
    ("reference", "child"),
    [
        ([{"trajectory_id": "t", "session_id": "s"}], "t"),
        ([{"session_id": "s2", "trajectory_path": "x.json"}], "s2"),
        ([3, {}], None),
        ({"session_id": "s"}, None),
    ],
)
def test_references_to_sub_agents(reference: Any, child: str | None) -> None:
    found = told(
        step(1, "system", "", observation={"results": [{"content": "x", "subagent_trajectory_ref": reference}]})
    )
    assert [event.child for event in found if isinstance(event, ToolResult)] == ([child] if child else [])


def test_a_summary_of_harbors_is_a_sub_agent_and_a_continuation_a_link() -> None:
    summary = heard(document(session_id="s1-summarization-2-answers"))
    (start, link) = heard(document(session_id="s1-cont-1"))
    assert [event.starter for event in summary if isinstance(event, SessionStarted)] == ["s1"]
    assert isinstance(start, SessionStarted)
    assert isinstance(link, Linked)
    assert (start.starter, link.how, link.other) == (None, "resume", "s1")


# ---------------------------------------------------------------- sums beyond the steps

ONE = step(
    1, metrics={"prompt_tokens": 100, "completion_tokens": 10, "cached_tokens": 50}, timestamp="2026-11-21T05:20:00Z"
)


@pytest.mark.parametrize(
    ("final", "models"),
    [
        ({"total_prompt_tokens": 100, "total_completion_tokens": 10, "total_cached_tokens": 50, "total_cost_usd": 0.5}, {}),
        ({"total_prompt_tokens": 150, "total_completion_tokens": 30, "total_cached_tokens": 60, "total_cost_usd": 0.5},
         {"m": Usage(input=90, output=30, cache_read=60)}),
    ],
)  # fmt: skip
def test_final_metrics(final: dict[str, Any], models: dict[str, Usage]) -> None:
    record = told(ONE, final_metrics=final)[-1]
    assert isinstance(record, UsageRecorded)
    assert (record.models, record.usd, record.at) == (models, "0.5", 1_795_238_400_000)


@pytest.mark.parametrize(
    ("final", "head", "steps"),
    [
        (None, {}, (ONE,)),
        ({"total_prompt_tokens": 100}, {}, (ONE,)),
        ({"total_prompt_tokens": 900}, {"agent": {"name": "x"}}, (ONE,)),
        ({"total_prompt_tokens": 900}, {}, (ONE, step(2, model_name="other"))),
    ],
)
def test_final_metrics_that_tell_nothing(final: Any, head: dict[str, Any], steps: tuple[Any, ...]) -> None:
    assert not any(isinstance(event, UsageRecorded) for event in told(*steps, final_metrics=final, **head))


def test_final_metrics_without_steps() -> None:
    (record,) = told(final_metrics={"total_completion_tokens": 4})
    assert isinstance(record, UsageRecorded)
    assert (record.at, record.models["m"].output) == (None, 4)


# ---------------------------------------------------------------- what is no trajectory, and versions


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"{cut", "not JSON"), (b"[1]", "no trajectory"), (b"{}", "no trajectory"), (b'{"steps": 3}', "no trajectory")],
)
def test_what_is_no_trajectory(data: bytes, reason: str) -> None:
    (found,) = heard(data, "/x/mine.json")
    assert isinstance(found, Unknown)
    assert (found.reason, found.session) == (reason, "mine")


def test_odd_steps_between_good_ones() -> None:
    found = told(
        step(1, "user", "a"), "text", step(2, "robot", "b"), {"source": "user", "message": "c"}, step(1, "user", "d")
    )
    assert [event.text for event in found if isinstance(event, UserPrompt)] == ["d", "c"]
    assert sorted(event.reason for event in found if isinstance(event, Unknown)) == [
        "a step that is no object",
        "unknown source 'robot'",
    ]


def test_a_newer_version_of_a_step_takes_its_place() -> None:
    old, new = (
        list(rows(document(step(1, message="dra"), step(2, message="b")))),
        list(rows(document(step(1, message="draft")))),
    )
    found = list(parse("t.json", [*old, *((offset + 9999, line) for offset, line in new)]))
    assert [event.text for event in found if isinstance(event, AssistantText)] == ["draft", "b"]


def test_steps_of_one_number_by_two_stay_two() -> None:
    found = told(step(1, "user", "a"), step(1, "agent", "b"))
    assert [kind_of(event) for event in found] == ["user_prompt", "llm_response", "assistant_response"]


def test_bytes_that_are_not_quite_json() -> None:
    found = heard(b"\xef\xbb\xbf" + document(step(1, "user", "a\ud800b")).replace(b"\n", b"\r\n"))
    assert len(found) == 2
    bad = document(step(1, "user", "a?b")).replace(b"a?b", b"a\xffb")
    assert [event.text for event in heard(bad) if isinstance(event, UserPrompt)] == ["a�b"]


def test_two_documents_of_one_session_do_not_share_ids() -> None:
    one, other = (heard(document(step(1, "user", "x"), trajectory_id=name)) for name in ("a", "b"))
    assert {event.session for event in (*one, *other)} == {"s1"}
    assert not {event.id for event in one} & {event.id for event in other}


# ---------------------------------------------------------------- the shell's questions


@pytest.mark.parametrize(
    ("path", "session"),
    [
        ("/jobs/today/trial-7/agent/trajectory.json", "trial-7"),
        ("/jobs/trial-7/agent/trajectory.cont-1.json", "trajectory.cont-1"),
        ("trajectory.json", "trajectory"),
        ("C:\\x\\mine.json", "mine"),
    ],
)
def test_the_session_that_a_path_names(path: str, session: str) -> None:
    assert place(path).session == session


def test_a_document_without_any_id_is_named_after_its_place() -> None:
    found = heard(document(step(1, "user", "x"), session_id=None), "/jobs/trial-7/agent/trajectory.json")
    named = heard(document(step(1, "user", "x"), session_id=None, trajectory_id="t9"))
    assert ({event.session for event in found}, {event.session for event in named}) == ({"trial-7"}, {"t9"})


@pytest.mark.parametrize(
    ("path", "head"),
    [
        ("a.json", b'{"schema_version": "1.0"}'),
        ("a.jsonl", b'{"schema_version": "ATIF-v1.4"}'),
        ("a.json", b'[{"schema_version": "ATIF-v1.4"}]'),
    ],
)
def test_other_files_are_not_recognised(path: str, head: bytes) -> None:
    assert not recognises(path, head)


def test_texts_are_cut_and_copies_marked() -> None:
    data = document(step(1, "user", "first"))
    assert [kind_of(event) for event in heard(data, clip=None)] == ["session_start", "user_prompt"]
    found = heard(data, clip=3, inherited=frozenset({digest(b"s1.1")}), source=4)[-1]
    assert isinstance(found, UserPrompt)
    assert (found.text, found.size, found.inherited, found.origin and found.origin.source) == ("fir", 5, True, 4)
