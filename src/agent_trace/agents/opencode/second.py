"""Messages of OpenCode 2 in the form that version 1 gave them.

Version 2 (seen in its published schema, not running) keeps a message in one row of `session_message`: `type` in place of
the role, the texts, thoughts and tool calls in `content`, a command of the person's own and a compaction as messages of
their own kind. Sessions are in `session_v2`. What version 1 left in the same file was taken over under the same ids.
"""

from __future__ import annotations

from agent_trace.agents.opencode.fields import Json, group, groups, text
from agent_trace.agents.opencode.records import Message, Part, Record

_SYNTHETIC = frozenset({"synthetic", "system", "skill"})
_SILENT = frozenset({"agent-switched", "location-switched", "idle"})
"""Kinds of no weight."""


def converted(row: Record, kind: str, seq: int) -> list[Message]:
    """One row of version 2 as messages of version 1: mostly one, for a compaction its request and its call."""
    data = row.data
    if kind in _SILENT:
        return []
    if kind == "compaction":
        return _compaction(row, seq)
    if kind == "assistant":
        return [_message(row, seq, _answer(data), [_content(one) for one in _contents(data)])]
    if kind == "user":
        return [_message(row, seq, {"role": "user"}, _asked(data))]
    if kind in _SYNTHETIC:
        return [_message(row, seq, {"role": "user"}, [_text(data, synthetic=True)])]
    role = {"shell": "shell", "model-switched": "model"}.get(kind, kind)
    more = {"modelID": text(group(data, "model"), "id")}
    return [_message(row, seq, {"role": role} | more, [_command(data)] if kind == "shell" else [])]


def _message(row: Record, seq: int, data: Json, parts: list[Json], ending: str = "") -> Message:
    name = row.id + ending
    time = {"time": group(row.data, "time")}
    message = Message(id=name, origin=row.origin, data=data | time, made=row.made, seq=seq)
    message.parts = [
        Part(id=f"{name}.{number}", origin=row.origin, data=part, made=row.made, message=name)
        for number, part in enumerate(parts)
    ]
    return message


def _text(data: Json, *, synthetic: bool = False) -> Json:
    return {"type": "text", "text": text(data, "text"), "synthetic": synthetic}


def _asked(data: Json) -> list[Json]:
    files = [_file(one) for one in groups(data, "files")]
    agents = [{"type": "agent", "name": text(one, "name")} for one in groups(data, "agents")]
    return [_text(data), *files, *agents]


def _file(file: Json) -> Json:
    return {"type": "file", "mime": text(file, "mime"), "filename": text(file, "name"), "url": text(file, "uri")}


def _answer(data: Json) -> Json:
    model, error = group(data, "model"), group(data, "error")
    given = {name: data.get(name) for name in ("agent", "tokens", "cost", "finish")}
    said = {"role": "assistant", "modelID": text(model, "id"), "providerID": text(model, "providerID")}
    return given | said | ({"error": _error(error)} if error else {})


def _error(error: Json) -> Json:
    kind = text(error, "type")
    name = "MessageAbortedError" if _is_stopped(kind) else kind
    return {"name": name, "data": {"message": text(error, "message"), "statusCode": error.get("status")}}


def _is_stopped(kind: str) -> bool:
    return "abort" in kind or "interrupt" in kind


def _contents(data: Json) -> list[Json]:
    """What an answer holds, after the mark that one began: it is a call even where its tokens never came."""
    content = groups(data, "content")
    begun = [{"type": "step-start"}] if content else []
    retry = group(data, "retry")
    return [*begun, *content, *([retry | {"type": "retry"}] if retry else [])]


def _content(part: Json) -> Json:
    match text(part, "type"):
        case "tool":
            return _tool(part)
        case "retry":
            return part | {"error": _error(group(part, "error")), "time": {"created": part.get("at")}}
        case "reasoning":
            return part | {"time": {"start": group(part, "time").get("created")}}
    return part


def _tool(part: Json) -> Json:
    state, time = group(part, "state"), group(part, "time")
    content, error = groups(state, "content"), group(state, "error")
    kind = text(error, "type")
    metadata = group(state, "metadata") or group(state, "structured")
    held: Json = {
        "status": text(state, "status"),
        "input": group(state, "input"),
        "output": "\n\n".join(text(one, "text") for one in content if text(one, "type") == "text"),
        "error": text(error, "message"),
        "refused": kind.startswith("permission."),
        "metadata": metadata | ({"interrupted": True} if _is_stopped(kind) else {}),
        "attachments": [_file(one) for one in content if text(one, "type") == "file"],
        "time": {"start": time.get("ran") or time.get("created"), "end": time.get("completed")},
    }
    return {"type": "tool", "tool": text(part, "name"), "callID": text(part, "id"), "state": held}


def _command(data: Json) -> Json:
    time, output = group(data, "time"), data.get("output")
    held = {
        "status": "completed",
        "input": {"command": text(data, "command")},
        "output": output if isinstance(output, str) else text(group(data, "output"), "output"),
        "time": {"start": time.get("created"), "end": time.get("completed")},
    }
    return {"type": "tool", "tool": "shell", "callID": text(data, "shellID"), "state": held}


def _compaction(row: Record, seq: int) -> list[Message]:
    data = row.data
    begun = {"type": "compaction", "auto": text(data, "reason") == "auto"}
    call = _answer(data) | {"agent": "compaction", "summary": True}
    summary = [{"type": "step-start"}, _text({"text": text(data, "summary")})] if text(data, "summary") else []
    return [_message(row, seq, {"role": "user"}, [begun]), _message(row, seq, call, summary, ".call")]
