"""Rows of telemetry: every call to a model and every tool call, those of sub-agents among them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from agent_trace.agents._genai.edits import Change, stated
from agent_trace.agents._genai.records import count, mapping, string
from agent_trace.agents._genai.spending import usage
from agent_trace.agents._genai.steps import called, tell_call, tell_files
from agent_trace.agents._genai.telling import remember
from agent_trace.agents.qwen.reader import Reader
from agent_trace.agents.qwen.replies import mark_of, respond, say
from agent_trace.agents.qwen.state import ParseState, Spent
from agent_trace.agents.qwen.tools import kind_of
from agent_trace.model.events import ErrorRaised, ToolResult, UserPrompt
from agent_trace.model.usage import Usage

_PREFIX = "qwen-code."
_DECIDED = {"auto_accept": False, "accept": True, "modify": True, "reject": True}
"""What was decided on a tool call → whether somebody was asked."""


def hear_telemetry(reader: Reader, event: dict[str, Any]) -> None:
    """One event: a call, one that failed, or a tool call."""
    name = string(event, "event.name").removeprefix(_PREFIX)
    hear = _HEARERS.get(name)
    if hear is None:
        reader.unread(f"unknown telemetry {name!r}" if name else "telemetry without an event")
        return
    agent = _agent(event)
    if agent:
        _enter(reader, event, agent)
    hear(reader, event, agent)


# ---- whose it is


def _agent(event: dict[str, Any]) -> str:
    """The sub-agent's own id: newer versions name it, older ones put it between the session and the round."""
    steps = string(event, "prompt_id").split("#")
    if string(event, "subagent_id"):
        return string(event, "subagent_id")
    return steps[1] if len(steps) == 3 and steps[1] and steps[2].isdigit() else string(event, "subagent_name")


def _enter(reader: Reader, event: dict[str, Any], agent: str) -> None:
    """Turn to the sub-agent's session; at its first event, say who started it and what for."""
    state, parent = reader.state, reader.session
    reader.session = f"{parent}/agent-{agent}"
    if reader.session in state.begun:
        return
    kind = string(event, "subagent_type") or string(event, "subagent_name")
    reader.begin(agent_type=kind)
    for slot, task in state.tasks.items():
        if slot.startswith(f"{parent} ") and not task.agent and kind in (task.type, ""):
            task.agent = agent
            text = task.text
            prompt = UserPrompt(
                id=f"{reader.name}.task", text=reader.cut(text), size=len(text), by="parent", **reader.head
            )
            reader.emit(prompt)
            return


# ---- calls to a model


def _hear_response(reader: Reader, event: dict[str, Any], agent: str) -> None:
    state, spent = reader.state, _used(event)
    model, uuid = string(event, "model"), string(reader.row, "uuid")
    counts = (count(event.get("input_token_count")), count(event.get("output_token_count")))
    known = state.replies.get(uuid) if uuid else None
    if known is None and not agent and state.bare is not None and _follows(reader, state.bare, counts):
        known, state.bare = state.bare.key, None
        remember(state.replies, uuid or reader.name, known, ParseState.REPLIES)
    if known is not None:
        respond(reader, f"{reader.name}.usage", known, model, spent, continues=True)
        return
    key = reader.scoped(uuid) if uuid else reader.name
    respond(reader, f"{reader.name}.response", key, model, spent)
    if not agent:
        remember(state.waiting, uuid or key, Spent(key, counts), ParseState.WAITING)
        return
    remember(state.responses, f"{reader.session} {string(event, 'response_id')}", key, ParseState.REPLIES)
    if string(event, "response_text"):
        say(reader, f"{reader.name}.0", string(event, "response_text"))


def _follows(reader: Reader, bare: Spent, counts: tuple[int | None, ...]) -> bool:
    """Whether this is the telemetry of the answer before, which stands alone so far."""
    parent = string(reader.row, "parentUuid")
    return (bool(parent) and reader.scoped(parent) == bare.key) or (any(counts) and counts == bare.counts)


def _used(event: dict[str, Any]) -> Usage:
    return usage(
        prompt=count(event.get("input_token_count")),
        output=count(event.get("output_token_count")),
        cached=count(event.get("cached_content_token_count")),
        thoughts=count(event.get("thoughts_token_count")),
        tool=count(event.get("tool_token_count")),
        total=count(event.get("total_token_count")),
    )


def _hear_error(reader: Reader, event: dict[str, Any], agent: str) -> None:
    text = string(event, "error_message") or string(event, "error")
    status = count(event.get("status_code")) or None
    reader.emit(ErrorRaised(id=f"{reader.name}.error", text=reader.cut(text), status=status, **reader.head))


# ---- tool calls


def _hear_tool(reader: Reader, event: dict[str, Any], agent: str) -> None:
    if agent:
        _tell_tool(reader, event)
        return
    mark = mark_of(string(event, "function_name"), mapping(event, "function_args"))
    for slot, opened in reader.state.open.items():
        if slot.startswith(f"{reader.session} ") and opened.mark == mark and opened.run_ms is None:
            opened.run_ms = count(event.get("duration_ms"))
            opened.asked = _DECIDED.get(string(event, "decision"))
            return


def _tell_tool(reader: Reader, event: dict[str, Any]) -> None:
    """A sub-agent's tool call: there is no other row of it."""
    name, arguments = string(event, "function_name"), mapping(event, "function_args")
    response = reader.state.responses.get(f"{reader.session} {string(event, 'response_id')}", "")
    own, took = f"{reader.name}.tool", count(event.get("duration_ms"))
    call = called(own, name, kind_of(name), arguments)
    tell_call(reader, call, own, arguments, response)
    status, text = string(event, "status"), string(event, "error")
    decided = string(event, "decision")
    done = status == "success"
    added, removed = stated(mapping(event, "metadata")) if done else (0, 0)
    reader.emit(
        ToolResult(
            id=f"{own}.result",
            call=own,
            tool=name,
            output=reader.cut(text),
            size=len(text),
            failed=status == "error",
            refused=decided == "reject",
            asked=_DECIDED.get(decided),
            interrupted=status == "cancelled" and decided != "reject",
            run_ms=took,
            lines_added=added,
            lines_removed=removed,
            **reader.led_by(own),
        )
    )
    if done:
        tell_files(reader, own, call, Change(added, removed), None)


_HEARERS: Mapping[str, Callable[[Reader, dict[str, Any], str], None]] = {
    "api_response": _hear_response,
    "api_error": _hear_error,
    "tool_call": _hear_tool,
}
