"""Tool calls and what became of them: outputs, exit codes, refusals, changed files, sub-agents."""

from __future__ import annotations

import re
from typing import NamedTuple

from agent_trace.agents._exits import is_failure
from agent_trace.agents.opencode.edits import Change, changes, unified
from agent_trace.agents.opencode.fields import Json, flag, group, groups, moment, packed, text, whole
from agent_trace.agents.opencode.kinds import kind_of_tool
from agent_trace.agents.opencode.records import Message, Part
from agent_trace.agents.opencode.story import Story
from agent_trace.agents.opencode.tools import ASKER, MISSPELT, READER, STARTERS, headline, paths
from agent_trace.model.events import Attachment, Command, FileRead, FileWrite, ToolCall, ToolResult
from agent_trace.model.tools import EDITING

_REFUSED = (
    "The user rejected permission",
    "The user has specified a rule which prevents",
    "The user dismissed this question",
)
"""How the errors begin that are somebody's no."""
_ABORTED = ("Tool execution aborted", "[Tool execution was interrupted]")
_CUT_OFF = re.compile(
    r"<(?:bash|shell)_metadata>.*?(terminated command after exceeding timeout|User aborted)", re.DOTALL
)
"""What OpenCode puts behind the output of a command that did not end by itself."""
_CHILD = re.compile(r"(?:task id=\"|task_id: |sessionID=\")(ses_\w+)")
_FAREST = 2**31


class Ran(NamedTuple):
    """A tool call at its end, or on its way."""

    tool: str
    arguments: Json
    metadata: Json
    output: str
    failed: bool
    """As OpenCode marked it."""
    started: int | None
    ended: int | None
    """None while it has not ended."""
    is_over: bool
    refused: bool


def hear_tool(story: Story, message: Message, part: Part, call: str | None, parent: str | None, place: int) -> int:
    """One tool part: a call, its result if it has one, and what that read or wrote. The place of what follows."""
    ran = _ran(part.data)
    begun = place if ran.started is None else max(place, ran.started)
    at = message.created if ran.started is None else ran.started
    name = _name(story, part)
    arguments = packed(ran.arguments).decode()
    title = headline(ran.tool, ran.arguments, text(group(part.data, "state"), "title"))
    event = ToolCall(
        **story.head(message, part, at, twin=part.twin),
        parent=parent,
        call=name,
        response=call,
        tool=ran.tool,
        kind=kind_of_tool(ran.tool),
        input=story.cut(arguments),
        size=len(arguments),
        title=story.cut(title),
        paths=paths(ran.arguments),
    )
    story.add(event, begun)
    if ran.is_over:
        _hear_result(story, message, part, ran, name, begun)
    return begun


def hear_command(story: Story, message: Message, part: Part, place: int) -> int:
    """A command that the person ran past the model, and its output."""
    ran = _ran(part.data)
    begun = place if ran.started is None else max(place, ran.started)
    command = story.cut(text(ran.arguments, "command"))
    head = story.head(message, part, ran.started or message.created, twin=part.twin)
    parent = story.add(Command(**head, name="!", text=command), begun)
    if ran.output:
        head = story.head(message, part, ran.ended or ran.started or message.created, ".output", part.twin + ".output")
        shown = story.cut(ran.output)
        output = Attachment(**head, parent=parent, kind="command output", text=shown, size=len(ran.output))
        story.add(output, max(begun, ran.ended or begun))
    return begun


def _ran(data: Json) -> Ran:
    state = group(data, "state")
    status, time = text(state, "status"), group(state, "time")
    failed = status == "error"
    return Ran(
        tool=text(data, "tool"),
        arguments=group(state, "input"),
        metadata=group(state, "metadata"),
        output=text(state, "error") or text(state, "output") if failed else text(state, "output"),
        failed=failed,
        started=moment(time, "start"),
        ended=moment(time, "end"),
        is_over=failed or status == "completed",
        refused=failed and (flag(state, "refused") or _is_no(text(state, "error"))),
    )


def _is_no(error: str) -> bool:
    return error.removeprefix("Error: ").startswith(_REFUSED)


def _name(story: Story, part: Part) -> str:
    """The tool-use id, which is the session's own only once: a second use gets a number."""
    given = text(part.data, "callID") or part.id
    count = story.calls[given] = story.calls.get(given, 0) + 1
    return given if count == 1 else f"{given}~{count}"


# ---- results


def _hear_result(story: Story, message: Message, part: Part, ran: Ran, call: str, begun: int) -> None:
    at = ran.started if ran.ended is None else ran.ended
    place = begun if at is None else max(begun, at)
    at = message.created if at is None else at
    code, cut_off = _exit_code(ran.metadata), _CUT_OFF.search(ran.output[-1000:])
    changed = [] if ran.failed else changes(ran.tool, ran.arguments, ran.metadata, ran.output)
    interrupted = _is_interrupted(ran) or (cut_off is not None and cut_off.group(1).startswith("User"))
    result = ToolResult(
        **story.head(message, part, at, ".result", part.twin + ".result"),
        parent=part.id,
        call=call,
        tool=ran.tool,
        output=story.cut(ran.output),
        size=len(ran.output),
        failed=ran.failed,
        exit_code=code,
        went_wrong=_went_wrong(ran, code, is_cut_off=cut_off is not None),
        refused=ran.refused,
        interrupted=interrupted,
        run_ms=_run_ms(ran),
        lines_added=sum(one.added for one in changed),
        lines_removed=sum(one.removed for one in changed),
        patch=story.cut(unified(changed)),
        child=_child(ran),
    )
    parent = story.add(result, place)
    _hear_files(story, message, part, ran, changed, parent, at, place)
    for nth, file in enumerate(groups(group(part.data, "state"), "attachments")):
        story.attach(message, part, file, at, place, str(nth))


def _is_interrupted(ran: Ran) -> bool:
    return ran.failed and (flag(ran.metadata, "interrupted") or ran.output.startswith(_ABORTED))


def _exit_code(metadata: Json) -> int | None:
    code = whole(metadata, "exit")
    return code if code is not None and abs(code) < _FAREST else None


def _went_wrong(ran: Ran, code: int | None, *, is_cut_off: bool) -> bool | None:
    """What the mark does not tell: a completed command may have failed, and a misspelt call did."""
    if ran.failed:
        return None
    if code is not None:
        return True if is_failure(text(ran.arguments, "command"), code) else None
    return True if is_cut_off or flag(ran.metadata, "timeout") or ran.tool == MISSPELT else None


def _run_ms(ran: Ran) -> int | None:
    """OpenCode's own figure: none for a question, which waits for its answer."""
    if ran.started is None or ran.ended is None or ran.tool == ASKER:
        return None
    return max(ran.ended - ran.started, 0)


def _child(ran: Ran) -> str | None:
    if ran.tool not in STARTERS:
        return None
    found = _CHILD.search(ran.output[:500])
    return text(ran.metadata, "sessionId") or text(ran.metadata, "sessionID") or (found.group(1) if found else None)


def _hear_files(
    story: Story, message: Message, part: Part, ran: Ran, changed: list[Change], parent: str, at: int | None, place: int
) -> None:
    """What a successful call read or wrote."""
    if ran.failed:
        return
    path = text(ran.arguments, "filePath") or text(ran.arguments, "path")
    if ran.tool == READER and path and not _is_folder(ran):
        head = story.head(message, part, at, ".read", part.twin + ".read")
        story.add(FileRead(**head, parent=parent, path=path), place)
    if kind_of_tool(ran.tool) not in EDITING:
        return
    for nth, one in enumerate(changed):
        ending = ".write" + (f"~{nth + 1}" if nth else "")
        head = story.head(message, part, at, ending, part.twin + ending)
        added, removed = one.added, one.removed
        story.add(FileWrite(**head, parent=parent, path=one.path, lines_added=added, lines_removed=removed), place)


def _is_folder(ran: Ran) -> bool:
    return text(group(ran.metadata, "display"), "type") == "directory" or ran.output.startswith("Read directory ")
