"""Random text and ids from one seed, and the ledger of the corpus that is made of them."""

from __future__ import annotations

import base64
import datetime as dt
import random
from pathlib import Path

from bench.corpus.ledger import Ledger

END = dt.datetime(2026, 11, 19, 20)
"""The corpus's present: everything in it lies before."""
WORDS = (
    "the function returns value when parser reads token from buffer and index error handler async await session "
    "request cost model cache tests pass fail import class def self return None True False list dict server client "
    "socket retry timeout config path file write open close commit branch merge rebase diff patch user message "
    "prompt replay store query table row column schema migrate deploy build lint type check naïve café → ✓ 日本語 "
    'данные emoji🚀 "quoted" C:\\\\dir tab\tsep <div> &amp; {json: 1} [0] $HOME'
).split(" ")
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


class Source:
    """Random text, ids and the ledger of one corpus."""

    def __init__(self, seed: int, lines: int = 30_000) -> None:
        self.r = r = random.Random(seed)
        rows = ["    " * r.randrange(5) + " ".join(r.choices(WORDS, k=r.randrange(3, 14))) for _ in range(lines)]
        self.pool = "\n".join(rows)
        self.numbered = "\n".join(f"{i + 1:6d}\t{row}" for i, row in enumerate(rows[: lines // 2]))
        self.b64 = base64.b64encode(r.randbytes(300_000 if lines > 5000 else 6000)).decode()
        self.ledger = Ledger()

    def hex(self, n: int) -> str:
        return f"{self.r.getrandbits(4 * n):0{n}x}"

    def uuid(self) -> str:
        h = self.hex(32)
        return f"{h[:8]}-{h[8:12]}-4{h[13:16]}-a{h[17:20]}-{h[20:]}"

    def id(self, prefix: str) -> str:
        return prefix + "01" + "".join(self.r.choices(ALPHABET, k=22))

    def text(self, low: int, high: int, numbered: bool = False) -> str:
        pool = self.numbered if numbered else self.pool
        n = min(int(low * (high / low) ** self.r.random()), len(pool) - 2)
        i = self.r.randrange(len(pool) - n - 1)
        return pool[i : i + n]

    def save(self, path: Path, chunks: list[bytes]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        data = b"".join(chunks)
        path.write_bytes(data)
        self.ledger.files += 1
        self.ledger.bytes += len(data)
