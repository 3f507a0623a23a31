"""Usage, bands, costs, amounts: how unknowns add."""

from __future__ import annotations

from decimal import Decimal

import pytest

from agent_trace.model.usage import BANDS, NOTHING, UNTOLD, Amounts, Cost, Usage, band, plus


@pytest.mark.parametrize(
    ("left", "right", "total"), [(None, None, None), (None, 2, 2), (2, None, 2), (1, 2, 3), (0, None, 0)]
)
def test_an_unknown_adds_nothing(left: int | None, right: int | None, total: int | None) -> None:
    assert plus(left, right) == total


def test_usage_adds_kind_by_kind() -> None:
    added = Usage(input=1, output=2, reasoning=1) + Usage(input=3, cache_read=4, cache_write_5m=5, cache_write_1h=6)
    assert added == Usage(input=4, output=2, reasoning=1, cache_read=4, cache_write_5m=5, cache_write_1h=6)


def test_a_prompt_is_all_that_was_sent() -> None:
    used = Usage(input=1, output=100, cache_read=10, cache_write_5m=20, cache_write_1h=30, web_searches=9)
    assert (used.prompt, used.tokens) == (61, 161)
    assert (Usage().prompt, Usage().tokens) == (0, None)
    assert (Usage(reasoning=1, web_searches=2).tokens, Usage(cache_read=0).tokens) == (None, 0)


@pytest.mark.parametrize(
    ("prompt", "line"),
    [(0, 0), (100_000, 0), (100_001, 100_000), (200_000, 199_999), (200_001, 200_000), (10**9, BANDS[-1])],
)
def test_a_band_is_named_by_the_line_it_exceeds(prompt: int, line: int) -> None:
    assert band(prompt) == line


@pytest.mark.parametrize(
    ("left", "right", "total"),
    [
        (Cost(), Cost(), Cost()),
        (Cost(usd=Decimal(1), basis="priced"), Cost(), Cost(usd=Decimal(1), basis="priced")),
        (Cost(), Cost(usd=Decimal(1), basis="priced"), Cost(usd=Decimal(1), basis="priced")),
        (
            Cost(usd=Decimal(1), basis="priced"),
            Cost(usd=Decimal(2), basis="priced"),
            Cost(usd=Decimal(3), basis="priced"),
        ),
        (
            Cost(usd=Decimal(1), basis="priced"),
            Cost(usd=Decimal(2), basis="recorded"),
            Cost(usd=Decimal(3), basis="mixed"),
        ),
    ],
)
def test_costs_add_with_their_basis(left: Cost, right: Cost, total: Cost) -> None:
    assert left + right == total


def test_amounts_add() -> None:
    one = Amounts(
        calls=1,
        tool_calls=2,
        errors=1,
        unpriced_calls=1,
        usage=Usage(output=5),
        cost_usd=Decimal("0.5"),
        cost_basis="priced",
        recorded_usd=Decimal("0.6"),
    )
    both = one + one
    assert (both.calls, both.tool_calls, both.errors, both.unpriced_calls, both.usage.output) == (2, 4, 2, 2, 10)
    assert (both.cost_usd, both.cost_basis, both.recorded_usd) == (Decimal("1.0"), "priced", Decimal("1.2"))
    assert NOTHING + NOTHING == NOTHING


def test_nothing_adds_nothing_to_what_is_unknown() -> None:
    """A session whose calls have no tokens has no sub-agents: its total is as unknown as its calls."""
    blind = Amounts(calls=3, tool_calls=1, errors=0, unpriced_calls=3)
    assert (blind + NOTHING, NOTHING + blind, UNTOLD + NOTHING) == (blind, blind, UNTOLD)
    known = Amounts(calls=1, tool_calls=0, errors=0, usage=Usage(input=0, output=0))
    assert (blind + known).usage == Usage(input=0, output=0)
    assert (UNTOLD + known) == known
