"""Harmless texts come out as they went in, through every door."""

from __future__ import annotations

from collections import Counter

import pytest
from agent_trace.privacy.masking import Masker

from tests.privacy.expectations import assert_untouched
from tests.privacy.filler import STYLES, filler
from tests.privacy.harmless_texts import Harmless, harmless_texts

TEXTS = harmless_texts()


@pytest.fixture(scope="module")
def masker() -> Masker:
    return Masker()


@pytest.mark.parametrize("harmless", TEXTS, ids=lambda harmless: harmless.name)
def test_a_harmless_text_stays(masker: Masker, harmless: Harmless) -> None:
    assert_untouched(masker, harmless.text)


@pytest.mark.parametrize("harmless", TEXTS, ids=lambda harmless: harmless.name)
def test_each_of_its_lines_stays(masker: Masker, harmless: Harmless) -> None:
    lines = harmless.text.split("\n")
    assert [masker.text(line) for line in lines] == lines


@pytest.mark.parametrize("style", STYLES)
def test_what_stands_around_the_secrets_of_the_table_stays(masker: Masker, style: str) -> None:
    assert_untouched(masker, filler(style, 40_000, 1))


def test_there_are_enough() -> None:
    assert len(TEXTS) >= 80
    assert [name for name, count in Counter(one.name for one in TEXTS).items() if count > 1] == []
    assert [one.name for one in TEXTS if not one.text.strip() or "§" in one.text] == []
