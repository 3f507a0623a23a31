"""Rows of people and of tools: prompts, what the program adds to them, and results."""

from __future__ import annotations

from typing import Any

from agent_trace.agents._genai.parts import Answer, answers, media, said, texts
from agent_trace.agents._genai.records import mapping, string, wire
from agent_trace.agents._genai.steps import Called, Given, tell_result
from agent_trace.agents._named_kinds import spelled
from agent_trace.agents.qwen.reader import Reader
from agent_trace.agents.qwen.tools import kind_of
from agent_trace.model.events import UserPrompt

_PROMPTS = frozenset({"", "mid_turn_user_message", "realtime_message"})
"""Kinds of user rows that a person wrote; the others are the program's."""
_HOOK = "<qwen:user-prompt-submit-context>"
_NOT_PEOPLE = frozenset({"goal_runtime", "goal_control", "system"})
_ENDED = {"error": "error", "cancelled": "cancelled"}


def hear_user(reader: Reader, row: dict[str, Any]) -> None:
    """A prompt, or what the program says in the place of one."""
    content, payload = mapping(row, "message"), mapping(row, "systemPayload")
    kind, shown = string(row, "subtype"), string(payload, "displayText")
    parts = content.get("parts")
    given = [text for text in texts(parts) if not text.startswith(_HOOK)]
    text = shown or "\n".join(given)
    if kind not in _PROMPTS or string(row, "provenance") in _NOT_PEOPLE:
        reader.attach(spelled(kind) or "notice", text)
    elif text.strip():
        is_task = bool(string(row, "agentId"))
        prompt = UserPrompt(
            id=f"{reader.name}.prompt",
            text=reader.cut(text),
            size=len(text),
            by="parent" if is_task else "person",
            **reader.head,
        )
        reader.emit(prompt)
    for number, added in enumerate(one for one in texts(parts) if one.startswith(_HOOK)):
        reader.attach("hook", added, f"hook{number}")
    for number, kind in enumerate(media(parts)):
        reader.attach(kind.partition("/")[0], kind, f"media{number}")


def hear_results(reader: Reader, row: dict[str, Any]) -> None:
    """What tools gave back: a row for each, with what people saw of it beside."""
    beside, content = mapping(row, "toolCallResult"), mapping(row, "message").get("parts")
    found = list(answers(content))
    if not found and string(beside, "callId"):
        found = [Answer(string(beside, "callId"), "", said(content), string(beside, "status") == "error")]
    if not found:
        reader.unread("tool result without a tool call")
    for answer in found:
        _hear_result(reader, answer, beside if len(found) == 1 else {})


def _hear_result(reader: Reader, answer: Answer, beside: dict[str, Any]) -> None:
    slot = f"{reader.session} {answer.id}"
    task = reader.state.tasks.pop(slot, None)
    unknown = Called(id="", name=answer.name, kind=kind_of(answer.name))
    called = reader.state.open.pop(slot, unknown)
    status = string(beside, "status") or ("error" if answer.failed else "success")
    display = beside.get("resultDisplay")
    text = answer.text or (display if isinstance(display, str) else wire(display) if display else "")
    child = task.agent if task and task.agent else None
    given = Given(_ENDED.get(status, "success"), text, display, reader.memory.at or None, child)
    tell_result(reader, called.id or f"{reader.name}.{answer.id}", called.call or answer.id, called, given)
