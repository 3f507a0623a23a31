"""Every text of a replay is told anew where it leaves from kept pages, or tells nothing: a new field is named here first."""

from __future__ import annotations

import typing
from typing import Any

import msgspec
import pytest

from agent_trace.reports._replay_document import Head, Moment
from agent_trace.reports._replay_words import FIGURES, WORDS

MOMENTS_TOLD = {*WORDS, "tool", "tail", "hunks", "telling", "questions", "because", "led", "fell_out"}
"""Texts of an event that `Retelling` takes from what passed the door."""
MOMENTS_NAMES = {
    *FIGURES, "pair", "after", "again", "mended", "other", "spoke", "then", "prompted", "model",
    "image",  # is never kept: put in where images were asked for
}  # fmt: skip
"""Ids and numbers of events, and names that no door changes."""
HEADS_TOLD = {
    "context", "prompts", "phases", "plan", "files", "attribution", "links", "loaded", "findings",  # in_other_words
    "session", "chosen_by", "children", "outcome", "outcome_missing", "annotations", "markers", "rows", "resume", "log",  # renewed
}  # fmt: skip
HEADS_NAMES = {"classes", "by_model", "kinds", "unread"}
"""Names of models and kinds, ids of sub-agents."""


def has_text(kind: Any) -> bool:
    """Whether a value of this type may hold a text."""
    if kind is str:
        return True
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return any(map(has_text, typing.get_type_hints(kind).values()))
    return typing.get_origin(kind) is not typing.Literal and any(map(has_text, typing.get_args(kind)))


def texts_of(kind: type[msgspec.Struct]) -> set[str]:
    """The fields of a struct that may hold a text."""
    return {name for name, hint in typing.get_type_hints(kind).items() if has_text(hint)}


@pytest.mark.parametrize(("kind", "known"), [(Moment, MOMENTS_TOLD | MOMENTS_NAMES), (Head, HEADS_TOLD | HEADS_NAMES)])
def test_no_text_is_forgotten(kind: type[msgspec.Struct], known: set[str]) -> None:
    assert len(texts_of(kind)) > 10
    assert texts_of(kind) - known == set()


def test_a_text_is_found_wherever_it_stands() -> None:
    hints: tuple[Any, ...] = (str, str | None, tuple[str, ...], dict[str, int], tuple[Moment, ...])
    assert [has_text(one) for one in hints] == [True] * 5
    assert [has_text(one) for one in (int, bool, typing.Literal["a"], tuple[int, ...])] == [False] * 4
