"""Which exit codes mean that a command failed."""

from __future__ import annotations

import pytest

from agent_trace.agents._exits import is_failure


@pytest.mark.parametrize(
    "command",
    [
        "grep -n x file",
        "cd src && /usr/bin/grep -rn x .",
        "LANG=C grep x file",
        "test -e file",
        "[ -e file ]",
        "diff a b",
        "git diff --quiet",
        "git grep x",
        "cat file | rg x",
        "sudo grep x /etc/passwd",
        "test -e file && echo there",
        "! test -e file",
        "ls\ngrep x file",
        "(cd src; grep x y)",
    ],
)
def test_the_one_of_a_question_means_no(command: str) -> None:
    assert not is_failure(command, 1)
    assert is_failure(command, 2)


@pytest.mark.parametrize(
    "command",
    [
        "python3 -m unittest -q tests/test_calc.py",
        "grep x file | sort",
        "git commit -m x",
        "git",
        "echo grep",
        "test -e file || exit 1",
        "echo 'grep x",
        "a=b=c",
        "",
        "grep " + "x" * 30_000,
    ],
)
def test_any_other_one_is_a_failure(command: str) -> None:
    assert is_failure(command, 1)
    assert not is_failure(command, 0)
