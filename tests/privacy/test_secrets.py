"""The table: every shape of a secret, in every context, through every door."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from agent_trace.privacy.masking import Masker
from tests.privacy.contexts import CONTEXTS, HOLE, text_of, turn
from tests.privacy.expectations import assert_masked, assert_masked_in
from tests.privacy.harmless_texts import harmless_texts
from tests.privacy.shapes import Shape, other_value, windows
from tests.privacy.table import SHAPES


@pytest.fixture(scope="module")
def masker() -> Masker:
    return Masker()


@pytest.fixture(scope="module")
def untouched(masker: Masker) -> list[str]:
    """Harmless texts that are known as such: one that is not fails in its own test alone."""
    return [harmless.text for harmless in harmless_texts() if masker.text(harmless.text) == harmless.text]


def context_of(shape: Shape) -> str:
    """The context in which the short form looks at a shape."""
    return CONTEXTS[turn(shape.name) % len(CONTEXTS)]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_a_secret_is_masked(masker: Masker, shape: Shape) -> None:
    context = context_of(shape)
    assert_masked_in(context, masker, text_of(shape, context), windows(shape))


@pytest.mark.full
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_it_is_masked_in_every_other_context(masker: Masker, shape: Shape) -> None:
    others = [context for context in CONTEXTS if context != context_of(shape)]
    assert len(others) == len(CONTEXTS) - 1
    for context in others:
        assert_masked_in(context, masker, text_of(shape, context), windows(shape))


@pytest.mark.full
@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape.specification], ids=lambda shape: shape.name)
def test_other_values_of_its_shape_are_masked(masker: Masker, shape: Shape) -> None:
    for number in range(16):
        other = other_value(shape, number)
        assert other.secret != shape.secret
        assert_masked_in("env", masker, text_of(other, "env"), windows(other))


@pytest.mark.full
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_it_is_masked_between_harmless_texts(masker: Masker, untouched: list[str], shape: Shape) -> None:
    number = turn(shape.name)
    before, after = untouched[number % len(untouched)], untouched[number // 7 % len(untouched)]
    text = text_of(shape, ("env", "command")[number % 2])
    assert_masked(masker, text.within(f"{before}\n{HOLE}\n{after}"), windows(shape))


def test_the_table_is_large_and_says_nothing_twice() -> None:
    assert len(SHAPES) >= 140
    assert [name for name, count in Counter(shape.name for shape in SHAPES).items() if count > 1] == []
    assert len({shape.secret for shape in SHAPES}) == len(SHAPES)


def test_long_texts_are_long_on_both_sides() -> None:
    texts = [text_of(shape, "long") for shape in SHAPES]
    assert all(len(text.before) > 400 and len(text.after) > 400 for text in texts)
    assert max(len(text.whole) for text in texts) > 30_000


def test_no_secret_stands_in_the_files_of_the_table() -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.rglob("*.*y")))
    spelt = [shape.name for shape in SHAPES if shape.secret in sources]
    assert spelt == []
    assert [shape.name for shape in SHAPES if not windows(shape)] == []
