"""Parts of a message as the Gemini API has them: texts, thoughts, calls of functions and their answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from agent_trace.agents._genai.records import mapping, string, wire


class FunctionCall(NamedTuple):
    id: str
    name: str
    arguments: dict[str, Any]


class Answer(NamedTuple):
    """What a function gave back."""

    id: str
    name: str
    text: str
    failed: bool
    """It came back as an error."""


def parts(content: object) -> list[dict[str, Any]]:
    """The parts of a content, which may be a text, one part or a list of both."""
    if isinstance(content, str):
        return [{"text": content}]
    if isinstance(content, dict):
        return [content]
    if not isinstance(content, list):
        return []
    return [{"text": one} if isinstance(one, str) else one for one in content if isinstance(one, str | dict)]


def texts(content: object) -> list[str]:
    """What was said, part by part, without what was only thought."""
    found = (string(part, "text") for part in parts(content) if part.get("thought") is not True)
    return [text for text in found if text]


def said(content: object) -> str:
    """What was said in all."""
    return "\n".join(texts(content))


def thoughts(content: object) -> list[str]:
    """What was thought, part by part."""
    return [string(part, "text") for part in parts(content) if part.get("thought") is True and string(part, "text")]


def function_calls(content: object) -> Iterator[FunctionCall]:
    """The calls that a message asks for."""
    for part in parts(content):
        call = mapping(part, "functionCall")
        if call:
            yield FunctionCall(string(call, "id"), string(call, "name"), mapping(call, "args"))


def answers(content: object) -> Iterator[Answer]:
    """The answers in a message."""
    for part in parts(content):
        answer = mapping(part, "functionResponse")
        if answer:
            text, failed = _answered(answer.get("response"))
            yield Answer(string(answer, "id"), string(answer, "name"), text, failed)


def _answered(response: object) -> tuple[str, bool]:
    if not isinstance(response, dict):
        return response if isinstance(response, str) else "" if response is None else wire(response), False
    for name, failed in (("output", False), ("error", True)):
        if name in response:
            value = response[name]
            return value if isinstance(value, str) else wire(value), failed
    return wire(response) if response else "", False


def media(content: object) -> Iterator[str]:
    """The kinds of what else a message carries, as MIME types."""
    for part in parts(content):
        for name in ("inlineData", "fileData"):
            if isinstance(part.get(name), dict):
                yield string(part[name], "mimeType") or "file"


def result_text(result: object) -> str:
    """What a tool gave back, from the parts that went to the model."""
    found = [answer.text for answer in answers(result)] + texts(result)
    return "\n".join(text for text in found if text)
