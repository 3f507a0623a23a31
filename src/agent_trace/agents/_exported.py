"""Exports of other agents' sessions as lines of one shape, which is nearly Claude Code's and names the agent.

A row is `{sessionId, agentSlug | agent, type: user | assistant | tool, uuid, timestamp, cwd | workspace, version, message:
{role, content | tool_name, tool_input, tool_output}}`. Seen in a public test corpus, for Aider, Amp, Cline and Cursor. It
knows no tokens, and not which call of the model asked for a tool: the row of the model before it.
"""

from __future__ import annotations

from agent_trace.agents._fields import as_json, decoded, moment, shown
from agent_trace.agents._narrating import Narrator, stand_in
from agent_trace.agents._untyped import JSON, inner, objects, text
from agent_trace.model.events import SessionStarted


def is_export(record: JSON, agent: str) -> bool:
    """True for a row that names this agent."""
    return agent in (record.get("agentSlug"), record.get("agent")) and isinstance(record.get("message"), dict)


def holds_export(head: bytes, agent: str) -> bool:
    """True where the first line of a log is such a row."""
    return any(is_export(one, agent) for one in objects(head.partition(b"\n")[0])[0])


def name_of(record: JSON) -> str:
    """A row's own name, else one made of what it says."""
    return text(record, "uuid") or stand_in(as_json(record))


def hear_export(narrator: Narrator, record: JSON, offset: int, length: int) -> None:
    """The events of one row."""
    state = narrator.state
    is_first = not state.session
    state.session = narrator.session = state.session or text(record, "sessionId") or narrator.session
    narrator.take(offset, length, moment(record.get("timestamp")))
    if is_first:
        cwd = text(record, "cwd", "workspace") or None
        narrator.emit(SessionStarted, f"{narrator.session}.start", cwd=cwd, version=text(record, "version") or None)
    _hear(narrator, text(record, "type"), f"{narrator.session}.{name_of(record)}", inner(record, "message"))


def _hear(narrator: Narrator, kind: str, name: str, message: JSON) -> None:
    content = shown(message.get("content"))
    if kind == "user":
        narrator.prompt(name, content)
    elif kind == "assistant":
        narrator.respond(f"{name}.call", name)
        narrator.said(f"{name}.0", content)
    elif kind == "tool":
        told = decoded(message.get("tool_input"))
        arguments = told if isinstance(told, dict) else message.get("tool_input")
        narrator.call(name, name, narrator.state.response, text(message, "tool_name"), arguments)
        narrator.result(f"{name}.result", name, shown(message.get("tool_output")))
    else:
        narrator.unread(name, as_json(message), f"unknown record type {kind!r}" if kind else "no record type")
