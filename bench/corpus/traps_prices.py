"""Traps of the price of one call: caches, long prompts, fast mode, places, names, what has no price."""

from __future__ import annotations

import datetime as dt
import json

from bench.corpus.claude import claude_usage
from bench.corpus.ledger import dumps
from bench.corpus.traps import OPUS5, OPUS45, OPUS46, OPUS48, SONNET45, TEXT, Case, Group

case = Group()


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
    c.simple(
        SONNET45, c.u(input=1000, output=10_000, cache_write_5m=100_000, cache_read=150_000), "2026-01-18T12:00:00"
    )


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
    c.simple(
        OPUS46,
        c.u(input=10_000, output=10_000, cache_read=100_000, cache_write_1h=10_000),
        "2026-05-18T12:00:00",
        speed="fast",
    )


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


@case(
    "ids with [1m], a provider prefix, dots, a date: the same models; a Bedrock id with a region: the same plus a tenth"
)
def model_aliases(c: Case) -> None:
    one = c.claude()
    for model in (
        "claude-opus-5[1m]",
        "anthropic/claude-opus-4.6",
        "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        "claude-opus-4-5@20251101",
        "claude-sonnet-4-20250514",
    ):
        one.assistant(TEXT, c.u(input=10_000, output=1000), model=model)
    one.flush()


@case("<synthetic> rows are no calls and cost nothing")
def synthetic(c: Case) -> None:
    one = c.claude()
    one.assistant(TEXT, c.u(input=10_000, output=10_000))
    one.put(
        one.row(
            "assistant",
            message={
                "id": c.src.uuid(),
                "model": "<synthetic>",
                "role": "assistant",
                "type": "message",
                "stop_reason": "stop_sequence",
                "usage": claude_usage({}),
                "content": [{"type": "text", "text": "API Error: 529"}],
            },
            isApiErrorMessage=True,
        )
    )
    one.flush()


@case("rows with the agent's own costUSD (old versions): observed beside priced, never added")
def cost_usd_rows(c: Case) -> None:
    one = c.claude(at=c.day("2025-12-18T12:00:00"))
    one.assistant(TEXT, c.u(input=10_000, output=10_000), row_fields={"costUSD": 0.31, "durationMs": 900})
    one.assistant(TEXT, c.u(input=10_000, output=10_000), model="acme-ultra-9", row_fields={"costUSD": 0.5})
    one.src.ledger.observe(one.session, "0.81")
    one.flush()
