"""Runs another program with care: no shell, no input from the terminal, a limit of time and of what it may say."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from typing import IO

import msgspec

PIECE = 1 << 16
ERRORS = 4096
"""Bytes of what a program complains of that are kept."""
PATIENCE_S = 1.0
"""How long a program that was killed is waited for."""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What a program said before it ended or was stopped."""

    code: int | None
    """None: it was stopped."""
    output: bytes
    errors: str = ""
    stopped: str = ""
    """Why it was stopped: it took too long, or said too much."""

    @property
    def done(self) -> bool:
        """It ended by itself and without an error."""
        return self.code == 0


def ask(
    words: Sequence[str], *, environment: Mapping[str, str], given: bytes = b"", seconds: float, limit: int
) -> Said | None:
    """Run a program to its end; None where it is not installed or cannot be started.

    `given` is its input · `limit`: bytes of output after which it is stopped. It runs in the root folder: nothing that
    lies where the person happens to be is looked at.
    """
    places = [one for one in environment.get("PATH", "").split(os.pathsep) if os.path.isabs(one)]
    path = shutil.which(words[0], path=os.pathsep.join(places))
    if path is None:
        return None
    with tempfile.TemporaryFile() as source:
        source.write(given)
        source.seek(0)
        try:
            process = subprocess.Popen(
                [path, *words[1:]],
                stdin=source,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                cwd=os.sep,
                env=dict(environment),
                start_new_session=True,
            )
        except (OSError, ValueError):
            return None
        return _heard(process, seconds, limit)


def _heard(process: subprocess.Popen[bytes], seconds: float, limit: int) -> Said:
    output, errors = _Ear(process.stdout, limit), _Ear(process.stderr, ERRORS, drains=True)
    output.thread.join(seconds)
    stopped = "took too long" if output.thread.is_alive() else "said too much" if output.is_full else ""
    if not stopped:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            stopped = "took too long"
    if stopped:  # one that ended has given its number back, and somebody else may bear it by now
        _end(process)
    output.thread.join(PATIENCE_S)
    errors.thread.join(PATIENCE_S)
    return Said(
        code=None if stopped else process.returncode,
        output=bytes(output.heard[:limit]),
        errors=errors.heard[:ERRORS].decode("utf-8", "replace"),
        stopped=stopped,
    )


class _Ear:
    """Listens to one stream in a thread of its own, so that a program that never ends is no reason to wait."""

    def __init__(self, stream: IO[bytes] | None, limit: int, *, drains: bool = False) -> None:
        self.stream, self.limit, self.drains = stream, limit, drains
        self.heard = bytearray()
        self.is_full = False
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def _listen(self) -> None:
        if self.stream is not None:
            with self.stream:  # whoever still holds the other end finds nobody listening
                self._hear(self.stream)

    def _hear(self, stream: IO[bytes]) -> None:
        while not self.is_full or self.drains:
            piece = stream.read(PIECE)
            if not piece:
                return
            self.heard += piece[: self.limit + 1 - len(self.heard)]
            self.is_full = len(self.heard) > self.limit


def _end(process: subprocess.Popen[bytes]) -> None:
    """The program and everything it started."""
    with contextlib.suppress(OSError):  # it is gone already
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):  # the system itself may hold it: nothing more can be done
        process.wait(PATIENCE_S)
