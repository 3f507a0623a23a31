"""Codex rollouts: cumulative token counts, usage records, tool calls as response items."""

from __future__ import annotations

import collections
import datetime as dt
import json
from pathlib import Path

from bench.corpus.ledger import Json, Usage, dumps, iso
from bench.corpus.source import Source


class Codex:
    """One Codex rollout. `usage` here is disjoint; rows carry OpenAI's inclusive numbers."""

    def __init__(
        self,
        src: Source,
        home: Path,
        start: dt.datetime,
        model: str = "gpt-5.1-codex",
        cwd: str = "/home/dev/codex",
        sid: str | None = None,
        version: str = "0.98.0",
        tier: str | None = None,
    ) -> None:
        self.src, self.t, self.model, self.cwd, self.tier = src, start, model, cwd, tier
        self.sid = sid or src.uuid()
        self.path = (
            home
            / ".codex/sessions"
            / start.strftime("%Y/%m/%d")
            / f"rollout-{start:%Y-%m-%dT%H-%M-%S}-{self.sid}.jsonl"
        )
        src.ledger.session(self.sid, "codex", cwd)
        self.rows: list[bytes] = []
        self.size, self.count = 0, 0
        self.total: collections.Counter[str] = collections.Counter()
        self.put(
            "session_meta",
            {
                "id": self.sid,
                "timestamp": iso(start),
                "cwd": cwd,
                "originator": "codex_cli_rs",
                "cli_version": version,
                "source": "cli",
                "model_provider": "openai",
                "base_instructions": {"text": src.text(200, 900)},
                "git": {"commit_hash": src.hex(40), "branch": "main"},
            },
        )

    def put(self, kind: str, payload: Json) -> None:
        self.t += dt.timedelta(milliseconds=int(self.src.r.expovariate(1 / 3000)) + 5)
        row = dumps({"timestamp": iso(self.t), "type": kind, "payload": payload}) + b"\n"
        self.rows.append(row)
        self.size += len(row)

    def prompt(self, text: str) -> None:
        self.put(
            "turn_context",
            {
                "cwd": self.cwd,
                "approval_policy": "on-request",
                "model": self.model,
                "sandbox_policy": {"type": "workspace-write"},
                "effort": "medium",
                "summary": "auto",
            },
        )
        if self.tier:
            self.put(
                "event_msg",
                {
                    "type": "thread_settings_applied",
                    "thread_id": self.sid,
                    "thread_settings": {"model": self.model, "service_tier": self.tier},
                },
            )
        self.put(
            "response_item", {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}
        )
        self.put("event_msg", {"type": "user_message", "message": text, "images": []})

    def tool(self, command: str, output: str, exit_code: int = 0) -> None:
        call_id = "call_" + self.src.hex(24)
        self.put(
            "response_item",
            {
                "type": "function_call",
                "name": "exec_command",
                "call_id": call_id,
                "arguments": json.dumps({"cmd": command, "workdir": self.cwd}),
            },
        )
        self.src.ledger.tool(self.sid, call_id, "exec_command", self.t)
        if exit_code:
            self.src.ledger.failed(call_id)
        self.put(
            "response_item",
            {
                "type": "function_call_output",
                "call_id": call_id,
                "output": f"Chunk ID: 1\nProcess exited with code {exit_code}\nOutput:\n{output}",
            },
        )

    def call(self, u: Usage, *, reasoning: int = 0, record: bool = False, repeat: int = 0, count: bool = True) -> None:
        """One model call: token_count (cumulative and last), optionally token_usage_record beside it."""
        inclusive = {
            "input_tokens": u.get("input", 0) + u.get("cache_read", 0),
            "cached_input_tokens": u.get("cache_read", 0),
            "output_tokens": u.get("output", 0),
            "reasoning_output_tokens": reasoning,
        }
        inclusive["total_tokens"] = inclusive["input_tokens"] + inclusive["output_tokens"]
        self.total.update(inclusive)
        self.count += 1
        tier = {"service_tier": self.tier} if self.tier else {}
        if record:
            self.put(
                "token_usage_record",
                {
                    "thread_id": self.sid,
                    "session_id": self.sid,
                    "response_id": self.src.id("resp_"),
                    "usage": inclusive,
                    "thread_token_usage": dict(self.total),
                    **tier,
                },
            )
        if count:
            for _ in range(1 + repeat):
                self.put(
                    "event_msg",
                    {
                        "type": "token_count",
                        "info": {
                            "total_token_usage": dict(self.total),
                            "last_token_usage": inclusive,
                            "model_context_window": 258_400,
                        },
                        "rate_limits": {
                            "primary": {"used_percent": 12.0, "window_minutes": 300, "resets_at": 1_790_000_000},
                            "secondary": None,
                            "plan_type": "pro",
                        },
                        **tier,
                    },
                )
        self.src.ledger.call(self.sid, f"{self.sid}:{self.count}", self.t, self.model, u, tier=self.tier)

    def answer(self, text: str) -> None:
        self.put("event_msg", {"type": "agent_message", "message": text})
        self.put(
            "response_item",
            {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": text}]},
        )

    def fill(self, target: float) -> None:
        src, r = self.src, self.src.r
        context = 9000
        while self.size < target:
            self.prompt(src.text(30, 900))
            for _ in range(r.randrange(2, 10)):
                self.put(
                    "response_item",
                    {
                        "type": "reasoning",
                        "summary": [{"type": "summary_text", "text": src.text(40, 300)}],
                        "content": None,
                        "encrypted_content": src.b64[: r.randrange(500, 4000)],
                    },
                )
                self.tool(src.text(20, 400), src.text(50, 10_000), int(r.random() < 0.08))
                cached, out = int(context * r.uniform(0.6, 0.97)), r.randrange(40, 1500)
                self.call(
                    {"input": context - cached, "cache_read": cached, "output": out},
                    reasoning=int(out * r.random() * 0.7),
                )
                context = context + r.randrange(300, 5000) if context < 200_000 else 30_000
            self.answer(src.text(60, 1500))
            self.t += dt.timedelta(seconds=r.randrange(10, 600))

    def flush(self) -> list[bytes]:
        self.src.save(self.path, self.rows)
        return self.rows
