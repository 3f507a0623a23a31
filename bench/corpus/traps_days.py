"""Traps of midnight and of clocks that are put on and back."""

from __future__ import annotations

import datetime as dt

from bench.corpus.traps import TEXT, Case, Group

case = Group()


@case(
    "a call at 23:59 UTC and one at 00:01: two UTC days; one local day in New York", ("America/New_York", "Asia/Tokyo")
)
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


@case(
    "the autumn night with 25 hours: 01:30 happens twice in New York, all of it is 1 November; spring night beside it",
    ("America/New_York", "Europe/Berlin"),
)
def dst_day(c: Case) -> None:
    one = c.claude(at=c.day("2026-03-08T04:30:00"))
    for at in (
        "2026-03-08T04:59:00",
        "2026-03-08T05:01:00",
        "2026-03-09T03:59:00",
        "2026-03-09T04:01:00",
        "2026-11-01T03:59:00",
        "2026-11-01T05:30:00",
        "2026-11-01T06:30:00",
        "2026-11-02T04:59:00",
        "2026-11-02T05:01:00",
    ):
        one.t = dt.datetime.fromisoformat(at)
        one.assistant(TEXT, c.u(input=1000, output=100))
    one.flush()
