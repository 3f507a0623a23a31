"""Asking `gh` and `glab`: what they say, and programs and addresses that mean no good."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from agent_trace.outside import github
from agent_trace.outside.github import Asked, Refused, hosts, pull_request

PULL = "https://github.com/acme/demo/pull/12"
LAB = "https://gitlab.com/acme/sub/demo/-/merge_requests/3"
OPEN = {"state": "OPEN", "isDraft": False, "mergedAt": None, "title": "feat: pr", "number": 12}


class Forge:
    """A folder of programs, and the environment in which they are found."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.home, self.folder = home, folder
        folder.mkdir()
        self.environment = {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "HOME": str(home)}

    def says(self, text: str, program: str = "gh") -> None:
        """A program that remembers its words and prints this."""
        (self.folder / "answer").write_text(text)
        self.runs(f'cat "{self.folder}/answer"', program)

    def runs(self, script: str, program: str = "gh") -> None:
        """A program that remembers its words and does this."""
        path = self.folder / program
        path.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{self.folder}/words"\n{script}\n')
        path.chmod(0o755)

    @property
    def words(self) -> list[str]:
        """What the program was asked; nothing where it never was."""
        path = self.folder / "words"
        return path.read_text().splitlines() if path.exists() else []

    def ask(self, url: str = PULL) -> Asked | Refused:
        return pull_request(url, self.environment)


@pytest.fixture
def forge(home: Path, tmp_path: Path) -> Forge:
    return Forge(home, tmp_path / "programs")


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "open"),
        ({"isDraft": True}, "draft"),
        ({"state": "MERGED", "mergedAt": "2026-11-20T09:00:00Z"}, "merged"),
        ({"state": "MERGED", "isDraft": True}, "merged"),
        ({"state": "CLOSED"}, "closed"),
    ],
)
def test_what_gh_says(forge: Forge, changes: dict[str, object], state: str) -> None:
    forge.says(json.dumps({**OPEN, **changes}))
    told = forge.ask()
    assert isinstance(told, Asked)
    assert (told.url, told.state, told.title) == (PULL, state, "feat: pr")
    assert told.merged_at == changes.get("mergedAt")
    assert forge.words == ["pr", "view", PULL, "--json", "state,isDraft,mergedAt,title,number"]


def test_what_glab_says(forge: Forge) -> None:
    forge.says(json.dumps({"state": "opened", "draft": True, "merged_at": None, "title": "t", "iid": 3}), "glab")
    assert forge.ask(LAB) == Asked(url=LAB, state="draft", title="t")
    assert forge.words == ["mr", "view", "3", "--repo", "https://gitlab.com/acme/sub/demo", "--output", "json"]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '"OPEN"', '{"state": 1}', '{"state": "LOST", "number": 12}', '{"state": "OPEN"}', "\x1b[31mno",
     '{"state": "OPEN", "number": 13}', '{"state": "OPEN", "number": 12, "title": {}}', "[" * 100_000, "\udcff"],
)  # fmt: skip
def test_garbage_is_no_answer(forge: Forge, text: str) -> None:
    forge.says("")
    (forge.folder / "answer").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert forge.ask() == Refused(url=PULL, why="gh said nothing that makes sense")


def test_a_long_title_is_cut(forge: Forge) -> None:
    forge.says(json.dumps({**OPEN, "title": "x" * 9_000}))
    told = forge.ask()
    assert isinstance(told, Asked)
    assert told.title == "x" * github.TITLE


def test_endless_and_hanging_programs_are_stopped(forge: Forge, monkeypatch: pytest.MonkeyPatch) -> None:
    forge.runs("yes")
    assert forge.ask() == Refused(url=PULL, why="gh said too much")
    monkeypatch.setattr(github, "SECONDS", 0.3)
    forge.runs("sleep 30")
    assert forge.ask() == Refused(url=PULL, why="gh took too long")


def test_what_it_complains_of_is_told_without_control_characters(forge: Forge) -> None:
    forge.runs("printf '\\n\\033[31mno such\\007 request\\nmore' >&2; exit 1")
    assert forge.ask() == Refused(url=PULL, why="gh said no: [31mno such request")
    forge.runs("exit 1")
    assert forge.ask() == Refused(url=PULL, why="gh said no: nothing")


def test_it_asks_nothing_and_shows_nothing(forge: Forge) -> None:
    forge.runs('test -z "$(cat)" && test "$GH_PROMPT_DISABLED$NO_COLOR$GIT_TERMINAL_PROMPT" = 110 && echo "{}"')
    assert forge.ask() == Refused(url=PULL, why="gh said nothing that makes sense")


def test_without_the_program(home: Path) -> None:
    environment = {"PATH": str(home), "HOME": str(home)}
    assert pull_request(PULL, environment) == Refused(url=PULL, why="gh is not installed")
    assert pull_request(LAB, environment) == Refused(url=LAB, why="glab is not installed")


@pytest.mark.parametrize(
    "url",
    ["", "--help", "https://github.com/acme/demo", "https://github.com/acme/demo/pull/x", "file:///acme/demo/pull/1",
     "https://u:p@github.com/acme/demo/pull/1", "https://github.com/acme/demo/pull/1 --web", f"{PULL}\n", f"{PULL}/files"],
)  # fmt: skip
def test_only_addresses_of_pull_requests_are_asked_for(forge: Forge, url: str) -> None:
    forge.says(json.dumps(OPEN))
    assert forge.ask(url) == Refused(url=url, why="no address of a pull request")
    assert forge.words == []


def test_a_host_that_the_program_was_not_set_up_for_gets_no_token(forge: Forge) -> None:
    forge.says(json.dumps(OPEN))
    url = "https://github.evil.example/acme/demo/pull/12"
    forge.environment["GH_ENTERPRISE_TOKEN"] = "secret"
    assert forge.ask(url) == Refused(url=url, why="gh does not know github.evil.example")
    assert forge.words == []
    forge.environment["GH_HOST"] = "github.evil.example"
    assert isinstance(forge.ask(url), Asked)


def test_hosts_come_from_the_settings_of_the_programs(forge: Forge) -> None:
    config = forge.home / ".config"
    (config / "gh").mkdir(parents=True)
    (config / "gh" / "hosts.yml").write_text(
        "github.com:\n    user: ada\n    users:\n        ada:\ngit.acme.example:\n"
    )
    (config / "glab-cli").mkdir()
    (config / "glab-cli" / "config.yml").write_text(
        "git_protocol: ssh\nhosts:\n    gitlab.com:\n        token: x\n    lab.acme.example:8443:\n        token: y\n"
    )
    assert hosts("gh", forge.environment) == {"github.com", "git.acme.example"}
    assert hosts("glab", forge.environment) == {"gitlab.com", "lab.acme.example:8443"}
    (forge.home / "x").mkdir()
    (forge.home / "x" / "hosts.yml").write_text("other.example:\n")
    assert hosts("gh", {**forge.environment, "GH_CONFIG_DIR": str(forge.home / "x")}) == {"github.com", "other.example"}
    named = {**forge.environment, "GITLAB_HOST": "https://Lab.Example/"}
    assert "lab.example" in hosts("glab", named)
