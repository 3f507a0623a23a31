"""The command of a tool call, however an agent writes it down."""

from __future__ import annotations

import pytest

from agent_trace.analysis.shell_steps import arguments, command_of
from agent_trace.model.events import ToolCall


@pytest.mark.parametrize(
    ("given", "command"),
    [
        ('{"command": "ls -l"}', "ls -l"),
        ('{"cmd": "ls"}', "ls"),
        ('{"command": ["bash", "-lc", "a b"]}', "bash -lc 'a b'"),
        ('{"command": "cut', "title"),
        ("[1]", "title"),
    ],
)
def test_commands(given: str, command: str) -> None:
    call = ToolCall(id="c", session="s", input=given, title="title")
    assert command_of(call, arguments(call)) == command
