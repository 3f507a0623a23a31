"""One home with the demo's sessions for all tests that ask a server: each finds it as if it had just been made.

To read the sessions takes ten times as long as to copy the index that comes of it. The index knows its logs by their paths
and inodes, so these stay what they are: a test works in the home itself, and what it did there is undone.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent_trace.app.outcomes import look_at_quiet
from agent_trace.cli.commands.demo import plant
from agent_trace.config import load_config
from agent_trace.web.asking import Asking

OURS = ".agent-trace"
State = dict[str, tuple[int, ...]]
"""Path below the home → inode and mode, of a file its size and time, too."""


class Lent:
    """Such a home: planted once, read once, and both again when a test touched the logs."""

    def __init__(self, folder: Path) -> None:
        self.home, self._ours = folder / "home", folder / "home" / OURS
        self._aside, self._bare, self._index = folder / "aside", folder / "bare", folder / "index"
        self._planted: State = {}

    @contextmanager
    def out(self) -> Iterator[Path]:
        """The home with its logs, before anything was read."""
        if self._planted:
            self._aside.rename(self.home)
            shutil.copytree(self._bare, self._ours)
        else:
            self.home.mkdir()
            plant(str(self.home))
            shutil.copytree(self._ours, self._bare)
            self._planted = state_of(self.home)
        try:
            yield self.home
        finally:
            self._take_back()

    def read(self) -> None:
        """Put the index there, and all that was worked out. HOME and the clock have to be those of the home."""
        if contents(self._ours) != contents(self._bare):
            work_out()  # as the test has set it up
        elif self._index.exists():
            shutil.copytree(self._index, self._ours, dirs_exist_ok=True)
        else:
            work_out()
            shutil.copytree(self._ours, self._index)

    def _take_back(self) -> None:
        if state_of(self.home) == self._planted:
            shutil.rmtree(self._ours, ignore_errors=True)
            self.home.rename(self._aside)
            return
        self._planted = {}
        for folder in (self.home, self._bare, self._index):
            shutil.rmtree(folder, ignore_errors=True)


def work_out() -> None:
    """Read all logs of HOME and look at what came of the sessions."""
    asking = Asking(load_config())
    try:
        with asking.writing() as workspace:
            workspace.sync()
            workspace.sync_text()
            look_at_quiet(workspace)
    finally:
        asking.close()


def state_of(home: Path) -> State:
    """Every file and folder below a home that is not ours."""
    return {
        str(path.relative_to(home)): (
            status.st_ino,
            status.st_mode,
            *(() if path.is_dir() else (status.st_size, status.st_mtime_ns)),
        )
        for path in home.rglob("*")
        if OURS not in path.parts
        for status in [path.lstat()]
    }


def contents(folder: Path) -> dict[str, bytes]:
    """The files in a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
