"""Gemini CLI chat files: upserts by id and `$set` patches."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from bench.corpus.ledger import Json, Usage, dumps, iso
from bench.corpus.source import Source


class Gemini:
    """Gemini CLI chat file: a header, records that are upserts by id, `$set` patches."""

    def __init__(
        self, src: Source, home: Path, start: dt.datetime, project: str = "demo", model: str = "gemini-2.5-pro"
    ) -> None:
        self.src, self.t, self.model = src, start, model
        self.sid = src.uuid()
        self.path = home / ".gemini/tmp" / project / f"chats/session-{start:%Y-%m-%dT%H-%M}-{self.sid[:8]}.jsonl"
        src.ledger.session(self.sid, "gemini", f"/home/dev/{project}")
        self.rows: list[bytes] = []
        self.header()

    def header(self) -> None:
        self.put(
            {
                "sessionId": self.sid,
                "projectHash": self.src.hex(64),
                "startTime": iso(self.t),
                "lastUpdated": iso(self.t),
                "kind": "main",
                "directories": ["/home/dev/demo"],
            }
        )

    def put(self, obj: Json) -> None:
        self.rows.append(dumps(obj) + b"\n")

    def step(self) -> str:
        self.t += dt.timedelta(seconds=self.src.r.randrange(1, 30))
        return iso(self.t)

    def prompt(self, text: str) -> Json:
        record = {"id": self.src.uuid(), "timestamp": self.step(), "type": "user", "content": [{"text": text}]}
        self.put(record)
        return record

    def reply(
        self, text: str, u: Usage, *, thoughts: int = 0, tools: int = 0, failed: int = 0, upserts: int = 0
    ) -> Json:
        """`u` is disjoint with thoughts inside output; the log keeps them apart. Each upsert repeats the record."""
        record_id, at = self.src.uuid(), self.step()
        prompt = u.get("input", 0) + u.get("cache_read", 0)
        tokens = {
            "input": prompt,
            "output": u["output"] - thoughts,
            "cached": u.get("cache_read", 0),
            "thoughts": thoughts,
            "tool": 0,
            "total": prompt + u["output"],
        }
        record: Json = {
            "id": record_id,
            "timestamp": at,
            "type": "gemini",
            "content": text,
            "thoughts": [],
            "tokens": tokens,
            "model": self.model,
        }
        self.put(record)
        calls: list[Json] = [
            {
                "id": f"run_shell_command-{self.src.hex(12)}",
                "name": "run_shell_command",
                "args": {"command": "ls"},
                "status": "error" if i < failed else "success",
                "timestamp": at,
                "result": [],
            }
            for i in range(tools)
        ]
        if calls:
            record = record | {"toolCalls": calls}
        for _ in range(upserts or (1 if calls else 0)):
            self.put(record)
        self.src.ledger.call(self.sid, record_id, self.t, self.model, u)
        for call in calls:
            self.src.ledger.tool(self.sid, call["id"], call["name"], self.t)
            if call["status"] == "error":
                self.src.ledger.failed(call["id"])
        return record

    def set(self, **fields: Any) -> None:
        self.put({"$set": fields | {"lastUpdated": iso(self.t)}})

    def flush(self) -> None:
        self.src.save(self.path, self.rows)
