"""The branch of a session: as its log tells it, else where its own commands led; by name in `list`, and masked like any word."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.terminal import Terminal
from tests.reports.understood import LATER, home_of

PI = "01a1fc91-838a-71e7-8df6-8640de844cf8"
"""Its log tells no branch; it ran `git checkout -q -b feature/mul`."""
RULE = "custom_patterns:\n  - pattern: 'feature/\\w+'\n    name: branch\n    level: MAXIMUM\n"


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path) -> Terminal:
    monkeypatch.chdir(home)
    monkeypatch.setenv("AGENT_TRACE_NOW", LATER.isoformat())
    return Terminal(capsys, monkeypatch)


def listed(terminal: Terminal, *words: str) -> dict[str, str | None]:
    ran = terminal.run("list", "--json", *words)
    assert ran.code == 0
    return {one["id"]: one["branch"] for one in json.loads(ran.out)["sessions"]}


def lay_out(run: str, home: Path) -> None:
    """A recorded home, without an index."""
    with home_of(run, home) as workspace:
        folder = workspace.config.home
    for path in Path(folder).glob("data.db*"):
        path.unlink()


def test_where_commands_led_is_found_by_name(terminal: Terminal, home: Path) -> None:
    lay_out("pi/0.73.1/fix", home)
    assert listed(terminal, "--branch", "feature/mul")[PI] == "feature/mul"
    assert listed(terminal)[PI] == "feature/mul"
    assert listed(terminal, "--branch", "feature/mul", "--no-sync")[PI] == "feature/mul"
    assert listed(terminal, "--branch", "main") == {}


def test_a_log_that_tells_of_several_knows_better(terminal: Terminal, home: Path) -> None:
    lay_out("claude/2.1.329/fix", home)
    assert set(listed(terminal).values()) == {"feature/mul", "main"}
    log = next(home.rglob("942bf1b1*.jsonl"))
    log.write_text(log.read_text() + log.read_text().splitlines()[165].replace("feature/mul", "by-hand"))
    assert "by-hand" in listed(terminal).values()


def test_a_branch_that_was_masked_is_nowhere(terminal: Terminal, home: Path) -> None:
    lay_out("pi/0.73.1/fix", home)
    assert listed(terminal)[PI] == "feature/mul"
    rules = home / ".agent-trace" / "config" / "privacy.yml"
    rules.parent.mkdir(parents=True, exist_ok=True)
    rules.write_text(RULE)
    assert terminal.run("redact", PI, "--apply").code == 0
    assert listed(terminal, "--no-sync")[PI] != "feature/mul"
    assert listed(terminal)[PI] != "feature/mul"
