"""agentsview's server under the same load as `bench.web`, on the same logs: what its own pages ask for.

`python -m bench.rival_web --agentsview PATH --sessions 10000` syncs it once into a home beside the corpus, starts its server
without background work, and asks. Nothing leaves the loopback; its daemon, telemetry and look for updates are off.
"""

from __future__ import annotations

import argparse
import datetime as dt
import http.client
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.corpus.source import END
from bench.web import HEAD, ROUNDS, cpu_ms, line

QUIET = {"AGENTSVIEW_NO_DAEMON": "1", "AGENTSVIEW_TELEMETRY": "0", "DO_NOT_TRACK": "1"}
WORDS = ("error", "test", "return", "file")
WAIT_S = 600.0
"""Its first start after a sync makes indexes."""
MOST_S = 12.0
"""So long one kind is asked for, whatever the rounds."""


def days_ago(days: int) -> str:
    """A day before the end of the corpus."""
    return (END - dt.timedelta(days=days)).date().isoformat()


def kinds() -> dict[str, tuple[str, ...]]:
    """What is asked → the addresses, in turn; the names are those of `bench.web`."""
    usage, until, whole = "/api/v1/usage/summary", f"to={days_ago(0)}", "include_one_shot=true"
    sessions, analytics = f"/api/v1/sessions?limit=100&{whole}", "/api/v1/analytics"
    return {
        "list, first page": (sessions,),
        "list, a project": tuple(f"{sessions}&project=proj_{one:02d}" for one in range(12)),
        "list, half a year": (f"{sessions}&date_from={days_ago(180)}",),
        "overview, 7 days": (f"{analytics}/summary?from={days_ago(7)}&{until}&{whole}",),
        "chart: cost by day": (f"{usage}?from={days_ago(30)}&{until}",),
        "chart: cost, all days": (f"{usage}?from={days_ago(200)}&{until}",),
        "heat map": (f"{analytics}/hour-of-week?from={days_ago(200)}&{until}&{whole}",),
        "search": tuple(f"/api/v1/search?q={word}&limit=20" for word in WORDS),
    }


@contextmanager
def served(program: str, home: Path) -> Iterator[tuple[http.client.HTTPConnection, int]]:
    """Its server over a home that it has synced, and the number of its process."""
    env = {**os.environ, **QUIET, "HOME": str(home), "TZ": "UTC"}
    subprocess.run((program, "sync"), env=env, check=True, stdout=subprocess.DEVNULL)
    words = ("serve", "--no-browser", "--no-sync", "--no-update-check", "--port", "0")
    process = subprocess.Popen((program, *words), env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield http.client.HTTPConnection(_address(process)), process.pid
    finally:
        process.terminate()
        process.wait()


def _address(process: subprocess.Popen[str]) -> str:
    """Host and port that it names when it is ready."""
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline and process.stdout is not None:
        found = re.search(r"http://([\w.]+:\d+)", process.stdout.readline())
        if found:
            return found.group(1)
    raise SystemExit("agentsview names no address")


def ask(connection: http.client.HTTPConnection, path: str) -> tuple[int, int, float]:
    """Status, bytes, milliseconds."""
    begun = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse()
    size = len(answer.read())
    return answer.status, size, (time.perf_counter() - begun) * 1000


def measure(connection: http.client.HTTPConnection, pid: int) -> None:
    """Print one line for each kind, as `bench.web` does."""
    print(HEAD)
    for name, paths in kinds().items():
        status, size, first = ask(connection, paths[0])
        if status != 200:
            print(f"  {name:32s} answers {status}")
            continue
        begun = cpu_ms(pid)
        took: list[float] = []
        while len(took) < ROUNDS and sum(took) < MOST_S * 1000:
            took.append(ask(connection, paths[len(took) % len(paths)])[2])
        print(line(name, first, took, cpu_ms(pid) - begun, size), flush=True)


def run(program: str, corpus: Path, home: Path) -> None:
    """Measure it over the logs of `bench.web`."""
    home.mkdir(parents=True, exist_ok=True)
    if not (home / ".claude").exists():
        (home / ".claude").symlink_to(corpus / ".claude")
    with served(program, home) as (connection, pid):
        print("\nagentsview, the same logs")
        measure(connection, pid)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="bench.rival_web", description=__doc__)
    parser.add_argument("--agentsview", required=True)
    parser.add_argument("--sessions", type=int, default=10_000)
    parser.add_argument("--work", default=str(Path(tempfile.gettempdir()) / "agent-trace-bench"))
    args = parser.parse_args()
    work = Path(args.work)
    run(args.agentsview, work / f"many-{args.sessions}", work / f"many-{args.sessions}-agentsview")


if __name__ == "__main__":
    main()
