"""lint: a gate over findings, end to end."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.terminal import Terminal
from tests.reports.judged import CLEAN, DEAR, WASTEFUL, judged_home
from tests.reports.understood import CORPUS


@pytest.fixture(autouse=True)
def logs(home: Path) -> Iterator[None]:
    with judged_home(home):
        yield


def settings(home: Path, text: str) -> str:
    path = home / "lint.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((WASTEFUL,), 0),
        ((WASTEFUL, "--strict"), 1),
        ((CLEAN, "--strict"), 0),
        (("--all",), 0),
        (("--all", "--strict"), 1),
        (("--all", "--strict", "--until", "2020-01-01"), 0),
        (("nobody",), 3),
        (("--config", "/nowhere.toml"), 3),
    ],
)
def test_how_it_ends(words: tuple[str, ...], code: int, terminal: Terminal) -> None:
    assert terminal.run("lint", *words).code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[fail]\nusd = 0.01", 1),
        ("[fail]\nusd = 99", 0),
        ("[fail]\nseconds = 300", 1),
        ("[fail]\nseconds = 301", 0),
        ("[fail]\ntokens = 1000", 1),
        ("[fail]\ntokens = 1000\nconfidence = 0.99", 0),
        ('rules = ["tool_fanout"]\n[fail]\ntokens = 1', 0),
        ('rules = ["retry_loop"]\n[rule.retry_loop]\nrepeats = 9\n[fail]\ntokens = 1', 0),
        ("[rule.retry_loop]\nrepeats = 0", 2),
        ("[rule.retry_loop]\nnothing = 1", 2),
        ("[rule.nothing]\nrepeats = 1", 2),
        ("[fail]\nnothing = 1", 2),
        ("nonsense", 2),
    ],
)
def test_settings(text: str, code: int, home: Path, terminal: Terminal) -> None:
    assert terminal.run("lint", WASTEFUL, "--config", settings(home, text)).code == code


def test_what_a_person_reads(terminal: Terminal) -> None:
    ran = terminal.run("lint", "--all", "--strict")
    lines = ran.out.splitlines()
    assert any(line.startswith("11111111#") and "RETRY_LOOP" in line and "fails" in line for line in lines)
    assert any(line.startswith("11111111/agent-a1#") for line in lines)
    assert "findings in 4 sessions" in lines[-1]


def test_tokens_whose_price_nobody_knows(home: Path, terminal: Terminal) -> None:
    shutil.copytree(CORPUS / "qwen/0.15.10/fix/home", home, dirs_exist_ok=True)
    rows = terminal.run("lint", "--all", "--agent", "qwen").out.splitlines()
    assert [row.split()[2] for row in rows if "SUBAGENT_OVERHEAD" in row] == ["?"]


def test_what_a_program_reads(terminal: Terminal) -> None:
    told = json.loads(terminal.run("lint", WASTEFUL, "--format", "json").out)
    assert (told["passed"], told["sessions"], told["unread"]) == (True, 1, [])
    assert {line["root"] for line in told["findings"]} == {WASTEFUL}
    assert not any(line["fails"] for line in told["findings"])


def test_hidden_sessions_are_not_looked_at(terminal: Terminal) -> None:
    assert terminal.run("hide", WASTEFUL).code == 0
    told = json.loads(terminal.run("lint", "--all", "--json").out)
    assert (told["sessions"], WASTEFUL in {line["root"] for line in told["findings"]}) == (3, False)


def test_logs_that_are_gone(home: Path, terminal: Terminal) -> None:
    for path in (home / ".claude" / "projects").rglob(f"{CLEAN}.jsonl"):
        path.unlink()
    ran = terminal.run("lint", "--all")
    assert (ran.code, "the logs of 1 session are gone" in ran.out) == (0, True)


@pytest.mark.parametrize(
    ("words", "same"),
    [
        (("analyze", "session", "--session-id", DEAR), ("findings", DEAR)),
        (("analyze", "recent", "--limit", "2", "--agent", "all"), ("analyze", "--limit", "2")),
        (("analyze", "expensive", "--top", "1", "--format", "table"), ("analyze", "--by", "expensive", "--limit", "1")),
        (("analyze", "recent", "--optimize-for", "latency"), ("analyze", "--optimize-for", "latency")),
    ],
)
def test_spellings_of_earlier_tools(words: tuple[str, ...], same: tuple[str, ...], terminal: Terminal) -> None:
    one, other = terminal.run(*words), terminal.run(*same)
    assert (one.code, one.out) == (0, other.out)
    assert one.out
