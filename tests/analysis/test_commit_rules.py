"""The literate cases of tests/rules/outcome/commits.md: a command, what it printed, how it ended, and what was made."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agent_trace.analysis.commits import Commit
from tests.analysis.playing import CWD, Told, told

PAGE = Path(__file__).resolve().parents[1] / "rules" / "outcome" / "commits.md"
CASES = {
    name: text
    for name, _, text in (
        part.partition("\n") for part in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]
    )
}  # fmt: skip


def calls_in(text: str) -> list[Told]:
    """The calls of a case."""
    found = []
    for block in re.findall(r"^```\n(.*?)\n```$", text, re.MULTILINE | re.DOTALL):
        *lines, code = block.replace("␛", "\x1b").replace("␍", "\r").split("\n")
        command = [lines[0].removeprefix("$ ")]
        rest = lines[1:]
        while rest and rest[0].startswith("> "):
            command.append(rest.pop(0).removeprefix("> "))
        exit_code = code.removeprefix("= ")
        found.append(Told("\n".join(command), "\n".join(rest), None if exit_code == "?" else int(exit_code)))
    return found


def drawn(commit: Commit) -> str:
    """A commit as the page shows it."""
    parts = [commit.sha or "-", commit.branch or "-", commit.subject or "-"]
    if commit.lines_added is not None:
        parts += [f"+{commit.lines_added}", f"-{commit.lines_removed}"]
    if commit.directory != CWD:
        parts += ["in", commit.directory or "-"]
    if commit.fate != "stands":
        parts.append(commit.fate)
    return " ".join(parts)


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 120


@pytest.mark.parametrize("name", CASES)
def test_a_case_reads_as_the_page_says(name: str) -> None:
    expected = re.findall(r"^\* (.*)$", CASES[name], re.MULTILINE)
    found = told(*calls_in(CASES[name]))
    assert [drawn(one) for one in found.commits] == [line for line in expected if line != "none"]
