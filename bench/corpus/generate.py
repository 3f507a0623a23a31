"""Deterministic generator of coding-agent logs that knows the true answer. Standard library only.

    python -m bench.corpus.generate bulk   --out DIR --mb 50 [--seed 7] [--projects 12] [--codex-share 0.06] [--others-share 0.02]
    python -m bench.corpus.generate append --out DIR [--n 1] [--seed 1]        add n natural turns to the largest Claude transcript
    python -m bench.corpus.generate cases  --out DIR [--only NAME …] [--shift 0]   one small HOME for each accounting trap
    python -m bench.corpus.generate list                                       the traps, one line each

DIR of `bulk` and each DIR/NAME of `cases` is a HOME: .claude/projects, .codex/sessions, .gemini/tmp, .pi/agent/sessions,
.local/share/opencode/opencode.db. Beside them lies `truth.json` (see bench/README.md). One seed and one Python give the same
bytes. `append` rewrites truth.json to include what it added. `cases --shift N` multiplies all token numbers by (1+N/10)
and moves the dates by N days, for a second set with other numbers.

Prices come from prices.py (the facts of docs/prices.md). The rules of counting are those of docs/numbers.md.
"""
from __future__ import annotations

import argparse
import base64
import collections
import datetime as dt
import json
import os
import random
import sqlite3
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.corpus.prices import plain, price

GENERATOR = 2
CLAUDE_VERSION = "2.1.197"
END = dt.datetime(2026, 11, 19, 20)
KINDS = ("input", "cache_write_5m", "cache_write_1h", "cache_read", "output", "web_searches")
WORDS = ("the function returns value when parser reads token from buffer and index error handler async await session "
         "request cost model cache tests pass fail import class def self return None True False list dict server client "
         "socket retry timeout config path file write open close commit branch merge rebase diff patch user message "
         "prompt replay store query table row column schema migrate deploy build lint type check naïve café → ✓ 日本語 "
         'данные emoji🚀 "quoted" C:\\\\dir tab\tsep <div> &amp; {json: 1} [0] $HOME').split(" ")
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def dumps(obj: object) -> bytes:
    return json.dumps(obj, ensure_ascii=False, separators=(",", ":")).encode()


def iso(at: dt.datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


# ---------------------------------------------------------------- truth

class Ledger:
    """What really happened: calls by key (the row with the most output wins), tools by id, sessions by id."""

    def __init__(self) -> None:
        self.calls: dict[str, dict] = {}
        self.tools: dict[str, dict] = {}
        self.sessions: dict[str, dict] = {}
        self.naive = collections.Counter()
        self.observed: dict[str, Decimal] = {}
        self.beyond: list[dict] = []                     # what the agent recorded beyond its logged calls
        self.files = self.bytes = 0
        self.notes: list[str] = []

    def session(self, sid: str, agent: str, cwd: str, parent: str | None = None) -> None:
        self.sessions.setdefault(sid, {"agent": agent, "cwd": cwd, "parent": parent})

    def call(self, sid: str, key: str, at: dt.datetime, model: str, usage: dict, *, counts: bool = True, **mods) -> None:
        for kind in KINDS:
            self.naive[kind] += usage.get(kind, 0)
        self.naive["rows"] += 1
        old = self.calls.get(key)
        if old is None:
            self.calls[key] = dict(session=sid, at=at, model=model, usage=dict(usage), counts=counts, **mods)
        elif usage.get("output", 0) >= old["usage"].get("output", 0):
            old.update(usage=dict(usage), model=model, **mods)

    def tool(self, sid: str, tool_id: str, name: str, at: dt.datetime) -> None:
        self.tools.setdefault(tool_id, {"session": sid, "name": name, "error": False, "at": at})

    def failed(self, tool_id: str) -> None:
        self.tools[tool_id]["error"] = True

    def observe(self, sid: str, usd: str) -> None:
        """Dollars that the agent itself recorded for the session."""
        self.observed[sid] = self.observed.get(sid, Decimal(0)) + Decimal(usd)

    def unlogged(self, sid: str, at: dt.datetime, model: str, usage: dict) -> None:
        """A call that only the agent's own cost record knows (a compaction): in no row, in no total of calls."""
        self.beyond.append(dict(session=sid, at=at, model=model, usage=dict(usage), counts=False))

    def _unlogged(self, calls: list[dict]) -> dict | None:
        return {key: self._fold(calls, [])[key] for key in ("tokens", "usd")} if calls else None

    @staticmethod
    def usd(call: dict) -> Decimal | None:
        return price(call["model"], call["at"], call["usage"], speed=call.get("speed"), geo=call.get("geo"),
                     tier=call.get("tier"))

    def _fold(self, calls: list[dict], tools: list[dict]) -> dict:
        tokens = {kind: sum(call["usage"].get(kind, 0) for call in calls) for kind in KINDS}
        costs = [self.usd(call) for call in calls]
        priced = [cost for cost in costs if cost is not None]
        return {"calls": sum(call["counts"] for call in calls), "tokens": tokens,
                "usd": plain(sum(priced, Decimal(0))) if priced else None,
                "unpriced_calls": len(costs) - len(priced),
                "tool_calls": len(tools), "errors": sum(tool["error"] for tool in tools)}

    def _by(self, calls: list[dict], tools: list[dict], call_key, tool_key=None) -> dict:
        groups: dict[str, tuple[list, list]] = {}
        for call in calls:
            groups.setdefault(call_key(call), ([], []))[0].append(call)
        for tool in tools if tool_key else ():
            groups.setdefault(tool_key(tool), ([], []))[1].append(tool)
        rows = {name: self._fold(*groups[name]) for name in sorted(groups)}
        if not tool_key:
            for row in rows.values():
                del row["tool_calls"], row["errors"]
        return rows

    def truth(self, zones: tuple[str, ...] = ()) -> dict:
        calls, tools = list(self.calls.values()), list(self.tools.values())
        agent = lambda row: self.sessions[row["session"]]["agent"]  # noqa: E731
        day = lambda row: row["at"].date().isoformat()  # noqa: E731
        own = self._by(calls, tools, lambda c: c["session"], lambda t: t["session"])
        by_session = {}
        for sid in sorted(self.sessions):
            info = self.sessions[sid]
            mine = [c for c in calls if c["session"] == sid]
            row = dict(info, **own.get(sid, self._fold([], [])))
            row["models"] = sorted({c["model"] for c in mine})
            row["unpriced_models"] = sorted({c["model"] for c in mine if self.usd(c) is None})
            stamps = [c["at"] for c in mine] + [t["at"] for t in tools if t["session"] == sid]
            row["first_call_at"] = iso(min(stamps)) if stamps else None
            if sid in self.observed:
                row["observed_usd"] = plain(self.observed[sid])
            row["unlogged"] = self._unlogged([c for c in self.beyond if c["session"] == sid])
            family = [sid] + [s for s in self.sessions if self.sessions[s]["parent"] == sid]
            if len(family) > 1:
                row["with_children"] = self._fold([c for c in calls if c["session"] in family],
                                                  [t for t in tools if t["session"] in family])
            by_session[sid] = row
        result = {"generator": GENERATOR, "files": self.files, "bytes": self.bytes, "sessions": len(self.sessions),
                  "totals": self._fold(calls, tools), "naive_rows": dict(self.naive),
                  "by_agent": self._by(calls, tools, agent, agent),
                  "by_model": self._by(calls, tools, lambda c: c["model"]),
                  "by_day": self._by(calls, tools, day),
                  "by_day_model": self._by(calls, tools, lambda c: f"{day(c)} {c['model']}"),
                  "by_tool": dict(sorted(collections.Counter(t["name"] for t in tools).items())),
                  "by_session": by_session}
        result["totals"]["unlogged"] = self._unlogged(self.beyond)
        for zone in zones:
            local = lambda c: c["at"].replace(tzinfo=dt.timezone.utc).astimezone(ZoneInfo(zone))  # noqa: E731
            result.setdefault("by_local_day", {})[zone] = self._by(calls, tools, lambda c: local(c).date().isoformat())
        if self.notes:
            result["notes"] = self.notes
        return result

    def write(self, home: Path, zones: tuple[str, ...] = (), **extra) -> None:
        (home / "truth.json").write_text(json.dumps({**extra, **self.truth(zones)}, indent=1, ensure_ascii=False) + "\n")


# ---------------------------------------------------------------- text

class Source:
    """Random text, ids and the ledger of one corpus."""

    def __init__(self, seed: int, lines: int = 30_000) -> None:
        self.r = r = random.Random(seed)
        rows = ["    " * r.randrange(5) + " ".join(r.choices(WORDS, k=r.randrange(3, 14))) for _ in range(lines)]
        self.pool = "\n".join(rows)
        self.numbered = "\n".join(f"{i + 1:6d}\t{row}" for i, row in enumerate(rows[:lines // 2]))
        self.b64 = base64.b64encode(r.randbytes(300_000 if lines > 5000 else 6000)).decode()
        self.ledger = Ledger()

    def hex(self, n: int) -> str:
        return "%0*x" % (n, self.r.getrandbits(4 * n))

    def uuid(self) -> str:
        h = self.hex(32)
        return f"{h[:8]}-{h[8:12]}-4{h[13:16]}-a{h[17:20]}-{h[20:]}"

    def id(self, prefix: str) -> str:
        return prefix + "01" + "".join(self.r.choices(ALPHABET, k=22))

    def text(self, low: int, high: int, numbered: bool = False) -> str:
        pool = self.numbered if numbered else self.pool
        n = min(int(low * (high / low) ** self.r.random()), len(pool) - 2)
        i = self.r.randrange(len(pool) - n - 1)
        return pool[i:i + n]

    def save(self, path: Path, chunks: list[bytes]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        data = b"".join(chunks)
        path.write_bytes(data)
        self.ledger.files += 1
        self.ledger.bytes += len(data)


# ---------------------------------------------------------------- Claude Code

def claude_usage(u: dict, **mods) -> dict:
    """Our disjoint usage -> the API's usage object."""
    c5, c1 = u.get("cache_write_5m", 0), u.get("cache_write_1h", 0)
    out = {"input_tokens": u.get("input", 0), "cache_creation_input_tokens": c5 + c1,
           "cache_read_input_tokens": u.get("cache_read", 0),
           "cache_creation": {"ephemeral_5m_input_tokens": c5, "ephemeral_1h_input_tokens": c1},
           "output_tokens": u.get("output", 0), "service_tier": "standard"}
    if u.get("web_searches"):
        out["server_tool_use"] = {"web_search_requests": u["web_searches"], "web_fetch_requests": 0}
    return out | mods


class Claude:
    """One Claude Code transcript file: rows chained by uuid, one row per content block."""

    def __init__(self, src: Source, home: Path, cwd: str, model: str, start: dt.datetime, *, agent_id: str | None = None,
                 sid: str | None = None, one_hour: bool = False) -> None:
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

    def put(self, obj: dict) -> None:
        row = dumps(obj) + b"\n"
        self.rows.append(row)
        self.size += len(row)

    def row(self, kind: str, **fields) -> dict:
        out = {"parentUuid": self.parent, "isSidechain": bool(self.agent_id), "userType": "external", "cwd": self.cwd,
               "sessionId": self.sid, "version": CLAUDE_VERSION, "gitBranch": self.branch}
        if self.agent_id:
            out["agentId"] = self.agent_id
        out |= fields
        out["type"], out["uuid"] = kind, self.src.uuid()
        out["timestamp"] = self.stamp()
        self.parent = out["uuid"]
        return out

    def user(self, text: str, **fields) -> None:
        self.put(self.row("user", message={"role": "user", "content": text}, **fields))

    def assistant(self, blocks: list[dict], u: dict, *, model: str | None = None, mid: str | None = None,
                  rid: str | None = "new", stop: str = "end_turn", partial: bool = True, top: dict | None = None,
                  row_fields: dict | None = None, speed: str | None = None, geo: str | None = None,
                  tier: str | None = None) -> str:
        """Rows of one API call, one per block, early ones with a partial output count. Returns the call's key."""
        src, ledger = self.src, self.src.ledger
        model, mid = model or self.model, mid or src.id("msg_")
        rid = src.id("req_") if rid == "new" else rid
        key, mods = f"{mid}:{rid}", dict(speed=speed, geo=geo, tier=tier)
        extra = {k: v for k, v in (("speed", speed), ("inference_geo", geo), ("service_tier", tier)) if v}
        for i, block in enumerate(blocks):
            last = i == len(blocks) - 1
            seen = dict(u)
            if partial and not last:
                seen["output"] = min(u.get("output", 0), src.r.randrange(1, 9))
            row = self.row("assistant", message={
                "model": model, "id": mid, "type": "message", "role": "assistant", "content": [block],
                "stop_reason": stop if last else None, "stop_sequence": None,
                "usage": claude_usage(seen, **extra) | (top or {})}, **(row_fields or {}))
            if rid:
                row["requestId"] = rid
            self.put(row)
            ledger.call(self.session, key, self.t, model, seen, **mods)
            if block["type"] == "tool_use":
                ledger.tool(self.session, block["id"], block["name"], self.t)
        self.context += u.get("output", 0) + u.get("cache_write_5m", 0) + u.get("cache_write_1h", 0)
        if self.context > 165_000:
            self.put(self.row("system", subtype="compact_boundary", content="Conversation compacted", isMeta=False,
                              level="info", compactMetadata={"trigger": "auto", "preTokens": self.context}))
            self.context = 30_000
        return key

    def result(self, tool_id: str, content: str, *, failed: bool = False, **fields) -> None:
        block = {"tool_use_id": tool_id, "type": "tool_result", "content": content}
        if failed:
            block["is_error"] = True
            self.src.ledger.failed(tool_id)
        self.put(self.row("user", message={"role": "user", "content": [block]}, **fields))

    def flush(self) -> list[bytes]:
        self.src.save(self.path, self.rows)
        return self.rows

    # ---- natural turns for bulk

    def turn(self) -> None:
        src, r = self.src, self.src.r
        if r.random() < .3:
            self.put({"type": "file-history-snapshot", "messageId": src.uuid(), "snapshot": {
                "messageId": src.uuid(), "trackedFileBackups": {f"src/m{r.randrange(40)}.py": {
                    "backupFileName": src.hex(16) + "@v1", "version": 1, "backupTime": self.stamp(0)}},
                "timestamp": self.stamp(0)}, "isSnapshotUpdate": False})
        if r.random() < .05:
            self.put({"type": "queue-operation", "operation": "enqueue", "timestamp": self.stamp(),
                      "content": src.text(40, 400), "sessionId": self.sid})
        if r.random() < .01:
            self.put(self.row("user", message={"role": "user", "content": [
                {"type": "text", "text": src.text(30, 300)},
                {"type": "image", "source": {"type": "base64", "media_type": "image/png",
                                             "data": src.b64[:r.randrange(60_000, 290_000)]}}]}, imagePasteIds=[1]))
        else:
            self.user(src.text(30, 1500), thinkingMetadata={"maxThinkingTokens": 31999}, permissionMode="default")
        for _ in range(r.randrange(2, 14)):
            self._step()
        self.assistant([{"type": "text", "text": src.text(100, 2500)}], self._usage(r.randrange(60, 900)))
        if r.random() < .01:
            self.put(self.row("assistant", message={
                "id": src.uuid(), "container": None, "model": "<synthetic>", "role": "assistant", "type": "message",
                "stop_reason": "stop_sequence", "stop_sequence": "", "usage": claude_usage({}),
                "content": [{"type": "text", "text": "API Error: 529 overloaded"}]}, isApiErrorMessage=True))
        self.put(self.row("system", subtype="turn_duration", durationMs=r.randrange(3000, 300_000), isMeta=False))
        self.t += dt.timedelta(seconds=r.randrange(20, 900))

    def _usage(self, output: int, web: int = 0) -> dict:
        r = self.src.r
        new = min(self.context, r.randrange(200, 6000))
        return {"input": r.randrange(1, 12), "cache_write_1h" if self.one_hour else "cache_write_5m": new,
                "cache_read": max(0, self.context - new), "output": output, "web_searches": web}

    def _step(self) -> None:
        src, r = self.src, self.src.r
        blocks: list[dict] = []
        if r.random() < .45:
            blocks.append({"type": "thinking", "thinking": src.text(300, 5000), "signature": src.b64[:r.randrange(300, 3000)]})
        if r.random() < .5:
            blocks.append({"type": "text", "text": src.text(60, 1800)})
        calls = [self._call() for _ in range(1 if r.random() < .8 else r.randrange(2, 4))]
        blocks += [{"type": "tool_use", "id": i, "name": n, "input": p, "caller": {"type": "direct"}} for n, i, _, p in calls]
        fast = self.model == "claude-opus-4-8" and r.random() < .1
        geo = "us" if self.model == "claude-opus-5" and r.random() < .1 else None
        self.assistant(blocks, self._usage(r.randrange(60, 2500), sum(n == "WebSearch" for n, *_ in calls)),
                       stop="tool_use", speed="fast" if fast else None, geo=geo)
        source = self.parent
        for name, tool_id, path, params in calls:
            self._answer(name, tool_id, path, params, source)

    def _call(self) -> tuple[str, str, str, dict]:
        src, r = self.src, self.src.r
        name = r.choices(["Bash", "Read", "Edit", "Write", "Grep", "Glob", "TodoWrite", "Task", "WebSearch",
                          "mcp__github__get_issue"], [30, 26, 20, 5, 9, 3, 4, 0 if self.agent_id else 1, 1, 1])[0]
        path = f"{self.cwd}/src/{r.choice(WORDS[:40])}_{r.randrange(60)}.py"
        make = {
            "Bash": lambda: {"command": src.text(20, 500), "description": src.text(20, 80)},
            "Read": lambda: {"file_path": path, "offset": 1, "limit": 400},
            "Edit": lambda: {"file_path": path, "old_string": src.text(60, 1800), "new_string": src.text(60, 2400),
                             "replace_all": False},
            "Write": lambda: {"file_path": path, "content": src.text(1500, 16_000)},
            "Grep": lambda: {"pattern": src.text(5, 30), "path": self.cwd, "output_mode": "content"},
            "Glob": lambda: {"pattern": "**/*.py"},
            "TodoWrite": lambda: {"todos": [{"content": src.text(20, 80), "status": "pending",
                                             "activeForm": src.text(20, 80)} for _ in range(5)]},
            "Task": lambda: {"description": src.text(20, 60), "prompt": src.text(400, 3000),
                             "subagent_type": "general-purpose"},
            "WebSearch": lambda: {"query": src.text(10, 60)},
        }.get(name, lambda: {"owner": "a", "repo": "b", "issue": 3})
        return name, src.id("toolu_"), path, make()

    def _answer(self, name: str, tool_id: str, path: str, params: dict, source: str | None) -> None:
        src, r = self.src, self.src.r
        failed, extra = r.random() < .06, {}
        if name == "Bash":
            content = src.text(20, 9000)
            extra = {"toolUseResult": "Error: Exit code 1\n" + content if failed else {
                "stdout": content, "stderr": "", "interrupted": False, "isImage": False, "noOutputExpected": False}}
            if r.random() < .3:
                self.put(self.row("progress", data={"type": "bash_progress", "output": content[:400], "totalLines": 9,
                                                    "fullOutput": content[:800], "elapsedTimeSeconds": 3},
                                  toolUseID="bash-progress-1", parentToolUseID=tool_id))
        elif name == "Read":
            content = src.text(1500, 20_000, True)
            extra = {"toolUseResult": {"type": "text", "file": {
                "filePath": path, "content": content, "numLines": content.count("\n") + 1, "startLine": 1,
                "totalLines": 900}}}
        elif name == "Edit":
            content = f"The file {path} has been updated successfully."
            extra = {"toolUseResult": {
                "filePath": path, "oldString": params["old_string"], "newString": params["new_string"],
                "originalFile": src.text(3000, 20_000), "userModified": False, "replaceAll": False,
                "structuredPatch": [{"oldStart": 10, "oldLines": 9, "newStart": 10, "newLines": 12, "lines": [
                    *("-" + line for line in params["old_string"].split("\n")),
                    *("+" + line for line in params["new_string"].split("\n"))]}]}}
        elif name == "Write":
            content = f"File created successfully at: {path}"
            extra = {"toolUseResult": {"type": "create", "filePath": path, "content": params["content"],
                                       "structuredPatch": [], "originalFile": None}}
        elif name == "Task":
            agent_id = src.hex(17)
            child = Claude(src, self.home, self.cwd, "claude-haiku-4-5-20251001", self.t, agent_id=agent_id, sid=self.sid)
            child.user(params["prompt"])
            for _ in range(r.randrange(1, 3)):
                child.turn()
            child.flush()
            self.size += child.size
            content = src.text(500, 4000)
            extra = {"toolUseResult": {"status": "completed", "prompt": params["prompt"], "agentId": agent_id,
                                       "content": [{"type": "text", "text": content}], "totalDurationMs": 41_000,
                                       "totalTokens": 30_211, "totalToolUseCount": 7, "usage": claude_usage(
                                           {"input": 5, "cache_write_5m": 900, "cache_read": 29_000, "output": 306})}}
        else:
            content = src.text(100, 6000)
            extra = {"toolUseResult": {"mode": "content", "numFiles": 3, "filenames": [], "content": content, "numLines": 40}}
        self.result(tool_id, content, failed=failed, sourceToolAssistantUUID=source, **extra)


# ---------------------------------------------------------------- Codex

class Codex:
    """One Codex rollout. `usage` here is disjoint; rows carry OpenAI's inclusive numbers."""

    def __init__(self, src: Source, home: Path, start: dt.datetime, model: str = "gpt-5.1-codex", cwd: str = "/home/dev/codex",
                 sid: str | None = None, version: str = "0.98.0", tier: str | None = None) -> None:
        self.src, self.t, self.model, self.cwd, self.tier = src, start, model, cwd, tier
        self.sid = sid or src.uuid()
        self.path = (home / ".codex/sessions" / start.strftime("%Y/%m/%d") /
                     f"rollout-{start:%Y-%m-%dT%H-%M-%S}-{self.sid}.jsonl")
        src.ledger.session(self.sid, "codex", cwd)
        self.rows: list[bytes] = []
        self.size, self.count = 0, 0
        self.total: collections.Counter = collections.Counter()
        self.put("session_meta", {"id": self.sid, "timestamp": iso(start), "cwd": cwd, "originator": "codex_cli_rs",
                                  "cli_version": version, "source": "cli", "model_provider": "openai",
                                  "base_instructions": {"text": src.text(200, 900)},
                                  "git": {"commit_hash": src.hex(40), "branch": "main"}})

    def put(self, kind: str, payload: dict) -> None:
        self.t += dt.timedelta(milliseconds=int(self.src.r.expovariate(1 / 3000)) + 5)
        row = dumps({"timestamp": iso(self.t), "type": kind, "payload": payload}) + b"\n"
        self.rows.append(row)
        self.size += len(row)

    def prompt(self, text: str) -> None:
        self.put("turn_context", {"cwd": self.cwd, "approval_policy": "on-request", "model": self.model,
                                  "sandbox_policy": {"type": "workspace-write"}, "effort": "medium", "summary": "auto"})
        if self.tier:
            self.put("event_msg", {"type": "thread_settings_applied", "thread_id": self.sid,
                                   "thread_settings": {"model": self.model, "service_tier": self.tier}})
        self.put("response_item", {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]})
        self.put("event_msg", {"type": "user_message", "message": text, "images": []})

    def tool(self, command: str, output: str, exit_code: int = 0) -> None:
        call_id = "call_" + self.src.hex(24)
        self.put("response_item", {"type": "function_call", "name": "exec_command", "call_id": call_id,
                                   "arguments": json.dumps({"cmd": command, "workdir": self.cwd})})
        self.src.ledger.tool(self.sid, call_id, "exec_command", self.t)
        if exit_code:
            self.src.ledger.failed(call_id)
        self.put("response_item", {"type": "function_call_output", "call_id": call_id,
                                   "output": f"Chunk ID: 1\nProcess exited with code {exit_code}\nOutput:\n{output}"})

    def call(self, u: dict, *, reasoning: int = 0, record: bool = False, repeat: int = 0, count: bool = True) -> None:
        """One model call: token_count (cumulative and last), optionally token_usage_record beside it."""
        inclusive = {"input_tokens": u.get("input", 0) + u.get("cache_read", 0),
                     "cached_input_tokens": u.get("cache_read", 0), "output_tokens": u.get("output", 0),
                     "reasoning_output_tokens": reasoning}
        inclusive["total_tokens"] = inclusive["input_tokens"] + inclusive["output_tokens"]
        self.total.update(inclusive)
        self.count += 1
        tier = {"service_tier": self.tier} if self.tier else {}
        if record:
            self.put("token_usage_record", {"thread_id": self.sid, "session_id": self.sid, "response_id": self.src.id("resp_"),
                                            "usage": inclusive, "thread_token_usage": dict(self.total), **tier})
        if count:
            for _ in range(1 + repeat):
                self.put("event_msg", {"type": "token_count", "info": {
                    "total_token_usage": dict(self.total), "last_token_usage": inclusive, "model_context_window": 258_400},
                    "rate_limits": {"primary": {"used_percent": 12.0, "window_minutes": 300, "resets_at": 1_790_000_000},
                                    "secondary": None, "plan_type": "pro"}, **tier})
        self.src.ledger.call(self.sid, f"{self.sid}:{self.count}", self.t, self.model, u, tier=self.tier)

    def answer(self, text: str) -> None:
        self.put("event_msg", {"type": "agent_message", "message": text})
        self.put("response_item", {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": text}]})

    def fill(self, target: float) -> None:
        src, r = self.src, self.src.r
        context = 9000
        while self.size < target:
            self.prompt(src.text(30, 900))
            for _ in range(r.randrange(2, 10)):
                self.put("response_item", {"type": "reasoning", "summary": [{"type": "summary_text", "text": src.text(40, 300)}],
                                           "content": None, "encrypted_content": src.b64[:r.randrange(500, 4000)]})
                self.tool(src.text(20, 400), src.text(50, 10_000), int(r.random() < .08))
                cached, out = int(context * r.uniform(.6, .97)), r.randrange(40, 1500)
                self.call({"input": context - cached, "cache_read": cached, "output": out}, reasoning=int(out * r.random() * .7))
                context = context + r.randrange(300, 5000) if context < 200_000 else 30_000
            self.answer(src.text(60, 1500))
            self.t += dt.timedelta(seconds=r.randrange(10, 600))

    def flush(self) -> list[bytes]:
        self.src.save(self.path, self.rows)
        return self.rows


# ---------------------------------------------------------------- Gemini CLI, Pi, OpenCode

class Gemini:
    """Gemini CLI chat file: a header, records that are upserts by id, `$set` patches."""

    def __init__(self, src: Source, home: Path, start: dt.datetime, project: str = "demo", model: str = "gemini-2.5-pro") -> None:
        self.src, self.t, self.model = src, start, model
        self.sid = src.uuid()
        self.path = home / ".gemini/tmp" / project / f"chats/session-{start:%Y-%m-%dT%H-%M}-{self.sid[:8]}.jsonl"
        src.ledger.session(self.sid, "gemini", f"/home/dev/{project}")
        self.rows: list[bytes] = []
        self.header()

    def header(self) -> None:
        self.put({"sessionId": self.sid, "projectHash": self.src.hex(64), "startTime": iso(self.t), "lastUpdated": iso(self.t),
                  "kind": "main", "directories": ["/home/dev/demo"]})

    def put(self, obj: dict) -> None:
        self.rows.append(dumps(obj) + b"\n")

    def step(self) -> str:
        self.t += dt.timedelta(seconds=self.src.r.randrange(1, 30))
        return iso(self.t)

    def prompt(self, text: str) -> dict:
        record = {"id": self.src.uuid(), "timestamp": self.step(), "type": "user", "content": [{"text": text}]}
        self.put(record)
        return record

    def reply(self, text: str, u: dict, *, thoughts: int = 0, tools: int = 0, failed: int = 0, upserts: int = 0) -> dict:
        """`u` is disjoint with thoughts inside output; the log keeps them apart. Each upsert repeats the record."""
        record_id, at = self.src.uuid(), self.step()
        prompt = u.get("input", 0) + u.get("cache_read", 0)
        tokens = {"input": prompt, "output": u["output"] - thoughts, "cached": u.get("cache_read", 0),
                  "thoughts": thoughts, "tool": 0, "total": prompt + u["output"]}
        record = {"id": record_id, "timestamp": at, "type": "gemini", "content": text, "thoughts": [], "tokens": tokens,
                  "model": self.model}
        self.put(record)
        calls = [{"id": f"run_shell_command-{self.src.hex(12)}", "name": "run_shell_command", "args": {"command": "ls"},
                  "status": "error" if i < failed else "success", "timestamp": at, "result": []} for i in range(tools)]
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

    def set(self, **fields) -> None:
        self.put({"$set": fields | {"lastUpdated": iso(self.t)}})

    def flush(self) -> None:
        self.src.save(self.path, self.rows)


class Pi:
    """Pi session: a tree of entries, one row per message, already priced."""

    def __init__(self, src: Source, home: Path, start: dt.datetime, model: str = "claude-sonnet-4-5", cwd: str = "/home/dev/pi") -> None:
        self.src, self.t, self.model, self.parent = src, start, model, None
        self.sid = src.uuid()
        name = "-".join(iso(start).replace(".", "-").split(":"))
        self.path = home / ".pi/agent/sessions" / f"--{cwd.strip('/').replace('/', '-')}--" / f"{name}_{self.sid}.jsonl"
        src.ledger.session(self.sid, "pi", cwd)
        self.rows = [dumps({"type": "session", "version": 3, "id": self.sid, "timestamp": iso(start), "cwd": cwd}) + b"\n"]

    def entry(self, message: dict) -> None:
        self.t += dt.timedelta(seconds=self.src.r.randrange(1, 30))
        entry_id = self.src.hex(8)
        self.rows.append(dumps({"type": "message", "id": entry_id, "parentId": self.parent, "timestamp": iso(self.t),
                                "message": message | {"timestamp": int(self.t.replace(tzinfo=dt.timezone.utc).timestamp() * 1000)}}) + b"\n")
        self.parent = entry_id

    def prompt(self, text: str) -> None:
        self.entry({"role": "user", "content": [{"type": "text", "text": text}]})

    def reply(self, text: str, u: dict, *, failed: bool | None = None) -> None:
        content = [{"type": "text", "text": text}]
        call_id = self.src.id("toolu_")
        if failed is not None:
            content.append({"type": "toolCall", "id": call_id, "name": "bash", "arguments": {"command": "ls"}})
        write, read = u.get("cache_write_5m", 0), u.get("cache_read", 0)
        cost = price(self.model, self.t, u) or Decimal(0)
        self.entry({"role": "assistant", "content": content, "api": "anthropic-messages", "provider": "anthropic",
                    "model": self.model, "stopReason": "toolUse" if failed is not None else "stop",
                    "usage": {"input": u.get("input", 0), "output": u["output"], "cacheRead": read, "cacheWrite": write,
                              "totalTokens": u.get("input", 0) + u["output"] + read + write, "cost": {"total": float(cost)}}})
        self.src.ledger.call(self.sid, f"{self.sid}:{self.parent}", self.t, self.model, u)
        self.src.ledger.observe(self.sid, plain(cost))
        if failed is not None:
            self.src.ledger.tool(self.sid, call_id, "bash", self.t)
            self.entry({"role": "toolResult", "toolCallId": call_id, "toolName": "bash", "isError": failed,
                        "content": [{"type": "text", "text": "no such file" if failed else "a.py"}]})
            if failed:
                self.src.ledger.failed(call_id)

    def flush(self) -> None:
        self.src.save(self.path, self.rows)


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
CREATE TABLE part (id text PRIMARY KEY, message_id text NOT NULL, session_id text NOT NULL, time_created integer NOT NULL,
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
        self.db.execute("INSERT INTO session VALUES (?,?,?,?,?,?,?,0,0,0,0,0,0,'build',?,?,?,NULL)", (
            sid, "p0", parent, "quiet-river", "/home/dev/oc", "Some work", "1.18.33",
            json.dumps({"id": model, "providerID": "anthropic"}), ms, ms))
        return sid

    @staticmethod
    def ms(at: dt.datetime) -> int:
        return int(at.replace(tzinfo=dt.timezone.utc).timestamp() * 1000)

    def prompt(self, sid: str, at: dt.datetime, text: str) -> None:
        mid = "msg_" + self.src.hex(26)
        self._message(mid, sid, at, {"role": "user", "time": {"created": self.ms(at)}, "agent": "build"})
        self._part(mid, sid, at, {"type": "text", "text": text})

    def reply(self, sid: str, at: dt.datetime, u: dict, *, model: str = "claude-sonnet-4-5", reasoning: int = 0,
              failed: bool | None = None) -> None:
        mid = "msg_" + self.src.hex(26)
        cost = price(model, at, u) or Decimal(0)
        read, write = u.get("cache_read", 0), u.get("cache_write_5m", 0)
        tokens = {"total": u.get("input", 0) + u["output"] + read + write, "input": u.get("input", 0),
                  "output": u["output"] - reasoning, "reasoning": reasoning, "cache": {"write": write, "read": read}}
        self._message(mid, sid, at, {"role": "assistant", "mode": "build", "agent": "build", "cost": float(cost), "tokens": tokens,
                                     "path": {"cwd": "/home/dev/oc", "root": "/home/dev/oc"}, "modelID": model,
                                     "providerID": "anthropic", "time": {"created": self.ms(at), "completed": self.ms(at) + 900},
                                     "finish": "stop" if failed is None else "tool-calls"})
        if failed is not None:
            call_id = "call_" + self.src.hex(16)
            state = ({"status": "error", "input": {"filePath": "x"}, "error": "File not found"} if failed else
                     {"status": "completed", "input": {"command": "ls"}, "output": "a.py", "metadata": {"exit": 0}})
            self._part(mid, sid, at, {"type": "tool", "tool": "read" if failed else "bash", "callID": call_id, "state": state})
            self.src.ledger.tool(sid, call_id, "read" if failed else "bash", at)
            if failed:
                self.src.ledger.failed(call_id)
        self._part(mid, sid, at, {"type": "text", "text": self.src.text(20, 300)})
        self._part(mid, sid, at, {"type": "step-finish", "reason": "stop", "tokens": tokens, "cost": float(cost)})
        self.db.execute("UPDATE session SET cost=cost+?, tokens_input=tokens_input+?, tokens_output=tokens_output+?, "
                        "tokens_reasoning=tokens_reasoning+?, tokens_cache_read=tokens_cache_read+?, "
                        "tokens_cache_write=tokens_cache_write+? WHERE id=?",
                        (float(cost), tokens["input"], tokens["output"], reasoning, read, write, sid))
        self.src.ledger.call(sid, mid, at, model, u)
        self.src.ledger.observe(sid, plain(cost))

    def _message(self, mid: str, sid: str, at: dt.datetime, data: dict) -> None:
        self.db.execute("INSERT INTO message VALUES (?,?,?,?,?)", (mid, sid, self.ms(at), self.ms(at), dumps(data).decode()))

    def _part(self, mid: str, sid: str, at: dt.datetime, data: dict) -> None:
        self.db.execute("INSERT INTO part VALUES (?,?,?,?,?,?)", (
            "prt_" + self.src.hex(26), mid, sid, self.ms(at), self.ms(at), dumps(data).decode()))

    def flush(self) -> None:
        self.db.commit()
        self.db.close()
        with open(self.path, "r+b") as file:        # the library's version number, the only bytes that differ by machine
            file.seek(96)
            file.write((3_040_000).to_bytes(4, "big"))
        self.src.ledger.files += 1
        self.src.ledger.bytes += self.path.stat().st_size


# ---------------------------------------------------------------- bulk and append

BULK_MODELS = {"claude-opus-4-5-20251101": 3, "claude-sonnet-4-5-20250929": 3, "claude-opus-4-8": 2, "claude-opus-5": 2,
               "claude-haiku-4-5-20251001": 1}


def bulk(args: argparse.Namespace) -> None:
    src = Source(args.seed)
    r, home = src.r, Path(args.out)
    budget = args.mb * 1e6
    projects = [f"/home/dev/src/proj-{i:02d}" for i in range(args.projects)]
    weights = [1 / (i + 1) for i in range(args.projects)]
    start = lambda: END - dt.timedelta(days=r.randrange(90), seconds=r.randrange(50_000))  # noqa: E731
    done, before = 0, {}
    while done < budget * (1 - args.codex_share - args.others_share):
        cwd = r.choices(projects, weights)[0]
        one = Claude(src, home, cwd, r.choices(list(BULK_MODELS), list(BULK_MODELS.values()))[0], start(),
                     one_hour=r.random() < .55)
        target = min(max(r.lognormvariate(13.1, 1.2), 20_000), 40e6, max(20_000, budget * .2))
        if r.random() < .3:
            one.put({"type": "summary", "summary": src.text(20, 60), "leafUuid": src.uuid()})
        if r.random() < .08 and cwd in before:
            _copy(one, *before[cwd])
        while one.size < target:
            one.turn()
        done += one.size
        before[cwd] = (one.sid, one.flush())
    done = 0
    while done < budget * args.codex_share:
        codex = Codex(src, home, start(), r.choice(["gpt-5.1-codex", "gpt-5.5"]), f"/home/dev/src/codex-{r.randrange(6)}")
        codex.fill(min(r.lognormvariate(13, 1.1), 20e6, max(20_000, budget * args.codex_share)))
        codex.flush()
        done += codex.size
    _others(src, home, start, budget * args.others_share)
    src.ledger.write(home, seed=args.seed)
    print(json.dumps({k: v for k, v in src.ledger.truth().items() if k in ("files", "bytes", "sessions", "totals")}))


def _copy(one: Claude, old_sid: str, rows: list[bytes]) -> None:
    """A resumed session of the old kind: up to 300 kB of the former file's rows under the new session id."""
    copied = 0
    for row in rows:
        new = row.replace(old_sid.encode(), one.sid.encode())
        one.rows.append(new)
        copied += len(new)
        obj = json.loads(row)
        if obj["type"] == "assistant" and obj.get("requestId"):
            for kind, name in (("input", "input_tokens"), ("output", "output_tokens")):
                one.src.ledger.naive[kind] += obj["message"]["usage"][name]
            one.src.ledger.naive["rows"] += 1
        if copied > 300_000:
            break
    one.size += copied


def _others(src: Source, home: Path, start, budget: float) -> None:
    """A small share of the other agents: a third each by bytes, roughly."""
    if budget <= 0:
        return
    r, done = src.r, 0
    while done < budget / 3:
        chat = Gemini(src, home, start(), f"demo-{r.randrange(4)}")
        for _ in range(r.randrange(3, 20)):
            chat.prompt(src.text(30, 900))
            cached = r.randrange(0, 40_000)
            chat.reply(src.text(100, 3000), {"input": r.randrange(500, 9000), "cache_read": cached, "output": r.randrange(80, 1500)},
                       thoughts=r.randrange(0, 70), tools=r.randrange(0, 3), failed=int(r.random() < .1))
        for _ in range(2):
            chat.set()
        done += sum(map(len, chat.rows))
        chat.flush()
    done = 0
    while done < budget / 3:
        pi = Pi(src, home, start(), cwd=f"/home/dev/pi-{r.randrange(3)}")
        for _ in range(r.randrange(3, 20)):
            pi.prompt(src.text(30, 900))
            pi.reply(src.text(100, 3000), {"input": r.randrange(2, 900), "cache_read": r.randrange(40_000),
                                           "cache_write_5m": r.randrange(3000), "output": r.randrange(50, 900)},
                     failed=r.choice([None, False, False, True]))
        done += sum(map(len, pi.rows))
        pi.flush()
    opencode, done = OpenCode(src, home), 0
    while done < budget / 3:
        at = start()
        sid = opencode.session(at)
        for _ in range(r.randrange(3, 20)):
            at += dt.timedelta(seconds=r.randrange(5, 90))
            opencode.prompt(sid, at, src.text(30, 900))
            opencode.reply(sid, at, {"input": r.randrange(20, 9000), "cache_read": r.randrange(40_000), "output": r.randrange(50, 900)},
                           reasoning=r.randrange(0, 40), failed=r.choice([None, False, False, True]))
            done += 2500
    opencode.flush()


def append(args: argparse.Namespace) -> None:
    """Add natural turns, chained to the last row, to the largest Claude transcript, and update truth.json's totals."""
    home = Path(args.out)
    files = [p for p in (home / ".claude/projects").rglob("*.jsonl") if "subagents" not in p.parts]
    path = max(files, key=lambda p: (p.stat().st_size, str(p)))
    rows = [json.loads(line) for line in path.read_bytes().split(b"\n") if line.strip()]
    last = next(row for row in reversed(rows) if row.get("uuid"))
    src = Source(args.seed + path.stat().st_size)
    one = Claude(src, home, last["cwd"], "claude-opus-4-5-20251101", dt.datetime.fromisoformat(last["timestamp"][:-1]),
                 sid=path.stem)
    one.parent, one.branch = last["uuid"], last["gitBranch"]
    for _ in range(args.n):
        one.turn()
    with open(path, "ab") as file:
        file.writelines(one.rows)
    added = src.ledger.truth()
    truth = json.loads((home / "truth.json").read_text())
    truth.setdefault("appended", []).append({"file": str(path.relative_to(home)), "session": one.sid, "rows": len(one.rows),
                                             **added["totals"], "by_day": added["by_day"]})
    _add(truth["totals"], added["totals"])
    _add(truth["by_session"][one.sid], added["totals"])
    _add(truth["by_agent"]["claude"], added["by_agent"]["claude"])
    for model, row in added["by_model"].items():
        _add(truth["by_model"].setdefault(model, _empty()), row)
    for day, row in added["by_day"].items():
        _add(truth["by_day"].setdefault(day, _empty()), row)
    for key, row in added["by_day_model"].items():
        _add(truth["by_day_model"].setdefault(key, _empty()), row)
    for sid, row in added["by_session"].items():
        if sid != one.sid:
            truth["by_session"][sid] = row
            _add(truth["by_session"][one.sid], {"tokens": {k: -v for k, v in row["tokens"].items()}, "calls": -row["calls"],
                                                "tool_calls": -row["tool_calls"], "errors": -row["errors"],
                                                "usd": plain(-Decimal(row["usd"]))})
            truth["sessions"] += 1
    truth["bytes"] += one.size
    (home / "truth.json").write_text(json.dumps(truth, indent=1, ensure_ascii=False) + "\n")
    print(json.dumps(truth["appended"][-1]))


def _empty() -> dict:
    return {"calls": 0, "tokens": dict.fromkeys(KINDS, 0), "usd": "0", "unpriced_calls": 0}


def _add(row: dict, more: dict) -> None:
    for key in ("calls", "tool_calls", "errors", "unpriced_calls"):
        if key in row and key in more:
            row[key] += more[key]
    for kind in KINDS:
        row["tokens"][kind] += more["tokens"].get(kind, 0)
    row["usd"] = plain(Decimal(row["usd"] or 0) + Decimal(more["usd"] or 0))


if __name__ == "__main__":
    from bench.corpus.cases import CASES, cases

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    sub = commands.add_parser("bulk")
    sub.add_argument("--out", required=True)
    sub.add_argument("--mb", type=float, default=50)
    sub.add_argument("--seed", type=int, default=7)
    sub.add_argument("--projects", type=int, default=12)
    sub.add_argument("--codex-share", type=float, default=.06)
    sub.add_argument("--others-share", type=float, default=.02)
    sub = commands.add_parser("append")
    sub.add_argument("--out", required=True)
    sub.add_argument("--n", type=int, default=1)
    sub.add_argument("--seed", type=int, default=1)
    sub = commands.add_parser("cases")
    sub.add_argument("--out", required=True)
    sub.add_argument("--only", nargs="*", default=[])
    sub.add_argument("--shift", type=int, default=0)
    commands.add_parser("list")
    options = parser.parse_args()
    if options.command == "list":
        for name, (_, why) in CASES.items():
            print(f"{name:28s} {why}")
    else:
        {"bulk": bulk, "append": append, "cases": cases}[options.command](options)
