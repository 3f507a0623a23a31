"""`who` as a person types it: what is printed, what is withheld, how it ends."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent_trace import registry
from agent_trace.app.scopes import Request, run_report
from tests.commands.terminal import Terminal
from tests.end_to_end.truth import Home
from tests.reports.small import assert_golden, forms
from tests.stories import CORPUS, RUNS, clone, git, truth, unpack

CLAUDE = RUNS[0].rpartition("/")[0]
WHO = registry.load("reports", "who")
SUBJECTS = {"single": "feat: w1", "sub_agent": "docs: by the sub-agent"}


def subject_of(folder: Path, subject: str) -> str:
    """The sha of the commit with this subject."""
    found = [line.split("\t") for line in git(folder, "log", "--all", "--format=%H%x09%s").splitlines()]
    return next(sha for sha, said in found if said == subject)


@pytest.fixture
def branches(home: Path, tmp_path: Path) -> Path:
    """The repository of a recorded run whose logs are in HOME."""
    unpack(f"{CLAUDE}/branches", home)
    return clone(f"{CLAUDE}/branches", "demo", tmp_path)


@pytest.mark.parametrize("name", ["single", "squash", "unknown", "sub_agent", "stored"])
def test_as_it_is_printed(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    story = "places" if name == "sub_agent" else "branches"
    run = f"{CLAUDE}/{story}"
    unpack(run, tmp_path / "home")
    home = Home(tmp_path / "home", tmp_path / "keep", truth=CORPUS / run / "truth.json", programs=os.defpath)
    folder = clone(run, "demo", tmp_path)
    for word in ("NAME", "EMAIL"):
        monkeypatch.setenv(f"GIT_AUTHOR_{word}", "ada")
        monkeypatch.setenv(f"GIT_COMMITTER_{word}", "ada")
    if name == "squash":
        monkeypatch.setenv("GIT_AUTHOR_DATE", "2026-11-22T09:00:00Z")
        monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-11-22T09:00:00Z")
        git(folder, "checkout", "-q", "-b", "trunk", git(folder, "rev-list", "--max-parents=0", "main").split()[0])
        git(folder, "merge", "-q", "--squash", "main")
        git(folder, "commit", "-q", "-m", "feat: all of it")
    root = git(folder, "rev-list", "--max-parents=0", "main").split()[0]
    stored = truth(run)["repositories"]["demo"]["commits"][1]["sha"]
    named = {"squash": "HEAD", "unknown": root, "stored": stored[:9]}.get(name) or subject_of(folder, SUBJECTS[name])
    options = WHO.Options(commit=named, repo=str(tmp_path if name == "stored" else folder))
    result = run_report(home.workspace, WHO, options, Request())
    told = msgspec.structs.replace(result, repository=None if name == "stored" else "/home/dev/demo")
    for ending, drawn in forms(WHO, told, options, home.workspace):
        assert_golden(f"who/{name}.{ending}", drawn)
    home.close()


def answer(terminal: Terminal, *words: str) -> Any:
    """JSON of an answer."""
    ran = terminal.run("who", *words, "--json")
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


def test_the_repository_here_and_another(
    branches: Path, terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha = git(branches, "rev-parse", "main").strip()
    monkeypatch.chdir(branches)
    here = answer(terminal)
    assert (here["sha"], here["repository"]) == (sha, str(branches))
    assert [one["prompt"]["text"] for one in here["sessions"]] == ["Send it"]
    monkeypatch.chdir(tmp_path)
    assert answer(terminal, "main", "--repo", str(branches)) == {**here, "asked": "main"}
    assert answer(terminal, sha[:8], "--repo", "demo")["sessions"] == here["sessions"]
    git(branches, "tag", "v1", "main~1")
    assert answer(terminal, "v1", "--repo", str(branches))["sha"] != sha


def test_what_git_does_not_know_ends_with_3(branches: Path, terminal: Terminal, tmp_path: Path) -> None:
    ran = terminal.run("who", "nothing", "--repo", str(branches))
    assert (ran.code, ran.out) == (3, "")
    assert f"no commit is called 'nothing' in {branches}" in ran.err
    ran = terminal.run("who", "HEAD~2", "--repo", str(tmp_path))
    assert (ran.code, ran.out) == (3, "")
    assert "git finds no repository" in ran.err
    assert terminal.run("who", "--", "--upload-pack=x", "--repo").code in (2, 3)


def test_a_commit_of_nobody_is_unknown_and_no_error(branches: Path, terminal: Terminal, tmp_path: Path) -> None:
    root = git(branches, "rev-list", "--max-parents=0", "main").split()[0]
    ran = terminal.run("who", root, "--repo", str(branches))
    assert ran.code == 0
    assert "unknown: no recorded session is known to have made it" in ran.out
    assert answer(terminal, root, "--repo", str(branches))["sessions"] == []
    assert answer(terminal, "0123abcd", "--repo", str(tmp_path))["sessions"] == []


def test_a_shallow_repository_says_so(branches: Path, terminal: Terminal, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{branches}", "shallow")
    ran = terminal.run("who", "main", "--repo", str(tmp_path / "shallow"))
    assert ran.code == 0
    assert "Send it" in ran.out
    assert "the repository is shallow" in ran.out


def test_what_leaves_holds_no_prompt_below_tier_3(branches: Path, terminal: Terminal) -> None:
    words = ("main", "--repo", str(branches))
    told = answer(terminal, *words, "--tier", "2")
    (one,) = told["sessions"]
    assert one["title"] is None
    assert "Send it" not in json.dumps(told)
    assert (told["subject"], one["cwd"]) == ("Merge branch 'main' of ../origin", "/home/dev/demo")
    told = answer(terminal, *words, "--tier", "1")
    (one,) = told["sessions"]
    assert [told[name] for name in ("asked", "sha", "subject", "repository")] == ["", None, None, None]
    assert (one["cwd"], one["commits"][0]["subject"]) == (None, None)
    assert "origin" not in json.dumps(told)
    page = terminal.run("who", *words, "--format", "html").out
    assert "Send it" not in page
    assert "Merge branch" in page


def test_secrets_are_masked_on_the_way_out(home: Path, terminal: Terminal, branches: Path) -> None:
    key = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" + "k1L2m3N4o5P6q7R8"
    for path in home.rglob("*.jsonl"):
        path.write_text(path.read_text(encoding="utf-8").replace("Send it", f"Send it with {key}"), encoding="utf-8")
    words = ("main", "--repo", str(branches))
    assert key in json.dumps(answer(terminal, *words))
    assert key not in json.dumps(answer(terminal, *words, "--redact"))


def test_a_session_whose_log_is_gone_is_named_all_the_same(
    home: Path, terminal: Terminal, branches: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGENT_TRACE_ARCHIVE", "only-index")
    words = ("main", "--repo", str(branches))
    before = answer(terminal, *words)
    for path in home.rglob("*.jsonl"):
        path.unlink()
    after = answer(terminal, *words)
    (one,), (known,) = after["sessions"], before["sessions"]
    assert (one["session"], one["prompt"]) == (known["session"], None)
    assert one["missing"]
    assert "prompt" in terminal.run("who", *words).out


def test_git_that_goes_away_in_between_is_no_error(
    branches: Path, terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "programs"
    folder.mkdir()
    script = folder / "git"
    script.write_text(f'#!/bin/sh\necho x >> "{folder}/count"\nn=$(wc -l < "{folder}/count")\n'
                      f'[ "$n" -gt 5 ] && exit 1\nexec /usr/bin/env -u X PATH="{os.environ["PATH"]}" git "$@"\n')  # fmt: skip
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    root = git(branches, "rev-list", "--max-parents=0", "main").split()[0]
    (folder / "count").unlink(missing_ok=True)
    assert answer(terminal, root, "--repo", str(branches))["sessions"] == []


def test_at_tier_1_nothing_is_kept_of_commits(
    branches: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGENT_TRACE_TIER", "1")
    ran = terminal.run("who", "main", "--repo", str(branches))
    assert (ran.code, ran.out) == (3, "")
    assert "withheld (tier 1)" in ran.err
