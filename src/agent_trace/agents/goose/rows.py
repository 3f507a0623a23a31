"""Rows of a session: which of them are versions of one, and which call of the ledger is whose."""

from __future__ import annotations

from typing import NamedTuple

from agent_trace.agents._fields import as_json, blocks, decoded, dollars, known, moment
from agent_trace.agents._gathering import Row
from agent_trace.agents._narrating import UNKNOWN, stand_in
from agent_trace.agents._untyped import JSON, count, inner, text
from agent_trace.model.usage import Usage

SPEAKING = frozenset(
    {"text", "toolRequest", "frontendToolRequest", "thinking", "redactedThinking", "reasoning", "image"}
)
"""Blocks that come out of a model."""


class Message(NamedTuple):
    """A message, its newest version."""

    name: str
    """A hash of what it says and when: equal in every version, file and copy."""
    row: Row
    role: str
    at: int | None
    content: list[JSON]
    metadata: JSON

    @property
    def is_answer(self) -> bool:
        """Whether a model said some of it."""
        return self.role == "assistant" and any(text(block, "type") in SPEAKING for block in self.content)


class Spent(NamedTuple):
    """A call of the ledger."""

    name: str
    row: Row
    at: int | None
    model: str
    usage: Usage
    usd: str | None
    is_compaction: bool


class Log:
    """A session's rows."""

    def __init__(self) -> None:
        self.session: Row | None = None
        self._messages: list[Message] = []
        self._by_id: dict[str, int] = {}
        self._by_name: dict[str, int] = {}
        self._owned: set[int] = set()
        """Places of messages that have an id of their own."""
        self._spent: dict[str, Spent] = {}

    def message(self, row: Row) -> None:
        """A message, or a newer version of one: the same id, or the same words at the same time."""
        found, own = _message(row), text(row.record, "message_id") or _id(row.record)
        at = self._by_id.get(own) if own else None
        if at is None:
            at = self._by_name.get(found.name)
            if at is not None and own and at in self._owned:
                at = None  # the same words, but both have ids of their own
        if at is None:
            at = len(self._messages)
            self._messages.append(found)
        else:
            self._messages[at] = found._replace(name=self._messages[at].name)
        self._by_name.setdefault(found.name, at)
        if own:
            self._by_id[own] = at
            self._owned.add(at)

    def spend(self, row: Row) -> None:
        """A row of the ledger."""
        name = as_json(row.record.get("id"))
        used = row.record
        self._spent[name] = Spent(
            name, row, moment(used.get("created_timestamp")), text(used, "model"), usage_of(used),
            dollars(used.get("cost")), bool(count(used, "is_compaction")),
        )  # fmt: skip

    @property
    def messages(self) -> list[Message]:
        """In the order in which they first came."""
        return self._messages

    def charges(self) -> tuple[dict[str, Spent], list[Spent]]:
        """(first message of an answer → its call, calls that are no message's)."""
        waiting = [one for one in self._spent.values() if not one.is_compaction]
        rest = [one for one in self._spent.values() if one.is_compaction]
        found: dict[str, Spent] = {}
        for answer in self._answers():
            while waiting and _is_before(waiting[0].at, answer.at):
                rest.append(waiting.pop(0))
            if waiting:
                found[answer.name] = waiting.pop(0)
        return found, sorted([*rest, *waiting], key=lambda one: one.at or 0)

    def _answers(self) -> list[Message]:
        """The first message of each answer: messages of the model that follow each other are one."""
        found, is_open = [], False
        for message in self._messages:
            if message.is_answer and not is_open:
                found.append(message)
            is_open = message.is_answer or (is_open and message.role == "assistant")
        return found

    def heads(self) -> frozenset[str]:
        """Names of the messages that begin an answer."""
        return frozenset(message.name for message in self._answers())


def _is_before(call: int | None, answer: int | None) -> bool:
    """A call is charged when its answer is complete: both are written down in whole seconds."""
    return call is not None and answer is not None and call < answer - 1000


def _id(record: JSON) -> str:
    """A line's own id; a row's `id` is a number that changes when Goose writes the session anew."""
    return "" if "table" in record else text(record, "id")


def _message(row: Row) -> Message:
    record = row.record
    told = record.get("content_json", record.get("content"))
    content, role = blocks(decoded(told)), text(record, "role")
    created = record.get("created_timestamp", record.get("created"))
    name = stand_in(role, as_json(created), *(_gist(block) for block in content))
    metadata = decoded(record.get("metadata_json", record.get("metadata")))
    return Message(name, row, role, moment(created), content, metadata if isinstance(metadata, dict) else {})


def _gist(block: JSON) -> str:
    """What does not change when a message is written anew."""
    return f"{text(block, 'type')}:{text(block, 'id', 'text', 'thinking', 'msg', 'data')[:4096]}"


def usage_of(record: JSON) -> Usage:
    """Tokens of a call: input holds what came from or went to a cache."""
    whole = known(count(record, "input_tokens", "inputTokens"))
    read = count(record, "cache_read_tokens", "cacheReadTokens")
    write = count(record, "cache_write_tokens", "cacheWriteTokens")
    output = known(count(record, "output_tokens", "outputTokens"))
    if whole is None and output is None:
        return UNKNOWN
    fresh = None if whole is None else max(whole - (read or 0) - (write or 0), 0)
    return Usage(input=fresh, output=output, cache_read=read, cache_write_5m=write)


def model_of(session: JSON) -> str:
    """The model that a session was last set to."""
    found = decoded(session.get("model_config_json", session.get("model_config")))
    return text(found, "model_name") if isinstance(found, dict) else ""


def inferred_model(message: Message) -> str:
    """The model that a message names."""
    return text(inner(message.metadata, "inference"), "resolvedModel", "requestedModel")
