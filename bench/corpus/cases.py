"""One small HOME for each accounting trap: what a wrong tool does stands with the trap, what is right in truth.json.

Used through `python -m bench.corpus.generate cases`. Numbers are round so that a wrong total is recognised at sight.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from bench.corpus import (
    traps_bytes,
    traps_codex,
    traps_days,
    traps_others,
    traps_prices,
    traps_rows,
    traps_subagents,
)
from bench.corpus.traps import Case, Group, Trap

case = Group()
GROUPS = (
    traps_prices.case,
    traps_rows.case,
    traps_subagents.case,
    traps_bytes.case,
    traps_days.case,
    traps_codex.case,
    traps_others.case,
    case,
)


@case("five agents in one HOME: totals by agent, model and day must add up to the whole")
def everything(c: Case) -> None:
    for name in (
        "plain-call",
        "subagent-file",
        "codex-repeats",
        "gemini-upserts",
        "opencode-steps",
        "pi-session",
        "resume-cut-off",
    ):
        CASES[name].make(c)


CASES: dict[str, Trap] = {name: trap for group in GROUPS for name, trap in group.traps.items()}


def cases(args: argparse.Namespace) -> None:
    unknown = set(args.only) - set(CASES)
    if unknown:
        raise SystemExit(f"no case named {', '.join(sorted(unknown))}; see `python -m bench.corpus.generate list`")
    for name in args.only or CASES:
        trap = CASES[name]
        home = Path(args.out) / name
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        one = Case(home, args.shift)
        trap.make(one)
        one.src.ledger.write(home, trap.zones, case=name, why=trap.why)
        total = one.src.ledger.truth()["totals"]
        print(
            f"{name:28s} calls={total['calls']} usd={total['usd']} unpriced={total['unpriced_calls']} "
            f"tokens={total['tokens']}"
        )
