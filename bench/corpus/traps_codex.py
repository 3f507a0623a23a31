"""Traps of Codex rollouts."""

from __future__ import annotations

import datetime as dt
import json

from bench.corpus.codex import Codex
from bench.corpus.ledger import dumps
from bench.corpus.traps import Case, Group

case = Group()


@case("token_count repeats itself (rate limit updates): an equal total is no new call")
def codex_repeats(c: Case) -> None:
    one = Codex(c.src, c.home, c.day())
    one.prompt("hi")
    one.call(c.u(input=1000, cache_read=9000, output=500), reasoning=200, repeat=2)
    one.tool("ls", "a.py")
    one.call(c.u(input=2000, cache_read=10_000, output=300), repeat=1)
    one.tool("false", "", 1)
    one.answer("done")
    one.flush()


@case("reasoning tokens are inside output: adding them bills twice")
def codex_reasoning(c: Case) -> None:
    one = Codex(c.src, c.home, c.day())
    one.prompt("think")
    one.call(c.u(input=10_000, output=10_000), reasoning=c.n(8000))
    one.flush()


@case("the cumulative total starts again in mid-file (compaction, resume): add the segments")
def codex_total_resets(c: Case) -> None:
    one = Codex(c.src, c.home, c.day())
    one.prompt("a")
    one.call(c.u(input=10_000, output=1000))
    one.call(c.u(input=12_000, output=1000))
    one.put("compacted", {"message": "summary", "replacement_history": []})
    one.total.clear()
    one.call(c.u(input=3000, output=200))
    one.flush()


@case("info is null in some token_count events (only rate limits came)")
def codex_null_info(c: Case) -> None:
    one = Codex(c.src, c.home, c.day())
    one.prompt("a")
    one.put("event_msg", {"type": "token_count", "info": None, "rate_limits": {"primary": {"used_percent": 1.0}}})
    one.call(c.u(input=10_000, output=1000))
    one.put("event_msg", {"type": "token_count", "info": None, "rate_limits": None})
    one.flush()


@case("a fork's rollout begins with a copy of the parent's rows, its totals go on from there")
def codex_fork(c: Case) -> None:
    parent = Codex(c.src, c.home, c.day())
    parent.prompt("a")
    parent.call(c.u(input=10_000, output=1000))
    parent.call(c.u(input=11_000, output=1000))
    rows = parent.flush()
    fork = Codex(c.src, c.home, parent.t + dt.timedelta(minutes=5))
    meta = json.loads(fork.rows[0])
    meta["payload"]["forked_from_id"] = parent.sid
    fork.rows = [dumps(meta) + b"\n", *rows]
    fork.total = parent.total.copy()
    fork.prompt("b")
    fork.call(c.u(input=5000, output=500))
    fork.flush()


@case("token_usage_record beside token_count (0.169): the same call twice; prefer the record, count once")
def codex_usage_record(c: Case) -> None:
    one = Codex(c.src, c.home, c.day(), "gpt-5.5", version="0.169.0")
    one.prompt("a")
    one.call(c.u(input=10_000, cache_read=2000, output=1000), record=True)
    one.call(c.u(input=1000, cache_read=11_000, output=700), record=True)
    one.flush()


@case("token_usage_record without any token_count")
def codex_record_only(c: Case) -> None:
    one = Codex(c.src, c.home, c.day(), "gpt-5.5", version="0.169.0")
    one.prompt("a")
    one.call(c.u(input=10_000, cache_read=2000, output=1000), record=True, count=False)
    one.flush()


@case("the model changes between turns: each call at its turn's model")
def codex_two_models(c: Case) -> None:
    one = Codex(c.src, c.home, c.day(), "gpt-5.1-codex")
    one.prompt("a")
    one.call(c.u(input=10_000, output=1000))
    one.model = "gpt-5.5"
    one.prompt("b")
    one.call(c.u(input=10_000, output=1000))
    one.flush()


@case("GPT-5.5 above 272 000 input (cached included): the whole call at 2 x and 1.5 x")
def codex_long(c: Case) -> None:
    one = Codex(c.src, c.home, c.day(), "gpt-5.5")
    one.prompt("a")
    one.call({"input": 72_000, "cache_read": 200_000, "output": c.n(1000)})
    one.call({"input": 72_001, "cache_read": 200_000, "output": c.n(1000)})
    one.flush()


@case("service_tier priority in Codex: 2.5 x on GPT-5.5")
def codex_priority(c: Case) -> None:
    one = Codex(c.src, c.home, c.day(), "gpt-5.5", version="0.169.0", tier="priority")
    one.prompt("a")
    one.call(c.u(input=10_000, cache_read=10_000, output=1000), record=True)
    one.flush()


@case("a legacy rollout: header row, bare items, no token counts: a session with tools, without usage")
def codex_legacy(c: Case) -> None:
    one = Codex(c.src, c.home, c.day())
    one.rows.clear()
    one.rows.append(
        dumps({"id": one.sid, "timestamp": "2026-11-18T12:00:00.000Z", "instructions": None, "git": {}}) + b"\n"
    )
    one.rows.append(dumps({"record_type": "state"}) + b"\n")
    one.rows.append(
        dumps({"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hi"}]}) + b"\n"
    )
    call_id = "call_" + c.src.hex(24)
    one.rows.append(
        dumps({"type": "function_call", "name": "shell", "arguments": '{"command":["ls"]}', "call_id": call_id}) + b"\n"
    )
    one.rows.append(
        dumps(
            {
                "type": "function_call_output",
                "call_id": call_id,
                "output": '{"output":"a.py","metadata":{"exit_code":0}}',
            }
        )
        + b"\n"
    )
    c.src.ledger.tool(one.sid, call_id, "shell", one.t)
    one.flush()
