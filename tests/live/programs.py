"""The real agents, installed once each into a folder of their own."""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path

from tests.live.agents import Program

VARIABLE = "AGENT_TRACE_LIVE_DIR"
"""Where the agents are installed and played; without it, below build/."""


def live_folder(given: str | None, root: Path) -> Path:
    """The folder for all of it: some 2 GB."""
    return Path(given).absolute() if given else root / "build" / "live"


def installed(program: Program, live: Path) -> Path:
    """The agent's executable, installed where it is not there yet."""
    target = live / "agents" / f"{program.command}-{program.version}"
    binary = target / "bin" / program.command
    if not binary.exists():
        target.mkdir(parents=True, exist_ok=True)
        words = [
            "npm",
            "install",
            "--global",
            "--prefix",
            str(target),
            "--no-fund",
            "--no-audit",
            "--loglevel",
            "error",
        ]
        subprocess.run([*words, f"{program.package}@{program.version}"], check=True)
    return binary


def writable_parent(folder: Path) -> Path | None:
    """The nearest folder above that everybody may write to: some agents trust no HOME below one."""
    return next((one for one in folder.parents if one.exists() and one.stat().st_mode & stat.S_IWOTH), None)
