"""`outcome` and its forms on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent_trace.cli.forms import canonical
from tests.commands.terminal import Terminal
from tests.sync.committing import Log


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("outcome", "outcome"),
        ("outcome latest~2 --json", "outcome latest~2 --json"),
        ("outcome --since 30d", "outcomes --since 30d"),
        ("outcome --by=model --json", "outcomes --by=model --json"),
        ("outcome --agent claude", "outcomes --agent claude"),
        ("outcome --agent all", "outcome"),
        ("show --since 30d", "show --since 30d"),
    ],
)
def test_flags_that_choose_sessions_ask_of_many(given: str, meant: str) -> None:
    assert canonical(given.split()) == meant.split()


def test_one_and_many(home: Path, terminal: Terminal) -> None:
    log = Log(home)
    log.committed("1111111")
    one = json.loads(terminal.run("outcome", log.key, "--json").out)
    many = json.loads(terminal.run("outcome", "--since", "2026-11-01", "--by", "project", "--json").out)
    assert one["outcome"]["commits"][0]["sha"] == "1111111"
    assert [(row["key"], row["commits"], row["productive"]) for row in many["rows"]] == [("/home/you/shop", 1, 1)]


def test_the_index_as_it_is(home: Path, terminal: Terminal) -> None:
    log = Log(home)
    log.committed("1111111")
    terminal.run("cost")
    for words in (("list",), ("outcomes",)):
        assert json.loads(terminal.run(*words, "--json", "--no-sync").out)["produced"]["known"] == 0
    assert json.loads(terminal.run("show", log.key, "--json", "--no-sync").out)["outcome"] is None
    assert json.loads(terminal.run("list", "--json").out)["produced"]["known"] == 1


def test_a_sync_says_how_many_it_looked_at(home: Path, terminal: Terminal) -> None:
    Log(home).committed("1111111")
    assert json.loads(terminal.run("sync", "--json").out)["outcomes"] == 1
    assert json.loads(terminal.run("sync", "--json").out)["outcomes"] == 0


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html", "csv"])
@pytest.mark.parametrize("words", ["outcome", "outcomes --by model", "list"])
def test_every_form(words: str, form: str, home: Path, terminal: Terminal) -> None:
    Log(home).committed("1111111")
    ran = terminal.run(*words.split(), "--format", form)
    assert ran.code == 0
    assert "1" in ran.out
