"""Repositories that would run programs, fetch or hang: nothing of theirs happens."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from agent_trace.outside import git
from tests.outside.repositories import Repository

PROGRAMS = (
    "core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.askPass", "core.gitProxy",
    "core.alternateRefsCommand", "credential.helper", "diff.external", "diff.evil.command", "diff.evil.textconv",
    "filter.evil.clean", "filter.evil.smudge", "filter.evil.process", "gpg.program", "gpg.ssh.program", "pager.log",
    "pager.rev-list", "pager.diff-tree", "merge.evil.driver", "trailer.evil.command", "trailer.evil.cmd",
    "remote.origin.uploadpack", "remote.origin.vcs", "sequence.editor", "uploadpack.packObjectsHook",
    "alias.rev-list", "alias.diff-tree", "alias.cat-file", "alias.for-each-ref", "alias.rev-parse",
)  # fmt: skip
HOOKS = ("post-index-change", "reference-transaction", "fsmonitor-watchman", "post-checkout", "pre-auto-gc")


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """A file that is there as soon as anything ran."""
    return tmp_path / "ran"


@pytest.fixture
def hostile(tmp_path: Path, trap: Path) -> Repository:
    repository = Repository(tmp_path / "hostile")
    repository.commit("first", a_txt="one\n")
    repository.commit("second", a_txt="two\n")
    script = tmp_path / "evil"
    script.write_text(f"#!/bin/sh\ntouch {trap}\n")
    script.chmod(0o755)
    repository.write(".gitattributes", "* diff=evil filter=evil merge=evil\n")
    folder = repository.folder / ".git"
    for name in HOOKS:
        (folder / "hooks").mkdir(exist_ok=True)
        (folder / "hooks" / name).write_text(script.read_text())
        (folder / "hooks" / name).chmod(0o755)
    (folder / "info" / "attributes").write_text("* diff=evil filter=evil\n")
    for name in PROGRAMS:
        value = f"!{script}" if name.startswith("alias.") else str(script)
        subprocess.run(["git", "config", "--file", str(folder / "config"), name, value], check=True)
    settings = {"log.showSignature": "true", "diff.submodule": "log", "status.submoduleSummary": "true",
                "core.hooksPath": str(folder / "hooks"), "trailer.evil.key": "Signed-off-by"}  # fmt: skip
    for name, value in settings.items():
        subprocess.run(["git", "config", "--file", str(folder / "config"), name, value], check=True)
    return repository


def test_the_trap_works(hostile: Repository, trap: Path) -> None:
    assert not trap.exists()
    subprocess.run(["git", "diff", "HEAD~1", "HEAD"], cwd=hostile.folder, capture_output=True, check=False)
    assert trap.exists()


def test_nothing_that_a_repository_names_is_run(hostile: Repository, trap: Path) -> None:
    found = git.history(str(hostile.folder), ["HEAD~1", "main", "nope", ":/first"], since=0)
    assert found is not None
    assert len(found.revisions) == 2
    found = git.with_changes(found, [one.sha for one in found.revisions])
    assert len(found.changes) == 2
    assert not trap.exists()


def test_no_variable_of_git_is_obeyed(hostile: Repository, tmp_path: Path, trap: Path) -> None:
    other = Repository(tmp_path / "other")
    other.commit("of the other")
    script = str(tmp_path / "evil")
    environment = {
        **os.environ, "GIT_DIR": str(other.folder / ".git"), "GIT_EXTERNAL_DIFF": script, "GIT_PAGER": script,
        "GIT_SSH_COMMAND": script, "GIT_ASKPASS": script, "GIT_TRACE": str(trap), "GIT_TRACE2_EVENT": str(trap),
        "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.fsmonitor", "GIT_CONFIG_VALUE_0": script,
        "GIT_EXEC_PATH": str(tmp_path),
    }  # fmt: skip
    found = git.history(str(hostile.folder), since=0, environment=environment)
    assert found is not None
    assert [one.subject for one in found.revisions] == ["second", "first"]
    assert not trap.exists()


def test_nothing_is_fetched(hostile: Repository, tmp_path: Path, trap: Path) -> None:
    """A partial clone asks its remote for what it lacks: here that is refused."""
    source = Repository(tmp_path / "source")
    source.git("config", "uploadpack.allowFilter", "true")
    source.git("config", "uploadpack.allowAnySHA1InWant", "true")
    first = source.commit("first", a_txt="one\n")
    partial = Repository(tmp_path / "partial", made=False)
    words = [
        "git",
        "clone",
        "-q",
        "--no-checkout",
        "--filter=blob:none",
        f"file://{source.folder}",
        str(partial.folder),
    ]
    subprocess.run(words, check=True)
    script = tmp_path / "evil"
    partial.git("config", "remote.origin.uploadpack", str(script))
    ran = subprocess.run(
        ["git", "-C", str(partial.folder), "show", first], capture_output=True, check=False, timeout=20
    )
    assert ran.returncode != 0
    assert trap.exists(), "git by itself would ask the remote"
    trap.unlink()
    for address in (f"file://{source.folder}", f"ext::{script} %S", f"evil@host:{source.folder}"):
        partial.git("config", "remote.origin.url", address)
        partial.git("config", "core.sshCommand", str(script))
        found = git.history(str(partial.folder), ["1" * 40, first], since=0)
        assert found is not None
        assert found.named == {"1" * 40: None, first: first}
        assert git.with_changes(found, [first]).changes == {}
        assert not trap.exists()


def test_a_submodule_of_somebody_is_not_entered(hostile: Repository, tmp_path: Path, trap: Path) -> None:
    outer = Repository(tmp_path / "outer")
    outer.write("a.txt", "a\n")
    outer.git("add", "a.txt")
    head = subprocess.run(["git", "-C", str(hostile.folder), "rev-parse", "HEAD"], capture_output=True, check=True)
    sha = head.stdout.decode().strip()
    outer.git("update-index", "--add", "--cacheinfo", f"160000,{sha},inner")
    outer.git("commit", "-q", "-m", "with a submodule")
    hostile.folder.rename(outer.folder / "inner")
    found = git.history(str(outer.folder), since=0)
    assert found is not None
    changes = git.with_changes(found, [found.head or ""]).changes[found.head or ""]
    assert [one.path for one in changes] == ["a.txt", "inner"]
    assert not trap.exists()


def test_a_repository_that_hangs_is_given_up(hostile: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git, "SECONDS", 0.3)
    pipe = hostile.folder / ".git" / "pipe"
    os.mkfifo(pipe)
    with (hostile.folder / ".git" / "config").open("a") as file:
        file.write(f"[include]\n\tpath = {pipe}\n")
    assert git.history(str(hostile.folder), since=0) is None


def test_a_repository_of_another_owner_is_left_alone(
    hostile: Repository, monkeypatch: pytest.MonkeyPatch, trap: Path
) -> None:
    """Git itself refuses it, and the person's own settings, which could allow it, are obeyed."""
    environment = {**os.environ, "GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"}
    monkeypatch.setattr(git, "QUIET", {**git.QUIET, "GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"})
    assert git.history(str(hostile.folder), since=0, environment=environment) is None
    subprocess.run(["git", "config", "--global", "safe.directory", str(hostile.folder)], check=True)
    assert git.history(str(hostile.folder), since=0, environment=environment) is not None
    assert not trap.exists()
