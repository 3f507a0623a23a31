"""Replay --live: the pace of the original, in line, and on as long as the session runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from agent_trace.app.scopes import Request
from agent_trace.app.workspace import Workspace
from agent_trace.cli import replaying
from agent_trace.cli.main import main
from agent_trace.cli.output import Output
from agent_trace.errors import UsageError
from agent_trace.reports import replay
from tests.reports.recorded import FIX, asked, drawn, run
from tests.reports.small import copy_run, opened


class Clock:
    """Counts the pauses instead of making them; `later` is done at each wait for news."""

    def __init__(self) -> None:
        self.pauses: list[float] = []
        self.later: list[Any] = []

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        if seconds == replaying.POLL_S and self.later:
            self.later.pop(0)()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr("agent_trace.cli.replaying.time.sleep", found.sleep)
    return found


@pytest.fixture
def fix(home: Path) -> Iterator[Workspace]:
    with run("2.1.329/fix", home) as workspace:
        yield workspace


def played(workspace: Workspace, capsys: pytest.CaptureFixture[str], **options: Any) -> list[str]:
    """The lines of a played session."""
    given = replay.Options(live=True, **options)
    replaying.play(workspace, replay, given, Request(session=FIX), Output("text", None))
    return capsys.readouterr().out.splitlines()


def test_it_prints_what_a_replay_prints(fix: Workspace, clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    assert played(fix, capsys) == drawn(replay, asked(fix, replay, FIX), fix)


def test_the_pauses_are_those_of_the_session(fix: Workspace, clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    played(fix, capsys, filter="user_prompt")
    moments = [row.offset_s for row in asked(fix, replay, FIX, filter="user_prompt").events]
    gaps = [moments[1] - moments[0], moments[2] - moments[1]]
    assert clock.pauses == pytest.approx([0.0, min(gaps[0], 3.0), gaps[1]])


@pytest.mark.parametrize(("speed", "pause"), [("1", 3.0), ("2", 3.0), ("10", 2.0), ("0.5", 3.0)])
def test_no_pause_is_longer_than_three_seconds(speed: str, pause: float) -> None:
    stage = replaying.Stage(replaying.LATER, Decimal(speed))
    stage.now = 100.0
    assert stage.pause(120.0) == pytest.approx(pause)
    assert stage.pause(90.0) == 0.0
    assert stage.pause(None) == 0.0


@pytest.mark.parametrize("options", [{"speed": Decimal(0)}, {"tree": True}])
def test_what_cannot_be_played(fix: Workspace, options: dict[str, Any]) -> None:
    given = replay.Options(live=True, **options)
    with pytest.raises(UsageError):
        replaying.play(fix, replay, given, Request(session=FIX), Output("text", None))


@pytest.mark.parametrize("output", [Output("json", None), Output("text", "page.txt")])
def test_it_plays_in_a_terminal_only(fix: Workspace, output: Output) -> None:
    with pytest.raises(UsageError, match="--live prints to the terminal"):
        replaying.play(fix, replay, replay.Options(live=True), Request(session=FIX), output)


# ---------------------------------------------------------------- a session that runs


def row(number: int, text: str, **more: Any) -> bytes:
    """A prompt of a session that runs now."""
    at = (
        (datetime.now(timezone.utc) - timedelta(seconds=60 - number))
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z")
    )
    common = {"sessionId": "live", "cwd": "/home/you", "version": "2.1.329", "uuid": f"u{number}", "timestamp": at}
    told = {"type": "user", "message": {"role": "user", "content": text}}
    return json.dumps({**common, **told, **more}).encode() + b"\n"


def live_log(home: Path) -> Path:
    """Its log: a prompt, and nothing after it yet."""
    folder = home / ".claude" / "projects" / "-home-you"
    folder.mkdir(parents=True)
    log = folder / "live.jsonl"
    log.write_bytes(row(1, "first"))
    return log


def append(log: Path, data: bytes) -> None:
    with log.open("ab") as file:
        file.write(data)


def test_it_follows_a_session_until_it_ends(home: Path, clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    log = live_log(home)
    ended = {"type": "cost-state", "totalCostUSD": 0, "modelUsage": {}}
    clock.later = [
        lambda: append(log, row(2, "second")),
        lambda: None,
        lambda: append(log, row(3, "third") + row(4, "", **ended)),
    ]
    workspace = opened(home, now=datetime.now(timezone.utc))
    replaying.play(workspace, replay, replay.Options(live=True), Request(session="latest"), Output("text", None))
    workspace.close()
    written = capsys.readouterr()
    told = [line.split()[-1] for line in written.out.splitlines() if "user_prompt" in line]
    assert told == ["first", "second", "third"]
    assert "session_end" in written.out
    assert "Ctrl-C ends the replay" in written.err
    assert clock.pauses.count(replaying.POLL_S) == 3


def test_ctrl_c_ends_it_cleanly(home: Path, clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    live_log(home)

    def interrupt() -> None:
        raise KeyboardInterrupt

    clock.later = [interrupt]
    with pytest.raises(SystemExit) as left:
        main(["replay", "--live", "live"])
    assert left.value.code == 130
    assert "Traceback" not in capsys.readouterr().err


def test_with_a_limit_it_does_not_follow(home: Path, clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    live_log(home)
    with pytest.raises(SystemExit) as left:
        main(["replay", "--live", "--limit", "1", "live"])
    assert left.value.code == 0
    assert replaying.POLL_S not in clock.pauses


def test_the_command_line_plays_a_recorded_run(home: Path, clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    copy_run("2.1.329/fix", home)
    with pytest.raises(SystemExit) as left:
        main(["replay", FIX, "--live", "--speed", "4", "--filter", "user_prompt"])
    assert left.value.code == 0
    assert capsys.readouterr().out.count("user_prompt") == 3
