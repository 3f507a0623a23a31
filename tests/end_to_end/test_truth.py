"""One number: every surface says of each accounting trap, and of a generated corpus, exactly what is true."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bench.corpus.cases import CASES
from tests.end_to_end.truth import KEYS, Home, family, figures, true_figures

ROOT = Path(__file__).parents[2]


def generate(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "bench.corpus.generate", *words], cwd=ROOT, check=True, capture_output=True)


@pytest.fixture(scope="session", params=[0, pytest.param(3, marks=pytest.mark.full)])
def traps(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All traps, once as they are and once with other numbers on other days."""
    folder = tmp_path_factory.mktemp("traps")
    generate("cases", "--out", str(folder), "--shift", str(request.param), "--only", *sorted(CASES))
    return folder


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    generate("bulk", "--out", str(folder), "--mb", "12", "--seed", "5", "--codex-share", "0.2", "--others-share", "0.2")
    return folder


@pytest.mark.parametrize("name", sorted(CASES))
def test_trap(name: str, traps: Path, tmp_path: Path) -> None:
    one = Home(traps / name, tmp_path / "keep")
    assert check_list(one) == set(one.truth["by_session"])
    assert check_cost(one) == len(KEYS)
    assert check_sessions(one) == len(one.truth["by_session"])
    one.close()


def test_corpus(corpus: Path, tmp_path: Path) -> None:
    one = Home(corpus, tmp_path / "keep")
    assert check_list(one) == set(one.truth["by_session"])
    assert check_cost(one) == len(KEYS)
    assert check_sessions(one, most=6) == 6
    one.close()


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo", "Europe/Berlin"])
@pytest.mark.parametrize("name", ["midnight", "over-midnight", "dst-day"])
def test_local_days(name: str, zone: str, traps: Path, tmp_path: Path) -> None:
    one = Home(traps / name, tmp_path / "keep", timezone=zone)
    rows = {row["key"]: figures(row) for row in one.ask("cost", by="day")["rows"]}
    true = one.truth["by_local_day"].get(zone)
    assert true is None or rows == {day: true_figures(row) for day, row in true.items()}
    assert sum(calls for calls, *_ in rows.values()) == one.truth["totals"]["calls"]
    one.close()


def check_list(one: Home) -> set[str]:
    """The list, its totals and every Summary; the sessions that were compared."""
    truth, listed = one.truth, one.ask("list")
    totals = listed["totals"]
    assert family(totals) == true_figures(truth["totals"])
    assert (totals["own"]["tool_calls"] + totals["subagents"]["tool_calls"]) == truth["totals"]["tool_calls"]
    assert (totals["own"]["errors"] + totals["subagents"]["errors"]) == truth["totals"]["errors"]
    beyond = truth["totals"]["unlogged"]
    assert (totals["unlogged"] is None) == (beyond is None)
    assert beyond is None or figures(totals["unlogged"])[1:3] == true_figures(beyond)[1:3]
    assert figures(totals["total"])[1] == figures(totals["own"], totals["subagents"], totals["unlogged"])[1]
    sessions = {session["id"]: session for session in listed["sessions"]}
    assert set(sessions) == set(truth["by_session"])
    for name, row in truth["by_session"].items():
        session = sessions[name]
        assert figures(session["own"]) == true_figures(row)
        assert (session["own"]["tool_calls"], session["own"]["errors"]) == (row["tool_calls"], row["errors"])
        assert session["models"] == row["models"]
        assert session["parent"] == row["parent"]
        if "with_children" in row:
            assert family(session) == true_figures(row["with_children"])
    compared = set(truth["by_session"])
    assert listed["unpriced"] == sorted(
        {model for row in truth["by_session"].values() for model in row["unpriced_models"]}
    )
    return compared


def check_cost(one: Home) -> int:
    """Every grouping of the costs; how many were compared."""
    truth = one.truth
    for by, key in (("day", "by_day"), ("model", "by_model"), ("agent", "by_agent")):
        rows = {
            row["key"]: figures(row)
            for row in one.ask("cost", by=by)["rows"]
            if figures(row)[1:3] != (_NONE, None) or row["key"] in truth[key]
        }
        assert rows == {name: true_figures(row) for name, row in truth[key].items()}
    both = {
        " ".join(row["keys"]): figures(row)
        for row in one.ask("cost", by="day,model")["rows"]
        if row["cost_usd"] or row["calls"]
    }
    assert both == {name: true_figures(row) for name, row in truth["by_day_model"].items()}
    for by in KEYS:
        answer = one.ask("cost", by=by)
        assert figures(*answer["rows"]) == true_figures(truth["totals"])
        assert family(answer["totals"]) == true_figures(truth["totals"])
        assert sum(row["tool_calls"] for row in answer["rows"]) == truth["totals"]["tool_calls"]
        assert sum(row["errors"] for row in answer["rows"]) == truth["totals"]["errors"]
    tools = {row["key"]: row["tool_calls"] for row in one.ask("cost", by="tool")["rows"] if row["tool_calls"]}
    assert tools == truth["by_tool"]
    return len(KEYS)


_NONE = dict.fromkeys(("input", "output", "cache_read", "cache_write_5m", "cache_write_1h", "web_searches"), 0)


def check_sessions(one: Home, most: int = 99) -> int:
    """Each session on every surface; how many were compared."""
    chosen = list(one.truth["by_session"].items())[:most]
    for name, row in chosen:
        shown = one.ask("show", session=name)
        assert figures(shown["own"]) == true_figures(row)
        assert figures(one.ask("session_cost", session=name)["own"]) == true_figures(row)
        if row["parent"] is None and shown["prompt_list"] and shown["prompts"]:
            prompts = shown["prompt_list"]
            assert figures(*prompts)[1:3] == true_figures(row)[1:3]
        sums = one.ask("stats", session=name)["session"]
        assert figures(sums["own"]) == true_figures(row)
    return len(chosen)
