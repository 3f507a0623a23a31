"""Natural turns at the end of a corpus that is there already, and truth.json made true again."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

from bench.corpus.claude import Claude
from bench.corpus.claude_turns import turn
from bench.corpus.ledger import KINDS, Json, write_truth
from bench.corpus.prices import plain
from bench.corpus.source import Source


def append(args: argparse.Namespace) -> None:
    """Add natural turns, chained to the last row, to the largest Claude transcript, and update truth.json's totals."""
    home = Path(args.out)
    one = _go_on(home, args.seed)
    for _ in range(args.n):
        turn(one)
    with one.path.open("ab") as file:
        file.writelines(one.rows)
    added = one.src.ledger.truth()
    truth: Json = json.loads((home / "truth.json").read_text())
    truth.setdefault("appended", []).append(
        {
            "file": str(one.path.relative_to(home)),
            "session": one.sid,
            "rows": len(one.rows),
            **added["totals"],
            "by_day": added["by_day"],
        }
    )
    _add_groups(truth, added, one.sid)
    _add_children(truth, added, one.sid)
    truth["bytes"] += one.size
    write_truth(home, truth)
    print(json.dumps(truth["appended"][-1]))


def _go_on(home: Path, seed: int) -> Claude:
    """The largest transcript, opened where it ends."""
    files = [path for path in (home / ".claude/projects").rglob("*.jsonl") if "subagents" not in path.parts]
    path = max(files, key=lambda one: (one.stat().st_size, str(one)))
    rows = [json.loads(line) for line in path.read_bytes().split(b"\n") if line.strip()]
    last = next(row for row in reversed(rows) if row.get("uuid"))
    src = Source(seed + path.stat().st_size)
    at = dt.datetime.fromisoformat(last["timestamp"][:-1])
    one = Claude(src, home, last["cwd"], "claude-opus-4-5-20251101", at, sid=path.stem)
    one.path, one.parent, one.branch = path, last["uuid"], last["gitBranch"]
    return one


def _add_groups(truth: Json, added: Json, sid: str) -> None:
    _add(truth["totals"], added["totals"])
    _add(truth["by_session"][sid], added["totals"])
    _add(truth["by_agent"]["claude"], added["by_agent"]["claude"])
    for key in ("by_model", "by_day", "by_day_model"):
        for name, row in added[key].items():
            _add(truth[key].setdefault(name, _empty()), row)


def _add_children(truth: Json, added: Json, sid: str) -> None:
    """Sub-agents that the new turns started: sessions of their own, out of the row of the one that started them."""
    for child, row in added["by_session"].items():
        if child == sid:
            continue
        truth["by_session"][child] = row
        less = {key: -row[key] for key in ("calls", "tool_calls", "errors")}
        tokens = {kind: -number for kind, number in row["tokens"].items()}
        _add(truth["by_session"][sid], {**less, "tokens": tokens, "usd": plain(-Decimal(row["usd"]))})
        truth["sessions"] += 1


def _empty() -> Json:
    return {"calls": 0, "tokens": dict.fromkeys(KINDS, 0), "usd": "0", "unpriced_calls": 0}


def _add(row: Json, more: Json) -> None:
    for key in ("calls", "tool_calls", "errors", "unpriced_calls"):
        if key in row and key in more:
            row[key] += more[key]
    for kind in KINDS:
        row["tokens"][kind] += more["tokens"].get(kind, 0)
    row["usd"] = plain(Decimal(row["usd"] or 0) + Decimal(more["usd"] or 0))
