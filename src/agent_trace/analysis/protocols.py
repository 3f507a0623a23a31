"""Which tool calls went to an MCP server, and which to another agent over A2A: told by names and arguments, never guessed.

A2A has two families of method names: those up to 0.3 (`message/send`, `tasks/get`; before 0.2 `tasks/send`) and those of 1.0
(`SendMessage`, `GetTask`). A tool of such a name, a JSON-RPC request with such a method, and a request to a REST path like
`/message:send` are A2A calls. Names of 1.0 alone say little, since agents have tools called SendMessage for their own
sub-agents: they count where a server is called a2a, an agent's address stands beside them, or the message is one of A2A.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import msgspec

from agent_trace.model.events import ToolCall

Version = Literal["0.x", "1.0"]

METHODS: Mapping[str, str] = {
    "message/send": "SendMessage",
    "message/stream": "SendStreamingMessage",
    "tasks/send": "SendMessage",
    "tasks/sendSubscribe": "SendStreamingMessage",
    "tasks/get": "GetTask",
    "tasks/list": "ListTasks",
    "tasks/cancel": "CancelTask",
    "tasks/resubscribe": "SubscribeToTask",
    "tasks/pushNotification/set": "CreateTaskPushNotificationConfig",
    "tasks/pushNotification/get": "GetTaskPushNotificationConfig",
    "tasks/pushNotificationConfig/set": "CreateTaskPushNotificationConfig",
    "tasks/pushNotificationConfig/get": "GetTaskPushNotificationConfig",
    "tasks/pushNotificationConfig/list": "ListTaskPushNotificationConfigs",
    "tasks/pushNotificationConfig/delete": "DeleteTaskPushNotificationConfig",
    "agent/getAuthenticatedExtendedCard": "GetExtendedAgentCard",
}
"""Names up to 0.3 → what 1.0 calls the same operation."""
OPERATIONS = frozenset(METHODS.values())

HEARD = "a2a_call"
"""The tool of a call whose operation was not written down, only that it went to another agent."""
_ADDRESSES = ("agent_id", "agentId", "agent_name", "agentName", "agent", "agent_url", "agentUrl", "url", "endpoint")
_SERVERS = ("server_name", "serverName", "server", "mcp_server")
_TOOLS = ("tool_name", "toolName", "tool")
_CARRIERS = frozenset({"shell", "fetch", "mcp", "other"})
"""Kinds of tools by which a request to another agent can be sent."""
_NAMED = re.compile(r'"method"\s*:\s*"([\w/]+)"')
_RPC = re.compile(r'"jsonrpc"\s*:\s*"2\.0"')
_SENDS = re.compile(r"(?:^|[\s;&|(/])(?:curl|wget|https?|xh)\s")
"""Programs that send a request; a file that holds one, or a search for one, is no call."""
_REST = re.compile(r"/message:(send|stream)\b|/tasks/[\w.{}$-]+:(cancel|subscribe)\b")
_REST_OPERATIONS = {
    "send": "SendMessage", "stream": "SendStreamingMessage", "cancel": "CancelTask", "subscribe": "SubscribeToTask",
}  # fmt: skip
_URL = re.compile(r"https?://[^\s\"'\\<>|)]+")


class A2aCall(NamedTuple):
    """A request to another agent."""

    name: str
    """The method as it was called."""
    operation: str | None
    """What 1.0 calls it; None: only that another agent was called is known."""
    version: Version | None
    agent: str | None
    """The agent that was called, by its id or name, else its address; None where the call does not tell."""


class McpCall(NamedTuple):
    """A call of a tool of an MCP server."""

    server: str | None
    """None where the name and the arguments do not tell it from the tool."""
    tool: str


def a2a_call(call: ToolCall) -> A2aCall | None:
    """What a tool call asked of another agent; None: it is no A2A call."""
    asked = _arguments(call)
    if call.tool == HEARD:
        named = asked.get("method")
        name = named if isinstance(named, str) and _operation(named) else HEARD
        return A2aCall(name, _operation(name), _version(name), _agent(asked))
    if call.kind not in _CARRIERS:
        return None
    return _by_name(call, asked) or _by_request(call, asked)


def mcp_call(call: ToolCall) -> McpCall | None:
    """The server and the tool of a call; None: it went to no MCP server."""
    if call.kind != "mcp":
        return None
    words = call.tool.split("__", 2)
    if len(words) == 3 and words[0] == "mcp" and words[1] and words[2]:
        return McpCall(words[1], words[2])
    asked = _arguments(call)
    server, tool = _first(asked, _SERVERS), _first(asked, _TOOLS)
    return McpCall(server, tool or call.tool)


def _by_name(call: ToolCall, asked: Mapping[str, Any]) -> A2aCall | None:
    """A tool that is called as a method is: `message/send`, `mcp__a2a__GetTask`, `mcp__a2a__message_send`."""
    words = call.tool.split("__", 2)
    server, tool = (words[1], words[2]) if len(words) == 3 and words[0] == "mcp" else ("", call.tool)
    is_told = "a2a" in server.lower()
    name = tool if _operation(tool) else _UNDERSCORED.get(tool, "") if is_told else ""
    operation = _operation(name)
    if operation is None or not (is_told or "/" in name or _first(asked, _ADDRESSES) or _is_message(asked)):
        return None
    return A2aCall(name, operation, _version(name), _agent(asked))


def _by_request(call: ToolCall, asked: Mapping[str, Any]) -> A2aCall | None:
    """A JSON-RPC or REST request that a command or a tool sent."""
    said = call.input.replace("\\", "")
    if call.kind == "shell" and not _SENDS.search(_first(asked, ("command", "cmd", "script")) or call.title):
        return None
    name = next((name for name in _NAMED.findall(said) if _operation(name)), "") if _RPC.search(said) else ""
    rest = None if name else _REST.search(said)
    operation = _REST_OPERATIONS[rest.group(1) or rest.group(2)] if rest is not None else _operation(name)
    if operation is None:
        return None
    url = _URL.search(said)
    agent = _agent(asked) or (None if url is None else _host(url.group()))
    return A2aCall(name or operation, operation, _version(name) if name else None, agent)


_UNDERSCORED: Mapping[str, str] = {name.replace("/", "_"): name for name in METHODS}
"""Names of tools hold no slash: `message_send`."""


def _operation(name: str) -> str | None:
    return name if name in OPERATIONS else METHODS.get(name)


def _version(name: str) -> Version | None:
    return "1.0" if name in OPERATIONS else "0.x" if name in METHODS else None


def _is_message(asked: Mapping[str, Any]) -> bool:
    """Whether the arguments hold a message as A2A has them: an object with parts."""
    message = asked.get("message")
    return isinstance(message, dict) and "parts" in message


def _agent(asked: Mapping[str, Any]) -> str | None:
    named = _first(asked, _ADDRESSES)
    return _host(named) if named is not None and named.startswith(("http://", "https://")) else named


def _host(url: str) -> str:
    """`https://agents.example.com:8443/a2a?x=1` → `agents.example.com:8443`; what stands before an @ is never told."""
    return url.partition("://")[2].partition("/")[0].partition("?")[0].rpartition("@")[2]


def _first(asked: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    return next((found for name in names if isinstance(found := asked.get(name), str) and found), None)


def _arguments(call: ToolCall) -> Mapping[str, Any]:
    """The arguments; none where they are no JSON object, or were cut."""
    try:
        found = msgspec.json.decode(call.input)
    except (msgspec.DecodeError, UnicodeEncodeError):
        return {}
    return found if isinstance(found, dict) else {}
