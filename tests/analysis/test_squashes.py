"""Commits that went into others, alone or with their branch: what became of them, and who made the squash."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysis.asking import who
from tests.analysis.told import Told, short, squashed

BOTH = [("s1", "feat: the first part"), ("s2", "feat: the second part")]


@pytest.fixture
def told(tmp_path: Path) -> Told:
    return Told(tmp_path / "repository")


@pytest.mark.parametrize("message", ["", "feat: all of it"])
def test_a_squashed_branch(told: Told, message: str) -> None:
    squashed(told, message)
    squash = told.git("rev-parse", "HEAD")
    assert told.words() == [f"squashed into {short(squash)}"] * 2
    assert [row[:2] for row in told.who()] == BOTH
    assert who(told.repository.folder, squash, told.made).others == 1
    told.git("branch", "-q", "-D", "topic")
    told.made.reverse()
    assert told.words() == [f"squashed into {short(squash)}"] * 2, "no name leads to them, git still has them"
    assert [row[:2] for row in told.who()] == BOTH


def test_a_squash_whose_parts_are_gone_is_known_by_its_message(told: Told) -> None:
    squashed(told)
    told.git("branch", "-q", "-D", "topic")
    told.prune()
    assert told.words() == [f"squashed into {short(told.git('rev-parse', 'HEAD'))}"] * 2
    assert told.who() == [(*row, "message") for row in BOTH]


def test_a_squash_as_forges_write_it(told: Told) -> None:
    squashed(told, "All of it (#12)\n\n* feat: the first part\n\n* feat: the second part\n\n* docs: of somebody")
    told.git("branch", "-q", "-D", "topic")
    assert [row[:2] for row in told.who()] == BOTH
    told.prune()
    assert told.who() == [(*row, "message") for row in BOTH]


def test_a_squash_that_says_nothing_and_whose_parts_are_gone_is_nobody_s(told: Told) -> None:
    squashed(told, "feat: all of it")
    told.git("branch", "-q", "-D", "topic")
    told.prune()
    assert told.words() == ["not in the repository"] * 2
    assert told.who() == []


def test_a_squash_with_more_in_it_holds_the_lines(told: Told) -> None:
    told.git("checkout", "-q", "-b", "topic")
    sha = told.session("feat: telling", d_txt="a telling line\n")
    told.git("checkout", "-q", "main")
    told.commit("feat: much more", d_txt="a telling line\nand mine\n", e_txt="e\n")
    assert told.who() == [("s1", "feat: telling", "content")]
    assert told.words() == [f"squashed into {short(told.git('rev-parse', 'HEAD'))}"]
    told.git("merge", "-q", "-s", "ours", "--no-edit", "topic")
    assert told.words() == ["merged"]
    assert told.git("merge-base", "--is-ancestor", sha, "HEAD") == ""


def test_a_part_of_a_branch_that_was_taken_over(told: Told) -> None:
    told.git("checkout", "-q", "-b", "topic")
    told.session("feat: not taken", d_txt="a line that stays behind\n")
    told.session("feat: taken", session="s2", e_txt="a telling line\n")
    told.git("checkout", "-q", "main")
    told.commit("feat: of somebody", e_txt="a telling line\nand mine\n")
    assert told.who() == [("s2", "feat: taken", "content")]


def test_lines_that_anybody_writes_prove_nothing(told: Told) -> None:
    told.git("checkout", "-q", "-b", "topic")
    told.session("feat: braces", d_txt="}\n}\n")
    told.session("feat: many", d_txt="}\n}\na telling line\na telling line\n")
    told.git("checkout", "-q", "main")
    told.commit("feat: of somebody", d_txt="}\n}\na telling line\n")
    assert told.who() == []
    assert told.words() == ["on topic"] * 2


def test_a_message_that_lists_words_proves_nothing_by_itself(told: Told) -> None:
    told.git("checkout", "-q", "-b", "topic")
    told.session("feat: the first part", d_txt="first line\n")
    told.session("wip", d_txt="second line\n")
    told.git("checkout", "-q", "main")
    told.commit("docs: plans\n\n- feat: the first part\n- wip\n- 1234567", e_txt="e\n")
    assert told.who() == []
    assert told.words() == ["on topic"] * 2


def test_a_merge_of_a_topic_is_no_squash(told: Told) -> None:
    told.git("checkout", "-q", "-b", "topic")
    told.session("feat: the first part", d_txt="first line\n")
    told.git("checkout", "-q", "main")
    told.git("merge", "-q", "--no-ff", "-m", "Merge topic\n\n* feat: the first part", "topic")
    assert told.who() == []
    assert told.words() == ["merged"]


def test_a_merge_of_a_session_that_is_lost(told: Told) -> None:
    told.git("checkout", "-q", "-b", "topic")
    told.commit("feat: of somebody", d_txt="d\n")
    told.git("checkout", "-q", "main")
    told.git("merge", "-q", "--no-ff", "-m", "Merge it", "topic")
    told.know(told.git("rev-parse", "HEAD"), "Merge it", how="merge")
    told.git("reset", "-q", "--hard", "HEAD~1")
    told.commit("docs: more", e_txt="e\n")
    assert told.words() == ["unreachable"]
