"""What git tells of a repository, in all the shapes that repositories have."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from agent_trace.model.history import FileChange, History
from agent_trace.outside import git
from tests.outside.repositories import START, Repository


def told(folder: Path, *names: str, since: int = 0, commits: int = git.COMMITS) -> History:
    found = git.history(str(folder), names, since=since, commits=commits)
    assert found is not None
    return found


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    found = Repository(tmp_path / "repository")
    found.commit("first\n\nwith a body", a_txt="one\ntwo\n")
    found.commit("second", a_txt="one\nthree\n", b_txt="b\n")
    return found


def test_commits_come_with_parents_times_and_messages(repository: Repository) -> None:
    found = told(repository.folder)
    second, first = found.revisions
    assert (first.parents, second.parents) == ((), (first.sha,))
    assert (first.message, first.subject) == ("first\n\nwith a body", "first")
    assert (first.authored, second.committed) == (START + 60, START + 120)
    assert (found.head, found.shallow, found.cut, found.notes) == (second.sha, False, False, ())
    assert found.place == str(repository.folder / ".git")


def test_names_are_resolved(repository: Repository) -> None:
    first, second = repository.git("rev-parse", "HEAD~1"), repository.git("rev-parse", "HEAD")
    repository.git("tag", "-a", "v1", "-m", "one", first)
    names = ("HEAD", "HEAD~1", first[:7], "v1", "main", "nothing", "HEAD:a.txt", "-p", "a b", "two\nlines", "")
    found = told(repository.folder, *names)
    assert dict(found.named) == {
        "HEAD": second, "HEAD~1": first, first[:7]: first, "v1": first, "main": second, "nothing": None,
        "HEAD:a.txt": None, "-p": None, "a b": None,
    }  # fmt: skip
    assert "HEAD" not in told(repository.folder, "main").named


def test_refs_tell_what_is_checked_out_and_what_is_the_default(repository: Repository, tmp_path: Path) -> None:
    repository.git("checkout", "-q", "-b", "topic/one")
    sha = repository.commit("third")
    repository.git("tag", "-a", "v1", "-m", "one")
    found = {ref.name: ref for ref in told(repository.folder).refs}
    assert {(ref.name, ref.kind, ref.current, ref.default) for ref in found.values()} == {
        ("main", "branch", False, True), ("topic/one", "branch", True, False), ("v1", "tag", False, False),
    }  # fmt: skip
    assert found["v1"].sha == found["topic/one"].sha == sha
    copy = Repository(tmp_path / "copy", made=False)
    subprocess.run(["git", "clone", "-q", str(repository.folder), str(copy.folder)], check=True)
    refs = {ref.name: ref for ref in told(copy.folder).refs}
    assert refs.keys() == {"topic/one", "origin/main", "origin/topic/one", "v1"}
    assert {name for name, ref in refs.items() if ref.default} == {"topic/one", "origin/topic/one"}, "the remote's HEAD"
    repository.git("branch", "-m", "main", "other")
    assert not any(ref.default for ref in told(repository.folder).refs), "nothing tells"


def test_commits_before_the_time_are_left_out_unless_they_are_asked_for(repository: Repository) -> None:
    old = repository.git("rev-parse", "HEAD~1")
    assert [one.subject for one in told(repository.folder, since=START + 100).revisions] == ["second"]
    found = told(repository.folder, old, since=START + 100)
    assert [one.subject for one in found.revisions] == ["second", "first"]
    assert [one.subject for one in told(repository.folder, old, since=2**40).revisions] == ["second", "first"]


def test_commits_that_no_name_leads_to_are_found_by_their_sha(repository: Repository) -> None:
    lost = repository.commit("lost")
    repository.git("reset", "-q", "--hard", "HEAD~1")
    assert "lost" not in {one.subject for one in told(repository.folder).revisions}
    found = told(repository.folder, lost[:8])
    assert found.named[lost[:8]] == lost
    assert lost in {one.sha for one in found.revisions}


def test_a_long_history_is_cut_and_says_so(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    old = repository.git("rev-parse", "HEAD~1")
    found = told(repository.folder, old, commits=1)
    assert [one.subject for one in found.revisions] == ["second", "first"], "what was asked for is there all the same"
    assert found.cut
    assert "more commits" in found.notes[0]
    monkeypatch.setattr(git, "REFS", 1)
    repository.git("branch", "b2")
    many = told(repository.folder)
    assert (len(many.refs), many.cut) == (1, True)
    monkeypatch.setattr(git, "BYTES", 80)
    assert git.history(str(repository.folder), since=0) is None, "half an answer about names is none"


def test_changes_are_lines_by_file(repository: Repository) -> None:
    first, second = repository.git("rev-parse", "HEAD~1"), repository.git("rev-parse", "HEAD")
    known = told(repository.folder)
    found = git.with_changes(known, [second, first, second], [(first, second)])
    assert found.changes[first] == (FileChange(path="a.txt", added=("one", "two")),)
    expected = (
        FileChange(path="a.txt", added=("three",), removed=("two",)),
        FileChange(path="b.txt", added=("b",)),
    )
    assert found.changes[second] == found.ranges[first, second] == expected
    assert git.with_changes(found, [second], [(first, second)]) is found
    assert dict(git.with_changes(known, ["0" * 40]).changes) == {}


def test_files_of_all_kinds(repository: Repository) -> None:
    (repository.folder / "x.bin").write_bytes(b"\0\1")
    repository.write("gone.txt", "-- a\n++ b\n")
    repository.write("naïve name.txt", "é\n")
    repository.write("empty", "")
    one = repository.commit("one")
    (repository.folder / "x.bin").write_bytes(b"\0\2")
    (repository.folder / "gone.txt").unlink()
    (repository.folder / "empty").chmod(0o755)
    repository.write("naïve name.txt", "@@ -1 +1 @@\ndiff --git a/x b/x\n" + "a" * 40)
    two = repository.commit("two")
    three = repository.commit("nothing")
    found = git.with_changes(told(repository.folder), [one, two, three])
    before, after = ({change.path: change for change in found.changes[sha]} for sha in (one, two))
    assert before["gone.txt"].added == ("-- a", "++ b")
    assert before["empty"] == FileChange(path="empty")
    name = "na\\303\\257ve name.txt"
    assert before[name].added == ("é",)
    assert after[name] == FileChange(path=name, removed=("é",), added=("@@ -1 +1 @@", "diff --git a/x b/x", "a" * 40))
    assert after["gone.txt"] == FileChange(path="gone.txt", removed=("-- a", "++ b"))
    assert after["empty"] == FileChange(path="empty", removed=("old mode 100644",), added=("new mode 100755",))
    assert [len(line) for line in after["x.bin"].added] == [40]
    assert before["x.bin"].added == after["x.bin"].removed
    assert found.changes[three] == ()


def test_a_merge_changes_nothing_by_itself(repository: Repository) -> None:
    repository.git("checkout", "-q", "-b", "topic", "HEAD~1")
    repository.commit("aside", c_txt="c\n")
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "--no-ff", "--no-edit", "topic")
    merge = repository.git("rev-parse", "HEAD")
    found = git.with_changes(told(repository.folder), [merge], [(f"{merge}", merge)])
    assert found.changes[merge] == ()
    assert len({one.sha: one for one in found.revisions}[merge].parents) == 2


def test_a_long_answer_about_changes_gives_what_is_whole(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = repository.git("rev-parse", "HEAD~1"), repository.git("rev-parse", "HEAD")
    known = told(repository.folder)
    monkeypatch.setattr(git, "BYTES", 400)
    assert git.with_changes(known, [first, second]).changes.keys() == {first}
    monkeypatch.setattr(git, "CHANGES", 1)
    assert git.with_changes(known, [first, second]).changes.keys() == {first}


# ---- shapes of repositories


def test_a_bare_one(repository: Repository, tmp_path: Path) -> None:
    bare = tmp_path / "bare.git"
    subprocess.run(["git", "clone", "-q", "--bare", str(repository.folder), str(bare)], check=True)
    found = told(bare, "HEAD")
    assert (found.place, len(found.revisions)) == (str(bare), 2)


def test_a_worktree_is_the_same_repository(repository: Repository, tmp_path: Path) -> None:
    repository.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    found = told(tmp_path / "side")
    assert found.place == told(repository.folder).place
    assert [ref.name for ref in found.refs if ref.current] == ["side"]


def test_a_submodule_is_a_repository_of_its_own(repository: Repository, tmp_path: Path) -> None:
    outer = Repository(tmp_path / "outer")
    outer.git("submodule", "add", "-q", str(repository.folder), "inner")
    sha = outer.commit("with a submodule")
    assert told(outer.folder / "inner").head == repository.git("rev-parse", "HEAD")
    changes = {one.path: one for one in git.with_changes(told(outer.folder), [sha]).changes[sha]}
    assert changes["inner"].added == (f"Subproject commit {repository.git('rev-parse', 'HEAD')}",)


def test_a_shallow_one_says_so(repository: Repository, tmp_path: Path) -> None:
    shallow = tmp_path / "shallow"
    subprocess.run(["git", "clone", "-q", "--depth=1", f"file://{repository.folder}", str(shallow)], check=True)
    found = told(shallow, repository.git("rev-parse", "HEAD~1"))
    assert (found.shallow, len(found.revisions)) == (True, 1)
    assert list(found.named.values()) == [None]
    assert "shallow" in found.notes[0]


def test_a_detached_head(repository: Repository) -> None:
    repository.git("checkout", "-q", "--detach")
    sha = repository.commit("aside")
    found = told(repository.folder)
    assert found.head == sha
    assert sha in {one.sha for one in found.revisions}
    assert not any(ref.current for ref in found.refs)


def test_one_with_longer_names(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository", "--object-format=sha256")
    sha = repository.commit("first", a_txt="one\n")
    found = git.with_changes(told(repository.folder, sha[:9]), [sha])
    assert len(sha) == 64
    assert found.named[sha[:9]] == sha
    assert found.changes[sha] == (FileChange(path="a.txt", added=("one",)),)


def test_one_without_any_commit(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository")
    found = told(repository.folder, "HEAD")
    assert (found.head, found.revisions, dict(found.named)) == (None, (), {"HEAD": None})


def test_a_folder_with_an_odd_name(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "-C a\nb")
    repository.commit("first")
    assert told(repository.folder).place == str(repository.folder / ".git")


def test_a_name_that_leads_to_no_commit(repository: Repository) -> None:
    blob = repository.git("rev-parse", "HEAD:a.txt")
    repository.git("tag", "key", blob)
    repository.git("tag", "-a", "tree", "-m", "t", "HEAD^{tree}")
    assert len(told(repository.folder).revisions) == 2


def test_times_and_texts_that_make_no_sense(repository: Repository) -> None:
    tree = repository.git("rev-parse", "HEAD^{tree}")
    text = f"tree {tree}\nauthor A <a> 99999999999999999999 +9999\ncommitter A <a> x\n\nodd \udce9\n"
    raw = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", "--literally", "--stdin"], cwd=repository.folder,
        input=text.encode("utf-8", "surrogateescape"), capture_output=True, check=True,
    )  # fmt: skip
    found = told(repository.folder, raw.stdout.decode().strip())
    assert found.revisions[-1].message.startswith("odd ")


def test_a_branch_to_a_commit_that_is_missing(repository: Repository) -> None:
    (repository.folder / ".git" / "refs" / "heads" / "torn").write_text("1" * 40 + "\n")
    found = git.history(str(repository.folder), since=0)
    assert found is None or len(found.revisions) == 2


# ---- no answer


def test_no_repository(tmp_path: Path) -> None:
    assert git.history(str(tmp_path), since=0) is None
    assert git.history(str(tmp_path / "nowhere"), since=0) is None


def test_no_git(repository: Repository) -> None:
    known = told(repository.folder)
    nothing = {"PATH": "", "HOME": os.environ["HOME"]}
    assert git.history(str(repository.folder), since=0, environment=nothing) is None
    assert git.with_changes(known, ["0" * 40], environment=nothing).changes == {}


def test_a_git_that_breaks_off(repository: Repository, tmp_path: Path) -> None:
    real = shutil.which("git")
    for word in ("rev-parse", "for-each-ref", "cat-file", "rev-list"):
        folder = tmp_path / word
        folder.mkdir()
        script = folder / "git"
        script.write_text(f'#!/bin/sh\ncase " $* " in *" {word} "*) echo x; exit 1;; esac\nexec {real} "$@"\n')
        script.chmod(0o755)
        environment = {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
        assert git.history(str(repository.folder), since=0, environment=environment) is None
