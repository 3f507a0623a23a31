"""Bubbles of a conversation in a database: in which order, which of them one call brought, what they say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from agent_trace.agents._diffs import Change
from agent_trace.agents._fields import as_json, decoded, exit_code, flag, items, known, listed, moment
from agent_trace.agents._gathering import Row, Tables
from agent_trace.agents._narrating import UNKNOWN
from agent_trace.agents._untyped import JSON, count, inner, text
from agent_trace.agents.cursor.conversation import Conversation
from agent_trace.model.usage import Usage

USER, ASSISTANT = 1, 2


class Bubble(NamedTuple):
    """A bubble and where it stands."""

    name: str
    row: Row
    value: JSON

    @property
    def tool(self) -> JSON:
        """What it says of a tool call; empty: it is none."""
        return inner(self.value, "toolFormerData")


def bubbles_of(tables: Tables, composers: list[JSON]) -> tuple[list[Bubble], list[Row]]:
    """The bubbles in their order, and rows that hold none. Older versions keep them inside the conversation."""
    found: dict[str, Bubble] = {}
    broken: list[Row] = []
    for row, composer in zip(tables.of("composer"), composers, strict=True):
        inline = [*items(composer, "conversation"), *inner(composer, "conversationMap").values()]
        for place, value in enumerate(listed(inline)):
            name = text(value, "bubbleId") or f"#{place}"
            found[name] = Bubble(name, row, value)
    for row in tables.of("bubble"):
        value = decoded(row.record.get("value"))
        if isinstance(value, dict):
            found[row.name] = Bubble(row.name, row, value)
        elif row.record.get("value") not in (None, "", "null"):
            broken.append(row)
    return [found[name] for name in _order(composers, found)], broken


def _order(composers: list[JSON], found: Iterable[str]) -> Iterator[str]:
    """As the versions of the conversation list them, the oldest first; then what none of them lists."""
    names = dict.fromkeys(found)
    told = (text(one, "bubbleId") for each in composers for one in listed(each.get("fullConversationHeadersOnly")))
    order = dict.fromkeys(name for name in told if name in names)
    yield from {**order, **names}


def steps(bubbles: Iterable[Bubble]) -> Iterator[list[Bubble]]:
    """The bubbles that one call of the model brought; a person's is alone."""
    held: list[Bubble] = []
    for bubble in bubbles:
        if held and _begins(held, bubble):
            yield held
            held = []
        held.append(bubble)
    if held:
        yield held


def _begins(held: list[Bubble], bubble: Bubble) -> bool:
    """Whether another call brought this one: it names another, or says something where a tool was called before."""
    if _type(bubble) == USER or _type(held[-1]) != _type(bubble):
        return True
    tools = [one for one in held if one.tool]
    if not tools:
        return False
    if not bubble.tool:
        return True
    before, now = text(tools[-1].tool, "modelCallId"), text(bubble.tool, "modelCallId")
    return bool(before and now) and before != now


def _type(bubble: Bubble) -> int | None:
    return count(bubble.value, "type")


# ---- what they say


def hear_step(conversation: Conversation, step: list[Bubble], model: str) -> None:
    """All events of what one call brought, or of a person's bubble."""
    _take(conversation, step[0])
    if _type(step[0]) == USER:
        words = text(step[0].value, "text", "rawText")
        if words.strip():
            conversation.prompt(words)
        return
    if _type(step[0]) != ASSISTANT:
        kind = as_json(step[0].value.get("type"))
        conversation.narrator.unread(
            f"{conversation.here}.unread", as_json(step[0].value), f"unknown bubble type {kind}"
        )
        return
    named = (text(inner(bubble.value, "modelInfo"), "modelName") for bubble in step)
    conversation.answer(next((one for one in named if one), model), _used(step))
    for bubble in step:
        _take(conversation, bubble)
        _hear(conversation, bubble)


def _take(conversation: Conversation, bubble: Bubble) -> None:
    value = bubble.value
    at = moment(value.get("createdAt")) or moment(inner(value, "timingInfo").get("clientRpcSendTime"))
    conversation.narrator.take(bubble.row.offset, bubble.row.length, at)


def _used(step: list[Bubble]) -> Usage:
    """Several bubbles may hold the same figures: the largest count. 0 is unknown."""
    counts = (inner(bubble.value, "tokenCount") for bubble in step)
    found = [(known(count(one, "outputTokens")), known(count(one, "inputTokens"))) for one in counts]
    output, fresh = max(found, key=lambda one: (one[0] or 0, one[1] or 0))
    return Usage(input=fresh, output=output) if output or fresh else UNKNOWN


def _hear(conversation: Conversation, bubble: Bubble) -> None:
    value = bubble.value
    conversation.thought(text(inner(value, "thinking"), "text"))
    conversation.said(text(value, "text", "rawText"))
    if bubble.tool:
        _hear_tool(conversation, bubble.tool)


def _hear_tool(conversation: Conversation, tool: JSON) -> None:
    asked = decoded(tool.get("rawArgs")) or decoded(tool.get("params"))
    key = conversation.call(text(tool, "name") or as_json(tool.get("tool")), asked or text(tool, "rawArgs", "params"))
    status, result = text(tool, "status"), decoded(tool.get("result"))
    told = result if isinstance(result, dict) else {}
    if status == "loading" and not told:
        return
    failed = status == "error" or inner(tool, "additionalData").get("status") == "error"
    refused = tool.get("userDecision") == "rejected" or flag(told, "rejected")
    done = not failed and not refused and status != "cancelled"
    conversation.result(
        key,
        _output(tool, told),
        _changed(conversation, key, told) if done else Change(),
        failed=failed,
        exit_code=exit_code(told, "exitCodeV2", "exitCode"),
        refused=refused,
        interrupted=status == "cancelled" and not refused,
        asked=True if "userDecision" in tool else None,
    )


def _output(tool: JSON, result: JSON) -> str:
    """What a person can read of a result."""
    error = inner(tool, "error")
    found = text(error, "modelVisibleErrorMessage", "clientVisibleErrorMessage") or text(result, "output", "contents")
    return found or (as_json(result) if result else text(tool, "result"))


def _changed(conversation: Conversation, key: str, result: JSON) -> Change:
    """Of an edit the chunks of its diff; else what its arguments say."""
    chunks = list(listed(inner(result, "diff").get("chunks")))
    if not chunks:
        return conversation.narrator.planned(key)
    return Change(
        added=sum(count(chunk, "linesAdded") or 0 for chunk in chunks),
        removed=sum(count(chunk, "linesRemoved") or 0 for chunk in chunks),
        patch="\n".join(text(chunk, "diffString") for chunk in chunks),
    )
