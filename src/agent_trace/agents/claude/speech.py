"""User rows: what people, parents, commands and Claude Code itself said to the model, and the results of its tools."""

from __future__ import annotations

import re

from agent_trace.agents.claude.entries import Block, Entry, Message
from agent_trace.agents.claude.prompts import (
    CLEAR,
    MACHINE_STARTS,
    TEAMMATE,
    command_of,
    is_interruption,
    is_prompt,
    said,
)
from agent_trace.agents.claude.reader import Reader
from agent_trace.agents.claude.results import hear_result
from agent_trace.model.events import Attachment, Command, Compacted, Interrupted, Linked, UserPrompt

_ARGUMENTS = re.compile(r"<command-args>(.*?)</command-args>", re.DOTALL)
_SHELL = re.compile(r"<bash-input>(.*?)</bash-input>", re.DOTALL)
_OUTPUT_MARKS = re.compile(r"</?(?:bash|local-command)-std(?:out|err)>|\x1b\[[0-9;]*m")
"""Tags around a command's output, and colours in it."""
_OUTPUT_STARTS = ("<local-command-stdout", "<local-command-stderr", "<bash-stdout", "<bash-stderr")
_REMINDER = "<system-reminder"


def hear_user(reader: Reader, entry: Entry) -> None:
    """One row in the user's name: results, a prompt, or what only looks like one."""
    message = entry.message
    if not isinstance(message, Message):
        _hear_text(reader, entry, message or "", f"{reader.row}.0", image=False)
        return
    blocks = message.blocks
    if any(block.type == "tool_result" for block in blocks):
        _hear_results(reader, entry, blocks)
        return
    images = [(index, block) for index, block in enumerate(blocks) if block.type != "text"]
    _hear_text(reader, entry, message.text, f"{reader.row}.{_first_text(blocks)}", image=_has_image(blocks))
    for index, block in images:
        attach(reader, f"{reader.row}.{index}", block.type, f"[{block.type}]")


def _first_text(blocks: list[Block]) -> str:
    return next((str(index) for index, block in enumerate(blocks) if block.type == "text"), "prompt")


def _has_image(blocks: list[Block]) -> bool:
    return any(block.type == "image" for block in blocks)


def _hear_results(reader: Reader, entry: Entry, blocks: list[Block]) -> None:
    """Results and, where somebody typed while the tool ran (2.1.37), what they typed."""
    for index, block in enumerate(blocks):
        if block.type == "tool_result":
            hear_result(reader, entry, block)
        elif block.type != "text":
            attach(reader, f"{reader.row}.{index}", block.type, f"[{block.type}]")
        elif block.text:
            _hear_text(reader, entry, block.text, f"{reader.row}.{index}", image=False)


def counts_as_prompt(reader: Reader, entry: Entry, text: str, *, image: bool) -> bool:
    """Whether a person or a program gave this text, by the fields of its row."""
    origin = entry.origin
    return is_prompt(
        text,
        source=entry.prompt_source,
        origin=origin if isinstance(origin, str) else origin.kind if origin else None,
        meta=bool(entry.is_meta),
        summary=bool(entry.is_compact_summary),
        side=reader.is_agent or bool(entry.is_sidechain),
        image=image,
    )


def _hear_text(reader: Reader, entry: Entry, text: str, name: str, *, image: bool) -> None:
    if counts_as_prompt(reader, entry, text, image=image):
        typed, notes = said(text)
        prompt(reader, name, typed, by_program=entry.prompt_source == "sdk")
        for number, (kind, note) in enumerate(notes):
            attach(reader, f"{name}.note{number}", kind, note)
    elif not text:
        return
    elif entry.is_compact_summary:
        reader.emit(Compacted(id=name, parent=reader.last, summary=reader.cut(text), **reader.head))
    elif is_interruption(text):
        reader.emit(Interrupted(id=name, parent=reader.last, text=reader.cut(text), **reader.head))
    elif entry.is_meta:
        attach(reader, name, "meta", text)
    elif not hear_command(reader, name, text):
        _hear_stranger(reader, entry, name, text)


def _hear_stranger(reader: Reader, entry: Entry, name: str, text: str) -> None:
    """A text that is neither a prompt nor a command: a sub-agent's task, or what Claude Code reports."""
    machine = text.lstrip().startswith((*MACHINE_STARTS, _REMINDER))
    if (reader.is_agent or entry.is_sidechain) and not machine:
        reader.emit(
            UserPrompt(id=name, parent=reader.last, text=reader.cut(text), size=len(text), by="parent", **reader.head)
        )
    else:
        is_team = text.lstrip().startswith(TEAMMATE)
        attach(reader, name, "teammate message" if is_team else "notification", text)


def prompt(reader: Reader, name: str, text: str, *, by_program: bool = False) -> None:
    """A text that a person, or the program that drives the agent, gave."""
    reader.emit(
        UserPrompt(
            id=name,
            parent=reader.last,
            text=reader.cut(text),
            size=len(text),
            by="program" if by_program else "person",
            **reader.head,
        )
    )


def hear_command(reader: Reader, name: str, text: str) -> bool:
    """A slash command, a shell line, or the output of one; False for anything else."""
    start, command = text.lstrip(), command_of(text)
    if command is not None:
        arguments = _ARGUMENTS.search(text)
        _command(reader, name, command, arguments.group(1).strip() if arguments else "")
        return True
    if start.startswith("<bash-input") and (found := _SHELL.search(text)):
        _command(reader, name, "!", found.group(1))
        return True
    if start.startswith(_OUTPUT_STARTS):
        shown = _OUTPUT_MARKS.sub("", text).strip()
        if shown:
            attach(reader, name, "command output", shown)
        return True
    return False


def _command(reader: Reader, name: str, command: str, arguments: str) -> None:
    text = reader.cut(arguments)
    reader.emit(Command(id=name, parent=reader.last, name=reader.cut(command), text=text, **reader.head))
    if command == CLEAR:
        reader.emit(Linked(id=f"{name}.link", parent=reader.last, how="clear", **reader.head))


def attach(reader: Reader, name: str, kind: str, text: str, size: int | None = None) -> None:
    """Something that was put before the model, or noted beside the talk."""
    whole = len(text) if size is None else size
    reader.emit(Attachment(id=name, parent=reader.last, kind=kind, text=reader.cut(text), size=whole, **reader.head))
