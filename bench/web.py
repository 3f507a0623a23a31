"""The server under load: percentiles of what a page asks, over a home with many sessions, on one connection that stays.

`python -m bench.web --sessions 10000` makes the home once (about one million events), starts a server in a process of its
own, waits until it has read everything, and asks. Nothing leaves the loopback.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.many import make_many

ROUNDS = 40
"""Requests of each kind, after one that warms up."""
WAIT_S = 1800.0
QUIET_S = 6
"""So long nothing may be going on: the server begins to index some seconds after it read."""
STEPS = (34, 64)
"""Tool calls of a session: with their results and answers 100 events of 10 000 sessions are a million."""
LIST = "/api/v2/sessions"
KINDS: dict[str, tuple[str, ...]] = {
    "list, first page": (LIST,),
    "list, another page": tuple(f"{LIST}?offset={start}" for start in range(100, 9_000, 900)),
    "list, another order": tuple(
        f"{LIST}?sort={one}" for one in ("cost", "tokens", "title", "duration", "errors", "prompts")
    ),
    "list, a word typed": tuple(f"{LIST}?q={one}" for one in ("a", "pr", "proj-0", "proj-07", "main", "x")),
    "list, a project": tuple(f"{LIST}?repo=proj-{one:02d}" for one in range(12)),
    "list, last 7 days and before": (f"{LIST}?since=7d&compare=1",),
    "list, half a year": (f"{LIST}?since=180d",),
    "overview, 7 days": ("/api/v2/overview?since=7d&days=7",),
    "chart: cost by day": ("/api/reports/cost?by=day&since=30d",),
    "chart: cost by model": ("/api/reports/cost?by=model",),
    "chart: cost by project": ("/api/reports/cost?by=project",),
    "list, new times": tuple(
        f"{LIST}?since=2026-{6 + one // 8:02d}-{1 + one % 8 * 3:02d}&until=2026-11-{1 + one % 28:02d}"
        for one in range(40)
    ),
    "chart: new times": tuple(f"/api/reports/cost?by=day&since={20 + one}d" for one in range(40)),
    "heat map": ("/api/reports/heatmap",),
    "heat map, new times": tuple(f"/api/reports/heatmap?since={20 + one}d" for one in range(40)),
    "forecast": ("/api/reports/forecast",),
    "projects, new times": tuple(f"/api/reports/projects?since={20 + one}d" for one in range(40)),
    "outcomes, new times": tuple(f"/api/reports/outcomes?since={20 + one}d" for one in range(40)),
    "search": tuple(f"/api/reports/search?text={one}&limit=20" for one in ("error", "test", "return", "file")),
    "events of a session": (),
    "session": (),
}
"""What is asked → the addresses, in turn."""


class Server:
    """The program under test, and one connection to it."""

    def __init__(self, home: Path) -> None:
        self.env = {**os.environ, "HOME": str(home), "AGENT_TRACE_HOME": str(home / ".agent-trace"), "TZ": "UTC"}
        words = ("serve", "--headless", "--port", "0", "--api-port", "0")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "agent_trace", *words], env=self.env, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stderr is not None
        said = self.process.stderr.readline()
        self.connection = http.client.HTTPConnection(said.split()[2].removeprefix("http://").rstrip("/"))

    def ask(self, path: str) -> tuple[int, bytes, float]:
        """Status, body, milliseconds."""
        begun = time.perf_counter()
        self.connection.request("GET", path)
        answer = self.connection.getresponse()
        body = answer.read()
        return answer.status, body, (time.perf_counter() - begun) * 1000

    def settle(self) -> None:
        """Wait until everything is read and its text can be searched."""
        deadline, quiet = time.monotonic() + WAIT_S, 0
        while time.monotonic() < deadline:
            found = json.loads(self.ask("/api/v2/status")[1])
            busy = found["syncing"] or found["indexing"] or found["due_bytes"]
            quiet = 0 if busy or not found["last_sync"] else quiet + 1
            if quiet > QUIET_S:
                return
            time.sleep(1)
        raise SystemExit("the server does not settle")


@contextmanager
def served(home: Path) -> Iterator[Server]:
    """A server over a home."""
    found = Server(home)
    try:
        yield found
    finally:
        found.process.terminate()
        found.process.wait()


def addresses(server: Server, seed: int = 3) -> dict[str, tuple[str, ...]]:
    """What is asked, with sessions that there are."""
    listed = json.loads(server.ask(f"{LIST}?limit=500&sort=cost")[1])["sessions"]
    names = [one["id"] for one in random.Random(seed).sample(listed, min(10, len(listed)))]
    return {
        **KINDS,
        "events of a session": tuple(f"{LIST}/{name}/events?limit=200" for name in names),
        "session": tuple(f"{LIST}/{name}" for name in names),
    }


def percentile(values: list[float], part: float) -> float:
    """Nearest rank."""
    return sorted(values)[max(0, round(part * len(values) + 0.5) - 1)]


def cpu_ms(pid: int) -> float:
    """Processor time of a process and of those it started so far; 0 where the system does not tell."""
    total, wanted = 0, {str(pid)}
    for stat in sorted(Path("/proc").glob("[0-9]*/stat"), key=lambda one: int(one.parent.name)):
        try:
            name, fields = stat.parent.name, stat.read_text().rpartition(")")[2].split()
        except OSError:  # it ended
            continue
        if name in wanted or fields[1] in wanted:
            wanted.add(name)
            total += int(fields[11]) + int(fields[12])
    return total * 1000 / os.sysconf("SC_CLK_TCK")


HEAD = f"  {'':32s} {'first':>8s} {'p50':>8s} {'p95':>8s} {'max':>8s} {'CPU':>8s}  ms"
"""CPU: of the server, for each answer after the first; it says more than the clock where others use the machine."""


def line(name: str, first: float, took: list[float], cpu: float, size: int) -> str:
    """The figures of one kind."""
    figures = (first, percentile(took, 0.5), percentile(took, 0.95), max(took), cpu / len(took))
    return f"  {name:32s} " + " ".join(f"{one:8.1f}" for one in figures) + f"  {size // 1000} kB"


def measure(server: Server) -> None:
    """Print one line for each kind."""
    print(HEAD)
    for name, paths in addresses(server).items():
        first = server.ask(paths[0])
        took, begun = [], cpu_ms(server.process.pid)
        for number in range(ROUNDS):
            status, _, milliseconds = server.ask(paths[number % len(paths)])
            assert status == 200, (name, paths[number % len(paths)], status)
            took.append(milliseconds)
        print(line(name, first[2], took, cpu_ms(server.process.pid) - begun, len(first[1])), flush=True)


def run(home: Path, sessions: int) -> None:
    """The section `web`."""
    if not (home / ".claude").exists():
        make_many(home, sessions, steps=STEPS)
    with served(home) as server:
        server.settle()
        print(f"\nweb: {sessions} sessions (p95 <= 20 ms for lists, charts, search; <= 50 ms for a page of a session)")
        measure(server)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="bench.web", description=__doc__)
    parser.add_argument("--sessions", type=int, default=10_000)
    parser.add_argument("--work", default=str(Path(tempfile.gettempdir()) / "agent-trace-bench"))
    args = parser.parse_args()
    run(Path(args.work) / f"many-{args.sessions}", args.sessions)


if __name__ == "__main__":
    main()
