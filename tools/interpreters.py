"""Which Pythons of this machine really run, one for each minor version that agent-trace supports."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

if sys.platform != "win32":
    import pwd

MINORS = (10, 11, 12, 13)
PROBE = """
import ensurepip, platform, sys, sysconfig, venv
free_threaded = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
print(sys.implementation.name, free_threaded, sys.version_info[1], platform.python_version())
"""
PATIENCE_S = 30


class Interpreter(NamedTuple):
    """A Python that answered when it was asked for its version."""

    minor: int
    version: str
    path: Path


def homes(environ: Mapping[str, str]) -> Iterator[Path]:
    """Directories that may hold a `.pyenv`: HOME, and the account's own where the caller changed HOME."""
    if environ.get("HOME"):
        yield Path(environ["HOME"])
    if sys.platform != "win32":
        yield Path(pwd.getpwuid(os.getuid()).pw_dir)


def pyenv_roots(environ: Mapping[str, str]) -> Iterator[Path]:
    """Where pyenv may keep its versions: its variable, the homes, and beside any directory of shims on PATH."""
    if environ.get("PYENV_ROOT"):
        yield Path(environ["PYENV_ROOT"])
    for home in homes(environ):
        yield home / ".pyenv"
    for entry in environ.get("PATH", "").split(os.pathsep):
        if Path(entry).name == "shims":
            yield Path(entry).parent


def candidates(minor: int, environ: Mapping[str, str]) -> Iterator[Path]:
    """Files that may be a Python 3.`minor`, in the order of preference and with repetitions."""
    name = f"python3.{minor}"
    for entry in environ.get("PATH", "").split(os.pathsep):
        if entry and (Path(entry) / name).is_file():
            yield Path(entry) / name
    for root in pyenv_roots(environ):
        yield from sorted(root.glob(f"versions/3.{minor}.*/bin/{name}"), reverse=True)


def probe(path: Path) -> Interpreter | None:
    """Ask a candidate what it is; None where it does not run, cannot make environments or is another implementation."""
    try:
        done = subprocess.run(
            [path, "-c", PROBE],
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    answer = done.stdout.split()
    if done.returncode != 0 or answer[:2] != ["cpython", "False"]:
        return None
    return Interpreter(minor=int(answer[2]), version=answer[3], path=path)


def running(environ: Mapping[str, str]) -> dict[int, Interpreter]:
    """For every supported minor version the first candidate that runs."""
    found: dict[int, Interpreter] = {}
    for minor in MINORS:
        for path in dict.fromkeys(candidates(minor, environ)):
            interpreter = probe(path)
            if interpreter is not None and interpreter.minor == minor:
                found[minor] = interpreter
                break
    return found
