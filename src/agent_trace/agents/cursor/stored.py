"""A conversation as the database keeps it: its own row, its bubbles, or a chat of older versions."""

from __future__ import annotations

from decimal import Decimal

from agent_trace.agents._fields import decoded, dollars, items, listed, local_path, moment
from agent_trace.agents._gathering import Row, Tables, unread
from agent_trace.agents._untyped import JSON, inner, text
from agent_trace.agents.cursor.bubbles import Bubble, bubbles_of, hear_step, steps
from agent_trace.agents.cursor.conversation import Conversation
from agent_trace.model.events import SessionStarted, Titled, UsageRecorded

_SPEAKERS = {"user": 1, "ai": 2}
"""How chats of older versions say who speaks."""


def hear_stored(conversation: Conversation, tables: Tables) -> None:
    """All events of a conversation's rows."""
    rows = tables.of("composer")
    composers = [_object(row) for row in rows]
    bubbles, broken = bubbles_of(tables, composers)
    newest = composers[-1] if composers else {}
    chats = [chat for row in tables.of("chat") for chat in _chat(row)]
    for row in rows[-1:]:
        conversation.narrator.take(row.offset, row.length, moment(newest.get("createdAt")))
    if rows or chats:
        _start(conversation, newest, [*bubbles, *chats])
    for step in steps([*bubbles, *chats]):
        hear_step(conversation, step, text(inner(newest, "modelConfig"), "modelName"))
    for row in broken:
        unread(
            conversation.narrator, row.offset, row.length, text(row.record, "value"), "a bubble that is no JSON object"
        )
    if newest.get("status") == "aborted":
        conversation.narrator.interrupted(f"{conversation.here}.end", "aborted")
    usd = _dollars(newest)
    if usd is not None:
        conversation.narrator.emit(UsageRecorded, f"{conversation.narrator.session}.record", usd=usd)


def _start(conversation: Conversation, composer: JSON, bubbles: list[Bubble]) -> None:
    narrator = conversation.narrator
    starter = text(inner(composer, "subagentInfo"), "parentComposerId") or text(composer, "parentComposerId")
    narrator.is_child = bool(starter)
    narrator.emit(
        SessionStarted,
        f"{narrator.session}.start",
        cwd=_folder(composer, bubbles),
        branch=text(composer, "createdOnBranch") or None,
        starter=starter or None,
    )
    title = text(composer, "name", "chatTitle") or next((text(one.value, "chatTitle") for one in bubbles), "")
    if title:
        narrator.emit(Titled, f"{narrator.session}.title", title=title)


def _folder(composer: JSON, bubbles: list[Bubble]) -> str | None:
    """The folder that the conversation says it is in, else the first that a bubble names."""
    uri = inner(inner(composer, "workspaceIdentifier"), "uri")
    found = text(uri, "fsPath", "path", "external")
    for bubble in bubbles:
        found = found or next((one for one in items(bubble.value, "workspaceUris") if isinstance(one, str)), "")
    return local_path(found) or None


def _object(row: Row) -> JSON:
    """What a row holds; nothing where that is no object."""
    found = decoded(row.record.get("value"))
    return found if isinstance(found, dict) else {}


def _chat(row: Row) -> list[Bubble]:
    """A chat of older versions as bubbles."""
    chat = _object(row)
    result = []
    for number, value in enumerate(listed(chat.get("bubbles"))):
        told = {**value, "type": _SPEAKERS.get(text(value, "type"), value.get("type"))}
        told.setdefault("modelInfo", {"modelName": text(value, "modelType")})
        told.setdefault("createdAt", chat.get("lastSendTime"))
        told.setdefault("chatTitle", text(chat, "chatTitle"))
        result.append(Bubble(str(number), row, told))
    return result


def _dollars(composer: JSON) -> str | None:
    """What Cursor says the conversation cost, over all models; it counts cents."""
    told = [dollars(one.get("costInCents")) for one in listed(list(inner(composer, "usageData").values()))]
    return dollars(str(sum(Decimal(cents) for cents in told if cents) / 100))
