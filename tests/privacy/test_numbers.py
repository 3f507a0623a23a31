"""Numbers in JSON: those under secret names are masked, ids and counts stay."""

from __future__ import annotations

import json

import pytest

from agent_trace.privacy.masking import Masker

MASKER = Masker()


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        ('{"pin": 1234, "a": 1}', '{"pin": 0, "a": 1}'),
        ('{"cardPin":48213}', '{"cardPin":"***"}'),
        ('{"password": 12345678}', '{"password": "***"}'),
        ('{"passcode": 482913}', '{"passcode": "***"}'),
        ('{"client_secret": 481293847561}', '{"client_secret": "[REDACTED]"}'),
        ('{"env": [{"name": "PIN", "value": 48213}]}', '{"env": [{"name": "PIN", "value": "***"}]}'),
        (r'{"x": "{\"password\": 12345678}"}', r'{"x": "{\"password\": 0}"}'),
        ('{"pin": "4821"}', '{"pin": "***"}'),
    ],
)
def test_a_number_under_a_secret_name_is_masked(line: str, masked: str) -> None:
    found = MASKER.line(line.encode())
    assert found.decode().rstrip(" ") == masked
    assert len(found) == len(line)
    assert MASKER.line(found) == found
    assert json.loads(MASKER.text(line)) != json.loads(line)
    assert MASKER.text(MASKER.text(line)) == MASKER.text(line)
    assert MASKER.value(json.loads(line)) != json.loads(line)
    assert len(MASKER.places(line.encode())) == 1


@pytest.mark.parametrize(
    "line",
    [
        '{"token": 3, "max_tokens": 40960, "tokens": 1200000}',
        '{"pin": 12, "pass": 1234, "fail": 2}',
        '{"password_length": 1234567, "secret_id": 12345678}',
        '{"password": 1.2345678, "pin": -1234, "key": 123456789012}',
        '{"passwords": [1234], "auth": true, "pwd": null}',
    ],
)
def test_ids_and_counts_stay(line: str) -> None:
    assert MASKER.line(line.encode()) == line.encode()
    assert MASKER.value(json.loads(line)) == json.loads(line)


def test_a_number_below_the_mode_stays() -> None:
    line = b'{"password": 12345678}'
    masker = Masker(mode="minimal")
    assert masker.line(line) == line
    assert masker.places(line) == ()
    assert masker.value({"password": 12345678}) == {"password": 12345678}


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("mysql://root:mihwRcdeJpfgoo@10.0.4.7/shop", "mysql://root:[REDACTED:url_password]@10.0.4.7/shop"),
        ("pwd=FmXhQJuXgAyOdx;encrypt=yes", "pwd=[REDACTED:password];encrypt=yes"),
        ("Server=db;Uid=sa;Pwd=hunterHunter;", "Server=db;Uid=sa;Pwd=[REDACTED:password];"),
        ("data:\n  password: /p8S1T6ohBhNsQHmzlbM+papmWT", "data:\n  password: [REDACTED:password]"),
        ("password: /p8S1T6ohBhNsQHmzlbMpapmWT", "password: [REDACTED:password]"),
        ("password: /run/secrets/db_password2Ab", "password: /run/secrets/db_password2Ab"),
        ("https://user:password@host/a", "https://user:password@host/a"),
        ("postgres://$USER:$PASS@host/x", "postgres://$USER:$PASS@host/x"),
    ],
)
def test_words_are_passwords_where_nothing_else_stands(text: str, masked: str) -> None:
    assert MASKER.text(text) == masked
