"""Command lines of git taken apart."""

from __future__ import annotations

import pytest

from agent_trace.policy.git_command import GitCommand, git_command
from agent_trace.policy.shell import read


def taken(text: str) -> GitCommand | None:
    return git_command(read(text).commands[-1])


@pytest.mark.parametrize("text", ["ls", "git", "git --version", "git -C", "gitk", "git -c a=b"])
def test_no_command_of_git(text: str) -> None:
    assert taken(text) is None


def test_options_arguments_and_paths() -> None:
    found = taken("cd a; git -C b -c x=y --no-pager commit -qam 'm n' --author d -Sk --fixup=z -S HEAD -- p q")
    assert found is not None
    assert (found.name, found.directory, found.arguments, found.paths) == ("commit", "a/b", ("HEAD",), ("p", "q"))
    assert found.options == (
        ("-q", ""),
        ("-a", ""),
        ("-m", "m n"),
        ("--author", "d"),
        ("-S", "k"),
        ("--fixup", "z"),
        ("-S", ""),
    )
    assert (found.has("-q", "--quiet"), found.values("-m"), found.literal) == (True, ["m n"], True)


def test_what_is_missing_or_unknown() -> None:
    for text, options in {"git commit -m": (("-m", ""),), "git commit --message": (("--message", ""),)}.items():
        found = taken(text)
        assert found is not None
        assert found.options == options
    moved = taken("git -C $A log -")
    assert moved is not None
    assert (moved.directory, moved.arguments, moved.literal) == (None, ("-",), False)
