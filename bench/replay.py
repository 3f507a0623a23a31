"""Sessions that are looked at again: a page of a long one, and the file that is handed to anyone, beside those of others.

`python -m bench.replay [--agent-strace PATH] [--claude-code-log PATH] [--chromium PATH]` writes sessions of 10 000, 20 000 and
100 000 events, asks a server for pages of the longest, scrolls through the one between and through the file of the shortest,
writes both others as files, and opens each file from the disk with the network off. A rival that needs longer than the limit
(`--limit`) is stopped, and its row says so.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from bench.long import make_long
from bench.web import percentile, served

EVENTS = (10_000, 100_000)
LIMIT_S = 180.0
"""Nine times what a file of 100 000 events may take."""
SCROLLED = 20_000
FRAMES = 400
LATE_MS = 50
SETTLED_MS = 2000
ROUNDS = 20
PAGE = 300
READY = {"agent-trace": "[data-ready] .moment .block"}
"""What is there once a file can be read; of others: its text."""

MOVES = {
    "120 px a frame": "() => scrollBy(0, 120)",
    "600 px a frame": "() => scrollBy(0, 600)",
    "2000 px a frame": "() => scrollBy(0, 2000)",
    "scrollbar, end to end": "part => scrollTo(0, (document.documentElement.scrollHeight - innerHeight) * part)",
    "scrubber, end to end": """part => {
        const input = document.querySelector('.track input');
        input.value = String(Math.round(input.max * part));
        input.dispatchEvent(new Event('input', { bubbles: true }));
    }""",
}
"""What is done in each frame; given is how many of the frames are over, from 0 to 1."""
SCROLL = """async frames => {
  const [move, took] = [MOVE, []];
  let last = performance.now();
  await new Promise((done) => {
    const frame = () => {
      const now = performance.now();
      took.push(now - last);
      last = now;
      move(took.length / frames);
      if (took.length < frames) requestAnimationFrame(frame); else done();
    };
    requestAnimationFrame(frame);
  });
  return took;
}"""
"""Milliseconds of each frame, one of the moves in the place of MOVE."""


class Written(NamedTuple):
    """A file, and what it took."""

    cpu: float
    wall: float
    peak: float
    path: Path
    code: int


class Bench:
    """One run."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        self.work = Path(args.work)
        self.limit: float = args.limit

    def home(self, events: int) -> Path:
        """A home with one session, read by `sync`."""
        home = self.work / f"replay-{events}"
        if not (home / ".claude").exists():
            make_long(home, events)
        subprocess.run(ours("sync"), env=environment(home), check=True, capture_output=True)
        return home

    # ---- pages

    def pages(self, home: Path) -> None:
        """What the first page costs a server that has just begun, and any other one."""
        with served(home) as server:
            document = "/api/reports/replay-document?session=latest"
            asked = {
                "page, the first": [f"{document}&only=events&first=50001&limit={PAGE}"],
                "page, any other": [
                    f"{document}&only=events&first={1 + number * 4_700}&limit={PAGE}" for number in range(ROUNDS)
                ],
                "head, the first": [f"{document}&only=head"],
                "head, again": [f"{document}&only=head"] * ROUNDS,
                "events, any page": [
                    f"/api/v2/sessions/latest/events?after={number * 4_700}&limit={PAGE}" for number in range(ROUNDS)
                ],
            }
            for name, paths in asked.items():
                took = [server.ask(path) for path in paths]
                assert all(status == 200 for status, _, _ in took), name
                spent = [milliseconds for _, _, milliseconds in took]
                size = len(took[-1][1]) // 1000
                print(f"  {name:24s} p50 {percentile(spent, 0.5):7.1f} ms  max {max(spent):7.1f} ms  {size} kB")
            print(f"  {'memory of the server':24s} {_resident(server.process.pid):.0f} MB")

    def frames(self, browser: Any, address: str) -> None:
        """What a page drops while it is scrolled and dragged through, each time opened anew."""
        for name, move in MOVES.items():
            page = browser.new_page(viewport={"width": 1280, "height": 850})
            page.goto(address)
            page.locator(".moment .block").first.wait_for()
            page.wait_for_timeout(SETTLED_MS)
            took = page.evaluate(SCROLL.replace("MOVE", move), FRAMES)
            late = sum(one > LATE_MS for one in took)
            print(
                f"  {name:22s} p50 {statistics.median(took):4.0f} ms  p95 {percentile(took, 0.95):4.0f} ms"
                f"  worst {max(took):5.0f} ms  {late} of {len(took)} above {LATE_MS} ms"
            )
            page.close()

    def scrolled(self, browser: Any) -> None:
        """The page of a long session, and the file of one half as long."""
        print(f"\nreplay: the page of {SCROLLED:,} events, scrolled (no frame above {LATE_MS} ms)")
        with served(self.home(SCROLLED)) as server:
            name = json.loads(server.ask("/api/v2/sessions")[1])["sessions"][0]["id"]
            at = server.connection
            self.frames(browser, f"http://{at.host}:{at.port}/sessions/{name}/replay")
        print(f"\nreplay: the file of {EVENTS[0]:,} events, scrolled (no frame above {LATE_MS} ms)")
        home = self.home(EVENTS[0])
        path = self.work / "scrolled.html"
        _run(ours("share", "latest", "--no-sync", "-o", str(path)), environment(home), path, self.limit)
        self.frames(browser, path.as_uri())

    # ---- files

    def files(self, home: Path, events: int) -> Iterator[tuple[str, Written]]:
        """Each tool's file of the session."""
        log = next((home / ".claude").rglob("*.jsonl"))
        out = self.work / f"files-{events}"
        out.mkdir(exist_ok=True)
        yield (
            "agent-trace",
            _run(
                ours("share", "latest", "--no-sync", "-o", str(out / "ours.html")),
                environment(home),
                out / "ours.html",
                self.limit,
            ),
        )
        if self.args.agent_strace:
            store = {**others(home), "HOME": str(out)}
            program = (self.args.agent_strace, "--trace-dir", str(out / "store"))
            with suppress(subprocess.TimeoutExpired):  # what it took up until then is shared
                subprocess.run(
                    [*program, "import", str(log)], env=store, check=False, capture_output=True, timeout=self.limit
                )
            yield (
                "agent-strace",
                _run((*program, "share", "-o", str(out / "strace.html")), store, out / "strace.html", self.limit),
            )
        if self.args.claude_code_log:
            words = ("convert", str(log), "-o", str(out / "log.html"), "--no-cache")
            yield (
                "claude-code-log",
                _run((self.args.claude_code_log, *words), others(home), out / "log.html", self.limit),
            )

    def ready(self, browser: Any, name: str, path: Path) -> float | None:
        """Milliseconds until a file can be read; None: never."""
        from playwright.sync_api import Error

        took = []
        for _ in range(3):
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            context.set_offline(True)
            page = context.new_page()
            begun = time.perf_counter()
            try:
                page.goto(
                    path.as_uri(), timeout=self.limit * 1000, wait_until="load" if name not in READY else "commit"
                )
                page.locator(READY.get(name, "body")).first.wait_for(timeout=self.limit * 1000)
            except Error:  # the page broke down, or is not there in time
                return None
            finally:
                context.close()
            took.append((time.perf_counter() - begun) * 1000)
        return statistics.median(took)

    def run(self) -> None:
        """All of it."""
        if getattr(self.args, "only_scroll", False):
            self.with_browser(self.scrolled)
            return
        homes = {events: self.home(events) for events in EVENTS}
        print(f"\nreplay: pages of {EVENTS[1]:,} events (<= 50 ms, <= 250 MB)")
        self.pages(homes[EVENTS[1]])
        self.with_browser(self.scrolled)
        self.with_browser(lambda browser: self.shared(browser, homes))

    def with_browser(self, done: Callable[[Any], None]) -> None:
        """One of them, closed at its end."""
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=self.args.chromium, args=["--no-sandbox"])
            done(browser)
            browser.close()

    def shared(self, browser: Any, homes: Mapping[int, Path]) -> None:
        """Each tool's files, and what it takes to read them."""
        for events, home in homes.items():
            print(f"\nreplay: one file of {events:,} events (10 000: <= 5 MB, ready <= 1 s; 100 000: <= 20 s)")
            for name, one in self.files(home, events):
                size = one.path.stat().st_size if one.path.exists() else 0
                shown = self.ready(browser, name, one.path) if size else None
                took = f"{one.cpu:7.1f} CPU-s {one.wall:7.1f} s wall {one.peak:6.0f} MB {size / 1e6:7.1f} MB of file"
                print(f"  {name:18s} {took}  ready {'never' if shown is None else f'{shown:.0f} ms'}  exit {one.code}")


def ours(*words: str) -> tuple[str, ...]:
    """A command of agent-trace."""
    return (sys.executable, "-m", "agent_trace", *words)


def environment(home: Path) -> dict[str, str]:
    """That of a person who has nothing but this home."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    return {**kept, "HOME": str(home), "AGENT_TRACE_HOME": str(home / ".agent-trace"), "TZ": "UTC", "LANG": "C.UTF-8"}


def others(home: Path) -> dict[str, str]:
    """The same for a program that has modules of its own: one of them has a package that is called like ours."""
    return {name: value for name, value in environment(home).items() if name != "PYTHONPATH"}


def _run(command: tuple[str, ...], env: Mapping[str, str], path: Path, limit: float) -> Written:
    """Run it to its end, or to the limit."""
    path.unlink(missing_ok=True)
    begun = time.perf_counter()
    process = subprocess.Popen(command, env=dict(env), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with suppress(subprocess.TimeoutExpired):
        _wait(process, begun + limit)
    _, status, use = os.wait4(process.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    return Written(use.ru_utime + use.ru_stime, time.perf_counter() - begun, use.ru_maxrss / 1024, path, code)


def _wait(process: subprocess.Popen[bytes], until: float) -> None:
    """Until it is done, without taking its account from who asks for that; killed where it takes too long."""
    while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
        if time.perf_counter() > until:
            process.kill()
            return
        time.sleep(0.02)


def _resident(pid: int) -> float:
    """Peak memory of a process in MB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="bench.replay", description=__doc__)
    parser.add_argument("--work", default=str(Path(tempfile.gettempdir()) / "agent-trace-bench"))
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--only-scroll", action="store_true", help="scroll, and nothing else")
    parser.add_argument("--limit", type=float, default=LIMIT_S, help="seconds")
    for rival in ("agent-strace", "claude-code-log"):
        parser.add_argument(f"--{rival}", help=f"path of the {rival} program")
    args = parser.parse_args()
    Path(args.work).mkdir(parents=True, exist_ok=True)
    Bench(args).run()


if __name__ == "__main__":
    main()
