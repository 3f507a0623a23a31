"""Running another program: what it says, and what becomes of one that does not behave."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from agent_trace.outside import program
from agent_trace.outside.program import Said, ask

HERE = {"PATH": os.environ["PATH"]}


def shell(script: str, *, given: bytes = b"", seconds: float = 10, limit: int = 1000) -> Said:
    said = ask(["sh", "-c", script], environment=HERE, given=given, seconds=seconds, limit=limit)
    assert said is not None
    return said


def test_what_a_program_says() -> None:
    said = shell("cat; echo oh >&2; exit 3", given=b"in")
    assert (said.code, said.output, said.errors, said.stopped, said.done) == (3, b"in", "oh\n", "", False)
    assert shell("true").done


def test_it_sees_nothing_but_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "x")
    assert shell("echo $SECRET; pwd").output == b"\n/\n"


def test_one_that_is_not_there() -> None:
    assert ask(["no-such-program"], environment=HERE, seconds=1, limit=1) is None
    assert ask(["sh", "-c", "true\0"], environment=HERE, seconds=1, limit=1) is None


def test_one_that_cannot_be_started(tmp_path: Path) -> None:
    script = tmp_path / "broken"
    script.write_text("#!/no/such/interpreter\n")
    script.chmod(0o755)
    assert ask(["broken"], environment={"PATH": str(tmp_path)}, seconds=1, limit=1) is None


def test_the_folder_where_the_person_is_holds_no_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "sh"
    script.write_text("#!/bin/sh\necho evil\n")
    script.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    assert ask(["sh"], environment={"PATH": ".:"}, seconds=1, limit=9) is None


def test_one_that_never_ends_is_stopped_with_all_it_started(tmp_path: Path) -> None:
    begun = time.monotonic()
    said = shell(f"echo a; (sleep 30; touch {tmp_path}/late) & sleep 30", seconds=2)
    assert (said.code, said.output, said.stopped) == (None, b"a\n", "took too long")
    assert time.monotonic() - begun < 30


def test_one_that_closes_its_output_and_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "PATIENCE_S", 0.2)
    said = shell("echo a; exec >&- 2>&-; sleep 30", seconds=0.3)
    assert (said.code, said.stopped) == (None, "took too long")


def test_one_whose_child_runs_away_with_the_output(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "PATIENCE_S", 0.2)
    said = shell("setsid sh -c 'trap \"\" TERM; exec sleep 8' & echo a", seconds=2)
    assert (said.output, said.stopped) == (b"a\n", "took too long")


def test_one_that_says_too_much_is_stopped() -> None:
    said = shell("yes", limit=1000)
    assert (said.code, len(said.output), said.stopped) == (None, 1000, "said too much")


def test_complaints_are_cut_and_stop_nothing() -> None:
    said = shell("yes oh | head -c 300000 >&2; echo done")
    assert (said.done, said.output, len(said.errors)) == (True, b"done\n", program.ERRORS)
