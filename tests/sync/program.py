"""agent-trace as a process of its own, so that it can be killed, starved and run several times at once."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

DEADLINE_S = 120.0


def start(
    home: Path,
    *arguments: str,
    limit: Callable[[], None] | None = None,
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[str]:
    """Start a command over the logs of a home.

    `limit` is called in the new process before it begins.
    """
    own = {"HOME": str(home), "AGENT_TRACE_HOME": str(home / ".agent-trace"), **(environment or {})}
    return subprocess.Popen(
        [sys.executable, "-m", "agent_trace", *arguments],
        env={**unmeasured(), **own},
        cwd=home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=limit,
    )


def unmeasured() -> dict[str, str]:
    """The environment for a process that does not write down what it covered: one that is starved or killed cannot.

    To measure any of the others takes longer than what they do, and they reach no line that no other test reaches.
    """
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}


def finish(process: subprocess.Popen[str], code: int = 0) -> tuple[str, str]:
    """Wait for a command; what it wrote. An AssertionError where it left with another code or a traceback."""
    out, said = process.communicate(timeout=DEADLINE_S)
    assert (process.returncode, "Traceback" in said) == (code, False), f"left with {process.returncode}: {out}{said}"
    return out, said


def run(
    home: Path,
    *arguments: str,
    code: int = 0,
    limit: Callable[[], None] | None = None,
    environment: Mapping[str, str] | None = None,
    **more: str,
) -> tuple[str, str]:
    """Start a command and wait for it. Further keywords are variables of its environment."""
    return finish(start(home, *arguments, limit=limit, environment={**(environment or {}), **more}), code)


def largest_file(size: int) -> Callable[[], None]:
    """A limit under which no file grows beyond so many bytes: what a full disk looks like to a program."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
