"""The records of a trajectory, each once: the newest version at the place of the first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from agent_trace.agents._jsonl import clean, records, trim
from agent_trace.model.events import Origin
from agent_trace.model.portable import compact

Path = tuple[str, ...]
"""The trajectories of sub-agents around a record, from the outermost; none for the document's own."""


class Step(msgspec.Struct, kw_only=True):
    """One step."""

    name: str
    """Unique within its trajectory."""
    origin: Origin
    value: Mapping[str, Any]
    raw: str = ""
    reason: str = ""
    """Why it could not be read; empty: it could."""


class Trajectory:
    """One trajectory of a document."""

    def __init__(self) -> None:
        self.head: Mapping[str, Any] = {}
        self.steps: dict[str, Step] = {}

    def add(self, step: Step) -> None:
        """A step; a later version of one takes its place."""
        held = self.steps.get(step.name)
        while held is not None and not _is_version(held, step):
            step.name += "+"
            held = self.steps.get(step.name)
        self.steps[step.name] = step


def _is_version(held: Step, step: Step) -> bool:
    """Two steps of one number are versions of one, unless somebody else took it or at another time."""
    return all(held.value.get(key) == step.value.get(key) for key in ("source", "timestamp"))


def gather(rows: Iterable[tuple[int, bytes]], source: int) -> dict[Path, Trajectory]:
    """The trajectories of a log; the document's own first."""
    found: dict[Path, Trajectory] = {(): Trajectory()}
    for offset, line in rows:
        origin = Origin(offset=offset, length=len(line), source=source)
        value = _decoded(line)
        if value is None or not isinstance(value.get("path"), list):
            _unread(found[()], line, origin, "not JSON" if value is None else "no trajectory")
            continue
        one = found.setdefault(tuple(map(text, value["path"])), Trajectory())
        head, step = value.get("head"), value.get("step")
        if isinstance(head, dict):
            one.head = head
        elif isinstance(step, dict):
            number = step.get("step_id")
            name = str(number) if isinstance(number, int | str) else f"n{len(one.steps) + 1}"
            one.add(Step(name=clean(name), origin=origin, value=step))
        else:
            _unread(one, line, origin, "a step that is no object")
    return found


def _decoded(line: bytes) -> dict[str, Any] | None:
    try:
        found = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        several, reason = records(trim(line))
        return several[0] if len(several) == 1 and not reason else None
    return found if isinstance(found, dict) else {}


def _unread(one: Trajectory, line: bytes, origin: Origin, reason: str) -> None:
    raw = clean(line.decode("utf-8", "replace").replace("\x00", ""))
    name = f"unread{len(one.steps)}"  # a record is added once, so no two have one name
    one.steps[name] = Step(name=name, origin=origin, value={}, raw=raw, reason=reason)


def written(value: object) -> str:
    """A value as JSON that can be written down."""
    return clean(compact(value))


def text(value: object) -> str:
    """A string as it can be written down; empty for anything else."""
    return clean(value) if isinstance(value, str) else ""


def content(value: object) -> str:
    """A message: text, or parts of text and pictures."""
    if isinstance(value, list):
        return "\n".join(filter(None, map(_part, value)))
    return text(value)


def _part(value: object) -> str:
    if not isinstance(value, dict):
        return text(value)
    if value.get("type") == "image":
        source = value.get("source")
        return f"[image {text(source.get('path')) if isinstance(source, dict) else ''}]".replace(" ]", "]")
    return text(value.get("text"))
