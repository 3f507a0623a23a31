"""How `make` finds the Pythons of a machine: only what really runs counts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT
from tools.interpreters import Interpreter, candidates, probe, running

OWN = sys.version_info[1]


def plant_program(path: Path, script: str) -> Path:
    """An executable shell script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def plant_python(path: Path) -> Path:
    """A program that is this interpreter under another name."""
    return plant_program(path, f'exec "{sys.executable}" "$@"')


def test_a_python_that_answers_is_taken(tmp_path: Path) -> None:
    path = plant_python(tmp_path / f"python3.{OWN}")
    assert probe(path) == Interpreter(minor=OWN, version=".".join(map(str, sys.version_info[:3])), path=path)


@pytest.mark.parametrize(
    "script", ["exit 127", "echo pypy False 10 3.10.1", "echo cpython True 13 3.13.0", "echo", "false"]
)
def test_what_does_not_run_or_is_another_kind_is_passed_over(tmp_path: Path, script: str) -> None:
    assert probe(plant_program(tmp_path / "python3.10", script)) is None


def test_a_missing_program_is_passed_over(tmp_path: Path) -> None:
    assert probe(tmp_path / "python3.10") is None


def test_versions_behind_a_shim_that_does_not_run_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.interpreters.homes", lambda environ: iter(()))
    plant_program(tmp_path / f"shims/python3.{OWN}", "exit 127")
    real = plant_python(tmp_path / f"versions/3.{OWN}.1/bin/python3.{OWN}")
    found = running({"PATH": str(tmp_path / "shims"), "HOME": str(tmp_path)})
    assert found[OWN].path == real


def test_the_home_of_the_caller_and_the_variable_of_pyenv_are_looked_at(tmp_path: Path) -> None:
    in_home = plant_python(tmp_path / "home/.pyenv/versions/3.12.7/bin/python3.12")
    in_root = plant_python(tmp_path / "root/versions/3.12.1/bin/python3.12")
    found = candidates(12, {"HOME": str(tmp_path / "home"), "PYENV_ROOT": str(tmp_path / "root"), "PATH": ""})
    assert list(found)[:2] == [in_root, in_home]


def test_one_version_under_the_name_of_another_is_no_find(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.interpreters.pyenv_roots", lambda environ: iter(()))
    other = next(minor for minor in (10, 11) if minor != OWN)
    plant_python(tmp_path / f"python3.{other}")
    assert running({"PATH": str(tmp_path)}) == {}


def find_python(path: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """Run tools/find_python.sh with a PATH that leads to these programs first."""
    environ = {"PATH": f"{path}{os.pathsep}{os.defpath}", "HOME": str(home)}
    script = [str(ROOT / "tools/find_python.sh")]
    return subprocess.run(script, env=environ, capture_output=True, text=True, check=False)


def test_make_takes_python3_when_it_is_new_enough(tmp_path: Path) -> None:
    plant_python(tmp_path / "bin/python3")
    good = OWN >= 11
    assert (find_python(tmp_path / "bin", tmp_path).stdout == f"{tmp_path}/bin/python3\n") is good


def test_make_passes_over_an_old_python3(tmp_path: Path) -> None:
    plant_program(tmp_path / "bin/python3", "exit 1")
    newer = plant_python(tmp_path / f".pyenv/versions/3.{OWN}.9/bin/python3")
    found = find_python(tmp_path / "bin", tmp_path)
    assert found.returncode == 0
    assert found.stdout.strip() not in {str(tmp_path / "bin/python3"), ""}
    assert OWN != 13 or found.stdout.strip() == str(newer)


def test_make_says_when_there_is_no_python(tmp_path: Path) -> None:
    for name in ("python", "python3", "python3.10", "python3.11", "python3.12", "python3.13", "getent"):
        plant_program(tmp_path / "bin" / name, "exit 1")
    text = (ROOT / "tools/find_python.sh").read_text().replace("/usr/bin/python3", "/nowhere/python3")
    script = plant_program(tmp_path / "find_python.sh", text)
    environ = {"PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.defpath}", "HOME": str(tmp_path)}
    done = subprocess.run([str(script)], env=environ, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "needs Python 3.10 or newer" in done.stderr
