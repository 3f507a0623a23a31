"""Tool calls of a chat and what became of them: each once, wherever it is written."""

from __future__ import annotations

from typing import Any

from agent_trace.agents._clock import milliseconds
from agent_trace.agents._genai.parts import Answer, FunctionCall, result_text
from agent_trace.agents._genai.records import mapping, string
from agent_trace.agents._genai.steps import Called, Given, called, tell_call, tell_result
from agent_trace.agents._genai.telling import remember
from agent_trace.agents.gemini.reader import Reader
from agent_trace.agents.gemini.state import ParseState
from agent_trace.agents.gemini.tools import kind_of
from agent_trace.model.tools import ToolKind

CALLED, ANSWERED = 1, 2
_ENDED = {"success": "success", "completed": "success", "error": "error", "cancelled": "cancelled"}


def hear_tool(reader: Reader, tool: dict[str, Any], call_id: str, response: str) -> None:
    """A tool call as the program keeps it, with its result once it has one."""
    name, child = string(tool, "name"), string(tool, "agentId")
    kind = kind_of(name, string(tool, "displayName"), child)
    call = _call(reader, call_id, name, kind, mapping(tool, "args"), response)
    status = _ENDED.get(string(tool, "status"), "success" if tool.get("result") else "")
    if not status or reader.stage(call_id) == ANSWERED:
        return
    display = tool.get("resultDisplay")
    text = result_text(tool.get("result")) or (display if isinstance(display, str) else "")
    reader.look_for_folder(f"{call.path} {text[:2000]}")
    at = milliseconds(string(tool, "timestamp"))
    _answer(reader, call_id, call, Given(status, text, display, at, child or None))


def hear_asked(reader: Reader, asked: FunctionCall, response: str) -> None:
    """A tool call as it stands in the model's message: news only where the program kept none."""
    if asked.id:
        _call(reader, asked.id, asked.name, kind_of(asked.name, "", ""), asked.arguments, response)


def hear_answer(reader: Reader, answer: Answer) -> None:
    """A result as it went to the model: news only where the program kept none."""
    if not answer.id or reader.stage(answer.id) == ANSWERED:
        return
    unknown = Called(id="", name=answer.name, kind=kind_of(answer.name, "", ""))
    call = reader.state.open.get(answer.id, unknown)
    _answer(reader, answer.id, call, Given("error" if answer.failed else "success", answer.text))


def _call(reader: Reader, call_id: str, name: str, kind: ToolKind, arguments: dict[str, Any], response: str) -> Called:
    """Tell a call, if it is new; what is remembered of it."""
    held, event = reader.state.open.get(call_id), _event(reader, call_id)
    if held is not None:
        return held
    call = called(event, name, kind, arguments)
    if not reader.stage(call_id):
        reader.learn(call_id, CALLED)
        tell_call(reader, call, call_id, arguments, response)
        remember(reader.state.open, call_id, call, ParseState.OPEN)
    return call


def _answer(reader: Reader, call_id: str, call: Called, given: Given) -> None:
    reader.learn(call_id, ANSWERED)
    reader.state.open.pop(call_id, None)
    tell_result(reader, _event(reader, call_id), call_id, call, given)


def _event(reader: Reader, call_id: str) -> str:
    """What the events of a call are named after: its id is unique within the session only."""
    return f"{reader.session}.{call_id}"
