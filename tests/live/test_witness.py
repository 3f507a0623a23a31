"""The witness of a play and the played forge, without any agent."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.live.history import commits
from tests.live.record import cut, laid_out
from tests.live.repository import git, make_repository
from tests.live.script import Tool
from tests.live.server import Served
from tests.live.witness import Ended, Witness, bare, codes, counted

FORGE = Path(__file__).with_name("forge.py")


class Stage:
    """A repository in which commands run as an agent's would."""

    def __init__(self, folder: Path) -> None:
        self.repository = folder / "demo"
        make_repository(self.repository)
        self.witness = Witness(folder, self.repository)
        self.variables = {"PATH": os.environ["PATH"], "HOME": str(folder), **self.witness.prepare()}

    def run(self, command: str) -> int:
        """One model call that asks for one command."""
        number, tool = len(self.witness.moments) + 1, Tool(name="bash", input={"command": command})
        served = Served(number=number, at=0, model="m", role="main", session=None, tools=[("", tool)])
        self.witness.look(served)
        words, place = ["bash", "-c", command], self.repository
        return subprocess.run(words, cwd=place, env=self.variables, capture_output=True, check=False).returncode


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def test_what_became_of_commits(stage: Stage) -> None:
    stage.run("echo a > a && git add a && git commit -m first")
    stage.run("echo b >> a && git commit -a --amend -m second")
    stage.run("git commit --allow-empty -m third")
    stage.run("git reset -q --hard HEAD~1")
    stage.run("git checkout -q --detach && git commit --allow-empty -m fourth && git checkout -q main")
    stage.run("git revert --no-edit HEAD")
    stage.witness.look()
    found = commits(stage.witness, stage.repository)
    assert [(one.subject, one.kind, one.fate, one.request) for one in found] == [
        ("first", "commit", "amended", 1),
        ("second", "amend", "stands", 2),
        ("third", "commit", "reset", 3),
        ("fourth", "commit", "left", 5),
        ('Revert "second"', "revert", "stands", 6),
    ]
    assert (found[0].into, found[1].replaces, found[4].reverts) == (found[1].sha, found[0].sha, found[1].sha)
    assert [(one.added, one.removed, one.branch) for one in found] == [
        (1, 0, "main"),
        (2, 0, "main"),
        (0, 0, "main"),
        (0, 0, None),
        (0, 2, "main"),
    ]


def test_a_rebase_and_what_it_folds_in(stage: Stage) -> None:
    stage.run("echo a > a && git add a && git commit -m first")
    stage.run("echo b > a && git commit -a --fixup HEAD")
    stage.run("GIT_SEQUENCE_EDITOR=: git rebase -i --autosquash HEAD~2")
    stage.witness.look()
    first, fixup, whole = commits(stage.witness, stage.repository)
    assert (first.fate, fixup.fate, whole.fate) == ("rebased", "folded", "stands")
    assert (first.into, fixup.into, whole.kind) == (whole.sha, whole.sha, "rebase")


def test_exit_codes_are_those_of_the_shell(stage: Stage) -> None:
    asked = ["exit 3", "echo 'a  b'", "exit 3", "sh -c 'exit 4'"]
    ended = [stage.run(command) for command in asked]
    assert codes(asked, stage.witness.ended()) == ended == [3, 0, 3, 4]
    assert codes(["never run"], [Ended(0, "something else")]) == [None]
    assert bare("""eval 'echo '"'"'x'"'"''""") == bare("eval echo x")


def test_lines_are_counted_as_git_does(stage: Stage) -> None:
    stage.run("printf 'x\\ny\\n' > new.txt && rm .env")
    stage.run("true")
    assert stage.witness.edited(1) == {".env": (0, 1), "new.txt": (2, 0)}
    assert counted("a\nb\n", "a\nc\n") == (1, 1)
    assert counted("a\n", "a\n") == (0, 0)


def forge(home: Path, name: str, *words: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command."""
    program = home / name
    if not program.exists():
        program.symlink_to(FORGE)
    run, variables = [sys.executable, str(program), *words], {"HOME": str(home), "PATH": os.environ["PATH"]}
    done = subprocess.run(run, cwd=home / "demo", env=variables, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def test_the_played_forge_speaks_as_the_real_ones_do_without_a_terminal(tmp_path: Path) -> None:
    make_repository(tmp_path / "demo")
    git(tmp_path / "demo", "checkout", "-q", "-b", "topic")
    url = "https://github.com/acme/demo/pull/12\n"
    again = 'a pull request for branch "topic" into branch "main" already exists:\n' + url
    assert forge(tmp_path, "gh", "pr", "create", "--draft", "--fill") == (0, url, "")
    assert forge(tmp_path, "gh", "pr", "create", "--fill") == (1, "", again)
    assert forge(tmp_path, "gh", "pr", "ready", "12")[2].endswith('#12 is marked as "ready for review"\n')
    assert forge(tmp_path, "gh", "pr", "merge", "12", "--squash") == (0, "", "")
    viewed = json.loads(forge(tmp_path, "gh", "pr", "view", "12", "--json", "state,isDraft")[1])
    assert viewed == {"isDraft": False, "state": "MERGED"}
    assert "merge_requests/3" in forge(tmp_path, "glab", "mr", "create", "--title", "x", "--source-branch", "y")[1]
    kept = json.loads((tmp_path / ".forge.json").read_text(encoding="utf-8"))
    assert [(one["number"], one["state"]) for one in kept["requests"] if one["own"]] == [(12, "merged"), (3, "open")]
    assert [one["code"] for one in kept["asked"]] == [0, 1, 0, 0, 0, 0]


def test_what_is_kept_of_a_log() -> None:
    prompt, list_of = "x" * 200, ["a", "b", "c"]
    row = {"type": "attachment", "attachment": {"type": "prompt_snapshot", "systemPrompt": [prompt], "tools": list_of}}
    kept = json.loads(cut(json.dumps(row).encode() + b"\n", "claude"))
    assert kept["attachment"] == {"type": "prompt_snapshot", "systemPrompt": ["x" * 60 + " …"], "tools": ["a", "b"]}
    other = json.dumps({"type": "user", "message": {"content": prompt}}).encode() + b"\n"
    assert cut(other, "claude") == cut(other, "pi") == other


def test_a_truth_has_a_line_for_every_call() -> None:
    told = {"steps": [{"n": 1}, {"n": 2}], "forge": None, "calls": [{"session": "s", "edited": {"a": [1, 0]}}]}
    text = laid_out(told)
    assert json.loads(text) == told
    assert [line.strip() for line in text.splitlines() if "{" in line][1:] == [
        '{"n": 1},',
        '{"n": 2}',
        '{"session": "s", "edited": {"a": [1, 0]}}',
    ]
