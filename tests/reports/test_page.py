"""docs/tasks/replay.md shows what the program prints: every example is run."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from agent_trace.cli.main import main

PAGE = Path(__file__).parents[2] / "docs" / "tasks" / "replay.md"
EXAMPLE = re.compile(r"^```\n\$ agent-trace (?P<words>.+)\n(?P<shown>(?:.*\n)*?)```$", re.MULTILINE)
LEFT_OUT = "[…]\n"
EXAMPLES = [(found["words"], found["shown"]) for found in EXAMPLE.finditer(PAGE.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(("words", "shown"), EXAMPLES, ids=[words for words, _ in EXAMPLES])
def test_an_example_is_true(words: str, shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(shlex.split(words))
    printed = capsys.readouterr().out
    pieces = shown.split(LEFT_OUT)
    assert left.value.code == 0
    assert re.fullmatch("(?:.*\n)*?".join(map(re.escape, pieces)), printed), printed


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == 5
