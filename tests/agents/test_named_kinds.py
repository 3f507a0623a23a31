"""Words for what stands beside a conversation."""

from __future__ import annotations

import pytest

from agent_trace.agents._named_kinds import spelled


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("total_tokens_reminder", "total tokens reminder"),
        ("", ""),
        ("a\nKEY=x_y", "a\nKEY=x_y"),
        ("x" * 99 + "_", "x" * 99 + "_"),
    ],
)
def test_only_a_word_is_spelled_out(kind: str, expected: str) -> None:
    assert spelled(kind) == expected
