"""Tools in a conversation: what they were given in words, what came back, and what they changed, each where it adds something.

At detail `full` all of it stands there. At `most` a change stands there once, as what it changed, without the arguments that
say the same and without an answer that says only that all went well.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from agent_trace.analysis.shell_steps import arguments
from agent_trace.model.events import ToolCall, ToolResult
from agent_trace.render.blocks import AnyBlock, Code, Diff, DiffLine, Field, Fields, Node, Note, Outline, Prose, field
from agent_trace.reports._words import relative, worded

CHANGES = frozenset({"edit", "write"})
"""Kinds of tools whose answer says only that all went well, where what they changed is known."""
_ABOUT = ("description",)
"""What a command is for, in words: it stands before the command."""
_NAMES = ("content", "step", "subject", "title", "text", "task", "name")
"""By which an entry of a list is called."""
_OLD = re.compile(r"old(?=[_ST])")
"""How a text begins that is to be replaced: `old_string`, `oldText`."""
_PATCHED = re.compile(r"^\*\*\* (?:Add|Update|Delete) File: (.+)$", re.MULTILINE)
"""The files that a patch is for, as an agent writes it."""
_WRAPPED = re.compile(r"\A<tool_use_error>(.*)</tool_use_error>\s*\Z", re.DOTALL)
_TO_THE_AGENT = re.compile(r"\A(Async agent launched successfully\.) ?\(?.*\Z", re.DOTALL)
"""An answer that goes on with what only the agent is to know."""


class Told(NamedTuple):
    """How tools are told of."""

    cwd: str | None
    full: bool
    left_out: Counter[str]
    """What is not told at this detail, and how often: counted while it is left out."""


# ---- what was given


def given(call: ToolCall, result: ToolResult | None, told: Told) -> Iterator[AnyBlock]:
    """A command as it was typed, texts of several lines as they are, whatever else was given as names and values."""
    found = arguments(call)
    changed = _changed(call, result, told)
    if not found:
        if not (changed and _stands_in(call.input, changed)) and call.input.strip() not in ("{}", ""):
            yield from code(call.input)
        elif not call.input.strip() and call.title:
            yield from code(call.title)
        return
    typed = next((name for name, value in found.items() if value == call.title), "") if call.kind == "shell" else ""
    rest = {name: value for name, value in found.items() if name != typed and (told.full or _says(value))}
    if typed:
        yield from (Prose(text=rest.pop(name)) for name in _ABOUT if _is_line(rest.get(name)))
        yield Code(text=call.title, language="sh")
    if changed:
        rest = {name: value for name, value in rest.items() if not _is_told(name, value, changed)}
    yield from _in_words(rest, told)


def _changed(call: ToolCall, result: ToolResult | None, told: Told) -> str:
    """The patch that stands for what the call was given; empty: there is none, or both are told."""
    is_done = result is not None and not state_of(result) and call.kind in CHANGES
    return "" if told.full or not is_done or result is None else result.patch


def _says(value: object) -> bool:
    """Whether it holds something."""
    return value is not None and value is not False and value not in ("", [], {})


def _is_line(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and "\n" not in value


def _is_told(name: str, value: object, patch: str) -> bool:
    """Whether a patch says the same: not the name of the file, which it stands under."""
    if isinstance(value, str):
        return "path" not in name and bool(value.strip()) and _stands_in(value, patch)
    if isinstance(value, dict):
        return bool(value) and all(_is_told(one, inner, patch) for one, inner in value.items())
    return isinstance(value, list) and bool(value) and all(_is_told(name, one, patch) for one in value)


def _stands_in(text: str, patch: str) -> bool:
    """Whether each line of a text, or of a patch as an agent writes it, stands in the patch."""
    known = [line[1:].strip() for line in patch.split("\n")]
    whole = "\n".join(known)
    lines = [line for line in text.split("\n") if not line.startswith(("*** ", "@@"))]
    marked = "*** Begin Patch" in text
    bare = [(line[1:] if marked else line).strip() for line in lines]
    return all(line in whole for line in bare if line)


def _in_words(found: Mapping[str, Any], told: Told) -> Iterator[AnyBlock]:
    """Short values as fields, long texts and lists below, each under its name."""
    found, diffs = dict(found), []
    for name in [one for one in found if _OLD.match(one)]:
        other = name.replace("old", "new", 1)
        if isinstance(found[name], str) and isinstance(found.get(other), str):
            lines = (*_marked("-", found.pop(name)), *_marked("+", found.pop(other)))
            diffs.append(Diff(path="what it was to change", lines=lines))
    below = {name: value for name, value in found.items() if _is_below(value)}
    short = tuple(_field(name, value, told) for name, value in found.items() if name not in below)
    if short:
        yield Fields(items=short)
    yield from diffs
    for name, value in below.items():
        yield Prose(text=f"{name}:", tone="dim")
        if isinstance(value, str):
            yield from code(value)
        else:
            yield Outline(nodes=tuple(map(_node, value)))


def _marked(mark: Literal["-", "+"], text: str) -> Iterator[DiffLine]:
    return (DiffLine(mark=mark, text=line) for line in text.split("\n") if text)


def _is_below(value: object) -> bool:
    if isinstance(value, list):
        return any(isinstance(one, dict) for one in value)
    return isinstance(value, str) and "\n" in value


def _field(name: str, value: Any, told: Told) -> Field:
    if isinstance(value, bool):
        return field(name, "yes" if value else "no")
    text = worded(value)
    return field(name, relative(text, told.cwd) if "path" in name and not told.full else text)


def _node(value: Any) -> Node:
    """An entry of a list: what it is called, and what else is said of it."""
    if not isinstance(value, dict):
        return Node(text=worded(value))
    name = next((one for one in _NAMES if _is_line(value.get(one))), "")
    more = {key: one for key, one in value.items() if key != name and _says(one)}
    if not name:
        return Node(text=worded(more))
    return Node(text=str(value[name]), detail=worded(more) if more else "")


# ---- what came back


def returned(call: ToolCall | None, result: ToolResult, told: Told) -> Iterator[AnyBlock]:
    """The answer, and what was changed."""
    is_quiet = call is not None and not told.full and not state_of(result)
    if is_quiet and call is not None and call.kind in CHANGES and result.patch:
        told.left_out["answer to a change that went well"] += bool(result.output.strip())
    elif is_quiet and (started := _TO_THE_AGENT.match(result.output)) is not None:
        told.left_out["answer meant for the agent alone"] += 1
        yield from code(started[1])
    else:
        wrapped = None if told.full else _WRAPPED.match(result.output)
        yield from code(result.output if wrapped is None else wrapped[1])
    if result.patch:
        named = () if call is None or told.full else _PATCHED.findall(call.input)
        name = ": ".join(filter(None, ("what it changed", ", ".join(relative(one, told.cwd) for one in named))))
        yield Diff(path=name, lines=tuple(map(_line, result.patch.removesuffix("\n").split("\n"))))


def state_note(result: ToolResult, *, beside: bool) -> Iterator[AnyBlock]:
    """How it ended, where that is not well."""
    state = state_of(result)
    if state or not beside:
        name = "" if beside else f"result of {result.tool or 'a call that is not in the log'} "
        yield Note(text=f"{name}{state}".strip(), tone="warning" if state else "plain")


def state_of(result: ToolResult) -> str:
    """How a step ended, in words; empty where all went well."""
    words = (
        "refused" if result.refused else "failed" if result.failed or result.really_failed else "",
        "interrupted" if result.interrupted else "",
        f"exit code {result.exit_code}" if result.exit_code else "",
    )
    return ", ".join(filter(None, words))


def _line(text: str) -> DiffLine:
    match text[:1]:
        case "+":
            return DiffLine(mark="+", text=text[1:])
        case "-":
            return DiffLine(mark="-", text=text[1:])
        case "@":
            return DiffLine(mark="@", text=text)
        case _:
            return DiffLine(mark=" ", text=text[1:])


def code(text: str, language: str = "") -> Iterator[AnyBlock]:
    """A text as it stands; nothing where there is none."""
    if text.strip():
        yield Code(text=text, language=language)
