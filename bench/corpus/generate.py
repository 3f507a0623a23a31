"""Deterministic generator of coding-agent logs that knows the true answer. Standard library only.

    python -m bench.corpus.generate bulk   --out DIR --mb 50 [--seed 7] [--projects 12]
                                           [--codex-share 0.06] [--others-share 0.02]
    python -m bench.corpus.generate append --out DIR [--n 1] [--seed 1]
                                           add n natural turns to the largest Claude transcript
    python -m bench.corpus.generate cases  --out DIR [--only NAME …] [--shift 0]
                                           one small HOME for each accounting trap
    python -m bench.corpus.generate list   the traps, one line each

DIR of `bulk` and each DIR/NAME of `cases` is a HOME: .claude/projects, .codex/sessions, .gemini/tmp,
.pi/agent/sessions, .local/share/opencode/opencode.db. Beside them lies `truth.json` (see bench/README.md). One seed and
one Python give the same bytes. `append` rewrites truth.json to include what it added. `cases --shift N` multiplies all
token numbers by (1+N/10) and moves the dates by N days, for a second set with other numbers.

Prices come from prices.py (the facts of docs/prices.md). The rules of counting are those of docs/numbers.md.
"""

from __future__ import annotations

import argparse

from bench.corpus.append import append
from bench.corpus.bulk import bulk
from bench.corpus.cases import CASES, cases


def main() -> None:
    """Read the flags and generate."""
    options = _parser().parse_args()
    if options.command == "list":
        for name, trap in CASES.items():
            print(f"{name:28s} {trap.why}")
    else:
        {"bulk": bulk, "append": append, "cases": cases}[options.command](options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    sub = commands.add_parser("bulk")
    sub.add_argument("--out", required=True)
    sub.add_argument("--mb", type=float, default=50)
    sub.add_argument("--seed", type=int, default=7)
    sub.add_argument("--projects", type=int, default=12)
    sub.add_argument("--codex-share", type=float, default=0.06)
    sub.add_argument("--others-share", type=float, default=0.02)
    sub = commands.add_parser("append")
    sub.add_argument("--out", required=True)
    sub.add_argument("--n", type=int, default=1)
    sub.add_argument("--seed", type=int, default=1)
    sub = commands.add_parser("cases")
    sub.add_argument("--out", required=True)
    sub.add_argument("--only", nargs="*", default=[])
    sub.add_argument("--shift", type=int, default=0)
    commands.add_parser("list")
    return parser


if __name__ == "__main__":
    main()
