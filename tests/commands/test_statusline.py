"""`statusline`: one line, whatever Claude Code says and whatever state the index is in."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

import pytest

from agent_trace.cli.commands import statusline
from agent_trace.cli.commands._statusline import Glance, Told, Window, drawn, understood
from agent_trace.cli.commands.statusline import chained
from agent_trace.model.usage import Amounts
from agent_trace.render.numbers import dollars
from agent_trace.render.screen import Screen
from tests.commands.status_input import SESSION, heard, now
from tests.commands.terminal import Terminal
from tests.reports.small import CORPUS, Call, assert_golden, copy_run, write_log

RECORDED = Path(__file__).parent / "recorded"
VERSIONS = ["2.1.197", "2.1.329"]
PLAIN = Screen(width=240)
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=timezone.utc)


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")


# ---------------------------------------------------------------- recorded inputs


class Heard(NamedTuple):
    """One start of the status line in a recorded run."""

    at: datetime
    data: bytes


def recorded(version: str) -> list[Heard]:
    lines = (RECORDED / f"statusline-{version}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [Heard(datetime.fromtimestamp(row["at"], timezone.utc), json.dumps(row["stdin"]).encode()) for row in rows]


def lasting(line: str) -> str:
    """The line without what depends on the day of the test."""
    return " · ".join(part for part in line.rstrip("\n").split(" · ") if not part.startswith(("today", "5h")))


@pytest.mark.parametrize("version", VERSIONS)
def test_recorded_inputs(home: Path, terminal: Terminal, version: str) -> None:
    copy_run(f"{version}/terminal", home)
    runs = [terminal.run("statusline", stdin=one.data) for one in recorded(version)]
    assert {(ran.code, ran.err) for ran in runs} == {(0, "")}
    assert_golden(f"statusline/{version}.txt", "".join(f"{lasting(ran.out)}\n" for ran in runs))


@pytest.mark.parametrize("version", VERSIONS)
def test_recorded_inputs_without_an_index(terminal: Terminal, version: str) -> None:
    runs = [terminal.run("statusline", stdin=one.data) for one in recorded(version)]
    assert_golden(f"statusline/{version}-alone.txt", "".join(f"{lasting(ran.out)}\n" for ran in runs))


@pytest.mark.parametrize("version", VERSIONS)
def test_at_every_moment_ours_is_what_claude_reckons(home: Path, terminal: Terminal, version: str) -> None:
    """From the logs as they stood when Claude Code asked, the session costs what Claude says, to the cent."""
    for one in recorded(version):
        cut_logs(CORPUS / version / "terminal" / "home", home, one.at)
        told = understood(one.data)
        shown = dollars(told.recorded_usd)
        assert f" · session {shown} · " in terminal.run("statusline", stdin=one.data).out


def cut_logs(run: Path, home: Path, until: datetime) -> None:
    """Every log of a recorded run up to a moment, as it grew."""
    for path in run.rglob("*.jsonl"):
        rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = list(takewhile(lambda row: not is_after(row, until), rows))
        target = home / path.relative_to(run)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("".join(kept), encoding="utf-8")


def is_after(row: str, moment: datetime) -> bool:
    at = json.loads(row).get("timestamp")
    return at is not None and datetime.fromisoformat(at.replace("Z", "+00:00")) > moment


# ---------------------------------------------------------------- what Claude Code says


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"null",
        b"[1]",
        b'"text"',
        b"42",
        b"\xff\xfe",
        b'{"session_id": 7, "model": [], "cost": "x"}',
        b"{}" * 3,
    ],
)
def test_what_makes_no_sense_is_nothing(terminal: Terminal, data: bytes) -> None:
    ran = terminal.run("statusline", stdin=data)
    assert (ran.code, ran.out, ran.err) == (0, "agent-trace · today -\n", "")


@pytest.mark.parametrize("stdin", [None, type("Console", (), {"isatty": lambda _: True})()])
def test_a_terminal_is_not_read(monkeypatch: pytest.MonkeyPatch, stdin: object) -> None:
    monkeypatch.setattr("sys.stdin", stdin)
    assert statusline.standard_input() == b""


def test_everything_that_is_said() -> None:
    told = understood(
        heard(
            cost={"total_cost_usd": 0.1, "total_lines_added": 3, "total_lines_removed": 0},
            context_window={
                "context_window_size": 200000,
                "used_percentage": 7,
                "current_usage": {
                    "input_tokens": 3,
                    "output_tokens": 4,
                    "cache_creation_input_tokens": 5,
                    "cache_read_input_tokens": 6,
                },
            },
        )
    )
    assert told == Told(
        session=SESSION,
        model="claude-opus-5",
        model_name="Opus 5",
        recorded_usd=Decimal("0.1"),
        lines_added=3,
        lines_removed=0,
        context_tokens=18,
        context_percent=Decimal(7),
        context_size=200000,
    )


def test_odd_values_are_unknown() -> None:
    odd = {"total_cost_usd": -1, "total_lines_added": True, "total_lines_removed": "3"}
    assert understood(heard(" ", cost=odd, context_window=7)) == Told(model="claude-opus-5", model_name="Opus 5")
    assert (
        understood(b'{"cost": {"total_lines_added": 1e999999999, "total_lines_removed": 99999999999999999999}}')
        == Told()
    )


# ---------------------------------------------------------------- what the index adds


def test_ours_beside_what_it_holds(home: Path, terminal: Terminal) -> None:
    write_log(home, SESSION, "/home/you/shop", [Call(now(minutes=1))])
    write_log(home, SESSION, "/home/you/shop", [Call(now(minutes=1))], agent="a1")
    write_log(home, "bbbbbbbb-0000-4000-8000-000000000002", "/home/you/old", [Call(now(days=9))])
    ran = terminal.run("statusline", stdin=heard(cost={"total_cost_usd": 0.99}))
    today = json.loads(terminal.run("list", "--since", "today", "--json").out)["totals"]["total"]["cost_usd"]
    assert ran.out.startswith(f"Opus 5 · session $0.04 · today {'-' if today is None else f'${Decimal(today):.2f}'} · ")
    assert "5h $0.04, " in ran.out
    assert " left\n" in ran.out


def test_the_window_is_that_of_the_cost_report(home: Path, terminal: Terminal) -> None:
    """A chain of calls without a pause of five hours: only the whole history tells where the open window began."""
    calls = [Call(now(hours=hours)) for hours in range(100, -1, -4)]
    write_log(home, SESSION, "/home/you/shop", calls)
    windows = json.loads(terminal.run("cost", "--by", "agent,window", "--json").out)["windows"]
    line = terminal.run("statusline", stdin=heard()).out
    assert [f"5h ${Decimal(one['cost_usd']):.2f}, " in line for one in windows] == [True]


def test_a_window_that_is_over_is_not_shown(home: Path, terminal: Terminal) -> None:
    write_log(home, SESSION, "/home/you/shop", [Call(now(hours=6))])
    assert "5h" not in terminal.run("statusline", stdin=heard()).out


def test_the_agents_own_figure_stands_in(home: Path, terminal: Terminal) -> None:
    write_log(home, SESSION, "/home/you/shop", [Call(now(minutes=1), "acme-ultra-9")])
    assert "session $0.50 (recorded)" in terminal.run("statusline", stdin=heard(cost={"total_cost_usd": 0.5})).out
    assert "session ? · today" in terminal.run("statusline", stdin=heard()).out


def test_the_agents_own_figure_on_request(home: Path, terminal: Terminal) -> None:
    write_log(home, SESSION, "/home/you/shop", [Call(now(minutes=1))])
    data = heard(cost={"total_cost_usd": 0.5})
    assert terminal.run("statusline", "--cost", "recorded", stdin=data).out == "Opus 5 · session $0.50 (recorded)\n"
    assert "session $0.02 ·" in terminal.run("statusline", "--cost", "best", stdin=data).out


def test_the_beginning_of_an_id_is_no_session(home: Path, terminal: Terminal) -> None:
    write_log(home, SESSION, "/home/you/shop", [Call(now(minutes=1))])
    assert terminal.run("statusline", stdin=heard("aaaa")).out.startswith("Opus 5 · today ")
    write_log(home, SESSION.replace("1", "2"), "/home/you/shop", [Call(now(minutes=1))])
    assert terminal.run("statusline", stdin=heard("aaaa")).out.startswith("Opus 5 · today ")


def test_lines_are_those_of_the_list(home: Path, terminal: Terminal) -> None:
    copy_run("2.1.329/terminal", home)
    ran = terminal.run(
        "statusline", stdin=heard("b8e2ea1b-02c9-4bce-a8db-32c44b3404d0", cost={"total_lines_added": 77})
    )
    assert ran.out.rstrip().endswith("+1 -1")


# ---------------------------------------------------------------- the line


@pytest.mark.parametrize(
    ("used", "said"),
    [
        (0, "context 0%"),
        (69, "context 69%"),
        (70, "context 70% (high)"),
        (90, "context 90% (nearly full)"),
        (130, "context 130% (nearly full)"),
    ],
)
def test_thresholds(used: int, said: str) -> None:
    line = drawn(Told(context_percent=Decimal(used)), Glance(), "", 70, 90, PLAIN)
    assert line == f"agent-trace · {said}"


def test_thresholds_are_chosen(terminal: Terminal) -> None:
    data = heard(context_window={"used_percentage": 50})
    assert "(high)" in terminal.run("statusline", "--warn-at", "40", stdin=data).out
    assert "(nearly full)" in terminal.run("statusline", "--alert-at", "40", stdin=data).out
    assert terminal.run("statusline", "--warn-at", "400", stdin=data).code == 2


@pytest.mark.parametrize(
    ("told", "seen", "said"),
    [
        (Told(context_tokens=100, context_size=1000), Glance(window_size=10), "context 10%"),
        (Told(context_tokens=100), Glance(window_size=500), "context 20%"),
        (Told(context_tokens=100, context_percent=Decimal(3)), Glance(), "context 3%"),
        (Told(context_tokens=123_456), Glance(), "context 123.5k"),
        (Told(context_size=1000), Glance(), ""),
    ],
)
def test_the_limit_of_the_context(told: Told, seen: Glance, said: str) -> None:
    assert drawn(told, seen, "", 70, 90, PLAIN).removeprefix("agent-trace").removeprefix(" · ") == said


@pytest.mark.parametrize(("model", "percent"), [("claude-opus-4-5", "50%"), ("claude-opus-4-5[1m]", "10%")])
def test_the_limit_of_the_model(terminal: Terminal, model: str, percent: str) -> None:
    data = json.dumps({"model": {"id": model}, "context_window": {"current_usage": {"input_tokens": 100_000}}}).encode()
    assert f"context {percent}" in terminal.run("statusline", stdin=data).out


def test_a_name_cannot_steer_the_terminal() -> None:
    line = drawn(Told(model_name="Opus\x1b[2J\n\x07 5"), Glance(), "", 70, 90, PLAIN)
    assert line.isprintable()


def test_colours_and_plain_signs() -> None:
    glance = Glance(today=Amounts(calls=1, cost_usd=Decimal(3)), lines=(1, 0))
    colour = Screen(width=240, color=True)
    assert drawn(Told(context_percent=Decimal(95)), glance, "", 70, 90, colour) == (
        "\x1b[1magent-trace\x1b[0m\x1b[2m · \x1b[0mtoday $3.00\x1b[2m · \x1b[0m\x1b[31mcontext 95% (nearly full)\x1b[0m"
        "\x1b[2m · \x1b[0m+1 -0"
    )
    assert drawn(Told(), glance, "", 70, 90, Screen(width=240, unicode=False)) == "agent-trace | today $3.00 | +1 -0"


def test_colour_unless_it_is_unwanted(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "xterm")
    assert "\x1b[1mOpus 5\x1b[0m" in terminal.run("statusline", stdin=heard()).out
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b" not in terminal.run("statusline", stdin=heard()).out


def test_the_open_window() -> None:
    window = Window(end=NOW + timedelta(hours=4, minutes=12), amounts=Amounts(calls=2, cost_usd=Decimal("1.5")))
    assert drawn(Told(), Glance(window=window, now=NOW), "", 70, 90, PLAIN) == "agent-trace · 5h $1.50, 4h 12m left"


def test_time_that_is_up_too_late_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    line = statusline.Line(70, 90)
    line.printed = True
    line.give_up()
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize(
    ("quarters", "found"),
    [([], []), ([5], None), ([1, 20, 39], None), ([1, 21], [21]), ([1, 30, 31, 60, 61], [60, 61]), ([50, 1, 50], [50])],
)
def test_where_a_window_surely_began(quarters: list[int], found: list[int] | None) -> None:
    assert chained(quarters) == found
