"""The prices report: what was used here, and all that is known about one model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from agent_trace.app.workspace import Workspace
from agent_trace.errors import NotFoundError
from agent_trace.model.selection import Selection
from agent_trace.reports import prices
from agent_trace.reports._price_tables import rate
from tests.reports.small import Call, ask, assert_golden, forms, opened, write_log

SESSION = "aaaaaaaa-0000-4000-8000-000000000001"
CALLS = (
    Call("2026-11-20T09:00:00"),
    Call("2026-11-20T09:01:00", "us.anthropic.claude-sonnet-4-5-20250929-v1:0"),
    Call("2026-08-16T09:02:00", "deepseek-v4-pro"),
    Call("2026-08-17T09:03:00", "deepseek-v4-pro"),
    Call("2025-01-01T09:04:00", "claude-opus-5"),
    Call("2026-11-20T09:05:00", "acme-ultra-9"),
    Call("2026-11-20T09:06:00", "claude-mythos-preview"),
)
OWN = ({"model": "acme-ultra-9", "input": Decimal("1.20"), "output": Decimal("4.80"), "from": "2026-10-01"},)
OFF = ({"model": "claude-*", "percent": Decimal(10)},)


@pytest.fixture
def workspace(home: Path) -> Iterator[Workspace]:
    write_log(home, SESSION, "/home/you/shop", CALLS)
    found = opened(home)
    yield found
    found.close()


def answer(workspace: Workspace, **options: Any) -> Any:
    return json.loads(
        dict(forms(prices, ask(workspace, prices, **options), prices.Options(**options), workspace))["json"]
    )


@pytest.mark.parametrize(
    ("case", "name"),
    [
        ("used", ""),
        ("claude", "anthropic/claude-opus-4.6"),
        ("deepseek", "deepseek-v4-pro"),
        ("none", "claude-mythos-preview"),
        ("openai", "gpt-5.4"),
    ],
)
def test_whole_answers(workspace: Workspace, case: str, name: str) -> None:
    options = prices.Options(model_name=name)
    for ending, drawn in forms(prices, ask(workspace, prices, model_name=name), options, workspace):
        assert_golden(f"prices/{case}.{ending}", drawn)


def test_own_prices_and_discounts(home: Path) -> None:
    write_log(home, SESSION, "/home/you/shop", CALLS)
    workspace = opened(home, prices=OWN, discounts=OFF)
    for case, name in (("own", ""), ("own-model", "acme-ultra-9"), ("discounted", "claude-opus-4-5")):
        options = prices.Options(model_name=name)
        for ending, drawn in forms(prices, ask(workspace, prices, model_name=name), options, workspace):
            assert_golden(f"prices/{case}.{ending}", drawn)
    workspace.close()


def test_nothing_selected(workspace: Workspace) -> None:
    early = Selection(until=datetime(2020, 1, 1, tzinfo=timezone.utc))
    drawn = dict(forms(prices, ask(workspace, prices, early), prices.Options(), workspace))["80.txt"]
    assert "no calls with a price in this selection" in drawn


def test_a_price_that_changed_is_two_rows(workspace: Workspace) -> None:
    rows = [row for row in ask(workspace, prices).prices if row.model == "deepseek-v4-pro"]
    assert [(row.since, row.until, row.input, row.calls) for row in rows] == [
        (None, date(2026, 8, 16), Decimal("0.435"), 1),
        (date(2026, 8, 17), None, Decimal("0.66"), 1),
    ]


def test_rates_are_the_listed_ones_per_million(workspace: Workspace) -> None:
    found = {row["model"]: row for row in answer(workspace)["prices"]}
    opus = found["claude-opus-4-5-20251101"]
    kinds = ("input", "output", "cache_read", "cache_write_5m", "cache_write_1h", "web_search")
    assert [opus[kind] for kind in kinds] == ["5", "25", "0.5", "6.25", "10", "10"]
    assert (opus["from"], opus["until"], opus["basis"], opus["origin"]) == ("2025-11-24", None, "priced", "agent-trace")


def test_what_the_name_alone_tells_is_in_the_rate(workspace: Workspace) -> None:
    (row,) = [one for one in answer(workspace)["prices"] if one["model"].startswith("us.")]
    assert (row["input"], row["factors"]) == ("3.3", ["regional endpoint × 1.1"])


def test_a_call_before_the_first_price_is_an_estimate(workspace: Workspace) -> None:
    (row,) = [one for one in answer(workspace)["prices"] if one["model"] == "claude-opus-5"]
    assert (row["basis"], row["doubts"]) == ("estimated", ["the call is older than the price of 2026-07-24"])


def test_models_without_a_price(workspace: Workspace) -> None:
    assert answer(workspace)["unpriced"] == [
        {"model": "acme-ultra-9", "calls": 1, "reason": None},
        {"model": "claude-mythos-preview", "calls": 1, "reason": "no price per token was found"},
    ]


def test_with_a_model_only_its_calls_count(workspace: Workspace) -> None:
    found = answer(workspace, model_name="claude-opus-4-5")
    assert [row["model"] for row in found["prices"]] == ["claude-opus-4-5-20251101"]
    assert found["details"]["model"] == "claude-opus-4-5"


@pytest.mark.parametrize(
    ("name", "hint"),
    [("opus-4-5", "claude-opus-4-5"), ("claude-opsu-5", "claude-opus-5"), ("zzzz", "agent-trace prices")],
)
def test_an_unknown_model_names_its_neighbours(workspace: Workspace, name: str, hint: str) -> None:
    with pytest.raises(NotFoundError, match="the price book knows no model") as missing:
        ask(workspace, prices, model_name=name)
    assert hint in (missing.value.hint or "")


@pytest.mark.parametrize(
    ("price", "text"),
    [("3", "3.00"), ("0.075", "0.075"), ("1250.50", "1,250.50"), ("0", "0.00"), ("0.003625", "0.003625")],
)
def test_rates_are_written_as_in_lists(price: str, text: str) -> None:
    assert rate(Decimal(price)) == text
