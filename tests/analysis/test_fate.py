"""What became of commits, in real repositories that a test rebases, reverts and prunes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from agent_trace.analysis.commits import Commit
from agent_trace.analysis.fate import fates
from agent_trace.analysis.makers import Made
from agent_trace.model.history import CommitFate, History
from tests.analysis.asking import became, history
from tests.analysis.told import Told, short, squashed


@pytest.fixture
def told(tmp_path: Path) -> Told:
    return Told(tmp_path / "repository")


# ---- where it stands


def test_merged_reachable_and_lost(told: Told) -> None:
    told.session("feat: on main", d_txt="d\n")
    told.git("checkout", "-q", "-b", "topic")
    told.session("feat: on a topic", e_txt="e\n")
    told.git("branch", "twin")
    told.git("tag", "v1", "main")
    told.git("checkout", "-q", "--detach")
    told.session("feat: on no branch", f_txt="f\n")
    assert told.words() == ["merged", "on topic and 1 more", "on HEAD"]
    told.git("checkout", "-q", "main")
    found = told.fates()
    assert [one.became for one in found] == ["merged", "reachable", "unreachable"]
    assert (found[0].branches, found[0].tags) == (("main", "topic", "twin"), ("v1",))
    assert [one.found for one in found] == ["verified"] * 3
    told.git("branch", "-q", "-D", "topic")
    told.git("branch", "-q", "-D", "twin")
    told.git("tag", "kept", found[1].sha or "")
    assert told.words()[1] == "on kept"
    told.git("tag", "-d", "kept")
    told.prune()
    assert [one.found for one in told.fates()] == ["verified", "missing", "missing"]
    assert told.words()[1:] == ["not in the repository"] * 2


def test_where_nothing_tells_what_the_default_branch_is(told: Told) -> None:
    told.git("branch", "-m", "main", "develop")
    told.session("feat: somewhere", d_txt="d\n")
    assert told.words() == ["on develop"]


def test_a_shallow_repository_knows_nothing_of_what_it_lacks(told: Told, tmp_path: Path) -> None:
    told.session("feat: early", d_txt="d\n")
    told.commit("docs: late", e_txt="e\n")
    words = ["git", "clone", "-q", "--depth=1", f"file://{told.repository.folder}", str(tmp_path / "shallow")]
    subprocess.run(words, check=True)
    assert [one.found for one in became(tmp_path / "shallow", told.made)] == ["unknown"]


def test_a_name_that_two_commits_could_bear_is_checked(told: Told) -> None:
    sha = told.commit("feat: of somebody", d_txt="d\n")
    told.repository.now += 3600
    told.know(sha, "feat: of the session")
    assert told.words() == ["not in the repository"]
    assert told.who() == []


def test_a_history_that_was_cut_does_not_say_that_a_commit_is_lost(told: Told) -> None:
    sha = told.session("feat: old", d_txt="d\n")
    held = history(told.repository.folder, sha[:7])
    cut = History(folder=held.folder, cut=True, revisions=held.revisions, named=held.named)
    (fate,) = fates([one.commit for one in told.made], {"": cut}).fates
    assert (fate.found, fate.became, fate.words) == ("verified", None, "verified")


def test_each_commit_is_looked_for_in_its_own_repository(told: Told) -> None:
    sha = told.session("feat: here", d_txt="d\n")
    held = history(told.repository.folder, sha[:7])
    (one,) = [made.commit for made in told.made]
    elsewhere = Commit(event="e", number=1, sha="1234567", message="feat: there", directory="/gone")
    here = Commit(event="e", number=1, sha=one.sha, message=one.message, at=one.at, began=one.began, directory="/gone")
    found = fates([one, elsewhere, here], {"/home": held}, "/home").fates
    assert [fate.found for fate in found] == ["verified", "unknown", "verified"], "a worktree may be gone"
    assert [fate.words for fate in found] == ["merged", "", "merged"]
    assert fates([one], {}).fates == (CommitFate(),)


# ---- without a sha


def test_a_commit_whose_sha_was_not_shown_is_found_by_its_call(told: Told) -> None:
    told.session("feat: quiet", shown=False, d_txt="d\n")
    assert told.words() == ["merged"]
    assert told.who() == [("s1", "feat: quiet", "time")]
    told.commit("feat: quiet", e_txt="e\n")
    assert told.who() == [], "the same words at another time"


def test_a_merge_without_words_is_the_only_merge_of_its_call(told: Told) -> None:
    told.git("checkout", "-q", "-b", "topic")
    told.commit("feat: of somebody", d_txt="d\n")
    told.git("checkout", "-q", "main")
    told.git("merge", "-q", "--no-ff", "--no-edit", "topic")
    told.know("", None, shown=False, how="merge")
    assert told.who() == [("s1", None, "time")]
    assert told.who("topic") == []


def test_a_long_call_is_searched_through(told: Told) -> None:
    told.session("feat: quiet", shown=False, d_txt="d\n")
    (made,) = told.made
    commit = Commit(event="e", number=1, began=0, at=made.commit.at, message="feat: quiet")
    assert became(told.repository.folder, [Made(session="s1", commit=commit)])[0].found == "verified"
    untimed = Commit(event="e", number=1, message="feat: quiet")
    assert became(told.repository.folder, [Made(session="s1", commit=untimed)])[0].found == "unknown"


def test_two_quiet_commits_of_one_second_are_two(told: Told) -> None:
    first = told.session("docs: note", shown=False, d_txt="d\n")
    told.repository.now -= 60
    second = told.session("docs: note", shown=False, d_txt="dd\n")
    assert {one.sha for one in told.fates()} == {first, second}


# ---- moved


def test_a_rebase(told: Told) -> None:
    told.git("checkout", "-q", "-b", "topic")
    told.session("feat: one", d_txt="one\n")
    told.session("feat: two", session="s2", d_txt="one\ntwo\n")
    told.git("checkout", "-q", "main")
    told.commit("docs: of somebody", e_txt="e\n")
    told.git("rebase", "-q", "main", "topic")
    one, two = told.git("rev-parse", "topic~1"), told.git("rev-parse", "topic")
    assert told.words() == [f"rebased as {short(one)}", f"rebased as {short(two)}"]
    assert told.who("topic~1") == [("s1", "feat: one", "patch")]
    assert told.who("topic") == [("s2", "feat: two", "patch")]
    assert told.who("main") == []
    told.git("checkout", "-q", "main")
    told.prune()
    assert told.words() == [f"rebased as {short(one)}", f"rebased as {short(two)}"], "the originals are gone"
    assert told.who("topic~1") == [("s1", "feat: one", "copy")]


def test_a_pick_of_a_session_s_commit(told: Told) -> None:
    told.git("checkout", "-q", "-b", "topic")
    sha = told.session("feat: one", d_txt="one\n")
    told.git("checkout", "-q", "main")
    told.commit("docs: of somebody", e_txt="e\n")
    told.git("cherry-pick", sha)
    assert told.words() == [f"picked as {short(told.git('rev-parse', 'HEAD'))}"]
    assert told.who() == [("s1", "feat: one", "patch")]


def test_what_a_session_picked_stays_its_source_s(told: Told) -> None:
    """A pick bears the time of whoever wrote it: neither the source nor another pick of it is the session's."""
    told.git("checkout", "-q", "-b", "topic")
    source = told.commit("feat: of somebody", d_txt="one\n")
    told.git("checkout", "-q", "main")
    told.commit("docs: more", e_txt="e\n")
    told.git("cherry-pick", source)
    told.know(told.git("rev-parse", "HEAD"), "feat: of somebody", how="cherry_pick")
    assert told.who() == [("s1", "feat: of somebody", "sha")]
    assert told.who("topic") == []
    told.git("checkout", "-q", "-b", "release", "HEAD~1")
    told.commit("docs: of the release", f_txt="f\n")
    told.git("cherry-pick", source)
    assert told.who() == []
    told.git("branch", "-q", "-D", "topic")
    told.git("checkout", "-q", "main")
    told.git("commit", "-q", "--amend", "--no-edit", "--date=2020-01-01T00:00:00Z")
    told.prune()
    assert told.who("release") == [], "its time is nobody's proof"


def test_a_rebase_of_what_was_picked(told: Told) -> None:
    told.git("checkout", "-q", "-b", "topic")
    source = told.commit("feat: of somebody", d_txt="one\n")
    told.git("checkout", "-q", "main")
    told.commit("docs: more", e_txt="e\n")
    told.git("checkout", "-q", "-b", "work")
    told.repository.now += 60
    told.git("cherry-pick", source)
    told.know(told.git("rev-parse", "HEAD"), "feat: of somebody", how="cherry_pick")
    told.session("feat: on top", f_txt="f\n")
    told.git("branch", "old")
    told.git("checkout", "-q", "main")
    told.commit("docs: even more", g_txt="g\n")
    told.git("rebase", "-q", "main", "work")
    assert told.who("work~1") == [("s1", "feat: of somebody", "patch")], "what is built on it was moved too"
    told.git("branch", "-q", "-D", "old")
    assert told.who("work~1") == [("s1", "feat: of somebody", "patch")], "the pick itself is lost"


def test_an_amendment_by_somebody(told: Told) -> None:
    told.session("feat: one", d_txt="one\n")
    told.repository.now += 60
    told.repository.write("d.txt", "one\nand more\n")
    told.git("commit", "-q", "-a", "--amend", "-m", "feat: one, mended")
    assert told.words() == [f"amended as {short(told.git('rev-parse', 'HEAD'))}"]
    assert told.who() == [("s1", "feat: one", "amended")]


def test_an_amendment_of_the_message_alone(told: Told) -> None:
    told.session("feat: one", d_txt="one\n")
    told.repository.now += 60
    told.git("commit", "-q", "--amend", "-m", "feat: uno")
    assert told.who() == [("s1", "feat: one", "patch")]


def test_commits_of_one_second_are_not_amendments_of_each_other(told: Told) -> None:
    told.session("feat: one", d_txt="one\n")
    told.repository.now -= 60
    told.commit("feat: of somebody", d_txt="one\ntwo\n")
    assert told.who() == []
    told.git("reset", "-q", "--hard", "HEAD~2")
    told.repository.now -= 60
    told.commit("feat: elsewhere", e_txt="e\n")
    assert told.who() == [], "they share no file"


def test_what_a_session_amended_has_the_time_of_its_first_draft(told: Told) -> None:
    first = told.session("feat: draft", d_txt="one\n")
    told.repository.now += 600
    told.git("commit", "-q", "--amend", "-m", "feat: done")
    second = told.git("rev-parse", "HEAD")
    told.know(second, "feat: done", how="amend", amends=first[:7])
    told.repository.now += 600
    told.git("commit", "-q", "--amend", "-m", "feat: really done")
    told.know("", "feat: really done", how="amend", shown=False, amends=second[:7])
    told.repository.now += 600
    told.git("checkout", "-q", "-b", "base", "HEAD~1")
    told.commit("docs: of somebody", e_txt="e\n")
    told.git("rebase", "-q", "base", "main")
    told.git("branch", "-q", "-D", "base")
    told.prune()
    assert told.who("main") == [("s1", "feat: really done", "copy")]
    assert told.words()[:2] == ["not in the repository"] * 2


def test_what_was_amended_without_a_word(told: Told) -> None:
    told.repository.commit("feat: draft", d_txt="one\n")
    told.know("", "feat: draft", shown=False, fate="amended")
    told.repository.now += 600
    told.git("commit", "-q", "--amend", "-m", "feat: done")
    told.know("", "feat: done", shown=False, how="amend")
    assert told.who() == [("s1", "feat: done", "time")]
    told.git("checkout", "-q", "-b", "base", "HEAD~1")
    told.commit("docs: of somebody", e_txt="e\n")
    told.git("rebase", "-q", "base", "main")
    assert told.who("main") == [("s1", "feat: done", "copy")]


# ---- taken back


def test_reverts_and_their_reverts(told: Told) -> None:
    told.session("feat: one", d_txt="one\n")
    told.repository.now += 60
    told.git("revert", "--no-edit", "HEAD")
    revert = told.git("rev-parse", "HEAD")
    assert told.words() == [f"merged, reverted by {short(revert)}"]
    assert told.fates()[0].reverted_by == revert
    told.repository.now += 60
    told.git("revert", "--no-edit", "HEAD")
    assert told.words() == ["merged"]
    told.git("reset", "-q", "--hard", "HEAD~2")
    assert told.words() == ["merged"], "no name leads to the revert"


def test_what_it_became_may_be_taken_back_too(told: Told) -> None:
    squashed(told, "feat: all of it")
    squash = told.git("rev-parse", "HEAD")
    told.repository.now += 60
    told.git("revert", "--no-edit", "HEAD")
    revert = told.git("rev-parse", "HEAD")
    assert told.words() == [f"squashed into {short(squash)}, reverted by {short(revert)}"] * 2
    assert told.who() == []
