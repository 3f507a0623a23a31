"""What became of tool calls: outputs, exit codes, refusals, changed lines, files read and written."""

from __future__ import annotations

import re
from typing import NamedTuple

import msgspec

from agent_trace.agents.claude import rows
from agent_trace.agents.claude.edits import count_lines, count_patch, unified
from agent_trace.agents.claude.entries import Beside, Block, Entry, lenient, payload, text_of
from agent_trace.agents.claude.parse_state import Called
from agent_trace.agents.claude.reader import Reader
from agent_trace.agents.claude.rows import NO_RAW
from agent_trace.agents.claude.state import Refusal, refusal
from agent_trace.agents.claude.tools import EDITORS, STARTERS
from agent_trace.model.events import FileRead, FileWrite, PermissionAnswered, ToolResult

READERS = frozenset({"Read", "NotebookRead"})
"""Tools whose result is a file's content."""
_EXIT_CODE = re.compile(r"(?:Error: )?Exit code (\d{1,9})\b")
_BY_THE_PERSON = ("User rejected tool use", "doesn't want to proceed with this tool use")
_INTERRUPTED = "[Request interrupted by user"


class Decided(msgspec.Struct, gc=False):
    decision: str | None = None
    source: str | None = None


class Change(NamedTuple):
    """What an edit did to a file."""

    added: int = 0
    removed: int = 0
    patch: str = ""


UNCHANGED = Change()
_DECIDED = msgspec.json.Decoder(Decided)
NOTHING = Beside()
"""Beside a result that is a string, a list or nothing."""


def hear_result(reader: Reader, entry: Entry, block: Block) -> None:
    """One tool result of a user row, or of a sub-agent's row as the parent saw it."""
    tool_id = block.tool_use_id or ""
    called = reader.state.tools.get(tool_id)
    if called is not None:
        called.results += 1
    opened = called if called is not None and called.results == 1 else None
    tool = opened.name if opened else ""
    text, failed = block.output, block.is_error is True
    why = _refusal(entry, block) if failed else None
    beside = entry.tool_use_result if isinstance(entry.tool_use_result, Beside) else NOTHING
    change = _change(beside) if tool in EDITORS and not failed else UNCHANGED
    name, nth = _name(reader, tool_id, called)
    _answered(reader, entry, text, why, f"{name}.permission{nth}", opened)
    reader.emit(
        ToolResult(
            id=f"{name}.result{nth}",
            parent=opened.id if opened else reader.last,
            call=tool_id,
            tool=tool,
            output=reader.cut(text),
            size=len(text),
            failed=failed,
            exit_code=_exit_code(tool, text, failed, beside),
            refused=why == "refused",
            asked=_asked(entry.permission_decision),
            interrupted=why in ("died", "interrupted")
            or beside.interrupted is True
            or (failed and _INTERRUPTED in text),
            run_ms=_run_ms(beside),
            lines_added=change.added,
            lines_removed=change.removed,
            patch=reader.cut(change.patch),
            child=beside.agent_id if tool in STARTERS else None,
            session=reader.session,
            at=reader.at,
            origin=reader.origin,
            side=reader.side,
            inherited=reader.is_copy,
        )
    )
    if opened and opened.path and not failed and not reader.side:
        _files(reader, opened, change)


def hear_server_result(reader: Reader, block: Block, tool_id: str) -> None:
    """What a tool that ran at the vendor's gave: it stands inside the answer."""
    called = reader.state.tools.get(tool_id)
    if called is not None:
        called.results += 1
    name, nth = _name(reader, tool_id, called)
    text = block.output
    reader.emit(
        ToolResult(
            id=f"{name}.result{nth}",
            parent=called.id if called else reader.last,
            call=tool_id,
            tool=called.name if called else block.type.removesuffix("_tool_result"),
            output=reader.cut(text),
            size=len(text),
            **reader.head,
        )
    )


def _name(reader: Reader, tool_id: str, called: Called | None) -> tuple[str, str]:
    """What the result is named after, and what tells it from another result of the same call."""
    name = called.id if called else tool_id or reader.row
    result, before = f"{name}.result", called.results - 1 if called else 0
    is_first = called is not None and not before and result not in reader.state.names
    return name, "" if is_first else reader.nth(result, before)


def _files(reader: Reader, opened: Called, change: Change) -> None:
    """What a successful call read or wrote."""
    result = reader.last
    if opened.name in READERS:
        reader.emit(FileRead(id=f"{opened.id}.read", parent=result, path=opened.path, **reader.head))
    elif opened.name in EDITORS:
        reader.emit(
            FileWrite(
                id=f"{opened.id}.write",
                parent=result,
                path=opened.path,
                lines_added=change.added,
                lines_removed=change.removed,
                **reader.head,
            )
        )


def _change(beside: Beside) -> Change:
    """By the rule of `edits.changed_lines`, with the patch itself."""
    if beside.type == "create":
        return Change(added=count_lines(text_of(beside.content)))
    hunks = beside.structured_patch
    return Change(*count_patch(hunks), unified(hunks)) if hunks else UNCHANGED


def _run_ms(beside: Beside) -> int | None:
    if beside.duration_seconds is not None:
        return round(beside.duration_seconds * 1000)
    found = beside.duration_ms if beside.duration_ms is not None else beside.total_duration_ms
    return None if found is None else round(found)


def _exit_code(tool: str, text: str, failed: bool, beside: Beside) -> int | None:
    """Only failing commands say theirs; one that came back without failing ended with 0, or with a 1 that means no."""
    if beside.exit_code is not None:
        return beside.exit_code
    if tool.lower() != "bash":
        return None
    if failed:
        found = _EXIT_CODE.match(text)
        return int(found.group(1)) if found else None
    if beside is NOTHING or beside.interrupted or beside.background_task_id or beside.timed_out_after_ms:
        return None
    return 1 if beside.return_code_interpretation else 0


# ---- permissions


def _refusal(entry: Entry, block: Block) -> Refusal | None:
    content = _encoded(None if block.content is None else block.output)
    row = rows.Row(
        tool_denial_kind=entry.tool_denial_kind,
        tool_denial_before_run=entry.tool_denial_before_run,
        tool_use_result=_encoded(entry.tool_use_result if isinstance(entry.tool_use_result, str) else None),
    )
    return refusal(row, rows.Block(content=content))


def _encoded(text: str | None) -> msgspec.Raw:
    return NO_RAW if text is None else msgspec.Raw(msgspec.json.encode(text))


def _answered(reader: Reader, entry: Entry, text: str, why: Refusal | None, name: str, opened: Called | None) -> None:
    """Who let the tool run or did not: people's and hooks' answers always, the configuration's where it said no."""
    found = _decision(entry, text, why)
    if found is None or found.decision is None:
        return
    by = (found.source or "").partition("_")[0]
    if found.decision == "accept" and by not in ("user", "hook"):
        return
    parent = opened.id if opened else reader.last
    reader.emit(PermissionAnswered(id=name, parent=parent, decision=found.decision, by=by, **reader.head))


def _asked(raw: msgspec.Raw) -> bool | None:
    """Whether a person was asked first: the row says who let the tool run since 2.1.3xx."""
    if raw is NO_RAW:
        return None
    source = _decided(raw).source
    return None if source is None else source.startswith("user")


def _decision(entry: Entry, text: str, why: Refusal | None) -> Decided | None:
    if entry.permission_decision is not NO_RAW:
        return _decided(entry.permission_decision)
    if entry.tool_denial_kind is not None and why not in ("interrupted", "died"):
        return Decided(decision="reject", source=entry.tool_denial_kind.replace("-", "_"))
    if why != "refused" or _INTERRUPTED in text:
        return None
    return Decided(decision="reject", source="user" if any(words in text for words in _BY_THE_PERSON) else "config")


def _decided(raw: msgspec.Raw) -> Decided:
    try:
        return _DECIDED.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return lenient(Decided, payload(raw))
