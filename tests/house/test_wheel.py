"""What is installed holds every file of the package, prices and the demo included."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.house.documents import repository_files
from tests.house.source import ROOT


@pytest.mark.full
def test_the_wheel_holds_the_package(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    inside = set(zipfile.ZipFile(wheel).namelist())
    ours = {name.removeprefix("src/") for name in repository_files(ROOT) if name.startswith("src/agent_trace/")}
    assert ours - inside == set()
    assert {name.split("/")[0].split("-")[0] for name in inside} == {"agent_trace"}
    assert any(name.endswith("entry_points.txt") for name in inside)
