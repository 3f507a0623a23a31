"""Plans that an agent keeps while it works: which of their items is in progress.

Some agents write the whole list at every change, others name one item by a number that its creation was answered with.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from agent_trace.analysis.shell_steps import arguments
from agent_trace.model.session import Step

_LISTS = ("todos", "plan", "tasks", "items", "steps", "list", "todo_list")
_WORDS = ("content", "step", "subject", "title", "description", "text", "task", "name", "activeForm")
_NAMES = ("taskId", "task_id", "id", "taskID")
_ACTIVE = frozenset({"in_progress", "in-progress", "inprogress", "active", "doing", "started"})
_DONE = frozenset({"completed", "complete", "done", "finished"})
_NUMBER = re.compile(r"#(\w+)|\bid\W+(\w+)", re.IGNORECASE)
_CUT = re.compile(
    r'"(?:content|step|subject|title|description|text|task)"\s*:\s*("(?:[^"\\]|\\.)*")[^{}]*"status"\s*:\s*"in[_-]progress"'
    r'|"status"\s*:\s*"in[_-]progress"[^{}]*"(?:content|step|subject|title|description|text|task)"\s*:\s*("(?:[^"\\]|\\.)*")'
)
"""An item in progress in a text that was cut."""
_BOX = re.compile(r"^\s*[-*]\s*\[([ xX>~-])\]\s*(.+)$", re.MULTILINE)
"""Any item of a list of Markdown."""
_BOXES = {" ": "pending", "x": "completed"}
_CHECKED = re.compile(r"^\s*[-*]\s*\[[-~>]\]\s*(.+)$", re.MULTILINE)
"""The same in a list of Markdown."""


class Plan:
    """Follows the plan of one session."""

    def __init__(self) -> None:
        self._subjects: dict[str, str] = {}
        self._current = ""

    def hear(self, step: Step) -> str:
        """The item that this step puts in progress, where it is another one than before; else nothing."""
        if step.result is not None and step.result.failed:
            return ""
        found = self._item(step)
        if not found or found == self._current:
            return ""
        self._current = found
        return found

    def _item(self, step: Step) -> str:
        given = arguments(step.call)
        if not given:
            return _from_cut(step.call.input) or step.call.title.strip()
        listed = next((given[name] for name in _LISTS if isinstance(given.get(name), list)), None)
        if listed is not None:
            return next(_active(listed), "")
        texts = (given[name] for name in _LISTS if isinstance(given.get(name), str))
        checked = next((match[1] for text in texts for match in _CHECKED.finditer(text)), "")
        return checked or self._numbered(step, given)

    def _numbered(self, step: Step, given: dict[str, Any]) -> str:
        subject = _subject(given)
        name = next((str(given[one]) for one in _NAMES if isinstance(given.get(one), str | int)), "")
        if subject and not name and step.result is not None:
            answered = _NUMBER.search(step.result.output[:200])
            if answered is not None:
                self._subjects[answered[1] or answered[2]] = subject
        elif subject:
            self._subjects[name] = subject
        return (subject or self._subjects.get(name, "")) if _is_active(given) else ""


class Item(msgspec.Struct, frozen=True):
    """One item of a plan."""

    text: str
    status: str
    """The agent's own word: pending, in_progress, completed …; of a list of Markdown the same words."""
    begun: int | None = None
    """The number of the call that put it in progress."""
    done: int | None = None
    """The number of the call that completed it."""


class Progress:
    """The items of a plan, and how far each is."""

    def __init__(self) -> None:
        self._items: dict[str, Item] = {}
        self._names: dict[str, str] = {}
        """The number of an item → its text."""

    @property
    def items(self) -> tuple[Item, ...]:
        """In the order of the last list, or of their creation."""
        return tuple(self._items.values())

    def hear(self, step: Step) -> None:
        """What a step of a plan says of its items; one that failed says nothing."""
        if step.result is not None and step.result.failed:
            return
        given = arguments(step.call)
        listed = next((given[name] for name in _LISTS if isinstance(given.get(name), list)), None)
        if listed is not None:
            rows = [(_subject(one), str(one.get("status", ""))) for one in listed if isinstance(one, dict)]
            self._listed(rows, step.number)
            return
        texts = [given[name] for name in _LISTS if isinstance(given.get(name), str)]
        boxes = [(match[2].strip(), match[1].lower()) for text in texts for match in _BOX.finditer(text)]
        if boxes:
            self._listed([(text, _BOXES.get(mark, "in_progress")) for text, mark in boxes], step.number)
        elif given:
            self._one(step, given)

    def _listed(self, rows: list[tuple[str, str]], number: int) -> None:
        known, self._items = self._items, {}
        for text, status in rows:
            if text:
                self._items[text] = _moved(known.get(text) or Item(text, "pending"), status, number)

    def _one(self, step: Step, given: dict[str, Any]) -> None:
        """An item that is named by a number: made, or moved on."""
        subject = _subject(given)
        name = next((str(given[one]) for one in _NAMES if isinstance(given.get(one), str | int)), "")
        if not name and subject and step.result is not None:
            answered = _NUMBER.search(step.result.output[:200])
            name = (answered[1] or answered[2]) if answered is not None else ""
        text = subject or self._names.get(name, "")
        if not text:
            return
        before = self._names.get(name, text)
        if name:
            self._names[name] = text
        item = self._items.pop(before, None) if before != text else self._items.get(text)
        item = Item(text, "pending") if item is None else msgspec.structs.replace(item, text=text)
        self._items[text] = _moved(item, str(given.get("status", "")) or item.status, step.number)


def _moved(item: Item, status: str, number: int) -> Item:
    """An item with its status of now, and where it came to that."""
    word = status.lower()
    begun = number if word in _ACTIVE and item.begun is None else item.begun
    done = (number if item.done is None else item.done) if word in _DONE else None
    return msgspec.structs.replace(item, status=status or item.status, begun=begun, done=done)


def _active(listed: list[Any]) -> Iterator[str]:
    for one in listed:
        if isinstance(one, dict) and _is_active(one):
            yield _subject(one)


def _is_active(one: dict[str, Any]) -> bool:
    return str(one.get("status", "")).lower() in _ACTIVE


def _subject(one: dict[str, Any]) -> str:
    return next((one[name].strip() for name in _WORDS if isinstance(one.get(name), str) and one[name].strip()), "")


def _from_cut(text: str) -> str:
    found = _CUT.search(text)
    return "" if found is None else str(json.loads(found[1] or found[2], strict=False))
