"""`why` on the command line: a number alone is an event of the latest session."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from agent_trace.app import worked_out
from tests.commands.terminal import Terminal
from tests.reports.recorded import FIX, FORK, SUB_AGENT
from tests.reports.small import copy_run


@pytest.fixture(autouse=True)
def _recorded(home: Path) -> None:
    copy_run("2.1.329/fix", home)


@pytest.mark.parametrize(
    ("words", "session"),
    [(("10",), None), (("latest", "10"), None), ((FIX, "52"), FIX), (("--session-id", FORK, "105"), FORK)],
)
def test_which_event_of_which_session(words: tuple[str, ...], session: str | None, terminal: Terminal) -> None:
    ran = terminal.run("why", *words, "--json")
    found = msgspec.json.decode(ran.out)
    assert (ran.code, found["event"]) == (0, words[-1])
    assert session in (None, found["session"]["id"])


def test_a_long_sub_agent_is_followed_up_to_its_parent(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = terminal.run("why", SUB_AGENT, "20", "--json")
    assert msgspec.json.decode(plain.out)["chain"] == ["../2", "../58", "2", "20"]
    monkeypatch.setattr(worked_out, "LONG", 0)
    assert [terminal.run("why", SUB_AGENT, "20", "--json") for _ in range(2)] == [plain, plain]


@pytest.mark.parametrize(("words", "code"), [((), 2), ((FIX, "9999"), 3), ((FIX, "16/2"), 3)])
def test_events_that_there_are_not(words: tuple[str, ...], code: int, terminal: Terminal) -> None:
    assert terminal.run("why", *words).code == code


def test_paths_of_causes_pass_the_door(terminal: Terminal) -> None:
    told = {
        tier: {cause["path"] for cause in msgspec.json.decode(ran.out)["causes"] if cause["target"] == "34"}
        for tier in ("1", "2")
        if (ran := terminal.run("why", FIX, "34", "--json", "--tier", tier)).code == 0
    }
    assert "src/calc.py" in told["2"]
    assert not any("calc" in path for path in told["1"])
