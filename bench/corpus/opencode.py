"""OpenCode's SQLite store."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from decimal import Decimal
from pathlib import Path

from bench.corpus.ledger import Json, Usage, dumps
from bench.corpus.prices import plain, price
from bench.corpus.source import Source

OPENCODE_SCHEMA = """
CREATE TABLE project (id text PRIMARY KEY, worktree text NOT NULL, vcs text, name text, time_created integer NOT NULL,
 time_updated integer NOT NULL, sandboxes text NOT NULL);
CREATE TABLE session (id text PRIMARY KEY, project_id text NOT NULL, parent_id text, slug text NOT NULL,
 directory text NOT NULL, title text NOT NULL, version text NOT NULL, cost real DEFAULT 0 NOT NULL,
 tokens_input integer DEFAULT 0 NOT NULL, tokens_output integer DEFAULT 0 NOT NULL,
 tokens_reasoning integer DEFAULT 0 NOT NULL, tokens_cache_read integer DEFAULT 0 NOT NULL,
 tokens_cache_write integer DEFAULT 0 NOT NULL, agent text, model text, time_created integer NOT NULL,
 time_updated integer NOT NULL, time_archived integer);
CREATE TABLE message (id text PRIMARY KEY, session_id text NOT NULL, time_created integer NOT NULL,
 time_updated integer NOT NULL, data text NOT NULL);
CREATE TABLE part (id text PRIMARY KEY, message_id text NOT NULL, session_id text NOT NULL, time_created integer \
NOT NULL,
 time_updated integer NOT NULL, data text NOT NULL);
CREATE INDEX message_session_idx ON message (session_id);
CREATE INDEX part_session_idx ON part (session_id);
CREATE INDEX part_message_idx ON part (message_id);
"""


class OpenCode:
    """OpenCode's SQLite store. The message and its step-finish part repeat the same usage and cost."""

    def __init__(self, src: Source, home: Path) -> None:
        self.src = src
        self.path = home / ".local/share/opencode/opencode.db"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.db = sqlite3.connect(self.path)
        self.db.executescript(OPENCODE_SCHEMA)
        self.db.execute("INSERT INTO project VALUES ('p0','/home/dev/oc','git','oc',0,0,'[]')")

    def session(self, start: dt.datetime, model: str = "claude-sonnet-4-5", parent: str | None = None) -> str:
        sid = "ses_" + self.src.hex(26)
        self.src.ledger.session(sid, "opencode", "/home/dev/oc", parent)
        ms = self.ms(start)
        self.db.execute(
            "INSERT INTO session VALUES (?,?,?,?,?,?,?,0,0,0,0,0,0,'build',?,?,?,NULL)",
            (
                sid,
                "p0",
                parent,
                "quiet-river",
                "/home/dev/oc",
                "Some work",
                "1.18.33",
                json.dumps({"id": model, "providerID": "anthropic"}),
                ms,
                ms,
            ),
        )
        return sid

    @staticmethod
    def ms(at: dt.datetime) -> int:
        return int(at.replace(tzinfo=dt.timezone.utc).timestamp() * 1000)

    def prompt(self, sid: str, at: dt.datetime, text: str) -> None:
        mid = "msg_" + self.src.hex(26)
        self._message(mid, sid, at, {"role": "user", "time": {"created": self.ms(at)}, "agent": "build"})
        self._part(mid, sid, at, {"type": "text", "text": text})

    def reply(
        self,
        sid: str,
        at: dt.datetime,
        u: Usage,
        *,
        model: str = "claude-sonnet-4-5",
        reasoning: int = 0,
        failed: bool | None = None,
    ) -> None:
        mid = "msg_" + self.src.hex(26)
        cost = price(model, at, u) or Decimal(0)
        read, write = u.get("cache_read", 0), u.get("cache_write_5m", 0)
        tokens: Json = {
            "total": u.get("input", 0) + u["output"] + read + write,
            "input": u.get("input", 0),
            "output": u["output"] - reasoning,
            "reasoning": reasoning,
            "cache": {"write": write, "read": read},
        }
        self._message(
            mid,
            sid,
            at,
            {
                "role": "assistant",
                "mode": "build",
                "agent": "build",
                "cost": float(cost),
                "tokens": tokens,
                "path": {"cwd": "/home/dev/oc", "root": "/home/dev/oc"},
                "modelID": model,
                "providerID": "anthropic",
                "time": {"created": self.ms(at), "completed": self.ms(at) + 900},
                "finish": "stop" if failed is None else "tool-calls",
            },
        )
        if failed is not None:
            self._tool(mid, sid, at, failed)
        self._part(mid, sid, at, {"type": "text", "text": self.src.text(20, 300)})
        self._part(mid, sid, at, {"type": "step-finish", "reason": "stop", "tokens": tokens, "cost": float(cost)})
        self.db.execute(
            "UPDATE session SET cost=cost+?, tokens_input=tokens_input+?, tokens_output=tokens_output+?, "
            "tokens_reasoning=tokens_reasoning+?, tokens_cache_read=tokens_cache_read+?, "
            "tokens_cache_write=tokens_cache_write+? WHERE id=?",
            (float(cost), tokens["input"], tokens["output"], reasoning, read, write, sid),
        )
        self.src.ledger.call(sid, mid, at, model, u)
        self.src.ledger.observe(sid, plain(cost))

    def _tool(self, mid: str, sid: str, at: dt.datetime, failed: bool) -> None:
        call_id, name = "call_" + self.src.hex(16), "read" if failed else "bash"
        state = (
            {"status": "error", "input": {"filePath": "x"}, "error": "File not found"}
            if failed
            else {"status": "completed", "input": {"command": "ls"}, "output": "a.py", "metadata": {"exit": 0}}
        )
        self._part(mid, sid, at, {"type": "tool", "tool": name, "callID": call_id, "state": state})
        self.src.ledger.tool(sid, call_id, name, at)
        if failed:
            self.src.ledger.failed(call_id)

    def _message(self, mid: str, sid: str, at: dt.datetime, data: Json) -> None:
        self.db.execute(
            "INSERT INTO message VALUES (?,?,?,?,?)", (mid, sid, self.ms(at), self.ms(at), dumps(data).decode())
        )

    def _part(self, mid: str, sid: str, at: dt.datetime, data: Json) -> None:
        self.db.execute(
            "INSERT INTO part VALUES (?,?,?,?,?,?)",
            ("prt_" + self.src.hex(26), mid, sid, self.ms(at), self.ms(at), dumps(data).decode()),
        )

    def flush(self) -> None:
        self.db.commit()
        self.db.close()
        with self.path.open("r+b") as file:  # the library's version number, the only bytes that differ by machine
            file.seek(96)
            file.write((3_040_000).to_bytes(4, "big"))
        self.src.ledger.files += 1
        self.src.ledger.bytes += self.path.stat().st_size
