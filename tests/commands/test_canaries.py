"""A canary in every field of every kind of event, and every report that could let it out."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent_trace.exports import traces
from agent_trace.model.events import SessionStarted, Titled, UserPrompt
from agent_trace.model.session import Session
from tests.commands.terminal import Terminal
from tests.exports.sessions import facts
from tests.privacy.canaries import FREE, canary, least, planted, session
from tests.reports.small import copy_run

REPORTS = (
    ("show", "s1"), ("replay", "s1"), ("replay", "s1", "--full"), ("inspect", "s1"),
    ("inspect", "s1", "--mode", "forensic"), ("stats", "s1"), ("session-cost", "s1"), ("list",), ("projects",),
    ("projects", "--files", "9"),
    ("tools",), ("files",), ("files", "--file", "a"),
    ("waste",), ("waste", "--by", "project"), ("waste", "--by", "session"), ("heatmap",), ("forecast",),
    ("findings", "s1", "--all"), ("analyze",),
    ("outcome", "s1"), ("outcomes", "--by", "project"), ("outcomes", "--by", "model"),
    ("explain", "s1"), ("why", "s1", "9"), ("why", "s1", "24"), ("timeline", "s1"), ("token-budget", "s1"), ("tree", "s1"),
    ("a2a-tree", "s1"),
    ("standup", "s1"), ("postmortem", "s1"), ("context", "s1", "9"), ("context", "s1", "24"),
    ("report", "session", "s1"), ("report", "aggregate"),
    ("diff", "s1", "s1"), ("diff", "s1", "s2"), ("diff-outcome", "s1", "s2"), ("compare", "s1", "s2"),
    ("cost", "--by", "project,branch"), ("search", "canary", "--limit", "0"),
    ("search", "--regex", "canary", "--limit", "0"), ("doctor",), ("agents",), ("prices-check",), ("overview",),
)  # fmt: skip
TOLD = frozenset({(Titled, "title")})


@pytest.fixture
def mine(home: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home in which a trace of such a session was imported."""
    monkeypatch.chdir(home)
    started = planted(SessionStarted, at=1, id="other", session="s2")
    asked = planted(UserPrompt, at=2, id="other-prompt", session="s2")
    short = Session("s2", "claude", (started, asked))
    for one in (session(), short):
        for path, data in traces.encode(one, facts(one)).items():
            place = home / "elsewhere" / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
    assert terminal.run("import", str(home / "elsewhere")).code == 0
    return home


def seen(text: str) -> set[tuple[str, str]]:
    """The fields whose canaries sing in a text, however it was escaped or marked."""
    plain = text.replace("\\-", "-").replace("«", "").replace("»", "")
    return {(kind.__name__, name) for kind, name in FREE if canary(kind, name) in plain}


@pytest.mark.parametrize("words", REPORTS, ids=" ".join)
def test_nothing_above_the_tier_is_told(mine: Path, terminal: Terminal, words: tuple[str, ...]) -> None:
    for tier in (1, 2, 3):
        allowed = {(kind.__name__, name) for kind, name in FREE if least(kind, name) <= tier}
        for form in ("html", "markdown", "json", "text"):
            ran = terminal.run(*words, "--format", form, "--tier", str(tier))
            assert ran.code == 0
            assert seen(ran.out) <= allowed, f"tier {tier}, {form}"
            assert seen(ran.err) == set()


def test_the_canaries_sing_where_they_may(mine: Path, terminal: Terminal) -> None:
    told = seen(terminal.run("inspect", "s1", "--mode", "forensic", "--json").out)
    assert told == {(kind.__name__, name) for kind, name in FREE}
    least_told = seen(terminal.run("inspect", "s1", "--mode", "forensic", "--json", "--tier", "1").out)
    assert least_told == {(kind.__name__, name) for kind, name in FREE if least(kind, name) == 1}


def test_a_reader_that_failed_quotes_nothing(home: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumbled(*_: object, **__: object) -> object:
        raise ValueError("a canary in the mine")

    copy_run("2.1.329/fix", home)
    monkeypatch.setattr("agent_trace.sync.first.FirstTier._read_masked", stumbled)
    whole = terminal.run("doctor", "--json", "--tier", "3").out
    told = terminal.run("doctor", "--json", "--tier", "2").out
    assert ("canary" in whole, "canary" in told) == (True, False)
    assert "its reader failed: …" in told


def test_lines_of_the_log(mine: Path, terminal: Terminal) -> None:
    assert seen(terminal.run("show", "s1", "--raw", "--tier", "2").out) == set()
    assert seen(terminal.run("show", "s1", "--raw").out) != set()
