"""What the agent's cost record holds beyond the log, where a process died or the record does not say how long it ran."""

from __future__ import annotations

import pytest

from agent_trace.analysis.unlogged import Logged, Unlogged, unlogged
from agent_trace.model.scan import CostRecord

CALLS = [Logged(100, "m", (10, 0, 0, 0, 0, 0)), Logged(900, "m", (5, 0, 0, 0, 0, 0))]


def record(at: int, tokens: int, duration_ms: int | None, *, broken: bool = False) -> CostRecord:
    return CostRecord(
        session="s", at=at, models={"m": [tokens, 0, 0, 0, 0, 0]}, usd="1", duration_ms=duration_ms, broken=broken
    )


@pytest.mark.parametrize(
    ("duration_ms", "broken", "tokens", "rest"),
    [
        (1000, False, 17, 2),  # the record covers both calls: two tokens are in no row
        (200, True, 7, 2),  # a process died: only what came in the last 200 ms is held against the record
        (200, False, 7, 2),  # the log shows more than the record: some process left none
        (None, True, 17, 2),  # it is not said when the process began: all calls are held against it
        (None, True, 7, 0),
    ],
)
def test_the_rest(duration_ms: int | None, broken: bool, tokens: int, rest: int) -> None:
    found = unlogged([record(1000, tokens, duration_ms, broken=broken)], CALLS)
    assert found == ([Unlogged(1000, "m", (rest, 0, 0, 0, 0, 0))] if rest else [])
