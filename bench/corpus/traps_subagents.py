"""Traps of sub-agents, and of the cost record that Claude Code keeps beside its transcript."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

from bench.corpus.claude import Claude, claude_usage
from bench.corpus.ledger import KINDS, Json, Usage
from bench.corpus.prices import price
from bench.corpus.traps import HAIKU45, OPUS45, TEXT, Case, Group

case = Group()


@case("a sub-agent in its own file counts, as a child of the session")
def subagent_file(c: Case) -> None:
    one = c.claude()
    one.assistant(TEXT, c.u(input=10_000, output=10_000))
    one.flush()
    child = c.claude(HAIKU45, one.t, agent_id="a1b2c3d4e5f6a7b8c", sid=one.sid)
    child.user("sub")
    child.assistant(TEXT, c.u(input=10_000, output=10_000))
    child.flush()


def _progress(c: Case, with_file: bool) -> None:
    one = c.claude()
    one.assistant(
        [{"type": "tool_use", "id": "toolu_task", "name": "Task", "input": {"prompt": "go"}}],
        c.u(input=10_000, output=10_000),
    )
    child = c.claude(HAIKU45, one.t, agent_id="a1b2c3d4e5f6a7b8c", sid=one.sid) if with_file else None
    if child is None:
        mid, rid, u = c.src.id("msg_"), c.src.id("req_"), c.u(input=3, cache_write_1h=20_000, output=500)
        message: Json = {
            "model": HAIKU45,
            "id": mid,
            "type": "message",
            "role": "assistant",
            "content": TEXT,
            "usage": claude_usage(u),
        }
        c.src.ledger.call(one.session, f"{mid}:{rid}", one.t, HAIKU45, u)
    else:
        child.user("go")
        child.assistant(TEXT, c.u(input=3, cache_write_1h=20_000, output=500))
        child.flush()
        row = json.loads(child.rows[-1])
        message, rid = row["message"], row["requestId"]
    early = dict(message, usage=dict(message["usage"], output_tokens=1))
    for shown in (early, message):
        one.put(
            one.row(
                "progress",
                parentToolUseID="toolu_task",
                toolUseID="agent_msg_1",
                data={
                    "type": "agent_progress",
                    "prompt": "go",
                    "agentId": "a1b2c3d4e5f6a7b8c",
                    "normalizedMessages": [],
                    "message": {
                        "type": "assistant",
                        "timestamp": one.stamp(0),
                        "message": shown,
                        "requestId": rid,
                        "uuid": c.src.uuid(),
                    },
                },
            )
        )
    one.result("toolu_task", "done")
    one.flush()


@case("progress rows carry a sub-agent's calls and its file does not exist: they count (19 % of such sessions)")
def progress_without_file(c: Case) -> None:
    _progress(c, False)


@case("progress rows and the sub-agent's file: the same calls, once, under the child")
def progress_with_file(c: Case) -> None:
    _progress(c, True)


def _cost_state(one: Claude, usages: dict[str, Usage]) -> str:
    """One cost-state row: cumulative tokens per model and what they cost; returns the dollars."""
    rows: Json = {}
    total = Decimal(0)
    for model, u in usages.items():
        usd = price(model, one.t, u) or Decimal(0)
        total += usd
        five, hour = u.get("cache_write_5m", 0), u.get("cache_write_1h", 0)
        rows[model] = {
            "inputTokens": u.get("input", 0),
            "outputTokens": u.get("output", 0),
            "thinkingTokens": 0,
            "cacheReadInputTokens": u.get("cache_read", 0),
            "cacheCreationInputTokens": five + hour,
            "cacheCreationEphemeral5mInputTokens": five,
            "cacheCreationEphemeral1hInputTokens": hour,
            "webSearchRequests": 0,
            "costUSD": float(usd),
        }
    one.put(
        {
            "type": "cost-state",
            "sessionId": one.sid,
            "totalCostUSD": float(total),
            "totalAPIDuration": 900,
            "totalDuration": 60_000,
            "startTime": 0,
            "modelUsage": rows,
            "hasUnknownModelCost": False,
        }
    )
    return str(total)


def _plus(*usages: Usage) -> Usage:
    return {kind: sum(u.get(kind, 0) for u in usages) for kind in KINDS}


@case(
    "cost-state holds a compaction call that the transcript lacks: shown apart, never in the calls; "
    "the last cost-state counts"
)
def cost_state(c: Case) -> None:
    one, first, second = c.claude(), c.u(input=10_000, output=10_000), c.u(input=1000, output=1000)
    compaction = c.u(input=10, cache_write_5m=10_000, cache_write_1h=5000, output=3000)
    one.assistant(TEXT, first)
    _cost_state(one, {OPUS45: first})
    one.put(
        one.row(
            "system",
            subtype="compact_boundary",
            content="Conversation compacted",
            level="info",
            compactMetadata={"trigger": "manual", "preTokens": 20_000, "postTokens": 2000},
        )
    )
    one.user("Summary of the work", isCompactSummary=True)
    c.src.ledger.unlogged(one.session, one.t, OPUS45, compaction)
    one.assistant(TEXT, second)
    one.src.ledger.observe(one.session, _cost_state(one, {OPUS45: _plus(first, second, compaction)}))
    one.flush()
    c.note("observed_usd is the last cost-state; usd is what the transcript's calls cost; unlogged is the rest")


@case("the compaction ran at another model after /model: unlogged is told per model")
def cost_state_two_models(c: Case) -> None:
    one, first, second = c.claude(), c.u(input=10_000, output=10_000), c.u(input=2000, output=1000)
    compaction = c.u(input=10, cache_write_5m=20_000, output=2000)
    one.assistant(TEXT, first)
    c.src.ledger.unlogged(one.session, one.t, HAIKU45, compaction)
    one.model = HAIKU45
    one.assistant(TEXT, second)
    one.src.ledger.observe(one.session, _cost_state(one, {OPUS45: first, HAIKU45: _plus(second, compaction)}))
    one.flush()


@case("a fork inherits the parent's cost-state, compaction included: never sum cost-states over forks")
def cost_state_fork(c: Case) -> None:
    first, second, compaction = (
        c.u(input=10_000, output=10_000),
        c.u(input=1000, output=1000),
        c.u(input=10, output=2000),
    )
    parent = c.claude()
    parent.assistant(TEXT, first)
    rows = list(parent.rows)
    c.src.ledger.unlogged(parent.session, parent.t, OPUS45, compaction)
    parent.src.ledger.observe(parent.session, _cost_state(parent, {OPUS45: _plus(first, compaction)}))
    parent.flush()
    fork = Claude(c.src, c.home, "/home/dev/p", OPUS45, parent.t + dt.timedelta(minutes=5))
    fork.rows = [row.replace(parent.sid.encode(), fork.sid.encode()) for row in rows]
    fork.user("fork")
    fork.assistant(TEXT, second)
    fork.src.ledger.observe(fork.session, _cost_state(fork, {OPUS45: _plus(first, compaction, second)}))
    fork.flush()


@case("api-request-blob rows of 2.1.329 hold copies of messages with tool_use and usage: not calls, not tools")
def request_blobs(c: Case) -> None:
    one = c.claude()
    one.assistant(
        [{"type": "tool_use", "id": "toolu_blob", "name": "Bash", "input": {"command": "ls"}}],
        c.u(input=10_000, output=1000),
    )
    shown = json.loads(one.rows[-1])["message"]
    one.put({"type": "api-request-blob", "sessionId": one.sid, "hash": c.src.hex(16), "message": shown})
    one.put({"type": "api-request", "sessionId": one.sid, "requestRef": 1, "messages": [shown]})
    one.result("toolu_blob", "a.py")
    one.flush()
