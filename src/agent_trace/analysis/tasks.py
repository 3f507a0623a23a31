"""Which earlier session was asked for a task like this one's: told by their first prompts, in the same repository.

Prompts are alike where their words are: of all the distinct words of both, at least half stand in both, and at least four of
them. So "Fix issue 12 in the parser" and "Fix issue 13 in the parser" are alike, and "yes", "go on" or one shared noun are
not. Order and letter case do not matter; words that every prompt has ("the", "and", "please") are not counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

LEAST_SHARED = 4
LEAST_LIKENESS = 0.5
_WORD = re.compile(r"\w+")
_ORDINARY = frozenset(
    "a an and are as at be by can do for from have i in is it its me my now of on or our please so that the then this "
    "to up us was we what when with would you your".split()
)


class Earlier(msgspec.Struct, frozen=True, kw_only=True):
    """A session that was over before another began."""

    key: str
    prompt: str
    """The first one, as far as it is kept."""
    ended: int
    """UTC milliseconds."""


def words_of(prompt: str) -> frozenset[str]:
    """The words that tell a task from others."""
    return frozenset(_WORD.findall(prompt.casefold())) - _ORDINARY


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Of all the words of both, the share that stands in both; 0 where too few are shared to say so."""
    shared = len(one & other)
    return shared / len(one | other) if shared >= LEAST_SHARED else 0.0


def last_alike(prompt: str, earlier: Iterable[Earlier]) -> tuple[Earlier, float] | None:
    """The latest of the earlier sessions with a prompt like this one, and how like it is; None: there is none."""
    own = words_of(prompt)
    found = ((one, likeness(own, words_of(one.prompt))) for one in earlier)
    alike = [(one, share) for one, share in found if share >= LEAST_LIKENESS]
    return max(alike, key=lambda pair: (pair[0].ended, pair[0].key), default=None)
