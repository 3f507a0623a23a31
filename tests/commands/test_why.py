"""`why` on the command line: a number alone is an event of the latest session."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from agent_trace.app import worked_out
from tests.commands.terminal import Ran, Terminal
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


def lines(ran: Ran) -> list[str]:
    """What is on the screen, without its margins."""
    return [line.strip() for line in ran.out.splitlines()]


def test_a_failed_step_says_how_and_what_became_of_it(terminal: Terminal) -> None:
    told = lines(terminal.run("why", FIX, "16"))
    assert told[0] == "Why did event #16 fail?"
    assert "✗ The command failed: exit code 1. ZeroDivisionError: division by zero" in told
    assert told.index("← what the agent said right before") < told.index("What followed")
    assert "15  +0.08s  • assistant_response  I'll run the tests first." in told
    assert "Tried again: #52 worked." in told
    assert told[-1] == "← tried again, and worked"


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ("24", "Not tried again."),
        ("34", "Tried again: #39 worked."),
        ("2", "14 steps until the next prompt, 5 failed."),
        ("16", "← what the agent said about it"),
        ("15", "← what it was about to do"),
    ],
)
def test_what_followed(event: str, words: str, terminal: Terminal) -> None:
    assert words in lines(terminal.run("why", FIX, event))


def test_a_result_is_told_as_its_call(terminal: Terminal) -> None:
    call, result = (
        msgspec.json.decode(terminal.run("why", FIX, name, "--json").out)["followed"] for name in ("16", "17")
    )
    assert call == result
    assert (call["step"], call["result"], call["fault"], call["mended"]) == ("16", "17", "exit", "52")


def test_a_lower_tier_tells_how_it_failed_and_no_word_of_it(terminal: Terminal) -> None:
    told = {
        tier: msgspec.json.decode(terminal.run("why", FIX, "16", "--json", "--tier", tier).out)["followed"]
        for tier in ("1", "2", "3")
        if terminal.run("why", FIX, "16", "--tier", tier).code == 0
    }
    assert {one["fault"] for one in told.values()} == {"exit"}
    assert [tier for tier, one in told.items() if one["telling"]] == ["3"]


def test_it_says_what_the_replay_says(terminal: Terminal) -> None:
    """One source: every step of the session is told alike on both surfaces."""
    document = msgspec.json.decode(terminal.run("replay-document", FIX, "--json").out)
    events = {one["number"]: one for one in document["events"]}
    calls = [one for one in events.values() if one["kind"] == "tool_call" and "pair" in one]
    assert len(calls) > 12
    for call in calls[::2]:
        one = msgspec.json.decode(terminal.run("why", FIX, call["number"], "--json").out)["followed"]
        names = ("again", "mended", "other", "spoke", "then", "prompted")
        assert {name: one[name] for name in names} == {name: call.get(name) for name in names}
        assert (one["tries"], one["worked"]) == (call.get("tries", 0), call.get("worked"))
        assert [link["event"] for link in one["led"]] == [link["event"] for link in call.get("led", [])]
        result = events[call["pair"]]
        assert (one["fault"], one["telling"]) == (result.get("fault", ""), result.get("telling", ""))
        said = [link["event"] for link in call["because"] if link["how"] == "said"]
        assert [one["said"]] == (said or [None])
