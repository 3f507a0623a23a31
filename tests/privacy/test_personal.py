"""Personal data is masked kind by kind, and only when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import get_args

import pytest

from agent_trace.privacy.masking import Masker
from agent_trace.privacy.rules import PiiKind
from tests.privacy.contexts import Text
from tests.privacy.expectations import assert_masked, assert_untouched
from tests.privacy.personal import HITS, MISSES
from tests.privacy.shapes import OPEN, SHUT, pieces

KINDS: tuple[PiiKind, ...] = get_args(PiiKind)


@cache
def masker_of(kind: PiiKind | None) -> Masker:
    return Masker(pii={kind} if kind else ())


def rows(table: Mapping[str, tuple[str, ...]]) -> list[tuple[PiiKind, str]]:
    return [(kind, text) for kind in KINDS for text in table[kind]]


def shown(value: str) -> str:
    return value.replace(OPEN, "[").replace(SHUT, "]")


def parts(marked: str) -> Text:
    before, _, rest = marked.partition(OPEN)
    inside, _, after = rest.partition(SHUT)
    return Text(before, inside, after)


def leaks_of(kind: PiiKind, inside: str) -> set[str]:
    """What must not be left; that something is an ARN of a service of Amazon may be told."""
    known = len("".join(inside.partition(":")[:2])) + 8 if kind == "arn" else 0
    return pieces(inside, known, min(12, len(inside)))


@pytest.mark.parametrize(("kind", "marked"), rows(HITS), ids=shown)
def test_it_is_masked_when_asked_for(kind: PiiKind, marked: str) -> None:
    text = parts(marked)
    assert_masked(masker_of(kind), text, leaks_of(kind, text.inside))


@pytest.mark.parametrize(("kind", "marked"), rows(HITS), ids=shown)
def test_it_stays_when_not_asked_for(kind: PiiKind, marked: str) -> None:
    assert_untouched(masker_of(None), parts(marked).whole)


@pytest.mark.parametrize(("kind", "text"), rows(MISSES), ids=shown)
def test_what_only_looks_like_it_stays(kind: PiiKind, text: str) -> None:
    assert_untouched(masker_of(kind), text)


@pytest.mark.parametrize("kind", KINDS)
def test_the_tables_are_large(kind: PiiKind) -> None:
    assert min(len(HITS[kind]), len(MISSES[kind])) >= 15
    assert all(parts(marked).inside for marked in HITS[kind])


def test_all_kinds_at_once_leave_secrets_to_the_rules_of_secrets() -> None:
    masker = Masker(pii=KINDS)
    text = "jane@acme.example paid with 4242 4242 4242 4242 from +49 30 12345678"
    assert len(masker.find(text)) == 3
    assert [mask.kind for mask in masker.find(text)] == ["email", "card", "phone"]
