"""One server a home: which one runs, and the token that stands for the person.

The lock goes with the process, so a server that was killed leaves a file that nobody holds: it is stale and is taken.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from agent_trace.config import Config
from agent_trace.errors import UnreachableError
from agent_trace.sync.lock import lock

GRACE_S = 0.5
"""Somebody who only looks holds the lock for a moment."""
STOP_S = 30.0


class Instance(msgspec.Struct, frozen=True, kw_only=True):
    """A server that runs."""

    pid: int
    address: str
    """Where a browser of this machine finds it."""
    port: int
    api_port: int | None = None
    """Where the addresses of an earlier tool lie; None: the port was taken."""
    version: str = ""
    started: float = 0.0
    """Unix seconds."""
    needs_secret: bool = False
    """Whether a browser must bring the token of the home."""


def running(config: Config) -> Instance | None:
    """The server of this home; None where none runs."""
    if not os.path.exists(config.server_lock_file):
        return None
    try:
        with lock(config.server_lock_file, wait_s=0) as held:
            return None if held else _read(config)
    except UnreachableError:
        return None


def _read(config: Config) -> Instance | None:
    try:
        with open(config.server_file, "rb") as file:
            return msgspec.json.decode(file.read(), type=Instance)
    except (OSError, msgspec.DecodeError):
        return None


@contextmanager
def claimed(config: Config) -> Iterator[bool]:
    """The right to serve this home; False where another server has it."""
    os.makedirs(config.home, mode=0o700, exist_ok=True)
    with lock(config.server_lock_file, wait_s=GRACE_S) as held:
        try:
            yield held
        finally:
            if held:
                _remove(config.server_file)


def announce(config: Config, instance: Instance) -> None:
    """Tell others where it is; whoever holds the claim may."""
    _write(config.server_file, msgspec.json.encode(instance))


def address_of(config: Config, instance: Instance) -> str:
    """What to open in a browser: with the secret in its fragment, which no request carries, where one is needed."""
    return f"{instance.address}/#token={token(config)}" if instance.needs_secret else f"{instance.address}/"


def stop(config: Config) -> Instance | None:
    """End the server of this home and wait for it; None where none ran. Raises UnreachableError."""
    found = running(config)
    if found is None:
        return None
    try:
        os.kill(found.pid, signal.SIGTERM)
    except ProcessLookupError:
        return None
    except PermissionError as error:
        raise UnreachableError(f"process {found.pid} is not yours to end") from error
    with lock(config.server_lock_file, wait_s=STOP_S) as held:
        if not held:
            raise UnreachableError(f"the server (process {found.pid}) does not end", hint=f"kill -9 {found.pid}")
    return found


def token(config: Config) -> str:
    """The secret of this home, made when it is first asked for; only its owner can read it."""
    try:
        with open(config.token_file, encoding="ascii") as file:
            known = file.read().strip()
        if known and not os.stat(config.token_file).st_mode & 0o077:
            return known
    except (OSError, UnicodeDecodeError):
        pass
    import secrets

    made = secrets.token_urlsafe(32)
    os.makedirs(config.home, mode=0o700, exist_ok=True)
    _write(config.token_file, made.encode() + b"\n")
    return made


def _write(path: str, data: bytes) -> None:
    """A file that only its owner can read, there whole or not at all."""
    beside = f"{path}.{os.getpid()}"
    with open(os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
    os.replace(beside, path)


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return
