"""Plans as tools are given them: which item is in progress, told while the whole list is at hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_LISTS = ("todos", "plan", "tasks")
_WORDS = ("content", "step", "description", "title", "text")


def in_progress(arguments: Mapping[str, Any]) -> str:
    """The first item of a list of things to do that is in progress; empty where there is none."""
    for name in _LISTS:
        listed = arguments.get(name)
        for item in listed if isinstance(listed, list) else ():
            if isinstance(item, dict) and item.get("status") == "in_progress":
                return next((item[word] for word in _WORDS if isinstance(item.get(word), str)), "")
    return ""
