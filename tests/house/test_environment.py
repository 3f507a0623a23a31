"""When `make` makes an environment anew, and what the whole check says at its end."""

from __future__ import annotations

import itertools
import os
import shutil
import sys
from concurrent.futures import Future
from pathlib import Path

import pytest

from tests.house.source import ROOT
from tools import ci, environment
from tools.ci import Part
from tools.interpreters import Interpreter


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project directory in which nothing is really made or installed."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements/run.txt").write_text("click==8\n")
    (tmp_path / "requirements/dev.txt").write_text("click==8\npytest==9\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "runs", lambda where: environment.python_of(where).exists())
    return tmp_path


@pytest.fixture
def actions(project: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was done, in order: `venv`, and the name of each installed list."""
    done: list[str] = []

    def create(where: Path, _python: Path) -> None:
        done.append("venv")
        shutil.rmtree(where, ignore_errors=True)
        environment.python_of(where).parent.mkdir(parents=True)
        environment.python_of(where).touch()

    monkeypatch.setattr(environment, "create", create)
    monkeypatch.setattr(environment, "install", lambda where, requirements: done.append(requirements.name))
    return done


def prepare(kind: str) -> None:
    """Prepare `.venv` of the project."""
    environment.prepare(Path(".venv"), kind, Path(sys.executable))


def test_a_fresh_environment_is_made_once(actions: list[str]) -> None:
    prepare("run")
    prepare("run")
    assert actions == ["venv", "run.txt"]


def test_more_requirements_are_added_on_top(actions: list[str]) -> None:
    prepare("run")
    prepare("dev")
    prepare("run")
    assert actions == ["venv", "run.txt", "dev.txt"]


@pytest.mark.parametrize("changed", ["pyproject.toml", "requirements/run.txt"])
def test_a_changed_file_makes_it_anew(project: Path, actions: list[str], changed: str) -> None:
    prepare("run")
    (project / changed).write_text("other\n")
    prepare("run")
    assert actions == ["venv", "run.txt", "venv", "run.txt"]


def test_a_lost_interpreter_makes_it_anew(project: Path, actions: list[str]) -> None:
    prepare("run")
    environment.python_of(project / ".venv").unlink()
    prepare("run")
    assert actions == ["venv", "run.txt", "venv", "run.txt"]


def test_a_moved_environment_has_another_fingerprint(project: Path) -> None:
    requirements = project / "requirements/run.txt"
    here, there = (environment.fingerprint(project / name, requirements) for name in ("here", "there"))
    assert here != there


def interpreter(minor: int) -> Interpreter:
    return Interpreter(minor=minor, version=f"3.{minor}.9", path=Path(f"python3.{minor}"))


def test_the_summary_names_failures_and_interpreters() -> None:
    parts = [Part("mypy", True, 1.4), Part("tests", False, 61, "no environment")]
    first, second, last = ci.summary(parts, interpreter(12), [interpreter(10)]).splitlines()
    assert first.split() == ["passed", "1", "s", "mypy"]
    assert second.split() == ["FAILED", "61", "s", "tests", "(no", "environment)"]
    assert last.startswith("ran on Python 3.12.9 (all tests), 3.10.9 (short form)")
    assert "not on this machine: 3.11, 3.13" in last


@pytest.mark.parametrize(
    ("found", "own", "whole"),
    [((10, 11, 12, 13), 11, 13), ((11, 12), 11, 12), ((12, 13), 12, 13), ((10, 11), 11, 11), ((10, 11), 10, 10)],
)
def test_every_test_runs_where_coverage_costs_little(
    monkeypatch: pytest.MonkeyPatch, found: tuple[int, ...], own: int, whole: int
) -> None:
    monkeypatch.setattr(ci, "OWN", own)
    assert ci.measuring({minor: interpreter(minor) for minor in found}) == interpreter(whole)


def test_the_parts_of_a_run_are_all_tests() -> None:
    """What the named ones take, the rest leaves out."""
    named, others = (*ci.SPLIT["sync"], *ci.SPLIT["browser"]), ci.SPLIT["the rest"]
    assert others == tuple(f"--ignore={folder}" for folder in named)
    assert all((ROOT / folder).is_dir() for folder in named)


def test_what_is_run_by_whom() -> None:
    runs = ci.runs_of(interpreter(13), [interpreter(10), interpreter(11)])
    assert len({one.name for one in runs}) == len(runs) == 6
    for one in runs:
        assert one.whole is (one.interpreter.minor == 13)
        assert one.whole is not ("not full" in one.command)
        assert one.whole is ("coverage" in one.command)
        assert one.environ == ({"COVERAGE_CORE": "sysmon"} if one.whole else {})
    hands = [(one.interpreter.minor, one.part, one.hand) for one in runs]
    assert hands[3:] == [(10, "the rest", "1/2"), (10, "sync", "1/1"), (11, "the rest", "2/2")]
    assert ci.runs_of(interpreter(11), [])[0].environ == {}


def test_a_failed_run_fails_its_part(capsys: pytest.CaptureFixture[str]) -> None:
    one = ci.Tests(interpreter(13), False, "sync")
    assert ci.tested(one, None, {}) == Part(one.name, False, 0, "no environment")
    assert not ci.tested(one, Path(shutil.which("false") or ""), {}).passed
    assert ci.tested(one, Path(shutil.which("echo") or ""), {}).passed
    assert "-m pytest -q -p no:cacheprovider -m not full --hand=1/1 tests/sync\n" in capsys.readouterr().out


def test_what_is_checked_beside_the_tests() -> None:
    named = dict(ci.checks(Path("python")))
    assert list(named) == ["ruff check", "ruff format", "mypy", "dashboard: unit tests"]
    assert named["mypy"] == [Path("python"), "-m", "mypy", "--strict", "src", "tests", "tools", "bench"]


def test_files_of_the_tests_are_in_memory_where_there_is_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ci, "MEMORY", tmp_path)
    for room, inside in ((1, True), (1 << 60, False)):
        monkeypatch.setattr(ci, "ROOM", room)
        with ci.scratch() as environ:
            assert (Path(environ.get("TMPDIR", "/")).parent == tmp_path) is inside
            assert len(list(tmp_path.iterdir())) == inside
        assert not list(tmp_path.iterdir())
    monkeypatch.setattr(ci, "MEMORY", tmp_path / "nowhere")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    with ci.scratch() as environ:
        assert {**environ, "PYTHONDONTWRITEBYTECODE": "1"} == dict(os.environ)
        assert "PYTHONDONTWRITEBYTECODE" not in environ


def test_packages_of_debian_that_are_not_there_are_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    query = tmp_path / "bin/dpkg-query"
    query.parent.mkdir()
    query.write_text('#!/bin/sh\n[ "$3" = there ] && printf installed\n')
    query.chmod(0o755)
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements/debian.txt").write_text("# two\nthere\nmissing\n")
    monkeypatch.setattr(ci, "ROOT", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert ci.missing_debian_packages() == ["missing"]


def test_a_machine_without_dpkg_lacks_no_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert ci.missing_debian_packages() == []


def test_tests_begin_when_their_own_environment_is_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The environment of the others is made when those of the whole run are through, and not before; linters run beside."""
    whole, other = interpreter(13), interpreter(10)
    made: dict[Interpreter, ci.Made] = {whole: Future(), other: Future()}
    made[whole].set_result(Path("python3.13"))
    begun: list[tuple[int, Path | None]] = []
    turns = itertools.count(1)

    def tested(tests: ci.Tests, python: Path | None, _environ: object) -> Part:
        begun.append((tests.interpreter.minor, python))
        if next(turns) == len(ci.SPLIT):
            made[other].set_result(None)
        return Part(tests.name, True, 0)

    monkeypatch.setattr(ci, "tested", tested)
    monkeypatch.setattr(ci, "coverage_parts", lambda python: [Part(f"coverage by {python}", True, 0)])
    monkeypatch.setattr(ci, "ROOT", tmp_path)
    parts = ci.test_parts(whole, [other], made, [("a linter", ["true"])])
    assert begun == [(13, Path("python3.13"))] * 3 + [(10, None)] * 2
    assert parts[0].name == "a linter"
    assert len(parts) == 7
    assert parts[-1].name == "coverage by python3.13"
