"""session-cost by phase, and at prices that are not the book's."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent_trace.errors import UsageError
from agent_trace.model.usage import BillingClass
from agent_trace.pricing.book import Book
from agent_trace.pricing.repriced import Repriced
from agent_trace.pricing.shipped import shipped
from agent_trace.reports import explain, session_cost
from tests.reports.recorded import FIX, TERMINAL, asked, drawn, run
from tests.reports.small import assert_golden, forms
from tests.reports.understood import GOLDEN, home_of

BOOK = Book.load(shipped())
DAY = 20_778
"""2026-11-21."""


@pytest.mark.parametrize("name", GOLDEN)
def test_phases_cost_what_explain_says(name: str, home: Path) -> None:
    recorded, key = GOLDEN[name]
    with home_of(recorded, home) as workspace:
        found, one = asked(workspace, session_cost, key, by="phase"), asked(workspace, explain, key)
        assert [(row.label, row.cost_usd, row.waste_usd, row.retries, row.calls) for row in found.phases] == [
            (row.label, row.cost_usd, row.waste_usd, row.retries, row.calls) for row in one.phases
        ]
        assert (found.waste_usd or 0) == (one.waste_usd or 0)
        assert sum(row.cost_usd or 0 for row in found.phases) == (found.own.cost_usd or 0)


@pytest.mark.parametrize(("name", "session"), [("fix", FIX), ("terminal", TERMINAL)])
def test_whole_outputs(name: str, session: str, home: Path) -> None:
    options = session_cost.Options(by="phase")
    with run(f"2.1.329/{name}", home) as workspace:
        found = asked(workspace, session_cost, session, by="phase")
        for ending, text in forms(session_cost, found, options, workspace):
            assert_golden(f"session_cost/phases_{name}.{ending}", text)


def test_another_model_is_said(home: Path) -> None:
    with run("2.1.329/fix", home) as workspace:
        found = asked(workspace, session_cost, FIX, model="claude-haiku-4-5")
        before = asked(workspace, session_cost, FIX)
        assert found.assumed == "every call at the prices of claude-haiku-4-5"
        assert before.assumed == ""
        assert 0 < found.total.cost_usd < before.total.cost_usd
        assert sum(line.cost_usd for line in found.lines) == found.total.cost_usd
        shown = "\n".join(drawn(session_cost, found, workspace, model="claude-haiku-4-5"))
        assert "not what it cost: every call at the prices of claude-haiku-4-5" in shown


def test_prices_that_are_given(home: Path) -> None:
    given: dict[str, Any] = {"input_price": Decimal(1), "output_price": Decimal(10)}
    with run("2.1.329/fix", home) as workspace:
        found = asked(workspace, session_cost, FIX, **given)
        assert found.assumed == "input at $1 per million tokens, output at $10 per million tokens"
        assert {(line.rates.input, line.rates.output) for line in found.lines} == {(1, 10)}
        phases = asked(workspace, session_cost, FIX, by="phase", **given)
        assert sum(row.cost_usd for row in phases.phases) == phases.own.cost_usd == found.own.cost_usd
        assert phases.total == found.total


@pytest.mark.parametrize(
    "wrong", [{"input_price": Decimal(-1)}, {"output_price": Decimal("NaN")}, {"model": "of nobody"}]
)
def test_what_is_no_price(wrong: dict[str, Any], home: Path) -> None:
    with run("2.1.329/fix", home) as workspace, pytest.raises(UsageError):
        asked(workspace, session_cost, FIX, **wrong)


def test_the_prices_of_caches_move_with_that_of_input() -> None:
    known, unknown = BillingClass(model="claude-opus-4-5"), BillingClass(model="of nobody")
    before = BOOK.on(known, DAY)
    twice = Repriced(BOOK, input=Decimal(10)).on(known, DAY)
    assert before is not None
    assert twice is not None
    assert twice.input == before.input * 2 == Decimal(10) / 1_000_000
    assert (twice.cache_read, twice.output) == (before.cache_read * 2, before.output)
    free = Repriced(BOOK, input=Decimal(0), output=Decimal(1))
    assert free.on(known, DAY) == msgspec.structs.replace(
        before, input=0, output=Decimal(1) / 1_000_000, cache_read=0, cache_write_5m=0, cache_write_1h=0
    )
    assert Repriced(BOOK, input=Decimal(1)).on(unknown, DAY) is None
    own = free.on(unknown, DAY)
    assert own is not None
    assert [own.input, own.cache_read, own.output * 1_000_000] == [Decimal(0), Decimal(0), Decimal(1)]
    assert [free.knows("claude-opus-4-5"), free.hourly("claude-opus-4-5")] == [True, False]
