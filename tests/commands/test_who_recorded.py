"""`who` in the recorded runs: the right session and prompt of every commit, and nobody for those of others."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from agent_trace.errors import NotFoundError
from tests.end_to_end.truth import Home
from tests.stories import CORPUS, RUNS, clone, git, truth, unpack

Told = set[tuple[str, str]]
"""Sessions that people know, each with the text of a prompt."""


class Asked:
    """A recorded run with its home and its repositories."""

    def __init__(self, run: str, folder: Path) -> None:
        self.run, self.told = run, truth(run)
        unpack(run, folder / "home")
        self.home = Home(folder / "home", folder / "keep", truth=CORPUS / run / "truth.json", programs=os.defpath)
        (folder / "left").mkdir()
        self.left = {name: clone(run, name, folder / "left") for name in self.told["repositories"]}
        self.prompts = {step["number"]: step["prompt"] for step in self.told["steps"]}

    def repository(self, name: str, folder: Path) -> Path:
        """One of the repositories, to be changed; lost commits are still in it."""
        return Path(shutil.copytree(self.left[name], folder / name))

    def commits(self, name: str) -> dict[str, dict[str, Any]]:
        """What the agent made in a repository."""
        return {one["sha"]: one for one in self.told["repositories"][name]["commits"]}

    def true(self, *made: dict[str, Any]) -> Told:
        """Who made commits by the truth."""
        return {(one["session"], self.prompts[one["step"]]) for one in made}

    def who(self, folder: Path, name: str) -> Told:
        """Who made a commit by the program."""
        return told(self.home.ask("who", commit=name, repo=str(folder)))


def told(answer: dict[str, Any]) -> Told:
    """Sessions and prompts of an answer."""
    found = answer["sessions"]
    assert all(one["prompt"] is not None and one["root"] == one["prompt"]["session"] for one in found), answer
    return {(one["root"], one["prompt"]["text"]) for one in found}


@pytest.fixture(scope="module")
def asked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    found = Asked(request.param, tmp_path_factory.mktemp("asked"))
    yield found
    found.home.close()


@pytest.fixture(autouse=True)
def _known_person(monkeypatch: pytest.MonkeyPatch) -> None:
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Ada")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "ada@example.org")


def short(*stories: str) -> pytest.MarkDecorator:
    """These stories of all agents; every agent plays them alike, so the first one's are the short form."""
    runs = [run for run in RUNS if run.rpartition("/")[2] in stories]
    marked = [
        pytest.param(run, marks=() if run.startswith(RUNS[0].partition("/")[0]) else pytest.mark.full) for run in runs
    ]
    return pytest.mark.parametrize("asked", marked, indirect=True)


@short("branches", "commits", "decoys", "edits", "places", "requests")
def test_every_commit_has_its_session_and_prompt(asked: Asked) -> None:
    for name, folder in asked.left.items():
        made = asked.commits(name)
        everyone = {*git(folder, "rev-list", "--all").split(), *made}
        found = {sha: asked.who(folder, sha) for sha in sorted(everyone)}
        assert found == {sha: asked.true(*([made[sha]] if sha in made else ())) for sha in everyone}


@short("branches", "commits", "places")
def test_after_a_rebase(asked: Asked, tmp_path: Path) -> None:
    """Whatever git kept of a commit leads to its maker: its author's time, its subject, its changes."""
    folder, made = asked.repository("demo", tmp_path), asked.commits("demo")
    moved(folder)
    new = git(folder, "log", "--format=%H%x09%s", "newbase..main").splitlines()
    by_subject: dict[str, list[dict[str, Any]]] = {}
    for one in made.values():
        by_subject.setdefault(one["subject"], []).append(one)
    for sha, subject in (line.split("\t", 1) for line in new):
        assert asked.who(folder, sha) == asked.true(*by_subject.get(subject, ())), subject
        assert sha not in made


@short("branches", "commits", "places")
def test_after_a_rebase_in_a_clone_that_lacks_the_originals(asked: Asked, tmp_path: Path) -> None:
    folder, made = asked.repository("demo", tmp_path), asked.commits("demo")
    moved(folder)
    words = ("clone", "-q", "--single-branch", "-b", "main", f"file://{folder}", str(tmp_path / "fresh"))
    git(tmp_path, *words)
    for line in git(folder, "log", "--format=%H%x09%s", "newbase..main").splitlines():
        sha, subject = line.split("\t", 1)
        same = [one for one in made.values() if one["subject"] == subject]
        picked = {"cherry-pick"} & {one["kind"] for one in same}
        expected = set() if picked else asked.true(*same)  # what was picked bears the time of whoever wrote it
        assert asked.who(tmp_path / "fresh", sha) == expected, subject


@short("branches", "commits", "places", "requests")
@pytest.mark.parametrize("message", ["", "feat: all of it"])
def test_after_a_squash(asked: Asked, message: str, tmp_path: Path) -> None:
    """With git's own message and with one that says nothing."""
    folder, made = asked.repository("demo", tmp_path), asked.commits("demo")
    branches = git(folder, "for-each-ref", "--format=%(refname:short)", "refs/heads").split()
    longest = max(branches, key=lambda name: len(git(folder, "rev-list", name).split()))
    held = set(git(folder, "rev-list", longest).split())
    git(folder, "checkout", "-q", "-b", "trunk", root_of(folder))
    git(folder, "merge", "-q", "--squash", longest)
    git(folder, "commit", "-q", *(["-m", message] if message else ["--no-edit"]))
    expected = asked.true(*(one for sha, one in made.items() if sha in held and one["kind"] != "merge"))
    answer = asked.home.ask("who", commit="HEAD", repo=str(folder))
    merges = asked.true(*(one for sha, one in made.items() if sha in held and one["kind"] == "merge"))
    assert expected <= told(answer) <= expected | merges


@short("branches", "commits", "requests")
def test_without_the_repository(asked: Asked, tmp_path: Path) -> None:
    """A sha that a session showed is found in what is stored."""
    for made in (one for name in asked.left for one in asked.commits(name).values()):
        if (
            made["kind"] == "rebase"
            or asked.home.workspace.db.execute("SELECT 1 FROM made WHERE ? LIKE sha || '%'", (made["sha"],)).fetchone()
            is None
        ):
            continue
        assert asked.who(tmp_path, made["sha"]) == asked.true(made)
        assert asked.who(tmp_path, made["sha"][:7]) == asked.true(made)
    assert asked.who(tmp_path, "0123456789") == set()
    with pytest.raises(NotFoundError):
        asked.who(tmp_path, "main")


def root_of(folder: Path) -> str:
    """The first commit."""
    return git(folder, "rev-list", "--max-parents=0", "main").split()[-1]


def moved(folder: Path) -> None:
    """All of main on top of a commit that was not there before."""
    git(folder, "checkout", "-q", "-b", "newbase", root_of(folder))
    (folder / "NEW").write_text("new\n")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "chore: a new base")
    git(folder, "rebase", "-q", "-X", "theirs", "newbase", "main")
