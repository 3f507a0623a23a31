"""The folder of traces on disk: what may be written there, and what stays as it is.

Files are for their owner alone. A session that somebody else wrote is not touched unless it is asked for, notes that were
made there are kept, and what has not changed keeps its time.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress

import msgspec

from agent_trace.app.active_session import ACTIVE, active
from agent_trace.app.exporting import Leaving
from agent_trace.errors import UnreachableError, UsageError
from agent_trace.model.portable import heading
from agent_trace.privacy.tiers import withheld

IGNORE = "# Written by agent-trace: traces hold prompts and what tools printed.\n*\n"
NOTES = "annotations.jsonl"
PART = ".part"
"""Ending of a file that is being written; it gets its name when it is whole."""
_HALF = re.compile(r"\.[a-z0-9_]{8}" + re.escape(PART))


def put(folder: str, one: Leaving, *, force: bool = False) -> bool:
    """Write a session; False where everything was there already. Raises UsageError, UnreachableError."""
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        _refuse_strangers(folder, one, force=force)
        changed = False
        for name, data in one.files.items():
            changed |= _put(os.path.join(folder, *name.split("/")), _kept(folder, name, data))
        return changed
    except OSError as error:
        raise UnreachableError(f"{folder} cannot be written: {error.strerror or error}") from error


def put_file(path: str, data: bytes) -> bool:
    """Write one file; False where it was there already. Raises UnreachableError."""
    try:
        return _put(os.path.abspath(path), data)
    except OSError as error:
        raise UnreachableError(f"{path} cannot be written: {error.strerror or error}") from error


def put_pieces(path: str, pieces: Iterable[bytes]) -> int:
    """Write one file that comes piece by piece; its bytes. Raises UnreachableError."""
    try:
        return _written(os.path.abspath(path), pieces)
    except OSError as error:
        raise UnreachableError(f"{path} cannot be written: {error.strerror or error}") from error


def sweep(folder: str, since: float) -> None:
    """Remove what a run that was killed before this moment (Unix seconds) had half written."""
    with suppress(OSError), os.scandir(folder) as entries:
        for one in entries:
            if _HALF.fullmatch(one.name) and one.is_file(follow_symlinks=False) and one.stat().st_mtime < since:
                os.unlink(one.path)


def _refuse_strangers(folder: str, one: Leaving, *, force: bool) -> None:
    for name in {file.partition("/")[0] for file in one.files if "/" in file}:
        place = os.path.join(folder, name)
        if os.path.islink(place):
            raise UsageError(f"{place} is a link", hint="nothing is written through a link")
        if not force and os.path.isdir(place) and os.listdir(place) and written_for(place) != one.session:
            raise UsageError(
                f"{place} holds a session that agent-trace did not write", hint="another folder with -o, or --force"
            )


def written_for(place: str) -> str | None:
    """The session whose export lies in a folder; None where it is none of ours."""
    try:
        with open(os.path.join(place, "events.ndjson"), "rb") as file:
            line = msgspec.json.decode(file.readline())
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None
    found = heading(line) if isinstance(line, dict) else None
    return None if found is None else str(found["id"])


def _kept(folder: str, name: str, data: bytes) -> bytes:
    """What goes into a file: for notes, those that were made there stand before ours.

    One of ours whose text is withheld takes no other's place: there it was told already, perhaps nowhere else.
    """
    if not name.endswith("/" + NOTES):
        return data
    there = _read(os.path.join(folder, *name.split("/"))).splitlines()
    known = {_note(line) for line in there}
    ours = [line for line in data.splitlines() if not (_is_withheld(line) and _note(line) in known)]
    names = {_note(line) for line in ours}
    return b"".join(
        line + b"\n" for line in (*(one for one in there if _note(one) not in names), *ours) if line.strip()
    )


def _is_withheld(line: bytes) -> bool:
    return msgspec.json.decode(line)["note"] in (withheld(1), withheld(2))


def _note(line: bytes) -> object:
    try:
        found = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return line
    return found.get("annotation_id", line) if isinstance(found, dict) else line


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return b""


def _put(path: str, data: bytes) -> bool:
    if os.path.isfile(path) and _read(path) == data:
        return False
    _written(path, (data,))
    return True


def _written(path: str, pieces: Iterable[bytes]) -> int:
    folder = os.path.dirname(path)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=".", suffix=PART)
    try:
        with os.fdopen(descriptor, "wb") as file:
            size = sum(map(file.write, pieces))
        os.replace(temporary, path)
    finally:
        with suppress(OSError):
            os.unlink(temporary)
    return size


# ---- beside the sessions


def hide_from_git(folder: str) -> None:
    """Let the folder ignore itself, unless it is a repository, or where somebody works."""
    here = os.path.realpath(folder)
    cwd = os.path.realpath(os.getcwd())
    path = os.path.join(folder, ".gitignore")
    if os.path.lexists(path) or os.path.lexists(os.path.join(folder, ".git")):
        return
    if not os.path.relpath(cwd, here).startswith(os.pardir):
        return
    put_file(path, IGNORE.encode())


def mark_active(folder: str, sessions: Mapping[str, bool]) -> None:
    """Name the newest of the sessions that still run (name → does it run), and no longer one that has ended."""
    path = os.path.join(folder, ACTIVE)
    running = [name for name, runs in sessions.items() if runs]
    if running:
        put_file(path, running[0].encode())
    elif active(folder) in sessions:
        with suppress(OSError):
            os.unlink(path)
