"""A generated home with its true answer, asked through every report of the command line's own path."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from agent_trace import registry
from agent_trace.app.scopes import Request, run_report
from agent_trace.app.workspace import Workspace
from agent_trace.app.written import encode
from agent_trace.config import load_config
from agent_trace.model.selection import Selection

KINDS = ("input", "output", "cache_read", "cache_write_5m", "cache_write_1h", "web_searches")
KEYS = ("day", "week", "month", "hour", "window", "session", "model", "project", "branch", "agent", "tool")


class Home:
    """One home: what is true of it, and what agent-trace says."""

    def __init__(
        self, path: Path, keep: Path, timezone: str = "", truth: Path | None = None, programs: str | None = None
    ) -> None:
        """`programs`: where other programs are looked for; None: none is asked."""
        self.truth: dict[str, Any] = json.loads((truth or path / "truth.json").read_text())
        config = load_config({"AGENT_TRACE_HOME": str(keep)}, timezone=timezone)
        found = {} if programs is None else {"PATH": programs}
        self.workspace = Workspace(config, environment={"HOME": str(path), "TZ": "UTC", **found})
        self.workspace.sync()

    def ask(self, name: str, session: str = "latest", selection: Selection = Selection(), **options: Any) -> Any:
        """A report's JSON, read back."""
        report = registry.load("reports", name)
        request = Request(session=session, selection=selection)
        result = run_report(self.workspace, report, msgspec.convert(options, report.Options), request)
        return json.loads(encode(result))

    def close(self) -> None:
        self.workspace.close()


Figures = tuple[int, dict[str, int], "Decimal | None", int]
"""Calls, tokens by kind, dollars, unpriced entries."""


def figures(*amounts: dict[str, Any] | None) -> Figures:
    """The sum of amounts as agent-trace prints them."""
    calls, unpriced, usd = 0, 0, None
    tokens = dict.fromkeys(KINDS, 0)
    for one in amounts:
        if one is None:
            continue
        calls += one["calls"] or 0
        unpriced += one["unpriced_calls"]
        for kind in KINDS:
            tokens[kind] += one["usage"][kind] or 0
        if one["cost_usd"] is not None:
            usd = (usd or Decimal(0)) + Decimal(one["cost_usd"])
    return calls, tokens, usd, unpriced


def true_figures(row: dict[str, Any]) -> Figures:
    """The same of a row of truth.json."""
    tokens = {kind: row["tokens"][kind] for kind in KINDS}
    usd = None if row["usd"] is None else Decimal(row["usd"])
    return row.get("calls", 0), tokens, usd, row.get("unpriced_calls", 0)


def family(sums: dict[str, Any]) -> Figures:
    """Own and sub-agents together: all that is logged."""
    return figures(sums["own"], sums["subagents"])
