"""Measure the redaction: `python -m bench.masking [--mb 10] [--logs DIR]`.

Two questions. How fast are logs read through it: megabytes per second of processor time, on clean lines, on lines that
all hold a secret, and on the logs of a directory. And does time grow with the length alone, whatever the text is? Every
text that a rule nearly matches is measured at a 200th of the size and at a tenth of that. Where the longer one takes more
than 12 times as long, it is suspected: a rule may look up to 32 kB ahead, which is more than the shorter text has. What is
suspected, the slowest of the others and the lines that are hostile to the whole are then measured at the full size and at
a tenth of it: at most 12 times (budget; exit 1 where one takes longer).
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import time
from collections.abc import Sequence
from multiprocessing.pool import Pool
from pathlib import Path
from typing import NamedTuple

from agent_trace.privacy.finding import prefilter
from agent_trace.privacy.masking import Masker
from agent_trace.privacy.rules import PII_KINDS
from bench.worst import GENERAL, OWN, SECRET, Worst, texts

GROWTH = 12.0
"""The full length may take this many times what a tenth of it takes."""
NOISE = 0.004
"""Seconds below which a time says nothing."""
ATTEMPTS = 3
SLOWEST = 12
"""Of the rules' texts, how many are also measured at the full length."""
SHOWN = 12
CLEAN = "The importer reads every file once and remembers where it stopped; def parse(line: str) -> Row: return Row(line)\\n"


class Row(NamedTuple):
    """What was measured of one text."""

    ratio: float
    number: int
    """Of the text."""
    seconds: float = 0.0


def masker(name: str) -> Masker:
    """The masker that a text is hostile to; strict, so that every rule is at work."""
    if name == "own":
        return Masker(OWN)
    return Masker(mode="strict", pii=PII_KINDS if name == "pii" else ())


def seconds(worst: Worst, length: int) -> float:
    """Processor time of masking one text."""
    mask = masker(worst.masker)
    mask.line(SECRET.encode())
    text = worst.text(length)
    begun = time.process_time()
    if worst.masker == "lines":
        mask.lines(text)
    else:
        mask.line(text)
    return time.process_time() - begun


def grown(number: int, size: int) -> Row:
    """How much longer the whole takes than a tenth of it; what looks too long is measured again, for others work too."""
    worst, rows = texts()[number], list[Row]()
    for _ in range(ATTEMPTS):
        tenth = min(seconds(worst, size // 10) for _ in range(1 if size > 10**6 else 3))
        rows.append(Row(seconds(worst, size) / max(tenth, NOISE), number))
        rows[-1] = rows[-1]._replace(seconds=rows[-1].ratio * max(tenth, NOISE))
        if rows[-1].ratio <= GROWTH:
            break
    return min(rows)


def growth(pool: Pool, numbers: Sequence[int], size: int) -> list[Row]:
    """Every text at a tenth and at the full length, the slowest first."""
    begun = time.monotonic()
    rows = pool.starmap(grown, [(one, size) for one in numbers], chunksize=1 if len(numbers) < 200 else 16)
    rows.sort(key=lambda row: -row.seconds)
    over = [row for row in rows if row.ratio > GROWTH]
    print(f"\n{len(rows)} worst texts, {size / 1e7:g} to {size / 1e6:g} MB, in {time.monotonic() - begun:.0f} s")
    for row in [*rows[:SHOWN], *sorted(over, reverse=True)]:
        print(f"  {row.ratio:6.1f} x  {row.seconds:7.2f} s  {texts()[row.number].name}")
    print(f"  largest: {max(rows).ratio:.1f} x (<= {GROWTH:g} x), {len(over)} above", flush=True)
    return rows


def speed(masker: Masker, name: str, data: list[bytes]) -> None:
    """Megabytes per second through the masker, once to warm up and once to count."""
    size = sum(map(len, data))
    for one in data[: max(1, len(data) // 10)]:
        masker.lines(one)
    begun = time.process_time()
    changed = sum(masker.lines(one) != one for one in data)
    spent = time.process_time() - begun
    print(
        f"  {size / 1e6:8.1f} MB  {size / 1e6 / max(spent, 1e-6):8.1f} MB/s  {name}, {changed} of {len(data)} changed"
    )


def logs(directory: Path) -> list[bytes]:
    """The logs of a directory."""
    return [path.read_bytes() for path in sorted(directory.rglob("*.jsonl"))]


def main() -> int:
    """Read the flags and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mb", type=float, default=10)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--logs", type=Path, help="a directory of logs to read")
    args = parser.parse_args()
    size = int(args.mb * 1e6)
    print("speed")
    _speeds(size, args.logs)
    with multiprocessing.get_context("spawn").Pool(args.processes) as pool:
        every = growth(pool, range(len(texts())), size // 200)
        whole = growth(pool, _chosen(every), size)
    return int(any(row.ratio > GROWTH for row in whole))


def _chosen(every: Sequence[Row]) -> list[int]:
    """Which texts are measured at the full size, those that take longest first."""
    others = [row for row in every if row.number >= len(GENERAL)]
    suspected = [row.number for row in others if row.ratio > GROWTH]
    return list(dict.fromkeys([*range(len(GENERAL)), *suspected, *(row.number for row in others[:SLOWEST])]))


def _speeds(size: int, directory: Path | None) -> None:
    mask = Masker()
    prefilter()
    clean = json.dumps({"type": "user", "text": CLEAN * 20}).encode() + b"\n"
    secret = json.dumps({"type": "user", "text": CLEAN * 20 + SECRET}).encode() + b"\n"
    speed(mask, "clean records", [clean * 100] * (size // len(clean) // 100))
    speed(mask, "a secret in every record", [secret * 100] * (size // len(secret) // 100))
    if directory:
        speed(mask, str(directory), logs(directory))


if __name__ == "__main__":
    sys.exit(main())
