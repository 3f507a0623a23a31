"""Claude Code transcripts: one row per content block, chained by uuid, with the usage the API reported."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from bench.corpus.ledger import Json, Usage, dumps, iso
from bench.corpus.source import Source

CLAUDE_VERSION = "2.1.197"
COMPACT_ABOVE, COMPACTED_TO = 165_000, 30_000


def claude_usage(u: Usage, **mods: str) -> Json:
    """Our disjoint usage -> the API's usage object."""
    c5, c1 = u.get("cache_write_5m", 0), u.get("cache_write_1h", 0)
    out: Json = {
        "input_tokens": u.get("input", 0),
        "cache_creation_input_tokens": c5 + c1,
        "cache_read_input_tokens": u.get("cache_read", 0),
        "cache_creation": {"ephemeral_5m_input_tokens": c5, "ephemeral_1h_input_tokens": c1},
        "output_tokens": u.get("output", 0),
        "service_tier": "standard",
    }
    if u.get("web_searches"):
        out["server_tool_use"] = {"web_search_requests": u["web_searches"], "web_fetch_requests": 0}
    return out | mods


class Claude:
    """One Claude Code transcript file: rows chained by uuid, one row per content block."""

    def __init__(
        self,
        src: Source,
        home: Path,
        cwd: str,
        model: str,
        start: dt.datetime,
        *,
        agent_id: str | None = None,
        sid: str | None = None,
        one_hour: bool = False,
    ) -> None:
        self.src, self.home, self.cwd, self.model, self.t, self.one_hour = src, home, cwd, model, start, one_hour
        self.sid, self.agent_id = sid or src.uuid(), agent_id
        folder = home / ".claude/projects" / "".join(ch if ch.isalnum() else "-" for ch in cwd)
        self.path = folder / (f"{self.sid}/subagents/agent-{agent_id}.jsonl" if agent_id else f"{self.sid}.jsonl")
        self.session = f"{self.sid}/agent-{agent_id}" if agent_id else self.sid
        src.ledger.session(self.session, "claude", cwd, self.sid if agent_id else None)
        self.parent: str | None = None
        self.rows: list[bytes] = []
        self.size, self.context = 0, 18_000
        self.branch = src.r.choice(["main", "main", "feat/ingest", "fix-42"])

    def stamp(self, step_ms: int | None = None) -> str:
        step = step_ms if step_ms is not None else int(self.src.r.expovariate(1 / 6000)) + 40
        self.t += dt.timedelta(milliseconds=step)
        return iso(self.t)

    def put(self, obj: Json) -> None:
        row = dumps(obj) + b"\n"
        self.rows.append(row)
        self.size += len(row)

    def row(self, kind: str, **fields: Any) -> Json:
        out: Json = {
            "parentUuid": self.parent,
            "isSidechain": bool(self.agent_id),
            "userType": "external",
            "cwd": self.cwd,
            "sessionId": self.sid,
            "version": CLAUDE_VERSION,
            "gitBranch": self.branch,
        }
        if self.agent_id:
            out["agentId"] = self.agent_id
        out |= fields
        out["type"], out["uuid"] = kind, self.src.uuid()
        out["timestamp"] = self.stamp()
        self.parent = out["uuid"]
        return out

    def user(self, text: str, **fields: Any) -> None:
        self.put(self.row("user", message={"role": "user", "content": text}, **fields))

    def assistant(
        self,
        blocks: list[Json],
        u: Usage,
        *,
        model: str | None = None,
        mid: str | None = None,
        rid: str | None = "new",
        stop: str = "end_turn",
        partial: bool = True,
        top: Json | None = None,
        row_fields: Json | None = None,
        speed: str | None = None,
        geo: str | None = None,
        tier: str | None = None,
    ) -> str:
        """Rows of one API call, one per block, early ones with a partial output count. Returns the call's key."""
        src, ledger = self.src, self.src.ledger
        model, mid = model or self.model, mid or src.id("msg_")
        rid = src.id("req_") if rid == "new" else rid
        key = f"{mid}:{rid}"
        extra = {k: v for k, v in (("speed", speed), ("inference_geo", geo), ("service_tier", tier)) if v}
        for i, block in enumerate(blocks):
            last = i == len(blocks) - 1
            seen = dict(u)
            if partial and not last:
                seen["output"] = min(u.get("output", 0), src.r.randrange(1, 9))
            message = {
                "model": model,
                "id": mid,
                "type": "message",
                "role": "assistant",
                "content": [block],
                "stop_reason": stop if last else None,
                "stop_sequence": None,
                "usage": claude_usage(seen, **extra) | (top or {}),
            }
            row = self.row("assistant", message=message, **(row_fields or {}))
            if rid:
                row["requestId"] = rid
            self.put(row)
            ledger.call(self.session, key, self.t, model, seen, speed=speed, geo=geo, tier=tier)
            if block["type"] == "tool_use":
                ledger.tool(self.session, block["id"], block["name"], self.t)
        self._grow(u)
        return key

    def _grow(self, u: Usage) -> None:
        """The context after a call; a compaction where it is full."""
        self.context += u.get("output", 0) + u.get("cache_write_5m", 0) + u.get("cache_write_1h", 0)
        if self.context <= COMPACT_ABOVE:
            return
        self.put(
            self.row(
                "system",
                subtype="compact_boundary",
                content="Conversation compacted",
                isMeta=False,
                level="info",
                compactMetadata={"trigger": "auto", "preTokens": self.context},
            )
        )
        self.context = COMPACTED_TO

    def result(self, tool_id: str, content: str, *, failed: bool = False, **fields: Any) -> None:
        block: Json = {"tool_use_id": tool_id, "type": "tool_result", "content": content}
        if failed:
            block["is_error"] = True
            self.src.ledger.failed(tool_id)
        self.put(self.row("user", message={"role": "user", "content": [block]}, **fields))

    def flush(self) -> list[bytes]:
        self.src.save(self.path, self.rows)
        return self.rows
