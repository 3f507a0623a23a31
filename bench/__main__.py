"""Measure the budgets: `python -m bench [--mb 500] [--rounds 5] [--ccusage PATH] [--agentsview PATH]`.

The corpus and the homes lie below --work (default: a folder of the temporary directory), never in the repository.
Without rivals' paths only our own figures and their ratios to a bare Python start are printed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

from bench.many import make_many
from bench.measure import Contender, Run, alternate
from bench.replay import Bench as Replay
from bench.web import run as run_web

BARE = (sys.executable, "-c", "pass")
LONG = (10_000, 100_000)
"""Events of the sessions whose growth is measured."""
_PLACES = os.pathsep.join(sys.path)
SECTIONS = ("start_up", "cold", "full", "warm", "many", "session", "web", "replay")


class Bench:
    """One run over one corpus."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        self.work = Path(args.work)
        self.corpus = self.work / f"claude-{args.mb}"
        self.home = self.work / "home"
        self.env = {
            "PATH": os.environ["PATH"],
            "TZ": "UTC",
            "LANG": "C.UTF-8",
            "NO_COLOR": "1",
            "TERM": "dumb",
            "HOME": str(self.corpus),
            "AGENT_TRACE_HOME": str(self.home),
        }

    def ours(self, *words: str) -> tuple[str, ...]:
        return (sys.executable, "-m", "agent_trace", *words)

    def fresh(self) -> None:
        shutil.rmtree(self.home, ignore_errors=True)

    def prepare(self) -> None:
        """Make the corpus once, and warm the page cache."""
        if not (self.corpus / "truth.json").exists():
            share = ["--codex-share", "0", "--others-share", "0"]
            generate = [sys.executable, "-m", "bench.corpus.generate", "bulk", "--out", str(self.corpus)]
            subprocess.run([*generate, "--mb", str(self.args.mb), *share], check=True, stdout=subprocess.DEVNULL)
        for path in self.corpus.rglob("*.jsonl"):
            path.read_bytes()

    def section(self, title: str, contenders: Sequence[Contender], *, rounds: int | None = None) -> dict[str, Run]:
        """Run, and print medians with ratios to the first."""
        found = alternate(contenders, self.env, rounds or self.args.rounds)
        print(f"\n{title}")
        base = next(iter(found.values())).cpu
        for name, one in found.items():
            ratio = one.cpu / base if base else 0
            took = f"{one.cpu:8.3f} CPU-s {one.wall:8.3f} s wall {one.peak:6.0f} MB"
            print(f"  {name:34s} {took}  x{ratio:.2f}  exit {one.code}")
        return found

    # ---- the budgets

    def start_up(self) -> None:
        empty = {"HOME": str(self.work / "nobody"), "AGENT_TRACE_HOME": str(self.work / "nobody" / "at")}
        (self.work / "nobody").mkdir(parents=True, exist_ok=True)
        self.section(
            "start-up (list piped <= 8x a bare start)",
            [
                Contender("python -c pass", BARE),
                Contender("agent-trace list, no sessions", self.ours("list"), env=empty),
                Contender("agent-trace --version", self.ours("--version"), env=empty),
            ],
            rounds=max(9, self.args.rounds),
        )

    def cold(self) -> None:
        contenders = [Contender("agent-trace cost, cold", self.ours("cost", "--json"), before=self.fresh)]
        if self.args.ccusage:
            command = (self.args.ccusage, "daily", "--offline", "--json")
            contenders += [
                Contender("ccusage daily", command),
                Contender("ccusage, one thread", (*command, "--single-thread")),
            ]
        if self.args.tokscale:
            contenders.append(
                Contender(
                    "tokscale, cold",
                    (self.args.tokscale, "--light", "--json", "--no-spinner"),
                    before=self._no_tokscale,
                    env={"TOKSCALE_PRICING_CACHE_ONLY": "1"},
                )
            )
        self.section(f"cold cost of {self.args.mb} MB, first tier alone (<= ccusage)", contenders)

    def _no_tokscale(self) -> None:
        for name in (".cache/tokscale", ".config/tokscale"):
            shutil.rmtree(self.corpus / name, ignore_errors=True)

    def full(self) -> None:
        contenders = [Contender("agent-trace sync, cold", self.ours("sync"), before=self.fresh)]
        if self.args.agentsview:
            env = {"AGENTSVIEW_NO_DAEMON": "1", "AGENTSVIEW_TELEMETRY": "0", "DO_NOT_TRACK": "1"}
            contenders.append(
                Contender("agentsview sync, cold", (self.args.agentsview, "sync"), before=self._no_agentsview, env=env)
            )
        self.section(
            "full index with text and archive (<= 1/4 agentsview, <= 200 MB)",
            contenders,
            rounds=min(3, self.args.rounds),
        )
        self._sizes()

    def _no_agentsview(self) -> None:
        shutil.rmtree(self.corpus / ".agentsview", ignore_errors=True)

    def _sizes(self) -> None:
        logs = sum(path.stat().st_size for path in self.corpus.rglob("*.jsonl"))
        index = (self.home / "data.db").stat().st_size
        archive = sum(path.stat().st_size for path in (self.home / "archive").rglob("*.zst"))
        print(f"  index {index / 1e6:.0f} MB = 1/{logs / index:.1f} of the logs (<= 1/5)")
        print(f"  archive {archive / 1e6:.0f} MB = 1/{logs / archive:.1f} of the logs")

    def warm(self) -> None:
        contenders = [
            Contender("python -c pass", BARE),
            Contender("agent-trace sync, nothing new", self.ours("sync"), before=self._catch_up),
            Contender("agent-trace cost, nothing new", self.ours("cost", "--json")),
            Contender("agent-trace list, nothing new", self.ours("list")),
            Contender("agent-trace cost, one more line", self.ours("cost", "--json"), before=self._append),
        ]
        if self.args.ccusage:
            contenders.append(
                Contender("ccusage daily (no cache)", (self.args.ccusage, "daily", "--offline", "--json"))
            )
        if self.args.tokscale:
            contenders.append(
                Contender(
                    "tokscale, warm",
                    (self.args.tokscale, "--light", "--json", "--no-spinner"),
                    env={"TOKSCALE_PRICING_CACHE_ONLY": "1"},
                )
            )
        if self.args.agentsview:
            daily = (self.args.agentsview, "usage", "daily", "--all", "--json", "--offline", "--no-sync")
            contenders.append(Contender("agentsview usage, warm", daily, env={"AGENTSVIEW_NO_DAEMON": "1"}))
        self.section("nothing new (<= 10x a bare start)", contenders)

    def _catch_up(self) -> None:
        """Read the line that the round before appended."""
        subprocess.run(self.ours("sync"), env={**self.env}, check=True, stdout=subprocess.DEVNULL)

    def _append(self) -> None:
        path = max(self.corpus.rglob("*.jsonl"), key=lambda one: one.stat().st_size)
        with path.open("ab") as file:
            file.write(b'{"type":"mode","mode":"normal","sessionId":"x"}\n')

    def many(self) -> None:
        """Ten thousand sessions."""
        corpus, home = self.work / "many", self.work / "many-home"
        if not corpus.exists():
            make_many(corpus, 10_000)
        env = {"HOME": str(corpus), "AGENT_TRACE_HOME": str(home)}
        subprocess.run(self.ours("sync"), env={**self.env, **env}, check=True, stdout=subprocess.DEVNULL)
        self.section(
            "10 000 sessions, nothing new (<= 14x a bare start)",
            [
                Contender("python -c pass", BARE),
                Contender("agent-trace list --no-sync", self.ours("list", "--no-sync"), env=env),
                Contender("agent-trace cost --no-sync", self.ours("cost", "--no-sync"), env=env),
                Contender("agent-trace search --no-sync", self.ours("search", "--no-sync", "retry", "parser"), env=env),
                Contender("agent-trace list", self.ours("list"), env=env),
            ],
        )

    def web(self) -> None:
        """The server over ten thousand sessions with a million events."""
        run_web(self.work / "many-10000", 10_000)

    def replay(self) -> None:
        """Pages of a long session, and the file that is handed to anyone."""
        Replay(self.args).run()

    def session(self) -> None:
        """One long session, and one a tenth as long: both are measured in turn with decoding their logs."""
        logs = {events: self._long(events) for events in LONG}
        contenders = [one for events in LONG[::-1] for one in self._questions(events, logs[events])]
        found = self.section(
            f"one session of {LONG[1]:,} events, {logs[LONG[1]].stat().st_size / 1e6:.0f} MB of log "
            "(<= 2x decoding it, <= 250 MB)",
            contenders,
        )
        print(f"  growth from {LONG[0]:,} to {LONG[1]:,} events (<= 12x)")
        for name, one in found.items():
            small = found.get(name.replace(f"{LONG[1]:,}", f"{LONG[0]:,}"), one)
            if small is not one:
                print(f"    {name:34s} x{one.cpu / small.cpu:.1f}")

    def _long(self, events: int) -> Path:
        """A home with one session, synced; its log."""
        home = self.work / f"session-{events}"
        if not home.exists():  # by another process: what this one holds counts as its children's peak
            make = (sys.executable, "-m", "bench.long", "make", str(home), str(events))
            subprocess.run(make, env=self.env | {"PYTHONPATH": _PLACES}, check=True, stdout=subprocess.DEVNULL)
        env = {**self.env, "HOME": str(home), "AGENT_TRACE_HOME": str(home / "at"), "PYTHONPATH": _PLACES}
        subprocess.run(self.ours("sync"), env=env, check=True, stdout=subprocess.DEVNULL)
        return next((home / ".claude").rglob("*.jsonl"))

    def _questions(self, events: int, log: Path) -> Iterator[Contender]:
        """What it costs to decode a log, and to answer questions about its session."""
        env = {"HOME": str(log.parents[3]), "AGENT_TRACE_HOME": str(log.parents[3] / "at"), "PYTHONPATH": _PLACES}
        yield Contender(
            f"decoding, {events:,} events", (sys.executable, "-m", "bench.long", "decode", str(log)), env=env
        )
        for words in (("explain",), ("why", str(events // 2)), ("findings",), ("diff", "latest", "latest")):
            again = Contender(f"{words[0]} again, {events:,} events", self.ours(*words), env=env)
            yield again._replace(
                name=f"{words[0]}, {events:,} events", before=partial(_drop_answers, log.parents[3] / "at" / "data.db")
            )
            yield again
        fresh = {**env, "AGENT_TRACE_HOME": str(log.parents[3] / "fresh")}

        def forget() -> None:
            shutil.rmtree(fresh["AGENT_TRACE_HOME"], ignore_errors=True)

        yield Contender(f"sync, {events:,} events", self.ours("sync"), before=forget, env=fresh)


def _drop_answers(index: Path) -> None:
    """What was kept of answers goes: the next one is worked out."""
    with closing(sqlite3.connect(index)) as db, db:
        db.execute("DELETE FROM worked")


def main() -> None:
    """Read the flags and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", default=str(Path(tempfile.gettempdir()) / "agent-trace-bench"))
    parser.add_argument("--mb", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="*", default=[], choices=SECTIONS)
    parser.add_argument("--chromium", default="/usr/bin/chromium", help="path of the browser that opens files")
    for rival in ("ccusage", "tokscale", "agentsview", "agent-strace", "claude-code-log"):
        parser.add_argument(f"--{rival}", help=f"path of the {rival} program")
    args = parser.parse_args()
    bench = Bench(args)
    bench.prepare()
    for name in args.only or SECTIONS:
        getattr(bench, name)()


if __name__ == "__main__":
    main()
