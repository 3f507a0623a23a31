"""Many small sessions: what a person has after a year, or a team after a month."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from bench.corpus.claude import Claude
from bench.corpus.source import END, Source

START = END - dt.timedelta(days=171, hours=12)
MODELS = ("claude-opus-4-5-20251101", "claude-sonnet-4-5-20250929", "claude-opus-5", "claude-haiku-4-5-20251001")


def make_many(home: Path, sessions: int, seed: int = 11, steps: tuple[int, int] = (3, 12)) -> None:
    """Write `sessions` transcripts of one to three turns in half a year and forty projects; `steps`: tool calls, from and below."""
    source = Source(seed, 3000)
    for number in range(sessions):
        start = START + dt.timedelta(minutes=number * 25 + source.r.randrange(20))
        one = Claude(source, home, f"/home/dev/src/proj-{number % 40:02d}", source.r.choice(MODELS), start)
        one.user(source.text(30, 300))
        for _ in range(source.r.randrange(*steps)):
            tool = source.id("toolu_")
            call = {"type": "tool_use", "id": tool, "name": "Bash", "input": {"command": source.text(20, 80)}}
            one.assistant(
                [call], {"input": 5, "cache_write_5m": 900, "cache_read": 20_000, "output": 200}, stop="tool_use"
            )
            one.result(tool, source.text(50, 400))
        one.assistant(
            [{"type": "text", "text": source.text(60, 400)}], {"input": 5, "cache_read": 21_000, "output": 150}
        )
        one.flush()
