"""Every text of every agent's log, and what of it is in what leaves and in what commands answer: nothing that is withheld."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from agent_trace.model.selection import Selection
from agent_trace.store.sessions import SessionRow, roots
from tests.commands.terminal import Terminal
from tests.privacy.planting import numbers_in
from tests.privacy.sinks import Looked, contents, may_be_stored, may_leave, opened_at

pytestmark = pytest.mark.full

FLEET = (["list"], ["search", "demo"], ["cost", "--by", "branch"], ["cost", "--by", "project"], ["cost", "--by", "tool"],
         ["projects"], ["agents"], ["doctor"], ["overview"])  # fmt: skip
ALONE = (
    ["show"],
    ["replay", "--limit", "500"],
    ["inspect", "--mode", "forensic"],
    ["stats"],
    ["session-cost"],
    ["replay-document"],
)
FORMS = ("text", "json", "markdown", "html")
Choose = Callable[[int], None]


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return Terminal(capsys, monkeypatch)


@pytest.fixture
def at(looked: Looked, monkeypatch: pytest.MonkeyPatch, home: Path) -> Choose:
    """Called with a tier, the program runs over the planted logs with what was kept of them at that tier."""

    def choose(tier: int) -> None:
        monkeypatch.chdir(home)
        values = {
            **looked.home.environment,
            "HOME": str(looked.home.folder),
            "AGENT_TRACE_HOME": str(looked.home.folder / f"tier{tier}"),
            "AGENT_TRACE_TIER": str(tier),
        }
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return choose


def largest(looked: Looked) -> list[SessionRow]:
    """Two sessions of each agent."""
    opened = opened_at(looked.home, 3)
    rows = sorted(roots(opened.db, Selection()), key=lambda row: (row.agent, -row.prompts, row.key))
    opened.close()
    found: dict[str, list[SessionRow]] = {}
    for row in rows:
        found.setdefault(row.agent, []).append(row)
    return [row for held in found.values() for row in held[:2]]


def where(looked: Looked, numbers: set[str]) -> list[str]:
    """Where these canaries were put."""
    return sorted(
        f"{name} {planter.places[one]}"
        for name, planter in looked.home.planters.items()
        for one in numbers & planter.places.keys()
    )


# ---------------------------------------------------------------- what leaves


@pytest.mark.parametrize("tier", [1, 2])
@pytest.mark.parametrize("form", ["traces", "json", "ndjson", "csv"])
def test_exports(looked: Looked, at: Choose, terminal: Terminal, home: Path, form: str, tier: int) -> None:
    at(3)
    ran = terminal.run("export", "--all", "--format", form, "-o", str(home / "out"), "--tier", str(tier), "--no-redact")
    assert ran.code == 0
    written = b"\n".join(contents(home / "out").values())
    assert len(written) > 50_000
    assert where(looked, numbers_in(written) - may_leave(looked.keeps, tier)) == []
    assert where(looked, numbers_in((ran.out + ran.err).encode()) - may_leave(looked.keeps, tier)) == []


@pytest.mark.parametrize("form", ["traces", "json", "ndjson", "csv"])
def test_exports_hold_what_the_tier_keeps(
    looked: Looked, at: Choose, terminal: Terminal, home: Path, form: str
) -> None:
    """What people said is there at tier 3 alone: the test above would see it."""
    at(3)
    found = {}
    for tier in (1, 2, 3):
        out = home / f"out{tier}"
        terminal.run("export", "--all", "--format", form, "-o", str(out), "--tier", str(tier), "--no-redact")
        found[tier] = numbers_in(b"\n".join(contents(out).values()))
    assert found[1] < found[2] < found[3]
    told = {one for one, fields in looked.keeps.items() if "prompt" in fields}
    assert len(found[3] & told) > len(told) * 0.8


@pytest.mark.parametrize("tier", [1, 2])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("words", FLEET, ids=" ".join)
def test_reports_of_a_fleet(
    looked: Looked, at: Choose, terminal: Terminal, words: list[str], form: str, tier: int
) -> None:
    at(3)
    ran = terminal.run(*words, "--format", form, "--tier", str(tier), "--no-redact")
    assert ran.code == 0
    may = may_leave(looked.keeps, tier) | (looked.home.paths if tier == 2 else set())
    assert where(looked, numbers_in((ran.out + ran.err).encode()) - may) == []


@pytest.mark.parametrize(("form", "tier"), [("markdown", 2), ("html", 2), ("json", 2), ("text", 1), ("json", 1)])
@pytest.mark.parametrize("words", ALONE, ids=" ".join)
def test_reports_of_a_session(
    looked: Looked, at: Choose, terminal: Terminal, words: list[str], form: str, tier: int
) -> None:
    at(3)
    found: set[str] = set()
    for row in largest(looked):
        how = ("--format", form, "--tier", str(tier), "--no-redact", "--no-sync")
        ran = terminal.run(words[0], row.key, *words[1:], *how)
        assert ran.code == 0, ran.err
        found |= numbers_in((ran.out + ran.err).encode())
    may = may_leave(looked.keeps, tier) | (looked.home.paths if tier == 2 else set())
    assert where(looked, found - may) == []


# ---------------------------------------------------------------- what a home of a lower tier answers


@pytest.mark.parametrize("tier", [1, 2])
@pytest.mark.parametrize("words", FLEET, ids=" ".join)
def test_answers_about_a_fleet(looked: Looked, at: Choose, terminal: Terminal, words: list[str], tier: int) -> None:
    at(tier)
    ran = terminal.run(*words, "--json")
    assert ran.code == (3 if tier == 1 and words[0] == "search" else 0), ran.err
    may = may_be_stored(looked.keeps, tier) | looked.home.paths
    assert where(looked, numbers_in((ran.out + ran.err).encode()) - may) == []


@pytest.mark.parametrize("tier", [1, 2])
@pytest.mark.parametrize("words", [*ALONE, ["show", "--raw"], ["redact", "--check"]], ids=" ".join)
def test_answers_about_a_session(looked: Looked, at: Choose, terminal: Terminal, words: list[str], tier: int) -> None:
    at(tier)
    found: set[str] = set()
    for row in largest(looked):
        ran = terminal.run(words[0], row.key, *words[1:], "--json")
        found |= numbers_in((ran.out + ran.err).encode())
    may = may_be_stored(looked.keeps, tier) | looked.home.paths
    assert where(looked, found - may) == []
