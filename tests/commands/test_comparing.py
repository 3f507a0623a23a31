"""The comparisons on the command line: their spellings, a file for a gate, and the two that nobody named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.terminal import Terminal
from tests.reports.recorded import FIX, FORK
from tests.reports.small import copy_run


@pytest.mark.parametrize(
    "words",
    ["diff {a} {b} --semantic", "diff --compare {a} {b}", "diff {a} {b}", "compare {a} {b}", "diff-outcome {a} {b}"],
)
def test_spellings(words: str, home: Path, terminal: Terminal) -> None:
    copy_run("2.1.329/fix", home)
    ran = terminal.run(*words.format(a=FIX, b=FORK).split())
    assert ran.code == 0
    title = {"--semantic": "Outcomes", "--compare": "Comparison", "compare": "Comparison", "diff-outcome": "Outcomes"}
    expected = next((name for word, name in title.items() if word in words.split()), "Diff")
    assert ran.out.startswith(f"{expected} of two sessions")


def test_json_for_a_gate(home: Path, terminal: Terminal) -> None:
    copy_run("2.1.329/fix", home)
    for number, words in enumerate((["--eval-config", str(home / "0.json")], [f"--eval-config={home}/1.json"])):
        assert terminal.run("diff", FIX, FORK, "--semantic", *words).code == 0
        assert '"outcome": "not_comparable"' in (home / f"{number}.json").read_text()


def test_the_latest_two(home: Path, terminal: Terminal) -> None:
    copy_run("2.1.329/fix", home)
    ran = terminal.run("diff")
    named = [line.split()[1] for line in ran.out.splitlines()[3:] if line[:3] in ("A  ", "B  ")]
    assert ran.code == 0
    assert len(set(named[:2])) == 2


def test_a_file_that_cannot_be_written_is_told(home: Path, terminal: Terminal) -> None:
    copy_run("2.1.329/fix", home)
    ran = terminal.run("compare", "-o", str(home / "nowhere/page.html"))
    assert (ran.code, "page.html cannot be written: No such file" in ran.err) == (3, True)
