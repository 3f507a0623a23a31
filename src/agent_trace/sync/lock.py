"""One writer at a time, across processes."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from agent_trace.errors import UnreachableError

if sys.platform == "win32":
    import msvcrt

    def _try(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


@contextmanager
def lock(path: str | None, *, wait_s: float, told: Callable[[], None] = lambda: None) -> Iterator[bool]:
    """Hold the lock file; False where another process kept it longer than `wait_s`. `told` is called once on waiting.

    The lock goes with the process: one that was killed leaves nothing behind. Raises UnreachableError where there can be
    no such file.
    """
    if path is None:
        yield True
        return
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise UnreachableError(f"cannot open the lock {path}: {error.strerror}") from error
    try:
        yield _acquire(descriptor, wait_s, told)
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, wait_s: float, told: Callable[[], None]) -> bool:
    if _try(descriptor):
        return True
    deadline = time.monotonic() + wait_s
    told()
    while time.monotonic() < deadline:
        time.sleep(0.02)
        if _try(descriptor):
            return True
    return False
