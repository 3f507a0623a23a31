"""Harmless texts come out as they went in, through every door."""

from __future__ import annotations

from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import pytest

from agent_trace.privacy.masking import Masker
from tests.privacy.expectations import assert_untouched
from tests.privacy.filler import STYLES, filler
from tests.privacy.harmless_texts import Harmless, harmless_texts

TEXTS = harmless_texts()
STANDARD = "ftplib getpass hmac http.client http.cookies imaplib keyword netrc optparse poplib secrets smtplib ssl token tokenize".split()
"""Modules of the standard library that speak of passwords, tokens and keys."""


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


@pytest.mark.full
@pytest.mark.parametrize("module", STANDARD)
def test_code_about_passwords_and_tokens_stays(masker: Masker, module: str) -> None:
    spec = find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    lines = Path(spec.origin).read_text(encoding="utf-8").splitlines()
    assert [(line, masked) for line in lines if (masked := masker.text(line)) != line] == []


def test_there_are_enough() -> None:
    assert len(TEXTS) >= 80
    assert [name for name, count in Counter(one.name for one in TEXTS).items() if count > 1] == []
    assert [one.name for one in TEXTS if not one.text.strip() or "§" in one.text] == []
