"""Files that hold what sessions said can be read by nobody else, whatever the shell's mask is."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.terminal import Terminal
from tests.reports.recorded import FIX
from tests.reports.small import copy_run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="files have no modes there")

WRITERS: dict[str, tuple[str, ...]] = {
    "replay.html": ("replay", FIX, "--format", "html"),
    "replay.txt": ("replay", FIX),
    "replay.json": ("replay", FIX, "--json"),
    "report.html": ("report-session", FIX, "--format", "html"),
    "report.md": ("report-session", FIX, "--format", "markdown"),
    "list.csv": ("list", "--format", "csv"),
    "shared.html": ("share", FIX),
    "events.json": ("export", FIX, "--alone", "--format", "json"),
    "read/index.md": ("transcript", FIX),
}
"""A file → the command that writes it; a transcript is a folder."""


@pytest.fixture(autouse=True)
def _recorded(home: Path, terminal: Terminal) -> Iterator[None]:
    copy_run("2.1.329/fix", home)
    terminal.run("sync")
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.parametrize("name", WRITERS)
def test_a_written_file_is_the_persons_own(name: str, home: Path, terminal: Terminal) -> None:
    place = home / name
    target = place.parent if name.startswith("read/") else place
    assert terminal.run(*WRITERS[name], "-o", str(target), "--no-sync").code == 0
    assert place.stat().st_mode & 0o777 == 0o600
    assert place.stat().st_size > 0


def test_a_file_that_others_could_read_is_the_persons_own_again(home: Path, terminal: Terminal) -> None:
    place = home / "replay.txt"
    place.write_text("old")
    place.chmod(0o644)
    terminal.run("replay", FIX, "-o", str(place))
    assert place.stat().st_mode & 0o777 == 0o600
    assert "Make the tests pass" in place.read_text(encoding="utf-8")


def test_a_device_keeps_its_mode(terminal: Terminal) -> None:
    before = Path(os.devnull).stat().st_mode
    assert terminal.run("replay", FIX, "-o", os.devnull).code == 0
    assert Path(os.devnull).stat().st_mode == before
