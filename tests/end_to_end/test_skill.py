"""Each command of SKILL.md is run from inside a recorded session, `this` included; what it says of answers is true."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from agent_trace.cli.commands import skill
from tests.commands.terminal import Terminal
from tests.reports.recorded import FIX, FORK
from tests.reports.small import copy_run

TEXT = Path(skill.path()).read_text(encoding="utf-8")
COMMANDS = re.findall(r"`(agent-trace [^`]*)`|^(agent-trace .*)$", TEXT, re.MULTILINE)
FORMS = list(dict.fromkeys(inline or line for inline, line in COMMANDS))
FILLED = {"A": FIX, "B": FORK, "N": "14"}


@pytest.fixture
def inside(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal that a recorded session runs, in the folder in which it worked."""
    copy_run("2.1.329/fix", home)
    monkeypatch.setenv("AGENT_TRACE_NOW", "2026-11-21T12:00:00Z")
    monkeypatch.setenv("CLAUDE_CODE_SESSION_ID", FIX)
    monkeypatch.chdir(home)
    return Terminal(capsys, monkeypatch)


@pytest.mark.parametrize("form", FORMS)
def test_a_command_of_the_skill(form: str, inside: Terminal) -> None:
    words = [FILLED.get(word, word) for word in shlex.split(form)[1:]]
    ran = inside.run(*words)
    assert (ran.code, bool(ran.out.strip()), "Traceback" in ran.err) == (0, True, False), ran.err
    if "--json" in words:
        assert isinstance(json.loads(ran.out), dict)
    if "this" in words and words[0] not in ("annotate", "search"):
        title = json.loads(inside.run("show", FIX, "--json").out)["title"]
        assert title in ran.out


def test_every_search_of_the_skill_finds_something(inside: Terminal) -> None:
    searches = [shlex.split(form)[1:] for form in FORMS if form.startswith("agent-trace search")]
    assert len(searches) == 3
    for words in searches:
        assert json.loads(inside.run(*words, "--json").out)["hits"], words


def test_outside_of_an_agent_there_is_no_this(inside: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLAUDE_CODE_SESSION_ID")
    assert inside.run("explain", "this").code == 2


def test_what_it_says_of_answers(inside: Terminal) -> None:
    shown = json.loads(inside.run("show", "this", "--json").out)
    assert isinstance(shown["total"]["cost_usd"], str)
    assert (
        json.loads(inside.run("replay", "this", "--filter", "error", "--limit", "1", "--json").out)["event_count"] > 1
    )


def test_the_skill_names_itself_and_is_short() -> None:
    head, body = TEXT.removeprefix("---\n").split("\n---\n", 1)
    fields = dict(line.split(": ", 1) for line in head.splitlines())
    assert (fields["name"], list(fields)) == ("agent-trace", ["name", "description"])
    assert 100 < len(fields["description"]) <= 1024
    assert len(body) < 5000


def test_the_command_prints_it(inside: Terminal) -> None:
    assert inside.run("skill").out == TEXT
