"""Messages of the model: its calls, what it thought and said, and the tools that it called.

A message is written again whenever it grows. What was told of it is remembered, so that only the rest is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agent_trace.agents._clock import milliseconds
from agent_trace.agents._genai.parts import function_calls, said, thoughts
from agent_trace.agents._genai.records import count, mapping, objects, string
from agent_trace.agents._genai.spending import usage
from agent_trace.agents._genai.telling import remember
from agent_trace.agents.gemini.reader import Reader, key
from agent_trace.agents.gemini.results import hear_asked, hear_tool
from agent_trace.agents.gemini.state import ParseState, Told
from agent_trace.model.events import AssistantText, LlmResponse, Thinking
from agent_trace.model.usage import BillingClass, Usage, band

ACKNOWLEDGED = "Got it. Thanks for the additional context!"
"""What stands for the model's answer to a summary: no model said it."""


def hear_reply(reader: Reader, record: dict[str, Any], name: str) -> None:
    """A message of the model, or more of one."""
    text = said(record.get("content"))
    told = reader.state.told.get(name)
    if _is_told(reader, record, name, text):
        _hear_tools(reader, record, name, told.call if told else reader.state.call)
        return
    told = told or Told()
    remember(reader.state.told, name, told, ParseState.TOLD)
    _respond(reader, record, name, told, text)
    _think(reader, record, name, told)
    _speak(reader, name, told, text)
    _hear_tools(reader, record, name, told.call or reader.state.call)


def _is_told(reader: Reader, record: dict[str, Any], name: str, text: str) -> bool:
    """Whether nothing but tool calls can be new.

    A message may grow while it is among the last ones. Where all are written once more none grows, and what an
    unknown one says, or the tools that it calls, may be known from another.
    """
    if reader.spare is None and name in reader.state.told:
        return False
    is_old = reader.is_old(name, "gemini", text)
    return is_old or (
        reader.spare is not None and (text == ACKNOWLEDGED or (not text and _has_known_tools(reader, record)))
    )


def _has_known_tools(reader: Reader, record: dict[str, Any]) -> bool:
    ids = [string(tool, "id") for tool in objects(record, "toolCalls")]
    ids += [asked.id for asked in function_calls(record.get("content"))]
    return bool(ids) and all(map(reader.knows, ids))


def _respond(reader: Reader, record: dict[str, Any], name: str, told: Told, text: str) -> None:
    """The call to the model, as far as it is new. A record of tool calls alone belongs to the call before it."""
    used, model = _used(mapping(record, "tokens")), string(record, "model")
    spent = (used.input, used.output, used.cache_read, used.reasoning)
    has_words = bool(text or objects(record, "thoughts")) and bool(model)
    if not (used.tokens or has_words or (model and not reader.state.call)):
        return
    if told.spent == spent or (told.spent is not None and not used.tokens):
        return
    is_first, told.spent = told.spent is None, spent
    told.call = reader.state.call = name
    cls = BillingClass(model=model, band=band(used.prompt))
    if is_first:
        reader.emit(LlmResponse(id=f"{name}.response", call=name, cls=cls, usage=used, **reader.head))
    else:
        again = reader.once(f"{name}.usage")
        reader.mend(LlmResponse(id=again, call=name, cls=cls, usage=used, continues=True, **reader.head))


def _used(tokens: dict[str, Any]) -> Usage:
    names = ("input", "output", "cached", "thoughts", "tool", "total")
    prompt, output, cached, thought, tool, total = (count(tokens.get(name)) for name in names)
    return usage(prompt=prompt, output=output, cached=cached, thoughts=thought, tool=tool, total=total, beside=True)


def _think(reader: Reader, record: dict[str, Any], name: str, told: Told) -> None:
    found = list(_thoughts(record))
    for number in range(told.thoughts, len(found)):
        text, at = found[number]
        head = reader.led_by(None, milliseconds(at))
        reader.emit(Thinking(id=f"{name}.thought{number}", text=reader.cut(text), size=len(text), **head))
    told.thoughts = max(told.thoughts, len(found))


def _thoughts(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Texts and times: thoughts stand beside the content or, where all messages are written once more, in it."""
    for one in objects(record, "thoughts"):
        words = (string(one, name) for name in ("subject", "description", "summary"))
        text = "\n".join(word for word in words if word)
        if text:
            yield text, string(one, "timestamp")
    for text in thoughts(record.get("content")):
        yield text, ""


def _speak(reader: Reader, name: str, told: Told, text: str) -> None:
    """The text, or how it goes on. One that was changed after it was told is left as it was."""
    if len(text) <= told.text or key(text[: told.text]) != (told.mark or key("")):
        return
    news = text[told.text :]
    name = reader.once(f"{name}.more") if told.text else f"{name}.text"
    told.text, told.mark = len(text), key(text)
    reader.emit(AssistantText(id=name, text=reader.cut(news), size=len(news), **reader.head))


def _hear_tools(reader: Reader, record: dict[str, Any], name: str, call: str) -> None:
    for number, tool in enumerate(objects(record, "toolCalls")):
        hear_tool(reader, tool, string(tool, "id") or f"{name}.{number}", call)
    for asked in function_calls(record.get("content")):
        hear_asked(reader, asked, call)
