"""When `make` makes an environment anew, and what the whole check says at its end."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

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


def test_the_summary_names_failures_and_interpreters() -> None:
    own = sys.version_info[1]
    others = [
        Interpreter(minor=minor, version=f"3.{minor}.9", path=Path("python")) for minor in (12, 13) if minor != own
    ]
    parts = [Part("mypy", True, 1.4), Part("tests", False, 61, "no environment")]
    first, second, last = ci.summary(parts, others).splitlines()
    assert first.split() == ["passed", "1", "s", "mypy"]
    assert second.split() == ["FAILED", "61", "s", "tests", "(no", "environment)"]
    assert last.startswith(f"ran on Python 3.{own} (all tests), {others[0].version} (short form)")
    assert "not on this machine: 3.1" in last


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
