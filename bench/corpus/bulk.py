"""A large HOME of natural sessions: mostly Claude Code, with resumed copies and sub-agents, and some of the others."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

from bench.corpus.claude import Claude
from bench.corpus.claude_turns import turn
from bench.corpus.codex import Codex
from bench.corpus.gemini import Gemini
from bench.corpus.opencode import OpenCode
from bench.corpus.pi import Pi
from bench.corpus.source import END, Source

BULK_MODELS = {
    "claude-opus-4-5-20251101": 3,
    "claude-sonnet-4-5-20250929": 3,
    "claude-opus-4-8": 2,
    "claude-opus-5": 2,
    "claude-haiku-4-5-20251001": 1,
}


Start = Callable[[], dt.datetime]
"""When the next session begins."""


def bulk(args: argparse.Namespace) -> None:
    src = Source(args.seed)
    r, home = src.r, Path(args.out)
    budget = args.mb * 1e6

    def start() -> dt.datetime:
        return END - dt.timedelta(days=r.randrange(90), seconds=r.randrange(50_000))

    _claude(src, home, start, budget, budget * (1 - args.codex_share - args.others_share), args.projects)
    _codex(src, home, start, budget * args.codex_share)
    _others(src, home, start, budget * args.others_share)
    src.ledger.write(home, seed=args.seed)
    print(json.dumps({k: v for k, v in src.ledger.truth().items() if k in ("files", "bytes", "sessions", "totals")}))


def _claude(src: Source, home: Path, start: Start, whole: float, budget: float, count: int) -> None:
    r = src.r
    projects = [f"/home/dev/src/proj-{i:02d}" for i in range(count)]
    weights = [1 / (i + 1) for i in range(count)]
    models, shares = list(BULK_MODELS), list(BULK_MODELS.values())
    done = 0
    before: dict[str, tuple[str, list[bytes]]] = {}
    while done < budget:
        cwd = r.choices(projects, weights)[0]
        one = Claude(src, home, cwd, r.choices(models, shares)[0], start(), one_hour=r.random() < 0.55)
        target = min(max(r.lognormvariate(13.1, 1.2), 20_000), 40e6, max(20_000, whole * 0.2))
        if r.random() < 0.3:
            one.put({"type": "summary", "summary": src.text(20, 60), "leafUuid": src.uuid()})
        if r.random() < 0.08 and cwd in before:
            _copy(one, *before[cwd])
        while one.size < target:
            turn(one)
        done += one.size
        before[cwd] = (one.sid, one.flush())


def _copy(one: Claude, old_sid: str, rows: list[bytes]) -> None:
    """A resumed session of the old kind: up to 300 kB of the former file's rows under the new session id."""
    copied = 0
    for row in rows:
        new = row.replace(old_sid.encode(), one.sid.encode())
        one.rows.append(new)
        copied += len(new)
        obj = json.loads(row)
        if obj["type"] == "assistant" and obj.get("requestId"):
            for kind, name in (("input", "input_tokens"), ("output", "output_tokens")):
                one.src.ledger.naive[kind] += obj["message"]["usage"][name]
            one.src.ledger.naive["rows"] += 1
        if copied > 300_000:
            break
    one.size += copied


def _codex(src: Source, home: Path, start: Start, budget: float) -> None:
    r, done = src.r, 0
    while done < budget:
        at, model = start(), r.choice(["gpt-5.1-codex", "gpt-5.5"])
        codex = Codex(src, home, at, model, f"/home/dev/src/codex-{r.randrange(6)}")
        codex.fill(min(r.lognormvariate(13, 1.1), 20e6, max(20_000, budget)))
        codex.flush()
        done += codex.size


def _others(src: Source, home: Path, start: Start, budget: float) -> None:
    """A small share of the other agents: a third each by bytes, roughly."""
    if budget > 0:
        _gemini(src, home, start, budget / 3)
        _pi(src, home, start, budget / 3)
        _opencode(src, home, start, budget / 3)


def _gemini(src: Source, home: Path, start: Start, budget: float) -> None:
    r, done = src.r, 0
    while done < budget:
        chat = Gemini(src, home, start(), f"demo-{r.randrange(4)}")
        for _ in range(r.randrange(3, 20)):
            chat.prompt(src.text(30, 900))
            cached = r.randrange(0, 40_000)
            chat.reply(
                src.text(100, 3000),
                {"input": r.randrange(500, 9000), "cache_read": cached, "output": r.randrange(80, 1500)},
                thoughts=r.randrange(0, 70),
                tools=r.randrange(0, 3),
                failed=int(r.random() < 0.1),
            )
        for _ in range(2):
            chat.set()
        done += sum(map(len, chat.rows))
        chat.flush()


def _pi(src: Source, home: Path, start: Start, budget: float) -> None:
    r, done = src.r, 0
    while done < budget:
        pi = Pi(src, home, start(), cwd=f"/home/dev/pi-{r.randrange(3)}")
        for _ in range(r.randrange(3, 20)):
            pi.prompt(src.text(30, 900))
            pi.reply(
                src.text(100, 3000),
                {
                    "input": r.randrange(2, 900),
                    "cache_read": r.randrange(40_000),
                    "cache_write_5m": r.randrange(3000),
                    "output": r.randrange(50, 900),
                },
                failed=r.choice([None, False, False, True]),
            )
        done += sum(map(len, pi.rows))
        pi.flush()


def _opencode(src: Source, home: Path, start: Start, budget: float) -> None:
    r, done = src.r, 0
    opencode = OpenCode(src, home)
    while done < budget:
        at = start()
        sid = opencode.session(at)
        for _ in range(r.randrange(3, 20)):
            at += dt.timedelta(seconds=r.randrange(5, 90))
            opencode.prompt(sid, at, src.text(30, 900))
            opencode.reply(
                sid,
                at,
                {"input": r.randrange(20, 9000), "cache_read": r.randrange(40_000), "output": r.randrange(50, 900)},
                reasoning=r.randrange(0, 40),
                failed=r.choice([None, False, False, True]),
            )
            done += 2500
    opencode.flush()
