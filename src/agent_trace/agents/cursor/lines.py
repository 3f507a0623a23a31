"""A transcript in plain text as rows of the shape that transcripts have today.

A line `user:` or `assistant:` says who speaks; then `[Thinking] …`, `[Tool call] Name` with its arguments indented below,
`[Tool result] Name`, and text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from agent_trace.agents._fields import as_json
from agent_trace.agents._untyped import JSON

_SPEAKER = re.compile(r"(user|assistant|A):\s*")
_PART = re.compile(r"\[(Thinking|Tool call|Tool result)\] ?(.*)")
_ARGUMENT = re.compile(r"  (\w+): ?(.*)")


def lines(files: Mapping[str, bytes]) -> Iterator[bytes]:
    """One row for each time somebody speaks."""
    for data in files.values():
        content = data.decode("utf-8", "replace").replace("\r\n", "\n").removeprefix("\ufeff")
        for place, (role, body) in enumerate(_turns(content)):
            row = {"table": "said", "place": place, "role": role, "message": {"content": list(_blocks(body))}}
            yield as_json(row).encode()


def _turns(content: str) -> Iterator[tuple[str, list[str]]]:
    role, held = "", list[str]()
    for line in content.split("\n"):
        found = _SPEAKER.fullmatch(line)
        if found is None:
            held.append(line)
            continue
        if role:
            yield role, held
        role, held = "user" if found.group(1) == "user" else "assistant", []
    if role:
        yield role, held


def _blocks(body: list[str]) -> Iterator[JSON]:
    kind, name, held = "text", "", list[str]()
    for line in body:
        found = _PART.fullmatch(line)
        if found is None and not _is_speech(kind, line):
            held.append(line)
            continue
        yield from _block(kind, name, held)
        if found is None:
            kind, held = "text", [line]
            continue
        kind, name = found.group(1), found.group(2)
        held = [name] if kind == "Thinking" else []
    yield from _block(kind, name, held)


def _is_speech(kind: str, line: str) -> bool:
    """Whether a line is no argument of the call above it."""
    return kind == "Tool call" and bool(line.strip()) and not line.startswith("  ")


def _block(kind: str, name: str, held: list[str]) -> Iterator[JSON]:
    words = "\n".join(held).strip()
    if kind == "Tool call":
        yield {"type": "tool_use", "name": name, "input": _arguments(held)}
    elif kind == "Tool result":
        yield {"type": "tool_result", "name": name, "content": words}
    elif words:
        yield {"type": "thinking", "thinking": words} if kind == "Thinking" else {"type": "text", "text": words}


def _arguments(held: list[str]) -> dict[str, str]:
    """Indented by two blanks, a name and a value; what is indented deeper goes on."""
    found: dict[str, str] = {}
    last = ""
    for line in held:
        argument = _ARGUMENT.fullmatch(line)
        if argument:
            last = argument.group(1)
            found[last] = argument.group(2)
        elif last and line.strip():
            found[last] += f"\n{line.strip()}"
    return found
