"""Measure the redaction: `python -m bench.masking [--mb 10] [--logs DIR]`.

Two questions. Does time grow with the length alone, whatever the text is: every rule's worst text at a tenth of the
length and at the full length, at most 12 times the time (budget). And how fast are logs read through it: megabytes per
second of processor time, on clean lines, on lines that all hold a secret, and on the logs of a directory.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path

from agent_trace.privacy.finding import prefilter
from agent_trace.privacy.masking import Masker
from agent_trace.privacy.rules import PII_KINDS, Rule
from agent_trace.privacy.secrets import SHAPES
from agent_trace.privacy.secrets.shapes import Shape

GROWTH = 12.0
"""The full length may take this many times what a tenth of it takes."""
SLOWEST = 5
CLEAN = "The importer reads every file once and remembers where it stopped; def parse(line: str) -> Row: return Row(line)\\n"
SECRET = "gh" + "p_" + "A1b2C3" * 6

ANCHORS = {
    "an address without an end": "https://user:x",
    "addresses in a row": "a://b:c@d ",
    "JWTs without a dot": "eyJhbGciOiJIUzI1NiJ9",
    "names without values": "password=",
    "names in a row": "api_key api-key token ",
    "names with quotes": 'token:"',
    "options": "--token --password ",
    "commands": "mysql -u root ",
    "pipes": "echo a | sudo -S ",
    "cookies": "Cookie: a=b; ",
    "blocks without an end": "-----BEGIN " + "PRIVATE KEY-----\n",
    "blocks of nothing": "-----BEGIN " + "PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG\n",
    "bearers": "Authorization: Bearer ",
    "quotes": '"',
    "backslashes": "\\",
    "escaped quotes": '\\"',
    "escapes": "\\u0073k-",
    "brackets": '{"a":[',
    "dashes": "-",
    "letters": "a",
    "digits": "4242 ",
    "addresses of mail": "a@b.",
    "secrets": SECRET + " ",
    "webhooks": "https://hooks.slack.com/services/",
    "hashes": "$6$",
    "blanks": "password ",
    "colours": "\x1b[0mkey=",
    "percents": "%3A%2F%2Fa%3A",
}
"""Beginnings that repeat for as long as the text is."""


def worst_texts() -> Iterator[tuple[str, str]]:
    """What each rule likes least: its beginning again and again."""
    yield from ANCHORS.items()
    yield from ((f"begins like {shape.kind}", shape.prefix.decode() + "a0") for shape in unlike())


def unlike() -> list[Shape]:
    """One shape of every beginning."""
    return list({shape.prefix: shape for shape in SHAPES}.values())


def repeated(piece: str, length: int) -> str:
    """A text of a length."""
    return (piece * (length // len(piece) + 1))[:length]


def seconds(masker: Masker, line: bytes) -> float:
    """Processor time of masking one line."""
    begun = time.process_time()
    masker.line(line)
    return time.process_time() - begun


def growth(masker: Masker, size: int) -> None:
    """Every worst text, alone and in a record, at a tenth and at the full length."""
    rows = []
    for name, piece in worst_texts():
        for form in ("plain", "record"):
            texts = (repeated(piece, size // 10), repeated(piece, size))
            lines = [(json.dumps({"text": one}) if form == "record" else one).encode() for one in texts]
            short, full = (
                max(min(seconds(masker, lines[0]), seconds(masker, lines[0])), 1e-3),
                seconds(masker, lines[1]),
            )
            rows.append((full / short, full, f"{name} ({form})"))
    over = [row for row in rows if row[0] > GROWTH]
    print(f"\n{len(rows)} worst texts of {size / 1e6:g} MB (a tenth to the whole: <= {GROWTH:g} x)")
    for ratio, full, name in sorted(rows, reverse=True)[:SLOWEST]:
        print(f"  {ratio:6.1f} x  {full:7.2f} s  {name}")
    print(
        "  slowest: " + ", ".join(f"{name} {full:.2f} s" for _, full, name in sorted(rows, key=lambda row: -row[1])[:3])
    )
    print(f"  {'misses: ' + ', '.join(name for *_, name in over) if over else 'holds'}")


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


def main() -> None:
    """Read the flags and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mb", type=float, default=10)
    parser.add_argument("--logs", type=Path, help="a directory of logs to read")
    args = parser.parse_args()
    masker = Masker()
    prefilter()
    size = int(args.mb * 1e6)
    print("speed")
    clean = json.dumps({"type": "user", "text": CLEAN * 20}).encode() + b"\n"
    secret = json.dumps({"type": "user", "text": CLEAN * 20 + SECRET}).encode() + b"\n"
    speed(masker, "clean records", [clean * 100] * (size // len(clean) // 100))
    speed(masker, "a secret in every record", [secret * 100] * (size // len(secret) // 100))
    if args.logs:
        speed(masker, str(args.logs), logs(args.logs))
    growth(masker, size)
    growth(Masker([Rule(name="own", pattern="a[^b]*b")], mode="strict", pii=PII_KINDS), size // 10)


if __name__ == "__main__":
    main()
