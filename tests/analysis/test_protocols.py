"""Which calls go to MCP servers and which to other agents: names of A2A up to 0.3 and of 1.0, requests, near misses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agent_trace.analysis.protocols import METHODS, OPERATIONS, A2aCall, McpCall, a2a_call, mcp_call
from agent_trace.model.events import ToolCall
from agent_trace.model.tools import ToolKind

MESSAGE = {"message": {"role": "user", "parts": [{"text": "hello"}]}}
ENVELOPE = {"jsonrpc": "2.0", "id": 1, "method": "message/send", "params": MESSAGE}


def call(tool: str, asked: Any = None, kind: ToolKind = "mcp", title: str = "") -> ToolCall:
    text = asked if isinstance(asked, str) else json.dumps(asked or {})
    return ToolCall(id="c", session="s", call="c", tool=tool, kind=kind, input=text, title=title)


def curl(data: Any, url: str = "https://u:p@agents.example.com/a2a", program: str = "curl -s") -> ToolCall:
    text = f"{program} -X POST {url} -d '{json.dumps(data)}'"
    return call("Bash", {"command": text}, "shell", text)


@pytest.mark.parametrize(("name", "operation"), METHODS.items())
def test_every_name_up_to_0_3(name: str, operation: str) -> None:
    agent = {"agent_url": "https://agents.example.com:8443/a2a?x=1"}
    assert a2a_call(call(name, agent)) == A2aCall(name, operation, "0.x", "agents.example.com:8443")
    assert a2a_call(call(f"mcp__my-a2a__{name.replace('/', '_')}")) == A2aCall(name, operation, "0.x", None)
    assert a2a_call(curl({**ENVELOPE, "method": name})) == A2aCall(name, operation, "0.x", "agents.example.com")


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_every_name_of_1_0(name: str) -> None:
    expected = A2aCall(name, name, "1.0", "reviewer")
    assert a2a_call(call(name, {"agent": "reviewer"}, "other")) == expected
    assert a2a_call(call(f"mcp__a2a__{name}", {"agentName": "reviewer"})) == expected
    assert a2a_call(call("rpc", {**ENVELOPE, "method": name}, "other")) == A2aCall(name, name, "1.0", None)


def test_a_message_of_a2a_tells_an_ambiguous_name() -> None:
    assert a2a_call(call("SendMessage", MESSAGE, "other")) == A2aCall("SendMessage", "SendMessage", "1.0", None)


@pytest.mark.parametrize(
    ("path", "operation"),
    [
        ("v1/message:send", "SendMessage"),
        ("message:stream", "SendStreamingMessage"),
        ("tasks/t-1:cancel", "CancelTask"),
        ("tasks/$ID:subscribe", "SubscribeToTask"),
    ],
)
def test_rest_paths(path: str, operation: str) -> None:
    found = a2a_call(curl(MESSAGE, f"http://127.0.0.1:9999/{path}"))
    assert found == A2aCall(operation, operation, None, "127.0.0.1:9999")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"agent_id": "explore"}, A2aCall("a2a_call", None, None, "explore")),
        ({"method": "tasks/get", "agent_url": "http://h/a"}, A2aCall("tasks/get", "GetTask", "0.x", "h")),
        ({"method": "GetTask"}, A2aCall("GetTask", "GetTask", "1.0", None)),
        ({"method": ["GetTask"]}, A2aCall("a2a_call", None, None, None)),
        ("[1]", A2aCall("a2a_call", None, None, None)),
        ('{"cut', A2aCall("a2a_call", None, None, None)),
    ],
)
def test_calls_that_traces_heard(asked: Any, expected: A2aCall) -> None:
    assert a2a_call(call("a2a_call", asked, "agent")) == expected


@pytest.mark.parametrize(
    "near",
    [
        call("SendMessage", {"to": "explorer", "message": "go on"}, "agent"),
        call("SendMessage", {"to": "explorer", "message": "go on"}, "other"),
        call("mcp__jira__GetTask", {"id": "7"}),
        call("mcp__a2a__list_agents"),
        call("Read", {"file_path": "/x/message/send"}, "read"),
        curl({"method": "message/send"}),
        curl(ENVELOPE, program="grep -rn"),
        curl({**ENVELOPE, "method": "tools/call"}),
        call("Bash", {"command": "cat > request.json <<E\n" + json.dumps(ENVELOPE)}, "shell"),
        call("Bash", {"command": "ls tasks/get"}, "shell"),
    ],
)
def test_near_misses(near: ToolCall) -> None:
    assert a2a_call(near) is None


@pytest.mark.parametrize(
    ("tool", "asked", "expected"),
    [
        ("mcp__demo__echo_upper", {}, McpCall("demo", "echo_upper")),
        ("mcp__a__b__c", {}, McpCall("a", "b__c")),
        ("mcp_demo_echo", {}, McpCall(None, "mcp_demo_echo")),
        ("use_mcp_tool", {"server_name": "demo", "tool_name": "echo"}, McpCall("demo", "echo")),
        ("mcp", {"server": "demo", "tool": ""}, McpCall("demo", "mcp")),
        ("mcp____x", {}, McpCall(None, "mcp____x")),
    ],
)
def test_servers_and_their_tools(tool: str, asked: dict[str, str], expected: McpCall) -> None:
    assert mcp_call(call(tool, asked)) == expected
    assert mcp_call(call(tool, asked, "other")) is None
