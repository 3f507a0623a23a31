"""The item of a plan that is in progress, as readers tell it."""

from __future__ import annotations

from typing import Any

import pytest

from agent_trace.agents._plans import in_progress


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"todos": [{"content": "a", "status": "completed"}, {"content": "b", "status": "in_progress"}]}, "b"),
        ({"plan": [{"step": "c", "status": "in_progress"}]}, "c"),
        ({"tasks": ["odd", {"title": "d", "status": "in_progress"}]}, "d"),
        ({"todos": [{"status": "in_progress"}]}, ""),
        ({"todos": "- [-] a"}, ""),
        ({}, ""),
    ],
)
def test_the_item_in_progress(arguments: dict[str, Any], expected: str) -> None:
    assert in_progress(arguments) == expected
