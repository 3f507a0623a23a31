"""A server of the dashboard over a home full of sessions, with its clock standing still."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.browser import weeks
from tests.conftest import FOREIGN

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "tests" / "corpus"
CHROMIUM = (
    "/usr/bin/chromium-headless-shell",
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
)
"""Where browsers are; the one without windows comes first: it draws pages alike at less than half of the processor time."""
ARGUMENTS = ("--no-sandbox", "--font-render-hinting=none")


class Place(NamedTuple):
    """A server that runs."""

    address: str
    home: Path
    written: weeks.Written
    offered: frozenset[str]
    """The names of the reports that it has."""


def chromium() -> str:
    """The browser of this machine; requirements/debian.txt names its package. Raises FileNotFoundError."""
    for path in CHROMIUM:
        if Path(path).exists():
            return path
    raise FileNotFoundError("there is no Chromium here: apt-get install chromium-headless-shell")


def is_built() -> bool:
    """Whether there are pages to look at."""
    return (ROOT / "src/agent_trace/web/static/index.html").exists()


def furnish(home: Path, *, hostile: bool = True) -> weeks.Written:
    """Recorded runs of every agent whose home lies in the corpus, and two weeks of work."""
    for recorded in sorted(CORPUS.glob("*/*/fix/home")):
        shutil.copytree(recorded, home, dirs_exist_ok=True)
    return weeks.write(home, hostile=hostile)


def environment(home: Path) -> dict[str, str]:
    """Nothing of this machine but the path of its programs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    now = weeks.NOW.isoformat().replace("+00:00", "Z")
    own = {"HOME": str(home), "AGENT_TRACE_HOME": str(home / ".agent-trace"), "AGENT_TRACE_NOW": now, "TZ": "UTC"}
    return {**kept, **own, "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT / "src"), kept.get("PYTHONPATH")]))}


@contextmanager
def served(home: Path, *, hostile: bool = True, furnished: bool = True) -> Iterator[Place]:
    """The server, from its first answer until the end; `furnished` False: nobody ever used an agent here.

    Raises FileNotFoundError where there are no pages to look at.
    """
    if not is_built():
        raise FileNotFoundError("the dashboard is not built: make dashboard")
    written = furnish(home, hostile=hostile) if furnished else weeks.Written("", "", "")
    environ = environment(home)
    program = [sys.executable, "-m", "agent_trace"]
    subprocess.run([*program, "sync"], env=environ, check=True, capture_output=True)
    with subprocess.Popen(
        [*program, "serve", "--headless", "--port", "0"],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as server:
        try:
            address = _address(server)
            yield Place(address, home, written, _offered(address))
        finally:
            server.terminate()


def _offered(address: str) -> frozenset[str]:
    with urllib.request.urlopen(f"{address}/api/reports") as answer:
        return frozenset(json.load(answer)["reports"])


def _address(server: subprocess.Popen[str]) -> str:
    assert server.stdout is not None
    said = []
    for line in server.stdout:
        said.append(line)
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        if found:
            return found.group()
    raise AssertionError(f"the server did not start: {''.join(said)}")
