"""Sub-agents, of which the log has nothing but telemetry."""

from __future__ import annotations

from typing import Any

import pytest

from agent_trace.model.events import (
    AssistantText,
    ErrorRaised,
    ToolCall,
    ToolResult,
    UserPrompt,
)
from tests.agents.qwen.written import (
    SESSION,
    asks,
    called,
    gives,
    heard,
    kinds,
    reply,
    responses,
    telemetry,
    uuid,
)


def of_agent(number: int, name: str = "api_response", **event: Any) -> dict[str, Any]:
    """Telemetry of a sub-agent."""
    prompt = {"prompt_id": f"{SESSION}#explore-x1#0", "subagent_name": "explore"}
    return called(number, **(prompt | event)) if name == "api_response" else telemetry(number, name, **(prompt | event))


def test_a_sub_agents_tools_have_no_other_row() -> None:
    done = {"function_name": "edit", "function_args": {"file_path": "/r/a"}, "status": "success", "response_id": "r3"}
    failed = {
        "function_name": "read_file",
        "status": "error",
        "error": "gone",
        "decision": "auto_accept",
        "duration_ms": 5,
    }
    refused = {"function_name": "run_shell_command", "status": "cancelled", "decision": "reject"}
    stopped = {"function_name": "run_shell_command", "status": "cancelled"}
    start = asks("c1", "agent", subagent_type="explore", prompt="look")
    found = heard(
        reply(2, start),
        of_agent(3, response_text="I look."),
        of_agent(4, "tool_call", **done, metadata={"model_added_lines": 2, "user_removed_lines": 1}),
        of_agent(5, "tool_call", **failed),
        of_agent(6, "tool_call", **refused),
        of_agent(7, "tool_call", **stopped),
        of_agent(8, "api_error", error_message="overloaded", status_code=503),
        gives(9, "c1"),
    )
    session = f"{SESSION}/agent-explore-x1"
    own = [event for event in found if event.session == session]
    assert [event.text for event in own if isinstance(event, UserPrompt | AssistantText)] == ["look", "I look."]
    assert [event.response for event in own if isinstance(event, ToolCall)][:2] == [uuid(3), None]
    results = [event for event in own if isinstance(event, ToolResult)]
    assert [(event.failed, event.refused, event.interrupted, event.run_ms) for event in results] == [
        (False, False, False, None),
        (True, False, False, 5),
        (False, True, False, None),
        (False, False, True, None),
    ]
    assert (results[0].lines_added, results[0].lines_removed, results[1].output) == (2, 1, "gone")
    assert [event.status for event in own if isinstance(event, ErrorRaised)] == [503]
    assert [event.child for event in found if isinstance(event, ToolResult) and event.call == "c1"] == ["explore-x1"]


@pytest.mark.parametrize(
    ("event", "agent"),
    [
        ({"subagent_id": "a1", "subagent_type": "explore"}, "a1"),
        ({"prompt_id": f"{SESSION}#a2#17"}, "a2"),
        ({"subagent_name": "explore", "prompt_id": "abc"}, "explore"),
        ({"subagent_name": "explore", "prompt_id": "a#b#c"}, "explore"),
    ],
)
def test_whose_a_call_is(event: dict[str, Any], agent: str) -> None:
    (response,) = responses(heard(called(1, **event)))
    assert response.session == f"{SESSION}/agent-{agent}"


def test_a_call_with_eight_hashes_is_the_sessions_own() -> None:
    (response,) = responses(heard(called(1, prompt_id=f"{SESSION}########0")))
    assert response.session == SESSION


def test_each_of_two_sub_agents_gets_its_own_task() -> None:
    starts = [
        asks("c1", "agent", subagent_type="plan", prompt="one"),
        asks("c2", "task", subagent_type="explore", prompt="two"),
    ]
    found = heard(reply(2, *starts), of_agent(3), of_agent(4, prompt_id=f"{SESSION}#other-1#0", subagent_name="plan"))
    tasks = [(event.session.rpartition("-")[0], event.text) for event in found if isinstance(event, UserPrompt)]
    assert tasks == [(f"{SESSION}/agent-explore", "two"), (f"{SESSION}/agent-other", "one")]
    without = heard(of_agent(3))
    assert kinds(without) == ["LlmResponse"]
