"""Records that are no good JSON, no good text, or of an odd form: nothing leaks, nothing breaks."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from agent_trace.privacy.masking import Masker
from tests.privacy.shapes import form, named, windows

TOKEN = form("broken token", "gh p_", "36a")
PASSWORD = named("broken password", "db password", "18a")
OTHER = named("other password", "db password", "18a")


@pytest.fixture(scope="module")
def masker() -> Masker:
    return Masker()


def left(found: bytes, *shapes: Any) -> list[str]:
    return [leak for shape in shapes for leak in windows(shape) if leak.encode() in found]


@pytest.mark.parametrize(
    "around",
    [
        b"\xff\xfe ",
        b"\x00",
        b"\xef\xbb\xbf",
        b" \xc3",
        b"\xed\xa0\x80 ",
        b"\x1b[0m",
        b"\t",
        b" \\",
        b'"',
        b"[[[[",
        b"}{",
    ],
    ids=repr,
)
def test_bytes_around_a_secret_stay(masker: Masker, around: bytes) -> None:
    line = around + TOKEN.secret.encode() + around
    found = masker.line(line)
    assert left(found, TOKEN) == []
    assert len(found) == len(line)
    assert found.startswith(around)
    assert found.rstrip(b" ").endswith(around.rstrip(b" "))
    assert masker.line(found) == found


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"type": "x", "password": "', ""),
        ('{"type": "x", "password": "', '", "text": "cut of'),
        ('{"a": 1}{"password": "', '"}'),
        ('{"a": NaN, "password": "', '"}'),
        ('{"a": 1,, "password": "', '"}'),
        ("{'a': 1, 'password': '", "'}"),
        ('\x00\x00{"password": "', '"}'),
        ('\ufeff{"password": "', '"}'),
        ('{"bad": "\\ud800", "password": "', '"}'),
        ('{"bad": "\\x", "password": "', '"}'),
        ('[1, "text", {"password":"', '"}]'),
        ('data: {"password": "', '"}'),
        ('2026-11-18 INFO {"password": "', '"} sent'),
    ],
)
def test_a_broken_record_does_not_leak(masker: Masker, before: str, after: str) -> None:
    line = (before + PASSWORD.secret + after).encode()
    found = masker.line(line)
    assert left(found, PASSWORD) == []
    assert len(found) == len(line)
    assert found.startswith(before.encode())
    assert found.rstrip(b" ").endswith(after.encode())


def test_a_name_given_twice_is_masked_twice(masker: Masker) -> None:
    line = f'{{"password": "{PASSWORD.secret}", "password": "{OTHER.secret}"}}'.encode()
    found = masker.line(line)
    assert left(found, PASSWORD, OTHER) == []
    assert json.loads(found)["password"].startswith("[REDACTED")


def test_a_whole_line_that_is_a_string_is_masked(masker: Masker) -> None:
    found = masker.line(json.dumps(f"password={PASSWORD.secret}").encode())
    assert left(found, PASSWORD) == []
    assert json.loads(found).startswith("password=")


@pytest.mark.parametrize("line", [b"", b" ", b"{}", b"[]", b"null", b'""', b"0", b"\n", b"\r\n", b"\xff", b"{" * 2000])
def test_lines_that_hold_nothing_stay(masker: Masker, line: bytes) -> None:
    assert masker.line(line) == line
    assert masker.lines(line) == line
    assert masker.places(line) == ()


def test_deep_records_are_masked(masker: Masker) -> None:
    line = ('{"a":' * 400 + f'{{"password":"{PASSWORD.secret}"}}' + "}" * 400).encode()
    found = masker.line(line)
    assert left(found, PASSWORD) == []
    assert len(found) == len(line)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\n\n", b""], ids=repr)
def test_line_ends_stay(masker: Masker, end: bytes) -> None:
    data = b"one" + end + f"DB_PASSWORD={PASSWORD.secret}".encode() + end + b"three" + end
    found = masker.lines(data)
    assert left(found, PASSWORD) == []
    assert len(found) == len(data)
    assert found.count(end) == data.count(end)
    assert found.startswith(b"one" + end)


def test_a_value_is_not_changed_in_place(masker: Masker) -> None:
    value: dict[str, Any] = {
        "password": PASSWORD.secret,
        "rest": [1, 2.5, None, True, {"token": OTHER.secret}],
        "n": 10**30,
    }
    kept = deepcopy(value)
    found = masker.value(value)
    assert value == kept
    assert found["rest"][:4] == [1, 2.5, None, True]
    assert found["n"] == 10**30
    assert list(found) == list(value)
    assert left(json.dumps(found).encode(), PASSWORD, OTHER) == []


@pytest.mark.parametrize("value", [None, True, 7, 2.5, "", [], {}, "plain text", {"n": [1, [2]]}], ids=repr)
def test_values_without_secrets_stay(masker: Masker, value: Any) -> None:
    assert masker.value(value) == value


def test_a_name_says_what_a_text_is(masker: Masker) -> None:
    assert left(masker.text(PASSWORD.secret, name="db_password").encode(), PASSWORD) == []
    assert left(json.dumps(masker.value(PASSWORD.secret, name="X-Api-Key")).encode(), PASSWORD) == []
    assert len(masker.find(PASSWORD.secret, name="clientSecret")) == 1
    assert masker.find(PASSWORD.secret) == ()
    assert masker.find("orders", name="title") == ()
