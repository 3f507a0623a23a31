"""Every text of every agent's log, and what of it is in what leaves and in what commands answer: nothing that is withheld."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent_trace.store.sessions import SessionRow, roots
from agent_trace.model.selection import Selection
from tests.commands.terminal import Terminal
from tests.privacy.planting import numbers_in
from tests.privacy.sinks import Looked, contents, may_be_stored, may_leave, opened_at

FLEET = (["list"], ["search", "demo"], ["cost", "--by", "branch"], ["cost", "--by", "project"], ["cost", "--by", "tool"],
         ["stats"], ["projects"], ["agents"], ["doctor"], ["overview"])  # fmt: skip
ALONE = (["show"], ["replay", "--limit", "500"], ["inspect", "2"], ["session-cost"])
FORMS = ("text", "json", "markdown", "html")


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return Terminal(capsys, monkeypatch)


@pytest.fixture
def at(looked: Looked, monkeypatch: pytest.MonkeyPatch, home: Path) -> object:
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
