"""Stories played by real git in real repositories: what is read of the outputs equals what git itself holds."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.analysis.playing import Played, play

PAGE = Path(__file__).resolve().parents[1] / "rules" / "outcome" / "stories.md"


class Story(NamedTuple):
    """Calls of a shell, and how many of their commits nothing shows."""

    calls: list[str]
    unseen: int


def stories() -> dict[str, Story]:
    """The stories of the page by their names."""
    found: dict[str, Story] = {}
    for part in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]:
        name, _, text = part.partition("\n")
        unseen = re.search(r"^Unseen: (\d+)$", text, re.MULTILINE)
        calls = re.findall(r"^```sh\n(.*?)\n```$", text, re.MULTILINE | re.DOTALL)
        found[name] = Story(calls, int(unseen[1]) if unseen else 0)
    return found


STORIES = stories()


@pytest.mark.parametrize("name", STORIES)
def test_a_story_reads_as_git_tells_it(name: str, tmp_path: Path) -> None:
    played = play(tmp_path, STORIES[name].calls)
    standing = played.outcome.standing
    expected = Counter(played.reachable.values())
    found = Counter(one.subject if one.subject is not None else "Merge branch 'main' of ../other" for one in standing)
    assert sum((expected - found).values()) == STORIES[name].unseen, (expected, found, played.calls)
    assert found - expected == Counter(), (expected, found, played.calls)
    assert_named_right(played)


def assert_named_right(played: Played) -> None:
    """Shas are those of git, each once; lines are what git counts."""
    for one in played.outcome.standing:
        if one.sha is None or one.fate == "rebased":
            continue
        whole = [sha for sha in played.reachable if sha.startswith(one.sha)]
        assert len(whole) == 1, (one, played.reachable)
        assert played.reachable[whole[0]] == one.subject
        if one.lines_added is not None and whole[0] in played.counts:
            assert (one.lines_added, one.lines_removed) == played.counts[whole[0]]
    shas = [one.sha for one in played.outcome.commits if one.sha is not None]
    assert len(shas) == len(set(shas))
