"""The JSON tree of older versions and exported documents as the rows that the database holds of the same session."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from agent_trace.agents.opencode.fields import Json, decoded, group, groups, moment, packed, text

_OWN = ("id", "sessionID", "messageID")
"""What the database has in columns of their own."""


def lines(files: Mapping[str, bytes]) -> Iterable[bytes]:
    """A line for each session, message and part, the same as the database's but for the time of writing; else the file."""
    for path, data in files.items():
        found, _ = decoded(_document(data))
        if len(found) != 1:
            yield data
        elif "messages" in found[0] or "info" in found[0]:
            yield from map(packed, _exported(found[0]))
        else:
            yield packed(_row(path, found[0]))


def _document(data: bytes) -> bytes:
    """An export may begin with what OpenCode said while it made it."""
    start = data.find(b"{")
    return data[start:] if start > 0 else data


def _exported(document: Json) -> Iterator[Json]:
    info = group(document, "info")
    yield _session(info, text(info, "id"))
    for message in groups(document, "messages"):
        said = group(message, "info")
        name, session = text(said, "id"), text(said, "sessionID") or text(info, "id")
        yield _message(said, name, session)
        for part in groups(message, "parts"):
            yield _part(part, text(part, "id"), text(part, "messageID") or name, text(part, "sessionID") or session)


def _row(path: str, data: Json) -> Json:
    """A file of the tree. Its path names it: moving a session left the ids inside as they were."""
    folders = path.replace("\\", "/").split("/")
    name, folder = folders[-1].removesuffix(".json"), folders[-2] if len(folders) > 1 else ""
    if "messageID" in data:
        return _part(data, name, folder, text(data, "sessionID"))
    return _message(data, name, folder) if "role" in data else _session(data, name)


def _session(info: Json, name: str) -> Json:
    time = group(info, "time")
    return {
        "table": "session",
        "id": name,
        "project_id": info.get("projectID"),
        "parent_id": info.get("parentID"),
        "directory": info.get("directory"),
        "title": info.get("title"),
        "version": info.get("version"),
        "revert": info.get("revert"),
        "agent": info.get("agent"),
        "time_created": moment(time, "created"),
        "time_updated": moment(time, "updated"),
    }


def _message(data: Json, name: str, session: str) -> Json:
    return {
        "table": "message",
        "id": name,
        "session_id": session,
        "time_created": moment(group(data, "time"), "created"),
        "data": _rest(data),
    }


def _part(data: Json, name: str, message: str, session: str) -> Json:
    return {"table": "part", "id": name, "message_id": message, "session_id": session, "data": _rest(data)}


def _rest(data: Json) -> str:
    return packed({key: value for key, value in data.items() if key not in _OWN}).decode()
