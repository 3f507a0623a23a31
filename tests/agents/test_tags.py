"""Pieces of a text between tags."""

from __future__ import annotations

import pytest

from agent_trace.agents._tags import LEFT_OPEN, pieces, without


@pytest.mark.parametrize(
    ("words", "found", "rest"),
    [
        ("a <x>1</x> b <y>2</y> c", [("x", "1"), ("y", "2")], "a  b  c"),
        ("<x><y>2</y></x>", [("x", "<y>2</y>")], ""),
        ("<x>1</x><x>2", [("x", "1")], "<x>2"),
        ("<x>1<y>2</y>", [("y", "2")], "<x>1"),
        ("<x>\n1\n</x>", [("x", "\n1\n")], ""),
        ("no tag < x > </x>", [], "no tag < x > </x>"),
        ("", [], ""),
    ],
)
def test_what_stands_between_tags(words: str, found: list[tuple[str, str]], rest: str) -> None:
    told = pieces(words)
    assert [(one.name, one.content) for one in told] == found
    assert without(words, told) == rest


def test_only_tags_that_were_asked_for() -> None:
    assert [one.name for one in pieces("<x>1</x><y>2</y>", ("y",))] == ["y"]


def test_tags_that_nothing_closes_cost_no_more_than_others() -> None:
    assert pieces("<task>" * 200_000, ("task",)) == []
    many = "".join(f"<x{number}>" for number in range(LEFT_OPEN + 1))
    assert pieces(f"{many}<y>1</y>") == []
