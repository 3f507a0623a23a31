"""What really happened in a generated corpus, and truth.json made of it."""

from __future__ import annotations

import collections
import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bench.corpus.prices import plain, price

GENERATOR = 2
KINDS = ("input", "cache_write_5m", "cache_write_1h", "cache_read", "output", "web_searches")

Json = dict[str, Any]
Usage = dict[str, int]
"""Tokens by kind, disjoint."""


def dumps(obj: object) -> bytes:
    return json.dumps(obj, ensure_ascii=False, separators=(",", ":")).encode()


def iso(at: dt.datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


@dataclass
class Call:
    """One request to a model, or (`counts` false) what a request billed besides itself."""

    session: str
    at: dt.datetime
    model: str
    usage: Usage
    counts: bool = True
    speed: str | None = None
    geo: str | None = None
    tier: str | None = None

    @property
    def day(self) -> str:
        """The UTC day."""
        return self.at.date().isoformat()

    @property
    def usd(self) -> Decimal | None:
        """What it cost; None without a known price."""
        return price(self.model, self.at, self.usage, speed=self.speed, geo=self.geo, tier=self.tier)

    def local_day(self, zone: ZoneInfo) -> str:
        """The day on a clock of the zone."""
        return self.at.replace(tzinfo=dt.timezone.utc).astimezone(zone).date().isoformat()


@dataclass
class Tool:
    """One tool call."""

    session: str
    name: str
    at: dt.datetime
    error: bool = False


@dataclass
class Group:
    """Calls and tool calls that share a key."""

    calls: list[Call] = field(default_factory=list)
    tools: list[Tool] = field(default_factory=list)

    def fold(self) -> Json:
        """Their sums, as a row of truth.json."""
        costs = [call.usd for call in self.calls]
        priced = [cost for cost in costs if cost is not None]
        return {
            "calls": sum(call.counts for call in self.calls),
            "tokens": {kind: sum(call.usage.get(kind, 0) for call in self.calls) for kind in KINDS},
            "usd": plain(sum(priced, Decimal(0))) if priced else None,
            "unpriced_calls": len(costs) - len(priced),
            "tool_calls": len(self.tools),
            "errors": sum(tool.error for tool in self.tools),
        }


class Ledger:
    """What really happened: calls by key (the row with the most output wins), tools by id, sessions by id."""

    def __init__(self) -> None:
        self.calls: dict[str, Call] = {}
        self.tools: dict[str, Tool] = {}
        self.sessions: dict[str, Json] = {}
        self.naive: collections.Counter[str] = collections.Counter()
        self.observed: dict[str, Decimal] = {}
        self.beyond: list[Call] = []  # what the agent recorded beyond its logged calls
        self.files = self.bytes = 0
        self.notes: list[str] = []

    # ---- what happens

    def session(self, sid: str, agent: str, cwd: str, parent: str | None = None) -> None:
        self.sessions.setdefault(sid, {"agent": agent, "cwd": cwd, "parent": parent})

    def call(
        self,
        sid: str,
        key: str,
        at: dt.datetime,
        model: str,
        usage: Usage,
        *,
        counts: bool = True,
        speed: str | None = None,
        geo: str | None = None,
        tier: str | None = None,
    ) -> None:
        """A row of a call; session and time are those of its first row."""
        for kind in KINDS:
            self.naive[kind] += usage.get(kind, 0)
        self.naive["rows"] += 1
        old = self.calls.get(key)
        if old is None:
            self.calls[key] = Call(sid, at, model, dict(usage), counts, speed, geo, tier)
        elif usage.get("output", 0) >= old.usage.get("output", 0):
            self.calls[key] = Call(old.session, old.at, model, dict(usage), old.counts, speed, geo, tier)

    def tool(self, sid: str, tool_id: str, name: str, at: dt.datetime) -> None:
        self.tools.setdefault(tool_id, Tool(sid, name, at))

    def failed(self, tool_id: str) -> None:
        self.tools[tool_id].error = True

    def observe(self, sid: str, usd: str) -> None:
        """Dollars that the agent itself recorded for the session."""
        self.observed[sid] = self.observed.get(sid, Decimal(0)) + Decimal(usd)

    def unlogged(self, sid: str, at: dt.datetime, model: str, usage: Usage) -> None:
        """A call that only the agent's own cost record knows (a compaction): in no row, in no total of calls."""
        self.beyond.append(Call(sid, at, model, dict(usage), counts=False))

    # ---- what is true of it

    def truth(self, zones: tuple[str, ...] = ()) -> Json:
        calls = list(self.calls.values())
        totals = Group(calls, list(self.tools.values())).fold()
        totals["unlogged"] = _unlogged(self.beyond)
        result: Json = {
            "generator": GENERATOR,
            "files": self.files,
            "bytes": self.bytes,
            "sessions": len(self.sessions),
            "totals": totals,
            "naive_rows": dict(self.naive),
            "by_agent": self._by_agent(),
            "by_model": _by(calls, lambda call: call.model),
            "by_day": _by(calls, lambda call: call.day),
            "by_day_model": _by(calls, lambda call: f"{call.day} {call.model}"),
            "by_tool": dict(sorted(collections.Counter(tool.name for tool in self.tools.values()).items())),
            "by_session": self._by_session(),
        }
        if zones:
            result["by_local_day"] = {zone: _by_local_day(calls, ZoneInfo(zone)) for zone in zones}
        if self.notes:
            result["notes"] = self.notes
        return result

    def write(self, home: Path, zones: tuple[str, ...] = (), **extra: Any) -> None:
        write_truth(home, {**extra, **self.truth(zones)})

    def _of(self, *sids: str) -> Group:
        return Group(
            [call for call in self.calls.values() if call.session in sids],
            [tool for tool in self.tools.values() if tool.session in sids],
        )

    def _by_agent(self) -> Json:
        groups: dict[str, Group] = {}
        for call in self.calls.values():
            groups.setdefault(self.sessions[call.session]["agent"], Group()).calls.append(call)
        for tool in self.tools.values():
            groups.setdefault(self.sessions[tool.session]["agent"], Group()).tools.append(tool)
        return {agent: groups[agent].fold() for agent in sorted(groups)}

    def _by_session(self) -> Json:
        return {sid: self._session_row(sid) for sid in sorted(self.sessions)}

    def _session_row(self, sid: str) -> Json:
        own = self._of(sid)
        row = {**self.sessions[sid], **own.fold()}
        row["models"] = sorted({call.model for call in own.calls})
        row["unpriced_models"] = sorted({call.model for call in own.calls if call.usd is None})
        stamps = [call.at for call in own.calls] + [tool.at for tool in own.tools]
        row["first_call_at"] = iso(min(stamps)) if stamps else None
        if sid in self.observed:
            row["observed_usd"] = plain(self.observed[sid])
        row["unlogged"] = _unlogged([call for call in self.beyond if call.session == sid])
        children = [other for other, info in self.sessions.items() if info["parent"] == sid]
        if children:
            row["with_children"] = self._of(sid, *children).fold()
        return row


def write_truth(home: Path, truth: Json) -> None:
    (home / "truth.json").write_text(json.dumps(truth, indent=1, ensure_ascii=False) + "\n")


def _by(calls: list[Call], key: Callable[[Call], str]) -> Json:
    """Sums of calls by a key, without the tools, which have no such key."""
    groups: dict[str, Group] = {}
    for call in calls:
        groups.setdefault(key(call), Group()).calls.append(call)
    rows = {name: groups[name].fold() for name in sorted(groups)}
    for row in rows.values():
        del row["tool_calls"], row["errors"]
    return rows


def _by_local_day(calls: list[Call], zone: ZoneInfo) -> Json:
    return _by(calls, lambda call: call.local_day(zone))


def _unlogged(calls: list[Call]) -> Json | None:
    if not calls:
        return None
    row = Group(calls).fold()
    return {key: row[key] for key in ("tokens", "usd")}
