"""A replay in a real browser, followed while a real agent writes the session that it shows."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlencode

import msgspec

from tests.browser.shown import SHOWN
from tests.house.source import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page

LOOK_S = 0.01
"""How often the sizes of the logs are looked at."""
START_S = 60
"""How long the server may take to begin."""
ELSEWHERE = {"bin", ".tmp", "node_modules", "cache", "plugins", ".agent-trace"}
"""Folders of a home that hold no logs."""
RECORD = """() => {
    window.said = {};
    const look = () => {
        const now = performance.timeOrigin + performance.now();
        const note = (row, words) => {
            const all = window.said[row] ??= [];
            if (all.at(-1)?.[1] !== words) all.push([now, words]);
        };
        note("state", document.querySelector(".facts > div:nth-child(2) dd")?.textContent ?? "");
        note("nested", `${document.querySelectorAll(".nested li").length}`);
        for (const row of document.querySelectorAll(".moments > .moment:not(.later)"))
            note(row.dataset.event, row.querySelector(".body").textContent);
    };
    new MutationObserver(look).observe(document.body, {subtree: true, childList: true, characterData: true});
    look();
}"""
"""Keeps what each row said, and since when."""
END = """() => {
    const rows = document.querySelectorAll(".moments > .moment"), last = rows[rows.length - 1];
    return Boolean(last?.classList.contains("current")) && last.getBoundingClientRect().bottom <= innerHeight;
}"""
"""The cursor is at the last row, and that is in sight."""


def shown(page: Page) -> dict[str, Any]:
    """All that a replay shows, but where its cursor is and how long ago it began: clocks go on."""
    found: dict[str, Any] = page.evaluate(SHOWN)
    return {**found, "facts": [one for one in found["facts"] if not one.startswith("Started")]}


class Sizes:
    """When the logs below a home had which sizes."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.seen: dict[Path, list[tuple[float, int]]] = {}
        """Log → when it was written to, in seconds since 1970, and its size then."""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Sizes:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(LOOK_S):
            for path in self._logs():
                try:
                    found = path.stat()
                except OSError:
                    continue
                known = self.seen.setdefault(path, [])
                if not known or known[-1][1] != found.st_size:
                    known.append((found.st_mtime, found.st_size))

    def _logs(self) -> Iterator[Path]:
        for folder, inside, names in os.walk(self.home):
            inside[:] = [one for one in inside if one not in ELSEWHERE]
            yield from (Path(folder, name) for name in names if name.endswith((".jsonl", ".json")))

    def since(self, line: str) -> float | None:
        """When a line stood in its log; of a row of a database when it was written; None: nobody knows."""
        data = line.encode()
        for path, sizes in self.seen.items():
            at = path.read_bytes().find(data) if path.exists() else -1
            if at >= 0:
                return next((when for when, size in sizes if size >= at + len(data)), None)
        written = re.search(r'"time_updated":\s*(\d{13})', line)
        return int(written[1]) / 1000 if written else None


class Dashboard(NamedTuple):
    """A server that runs."""

    address: str

    def ask(self, path: str) -> Any:
        with urllib.request.urlopen(self.address + path) as answer:
            return json.load(answer)

    def roots(self, agent: str) -> list[str]:
        """The ids of an agent's sessions."""
        found = self.ask("/api/reports/list?" + urlencode({"agent": agent}))
        return [one["id"] for one in found["sessions"] if one["parent"] is None]

    def document(self, session: str) -> Any:
        return self.ask("/api/reports/replay-document?" + urlencode({"session": session}))

    def lines(self, session: str, event: str) -> list[str]:
        """What the log has of an event."""
        try:
            with urllib.request.urlopen(
                f"{self.address}/api/v2/sessions/{quote(session, safe='')}/raw/{event}"
            ) as answer:
                return [one for one in answer.read().decode().split("\n") if one]
        except urllib.error.HTTPError:
            return []

    def replay(self, session: str) -> str:
        return f"{self.address}/sessions/{quote(session, safe='')}/replay"


@contextmanager
def served(home: Path) -> Iterator[Dashboard]:
    """The dashboard of a home, with the clock as it is."""
    own = {"HOME": str(home), "AGENT_TRACE_HOME": str(home / ".agent-trace"), "TZ": "UTC", "LANG": "C.UTF-8"}
    environment = {**own, "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src")}
    words = [sys.executable, "-m", "agent_trace", "serve", "--headless", "--port", "0"]
    log = home / ".tmp" / "server.txt"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as out, subprocess.Popen(words, env=environment, stdout=out, stderr=subprocess.STDOUT) as server:
        try:
            yield Dashboard(_address(log))
        finally:
            server.terminate()


def _address(log: Path) -> str:
    """Where a server that begins to say so is to be found."""
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        if found := re.search(r"http://127\.0\.0\.1:\d+", log.read_text(encoding="utf-8")):
            return found.group()
        threading.Event().wait(LOOK_S)
    raise AssertionError(f"the server did not start: {log.read_text(encoding='utf-8')}")


class Followed(msgspec.Struct, kw_only=True):
    """What was seen of a session while it was played."""

    codes: list[int]
    """How its prompts ended."""
    document: Any
    followed: Any
    """What was shown in the end where it was followed, and where it was loaded anew."""
    anew: Any
    said: Mapping[str, list[tuple[float, str]]]
    """Row → what it said, and since when."""
    delays: Mapping[str, float]
    """Event → seconds from its line in the log to its row."""
    ended: bool
    """The cursor was at the end, and that was in sight."""
    fresh: str
    """What was counted for somebody who did not follow it, and how many events had been there before."""
    before: int
    wrong: list[str]
    """What the browser complained of."""


def delays(dashboard: Dashboard, document: Any, sizes: Sizes, page: Page, since: float) -> dict[str, float]:
    """Event → seconds from its line in the log to its row, of those that were written since a page was open.

    A result stands in the row of its call: it was there when that row said something new.
    """
    said = page.evaluate("window.said")
    found = {}
    for event in document["events"]:
        times = [at for line in dashboard.lines(document["session"], event["number"]) if (at := sizes.since(line))]
        row = said.get(event["pair"] if event["kind"] == "tool_result" and event.get("pair") else event["number"])
        if not times or min(times) < since or not row:
            continue
        written = max(times) if event["kind"] == "tool_result" else min(times)
        seen = [at / 1000 for at, _ in row if event["kind"] != "tool_result" or at / 1000 >= written]
        if seen:
            found[event["number"]] = seen[0] - written
    return found


def moment() -> float:
    """Seconds since 1970."""
    return time.time()
