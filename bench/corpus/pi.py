"""Pi sessions: a tree of entries, already priced by the agent."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

from bench.corpus.ledger import Json, Usage, dumps, iso
from bench.corpus.prices import plain, price
from bench.corpus.source import Source


class Pi:
    """Pi session: a tree of entries, one row per message, already priced."""

    def __init__(
        self, src: Source, home: Path, start: dt.datetime, model: str = "claude-sonnet-4-5", cwd: str = "/home/dev/pi"
    ) -> None:
        self.src, self.t, self.model = src, start, model
        self.parent: str | None = None
        self.sid = src.uuid()
        name = "-".join(iso(start).replace(".", "-").split(":"))
        self.path = home / ".pi/agent/sessions" / f"--{cwd.strip('/').replace('/', '-')}--" / f"{name}_{self.sid}.jsonl"
        src.ledger.session(self.sid, "pi", cwd)
        self.rows = [
            dumps({"type": "session", "version": 3, "id": self.sid, "timestamp": iso(start), "cwd": cwd}) + b"\n"
        ]

    def entry(self, message: Json) -> None:
        self.t += dt.timedelta(seconds=self.src.r.randrange(1, 30))
        entry_id = self.src.hex(8)
        self.rows.append(
            dumps(
                {
                    "type": "message",
                    "id": entry_id,
                    "parentId": self.parent,
                    "timestamp": iso(self.t),
                    "message": message | {"timestamp": int(self.t.replace(tzinfo=dt.timezone.utc).timestamp() * 1000)},
                }
            )
            + b"\n"
        )
        self.parent = entry_id

    def prompt(self, text: str) -> None:
        self.entry({"role": "user", "content": [{"type": "text", "text": text}]})

    def reply(self, text: str, u: Usage, *, failed: bool | None = None) -> None:
        content: list[Json] = [{"type": "text", "text": text}]
        call_id = self.src.id("toolu_")
        if failed is not None:
            content.append({"type": "toolCall", "id": call_id, "name": "bash", "arguments": {"command": "ls"}})
        write, read = u.get("cache_write_5m", 0), u.get("cache_read", 0)
        cost = price(self.model, self.t, u) or Decimal(0)
        self.entry(
            {
                "role": "assistant",
                "content": content,
                "api": "anthropic-messages",
                "provider": "anthropic",
                "model": self.model,
                "stopReason": "toolUse" if failed is not None else "stop",
                "usage": {
                    "input": u.get("input", 0),
                    "output": u["output"],
                    "cacheRead": read,
                    "cacheWrite": write,
                    "totalTokens": u.get("input", 0) + u["output"] + read + write,
                    "cost": {"total": float(cost)},
                },
            }
        )
        self.src.ledger.call(self.sid, f"{self.sid}:{self.parent}", self.t, self.model, u)
        self.src.ledger.observe(self.sid, plain(cost))
        if failed is not None:
            self.src.ledger.tool(self.sid, call_id, "bash", self.t)
            self.entry(
                {
                    "role": "toolResult",
                    "toolCallId": call_id,
                    "toolName": "bash",
                    "isError": failed,
                    "content": [{"type": "text", "text": "no such file" if failed else "a.py"}],
                }
            )
            if failed:
                self.src.ledger.failed(call_id)

    def flush(self) -> None:
        self.src.save(self.path, self.rows)
