"""One small HOME for each accounting trap. Every case says what a wrong tool does; truth.json beside it says what is right.

Used through `python -m bench.corpus.generate cases`. Numbers are round so that a wrong total is recognised at sight.
"""
from __future__ import annotations

import argparse
import datetime as dt
import json
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from bench.corpus.generate import KINDS, Claude, Codex, Gemini, OpenCode, Pi, Source, claude_usage, dumps
from bench.corpus.prices import price

DAY = dt.datetime(2026, 11, 18, 12)
OPUS45, OPUS46, OPUS48, OPUS5 = "claude-opus-4-5-20251101", "claude-opus-4-6", "claude-opus-4-8", "claude-opus-5"
SONNET45, HAIKU45 = "claude-sonnet-4-5-20250929", "claude-haiku-4-5-20251001"
TEXT = [{"type": "text", "text": "hello"}]
CASES: dict[str, tuple[Callable, str]] = {}
ZONES: dict[str, tuple[str, ...]] = {}


class Case:
    """What a case function gets: the source of ids, its HOME, scaled numbers, a shifted clock."""

    def __init__(self, home: Path, shift: int) -> None:
        self.home, self.shift, self.src = home, shift, Source(1 + shift, 300)

    def n(self, number: int) -> int:
        return number + number * self.shift // 10

    def day(self, text: str | None = None) -> dt.datetime:
        at = dt.datetime.fromisoformat(text) if text else DAY
        return at + dt.timedelta(days=self.shift) if text is None else at

    def u(self, **kinds: int) -> dict:
        return {kind: self.n(number) for kind, number in kinds.items()}

    def claude(self, model: str = OPUS45, at: dt.datetime | None = None, **options) -> Claude:
        one = Claude(self.src, self.home, "/home/dev/p", model, at or self.day(), **options)
        if not options.get("agent_id"):
            one.user("hi")
        return one

    def simple(self, model: str, u: dict, at: str | None = None, **options) -> None:
        one = self.claude(model, self.day(at))
        one.assistant(TEXT, u, **options)
        one.flush()

    def note(self, text: str) -> None:
        self.src.ledger.notes.append(text)


def case(why: str, zones: tuple[str, ...] = ()) -> Callable:
    def register(function: Callable) -> Callable:
        name = function.__name__.replace("_", "-")
        CASES[name], ZONES[name] = (function, why), zones
        return function
    return register


def cases(args: argparse.Namespace) -> None:
    unknown = set(args.only) - set(CASES)
    if unknown:
        raise SystemExit(f"no case named {', '.join(sorted(unknown))}; see `python -m bench.corpus.generate list`")
    for name in args.only or CASES:
        function, why = CASES[name]
        home = Path(args.out) / name
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        one = Case(home, args.shift)
        function(one)
        one.src.ledger.write(home, ZONES[name], case=name, why=why)
        total = one.src.ledger.truth()["totals"]
        print(f"{name:28s} calls={total['calls']} usd={total['usd']} unpriced={total['unpriced_calls']} "
              f"tokens={total['tokens']}")


# ---------------------------------------------------------------- prices

@case("the base line")
def plain_call(c: Case) -> None:
    c.simple(OPUS45, c.u(input=10_000, output=10_000))


@case("5-minute cache writes (1.25 x) and reads (0.1 x)")
def cache_5m(c: Case) -> None:
    c.simple(OPUS45, c.u(cache_write_5m=100_000, cache_read=50_000))


@case("1-hour cache writes cost 2 x input; wrong: 1.25 x")
def cache_1h(c: Case) -> None:
    c.simple(OPUS45, c.u(cache_write_1h=100_000))


@case("both cache kinds in one call")
def cache_mixed(c: Case) -> None:
    c.simple(OPUS45, c.u(cache_write_1h=60_000, cache_write_5m=40_000, cache_read=10_000, output=100))


@case("only cache_creation_input_tokens, no split object: all of it is 5-minute")
def cache_without_split(c: Case) -> None:
    u = c.u(cache_write_5m=100_000, output=100)
    raw = claude_usage(u)
    del raw["cache_creation"]
    one = c.claude()
    one.assistant(TEXT, u)
    row = json.loads(one.rows[-1])
    row["message"]["usage"] = raw
    one.rows[-1] = dumps(row) + b"\n"
    one.flush()


@case("models whose cache reads are not 0.1 x input: Opus 5.5 and Sonnet 5.5 0.05 x, Fable 5.1 and 5.2 0.025 x")
def cache_read_cheap(c: Case) -> None:
    one = c.claude("claude-opus-5-5")
    for model in ("claude-opus-5-5", "claude-sonnet-5-5", "claude-fable-5-1", "claude-fable-5-2", "claude-opus-5"):
        one.assistant(TEXT, c.u(cache_read=1_000_000), model=model)
    one.flush()


@case("Sonnet 4.5 above 200k input: the whole request at 2 x and 1.5 x")
def long_sonnet45(c: Case) -> None:
    c.simple(SONNET45, c.u(input=300_000, output=10_000), "2026-01-18T12:00:00")


@case("the 200k line counts cache reads and writes too")
def long_split(c: Case) -> None:
    c.simple(SONNET45, c.u(input=1000, output=10_000, cache_write_5m=100_000, cache_read=150_000), "2026-01-18T12:00:00")


@case("exactly 200 000 is still the lower rate; 200 001 is not")
def long_edge(c: Case) -> None:
    one = c.claude(SONNET45, c.day("2026-01-18T12:00:00"))
    one.assistant(TEXT, {"input": 200_000, "output": c.n(1000)})
    one.assistant(TEXT, {"input": 200_001, "output": c.n(1000)})
    one.flush()


@case("Sonnet 4 had the long rate too, from 2025-08-12 to 2026-04-30")
def long_sonnet4(c: Case) -> None:
    c.simple("claude-sonnet-4-20250514", c.u(input=300_000, output=10_000), "2025-12-18T12:00:00")


@case("Opus 4.6 above 200k: dear until 2026-03-12, plain from 2026-03-13")
def long_by_date(c: Case) -> None:
    one = c.claude(OPUS46, c.day("2026-03-12T12:00:00"))
    one.assistant(TEXT, c.u(input=300_000, output=10_000))
    one.t = dt.datetime(2026, 3, 13, 12)
    one.assistant(TEXT, c.u(input=300_000, output=10_000))
    one.flush()


@case("models of 4.6 and later: 900k at the plain rate")
def long_free(c: Case) -> None:
    c.simple(OPUS5, {"input": 2, "cache_read": 900_000 + c.shift, "output": c.n(1000)})


@case("Haiku 5.5: above 100 000 prompt tokens everything costs five times as much")
def long_haiku55(c: Case) -> None:
    one = c.claude("claude-haiku-5-5")
    one.assistant(TEXT, {"input": 100_000, "output": c.n(10_000)})
    one.assistant(TEXT, {"input": 60_000, "cache_read": 60_000, "output": c.n(10_000)})
    one.flush()


@case("fast mode of Opus 4.6 while it existed: 6 x, caches included")
def fast_opus46(c: Case) -> None:
    c.simple(OPUS46, c.u(input=10_000, output=10_000, cache_read=100_000, cache_write_1h=10_000), "2026-05-18T12:00:00", speed="fast")


@case("launch weeks of fast mode: half price until 2026-02-16")
def fast_discount(c: Case) -> None:
    c.simple(OPUS46, c.u(input=10_000, output=10_000), "2026-02-10T12:00:00", speed="fast")


@case("Opus 4.6 after fast mode was withdrawn: the log says standard and standard is billed")
def fast_withdrawn(c: Case) -> None:
    c.simple(OPUS46, c.u(input=10_000, output=10_000), "2026-07-18T12:00:00", speed="standard")


@case("fast mode of Opus 4.8, 5, 5.5 and Fable 5.2: 2 x; on Sonnet the word means nothing")
def fast_2x(c: Case) -> None:
    one = c.claude(OPUS48)
    for model in (OPUS48, OPUS5, "claude-opus-5-5", "claude-fable-5-2", "claude-sonnet-5-5"):
        one.assistant(TEXT, c.u(input=10_000, output=10_000, cache_read=100_000), model=model, speed="fast")
    one.flush()


@case("inference_geo us: 1.1 x from Claude 4.6 on; not on Opus 4.5; searches are not multiplied")
def geo_us(c: Case) -> None:
    one = c.claude(OPUS46)
    one.assistant(TEXT, c.u(input=10_000, output=10_000, cache_read=10_000), geo="us")
    one.assistant(TEXT, c.u(input=10_000, output=10_000), model=OPUS45, geo="us")
    one.assistant(TEXT, {**c.u(input=10_000, output=10_000), "web_searches": 10}, model=OPUS5, geo="us")
    one.assistant(TEXT, c.u(input=10_000, output=10_000), model=OPUS5, geo="not_available")
    one.flush()


@case("fast and geo stack")
def fast_and_geo(c: Case) -> None:
    c.simple(OPUS5, c.u(input=10_000, output=10_000), speed="fast", geo="us")


@case("ten web searches: 0.10 on top; web fetches are free")
def web_search(c: Case) -> None:
    u = {**c.u(input=10_000, output=10_000), "web_searches": 10}
    one = c.claude()
    one.assistant(TEXT, u, top={"server_tool_use": {"web_search_requests": 10, "web_fetch_requests": 7}})
    one.flush()


@case("an unknown model: tokens counted, dollars unknown (never 0), the rest of the session priced")
def unknown_model(c: Case) -> None:
    one = c.claude()
    one.assistant(TEXT, c.u(input=10_000, output=10_000))
    one.assistant(TEXT, c.u(input=10_000, output=10_000), model="acme-ultra-9")
    one.flush()


@case("ids with [1m], a provider prefix, dots, a date: the same models; a Bedrock id with a region: the same plus a tenth")
def model_aliases(c: Case) -> None:
    one = c.claude()
    for model in ("claude-opus-5[1m]", "anthropic/claude-opus-4.6", "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
                  "claude-opus-4-5@20251101", "claude-sonnet-4-20250514"):
        one.assistant(TEXT, c.u(input=10_000, output=1000), model=model)
    one.flush()


@case("<synthetic> rows are no calls and cost nothing")
def synthetic(c: Case) -> None:
    one = c.claude()
    one.assistant(TEXT, c.u(input=10_000, output=10_000))
    one.put(one.row("assistant", message={
        "id": c.src.uuid(), "model": "<synthetic>", "role": "assistant", "type": "message", "stop_reason": "stop_sequence",
        "usage": claude_usage({}), "content": [{"type": "text", "text": "API Error: 529"}]}, isApiErrorMessage=True))
    one.flush()


@case("rows with the agent's own costUSD (old versions): observed beside priced, never added")
def cost_usd_rows(c: Case) -> None:
    one = c.claude(at=c.day("2025-12-18T12:00:00"))
    one.assistant(TEXT, c.u(input=10_000, output=10_000), row_fields={"costUSD": 0.31, "durationMs": 900})
    one.assistant(TEXT, c.u(input=10_000, output=10_000), model="acme-ultra-9", row_fields={"costUSD": 0.5})
    one.src.ledger.observe(one.session, "0.81")
    one.flush()


# ---------------------------------------------------------------- one call, many rows

@case("three rows of one call with growing output: the largest counts once; first-row tools report a fraction")
def streamed_rows(c: Case) -> None:
    one = c.claude()
    one.assistant(TEXT * 3, c.u(input=10_000, output=9000))
    one.flush()


@case("the final row comes first in the file (out of order): still the largest")
def rows_out_of_order(c: Case) -> None:
    one = c.claude()
    one.assistant(TEXT * 3, c.u(input=10_000, output=9000))
    one.rows[1:] = reversed(one.rows[1:])
    one.flush()


@case("a resumed session of the old kind copies rows into a new file with a new sessionId")
def resume_copy(c: Case) -> None:
    first = c.claude()
    first.assistant(TEXT, c.u(input=10_000, output=10_000))
    rows = first.flush()
    second = Claude(c.src, c.home, "/home/dev/p", OPUS45, first.t + dt.timedelta(days=1))
    second.rows = [row.replace(first.sid.encode(), second.sid.encode()) for row in rows]
    second.user("go on")
    second.assistant(TEXT, c.u(input=1000, output=1000))
    second.flush()
    c.note("the copied call belongs to the session that made it; the second session's own total is the small call")


@case("the resumed copy was cut off in mid-message: its smaller output must not win, whichever file is read first")
def resume_cut_off(c: Case) -> None:
    first = c.claude()
    first.assistant(TEXT * 2, c.u(input=10_000, output=9000))
    rows = first.flush()
    second = Claude(c.src, c.home, "/home/dev/p", OPUS45, first.t + dt.timedelta(hours=1))
    second.rows = [row.replace(first.sid.encode(), second.sid.encode()) for row in rows[:-1]]
    second.user("go on")
    second.assistant(TEXT, c.u(input=1000, output=1000))
    second.flush()


@case("a fork repeats uuid, message.id and requestId under its own sessionId; two forks of one parent")
def fork_same_ids(c: Case) -> None:
    parent = c.claude()
    parent.assistant(TEXT, c.u(input=10_000, output=10_000))
    parent.assistant(TEXT, c.u(input=20_000, output=2000))
    rows = list(parent.rows)
    parent.flush()
    for extra in (1000, 2000):
        fork = Claude(c.src, c.home, "/home/dev/p", OPUS45, parent.t + dt.timedelta(minutes=extra // 100))
        fork.rows = [row.replace(parent.sid.encode(), fork.sid.encode()) for row in rows]
        fork.user("another way")
        fork.assistant(TEXT, c.u(input=extra, output=extra))
        fork.flush()


@case("no requestId: the message id alone is the key")
def no_request_id(c: Case) -> None:
    one = c.claude()
    one.assistant(TEXT * 2, c.u(input=10_000, output=10_000), rid=None)
    one.assistant(TEXT, c.u(input=20_000, output=20_000), rid=None)
    one.flush()


@case("no message id at all: every row is a call of its own")
def no_message_id(c: Case) -> None:
    one = c.claude()
    for i, size in enumerate((10_000, 10_000)):
        one.assistant(TEXT, c.u(input=size, output=1000), mid=f"none{i}", rid=f"none{i}")
        row = json.loads(one.rows[-1])
        del row["message"]["id"], row["requestId"]
        one.rows[-1] = dumps(row) + b"\n"
    one.flush()


@case("/btw: a side conversation replays the parent's message with a new request id and isSidechain; count it once")
def side_replay(c: Case) -> None:
    one = c.claude()
    one.assistant(TEXT, c.u(input=10_000, output=10_000))
    rows = one.flush()
    side = Claude(c.src, c.home, "/home/dev/p", OPUS45, one.t, agent_id="abtw000000000000a", sid=one.sid)
    copy = json.loads(rows[-1])
    copy["requestId"], copy["isSidechain"], copy["agentId"] = c.src.id("req_"), True, side.agent_id
    side.rows.append(dumps(copy) + b"\n")
    side.user("by the way?")
    side.assistant(TEXT, c.u(input=500, output=100))
    side.flush()


@case("usage.iterations with one message entry mirrors the top level: do not add it")
def iterations_mirror(c: Case) -> None:
    u = c.u(input=10_000, output=10_000)
    one = c.claude()
    one.assistant(TEXT, u, top={"iterations": [{"type": "message", **claude_usage(u)}]})
    one.flush()


@case("two message entries: the top level is already their sum")
def iterations_sum(c: Case) -> None:
    parts = [c.u(input=2, cache_read=80_000, output=800), c.u(input=2, cache_read=88_000, output=100)]
    total = {k: sum(p[k] for p in parts) for k in parts[0]}
    one = c.claude(OPUS5)
    one.assistant(TEXT, total, top={"iterations": [{"type": "message", **claude_usage(p)} for p in parts]})
    one.flush()


@case("an advisor: its entry is another model's tokens, on top of the top level, no call of its own")
def advisor(c: Case) -> None:
    u, extra = c.u(input=400, output=900), c.u(input=90_000, output=5000)
    one = c.claude(SONNET45)
    key = one.assistant(TEXT * 2, u, partial=False, top={"iterations": [
        {"type": "message", **claude_usage(u)}, {"type": "advisor_message", "model": OPUS5, **claude_usage(extra)}]})
    c.src.ledger.call(one.session, key + ":advisor:0", one.t, OPUS5, extra, counts=False)
    one.flush()


@case("a compaction entry in iterations is billed on top of the top level")
def iterations_compaction(c: Case) -> None:
    u, extra = c.u(input=23_000, output=1000), c.u(input=180_000, output=3500)
    one = c.claude(OPUS5)
    key = one.assistant(TEXT, u, top={"iterations": [
        {"type": "compaction", "input_tokens": extra["input"], "output_tokens": extra["output"]},
        {"type": "message", "input_tokens": u["input"], "output_tokens": u["output"]}]})
    c.src.ledger.call(one.session, key + ":compaction:0", one.t, OPUS5, extra, counts=False)
    one.flush()


# ---------------------------------------------------------------- sub-agents and cost-state

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
    one.assistant([{"type": "tool_use", "id": "toolu_task", "name": "Task", "input": {"prompt": "go"}}],
                  c.u(input=10_000, output=10_000))
    child = c.claude(HAIKU45, one.t, agent_id="a1b2c3d4e5f6a7b8c", sid=one.sid) if with_file else None
    if child is None:
        mid, rid, u = c.src.id("msg_"), c.src.id("req_"), c.u(input=3, cache_write_1h=20_000, output=500)
        message = {"model": HAIKU45, "id": mid, "type": "message", "role": "assistant", "content": TEXT, "usage": claude_usage(u)}
        c.src.ledger.call(one.session, f"{mid}:{rid}", one.t, HAIKU45, u)
    else:
        child.user("go")
        child.assistant(TEXT, c.u(input=3, cache_write_1h=20_000, output=500))
        child.flush()
        row = json.loads(child.rows[-1])
        message, rid = row["message"], row["requestId"]
    early = dict(message, usage=dict(message["usage"], output_tokens=1))
    for shown in (early, message):
        one.put(one.row("progress", parentToolUseID="toolu_task", toolUseID="agent_msg_1", data={
            "type": "agent_progress", "prompt": "go", "agentId": "a1b2c3d4e5f6a7b8c", "normalizedMessages": [],
            "message": {"type": "assistant", "timestamp": one.stamp(0), "message": shown, "requestId": rid,
                        "uuid": c.src.uuid()}}))
    one.result("toolu_task", "done")
    one.flush()


@case("progress rows carry a sub-agent's calls and its file does not exist: they count (19 % of such sessions)")
def progress_without_file(c: Case) -> None:
    _progress(c, False)


@case("progress rows and the sub-agent's file: the same calls, once, under the child")
def progress_with_file(c: Case) -> None:
    _progress(c, True)


def _cost_state(one: Claude, usages: dict[str, dict]) -> str:
    """One cost-state row: cumulative tokens per model and what they cost; returns the dollars."""
    rows, total = {}, Decimal(0)
    for model, u in usages.items():
        usd = price(model, one.t, u)
        total += usd
        five, hour = u.get("cache_write_5m", 0), u.get("cache_write_1h", 0)
        rows[model] = {"inputTokens": u.get("input", 0), "outputTokens": u.get("output", 0), "thinkingTokens": 0,
                       "cacheReadInputTokens": u.get("cache_read", 0), "cacheCreationInputTokens": five + hour,
                       "cacheCreationEphemeral5mInputTokens": five, "cacheCreationEphemeral1hInputTokens": hour,
                       "webSearchRequests": 0, "costUSD": float(usd)}
    one.put({"type": "cost-state", "sessionId": one.sid, "totalCostUSD": float(total), "totalAPIDuration": 900, "totalDuration": 60_000,
             "startTime": 0, "modelUsage": rows, "hasUnknownModelCost": False})
    return str(total)


def _plus(*usages: dict) -> dict:
    return {kind: sum(u.get(kind, 0) for u in usages) for kind in KINDS}


@case("cost-state holds a compaction call that the transcript lacks: shown apart, never in the calls; the last cost-state counts")
def cost_state(c: Case) -> None:
    one, first, second = c.claude(), c.u(input=10_000, output=10_000), c.u(input=1000, output=1000)
    compaction = c.u(input=10, cache_write_5m=10_000, cache_write_1h=5000, output=3000)
    one.assistant(TEXT, first)
    _cost_state(one, {OPUS45: first})
    one.put(one.row("system", subtype="compact_boundary", content="Conversation compacted", level="info",
                    compactMetadata={"trigger": "manual", "preTokens": 20_000, "postTokens": 2000}))
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
    first, second, compaction = c.u(input=10_000, output=10_000), c.u(input=1000, output=1000), c.u(input=10, output=2000)
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
    one.assistant([{"type": "tool_use", "id": "toolu_blob", "name": "Bash", "input": {"command": "ls"}}],
                  c.u(input=10_000, output=1000))
    shown = json.loads(one.rows[-1])["message"]
    one.put({"type": "api-request-blob", "sessionId": one.sid, "hash": c.src.hex(16), "message": shown})
    one.put({"type": "api-request", "sessionId": one.sid, "requestRef": 1, "messages": [shown]})
    one.result("toolu_blob", "a.py")
    one.flush()


# ---------------------------------------------------------------- bytes

@case("two records on one physical line (the newline was lost): both count")
def two_on_a_line(c: Case) -> None:
    one = c.claude()
    one.assistant(TEXT, c.u(input=10_000, output=10_000))
    one.assistant(TEXT, c.u(input=1000, output=1000))
    one.rows[1] = one.rows[1].rstrip(b"\n")
    one.flush()


@case('written as "key": value with spaces: some tools skip every such row')
def spaced_json(c: Case) -> None:
    one = c.claude()
    one.assistant(TEXT, c.u(input=10_000, output=10_000))
    one.rows = [json.dumps(json.loads(row), ensure_ascii=False).encode() + b"\n" for row in one.rows]
    one.flush()


@case("keys in another order, usage before content, type last")
def shuffled_keys(c: Case) -> None:
    one = c.claude()
    one.assistant(TEXT, c.u(input=10_000, output=10_000))
    one.rows = [json.dumps(json.loads(row), sort_keys=True, separators=(",", ":")).encode() + b"\n" for row in one.rows]
    one.flush()


@case("CRLF line ends")
def crlf(c: Case) -> None:
    one = c.claude()
    one.assistant(TEXT * 2, c.u(input=10_000, output=10_000))
    one.rows = [row.replace(b"\n", b"\r\n") for row in one.rows]
    one.flush()


@case("a byte order mark before the first row, which is the only call")
def bom(c: Case) -> None:
    one = c.claude()
    one.rows.clear()
    one.assistant(TEXT, c.u(input=10_000, output=10_000))
    one.rows.insert(0, b"\xef\xbb\xbf")
    one.flush()


@case("a torn last line")
def torn_tail(c: Case) -> None:
    one = c.claude()
    one.assistant(TEXT, c.u(input=10_000, output=10_000))
    one.rows.append(b'{"type":"assistant","message":{"id":"msg_x","usage":{"input_tokens":99')
    one.flush()


@case("no newline after the last complete row: it counts")
def no_final_newline(c: Case) -> None:
    one = c.claude()
    one.assistant(TEXT, c.u(input=10_000, output=10_000))
    one.rows[-1] = one.rows[-1].rstrip(b"\n")
    one.flush()


@case("text that looks like usage inside a tool result and a prompt: not usage")
def usage_in_text(c: Case) -> None:
    one = c.claude()
    fake = '{"type":"assistant","message":{"id":"msg_f","model":"claude-opus-4-5","usage":{"input_tokens":777777,"output_tokens":7}}}'
    one.user(fake)
    one.assistant([{"type": "tool_use", "id": "toolu_t", "name": "Bash", "input": {"command": "cat log"}}], c.u(input=10_000, output=1000))
    one.result("toolu_t", fake + "\n" + fake, toolUseResult={"stdout": fake, "usage": {"input_tokens": 777_777}})
    one.flush()


@case("rows that are no objects, blank lines, NUL bytes, invalid UTF-8 between good ones")
def bad_rows(c: Case) -> None:
    one = c.claude()
    one.assistant(TEXT, c.u(input=10_000, output=10_000))
    one.rows[1:1] = [b"\n", b'"text"\n', b"42\n", b"[1]\n", b"null\n", b"not json\n", b"\x00\x00\n", b'{"type":"assistant","message":"\xff"}\n',
                     b'{"type":"assistant","message":{"id":"m","usage":{"input_tokens":"many","output_tokens":null}}}\n']
    one.flush()
    c.note("the row whose usage holds no numbers may be counted as unread or as a call of 0 tokens; totals must not change")


# ---------------------------------------------------------------- days

@case("a call at 23:59 UTC and one at 00:01: two UTC days; one local day in New York", ("America/New_York", "Asia/Tokyo"))
def midnight(c: Case) -> None:
    one = c.claude(at=c.day("2026-11-17T23:58:00"))
    one.t = dt.datetime(2026, 11, 17, 23, 59)
    one.assistant(TEXT, c.u(input=10_000, output=10_000))
    one.t = dt.datetime(2026, 11, 18, 0, 1)
    one.assistant(TEXT, c.u(input=1000, output=1000))
    one.flush()


@case("one call streamed over midnight: the first row's time gives its day", ("America/New_York",))
def over_midnight(c: Case) -> None:
    one = c.claude(at=c.day("2026-11-17T23:50:00"))
    one.t = dt.datetime(2026, 11, 17, 23, 59, 59, 900_000)
    key = one.assistant(TEXT, {**c.u(input=10_000), "output": 3}, mid="msg_night", rid="req_night")
    one.t = dt.datetime(2026, 11, 18, 0, 0, 5)
    one.assistant(TEXT, c.u(input=10_000, output=10_000), mid="msg_night", rid="req_night")
    assert key == "msg_night:req_night"
    one.flush()


@case("the autumn night with 25 hours: 01:30 happens twice in New York, all of it is 1 November; spring night beside it",
      ("America/New_York", "Europe/Berlin"))
def dst_day(c: Case) -> None:
    one = c.claude(at=c.day("2026-03-08T04:30:00"))
    for at in ("2026-03-08T04:59:00", "2026-03-08T05:01:00", "2026-03-09T03:59:00", "2026-03-09T04:01:00",
               "2026-11-01T03:59:00", "2026-11-01T05:30:00", "2026-11-01T06:30:00", "2026-11-02T04:59:00", "2026-11-02T05:01:00"):
        one.t = dt.datetime.fromisoformat(at)
        one.assistant(TEXT, c.u(input=1000, output=100))
    one.flush()


# ---------------------------------------------------------------- Codex

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
    one.rows.append(dumps({"id": one.sid, "timestamp": "2026-11-18T12:00:00.000Z", "instructions": None, "git": {}}) + b"\n")
    one.rows.append(dumps({"record_type": "state"}) + b"\n")
    one.rows.append(dumps({"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hi"}]}) + b"\n")
    call_id = "call_" + c.src.hex(24)
    one.rows.append(dumps({"type": "function_call", "name": "shell", "arguments": '{"command":["ls"]}', "call_id": call_id}) + b"\n")
    one.rows.append(dumps({"type": "function_call_output", "call_id": call_id,
                           "output": '{"output":"a.py","metadata":{"exit_code":0}}'}) + b"\n")
    c.src.ledger.tool(one.sid, call_id, "shell", one.t)
    one.flush()


# ---------------------------------------------------------------- Gemini, OpenCode, Pi

@case("Gemini records are upserts: one id, several rows, last wins; thoughts are billed as output")
def gemini_upserts(c: Case) -> None:
    chat = Gemini(c.src, c.home, c.day())
    chat.prompt("a")
    chat.reply("one", c.u(input=4000, cache_read=6000, output=1000), thoughts=c.n(600), tools=2, failed=1, upserts=3)
    chat.set()
    chat.reply("two", c.u(input=5000, cache_read=6000, output=500), thoughts=0)
    chat.flush()


@case("Gemini resume: a second header and $set.messages rewrites all records with new ids and no tokens: keep the old")
def gemini_resume(c: Case) -> None:
    chat = Gemini(c.src, c.home, c.day())
    prompt = chat.prompt("a")
    reply = chat.reply("one", c.u(input=10_000, output=1000), thoughts=c.n(200))
    chat.header()
    bare = {k: v for k, v in reply.items() if k not in ("tokens", "model")}
    chat.set(messages=[dict(prompt, id=c.src.uuid()), dict(bare, id=c.src.uuid())])
    chat.prompt("b")
    chat.reply("two", c.u(input=3000, cache_read=9000, output=400))
    chat.flush()


@case("Gemini 2.5 Pro above 200k prompt")
def gemini_long(c: Case) -> None:
    chat = Gemini(c.src, c.home, c.day())
    chat.prompt("a")
    chat.reply("one", {"input": 100_000, "cache_read": 150_000, "output": c.n(1000)}, thoughts=100)
    chat.flush()


@case("OpenCode: message and step-finish repeat usage and cost: count once; reasoning lies beside output; a child session")
def opencode_steps(c: Case) -> None:
    store = OpenCode(c.src, c.home)
    at = c.day()
    sid = store.session(at)
    store.prompt(sid, at, "a")
    store.reply(sid, at + dt.timedelta(seconds=3), c.u(input=7000, cache_read=1000, output=1000), reasoning=c.n(300), failed=False)
    store.reply(sid, at + dt.timedelta(seconds=9), c.u(input=500, cache_read=8000, output=200), failed=True)
    child = store.session(at, parent=sid)
    store.prompt(child, at, "sub")
    store.reply(child, at + dt.timedelta(seconds=5), c.u(input=2000, output=100))
    store.flush()


@case("Pi: one row per message, input without cache, already priced by the agent")
def pi_session(c: Case) -> None:
    pi = Pi(c.src, c.home, c.day())
    pi.prompt("a")
    pi.reply("one", c.u(input=3000, cache_write_5m=4000, output=1000), failed=False)
    pi.reply("two", c.u(input=10, cache_read=7000, output=300), failed=True)
    pi.reply("three", c.u(input=10, cache_read=8000, output=200))
    pi.flush()


# ---------------------------------------------------------------- together

@case("five agents in one HOME: totals by agent, model and day must add up to the whole")
def everything(c: Case) -> None:
    for name in ("plain-call", "subagent-file", "codex-repeats", "gemini-upserts", "opencode-steps", "pi-session", "resume-cut-off"):
        CASES[name][0](c)
