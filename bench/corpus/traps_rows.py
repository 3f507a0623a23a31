"""Traps of Claude Code's rows: one call on many, copies of them, what a request billed besides itself."""

from __future__ import annotations

import datetime as dt
import json

from bench.corpus.claude import Claude, claude_usage
from bench.corpus.ledger import dumps
from bench.corpus.traps import OPUS5, OPUS45, SONNET45, TEXT, Case, Group

case = Group()


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
    key = one.assistant(
        TEXT * 2,
        u,
        partial=False,
        top={
            "iterations": [
                {"type": "message", **claude_usage(u)},
                {"type": "advisor_message", "model": OPUS5, **claude_usage(extra)},
            ]
        },
    )
    c.src.ledger.call(one.session, key + ":advisor:0", one.t, OPUS5, extra, counts=False)
    one.flush()


@case("a compaction entry in iterations is billed on top of the top level")
def iterations_compaction(c: Case) -> None:
    u, extra = c.u(input=23_000, output=1000), c.u(input=180_000, output=3500)
    one = c.claude(OPUS5)
    key = one.assistant(
        TEXT,
        u,
        top={
            "iterations": [
                {"type": "compaction", "input_tokens": extra["input"], "output_tokens": extra["output"]},
                {"type": "message", "input_tokens": u["input"], "output_tokens": u["output"]},
            ]
        },
    )
    c.src.ledger.call(one.session, key + ":compaction:0", one.t, OPUS5, extra, counts=False)
    one.flush()
