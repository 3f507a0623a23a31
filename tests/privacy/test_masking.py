"""The Masker: markers and lengths, levels, places, values, and texts that repeat the beginning of a rule."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

import agent_trace
from agent_trace.privacy.escapes import offsets, unescaped
from agent_trace.privacy.markers import fitting, is_masked, marker
from agent_trace.privacy.masking import Mask, Masker, Place
from agent_trace.privacy.spans import Span, united

TOKEN = "gh" + "p_" + "A1b2C3" * 6


def test_the_longest_marker_that_fits_is_taken() -> None:
    full = marker("jwt").encode()
    rooms = [len(full), len(full) - 1, 10, 9, 3, 2, 1]
    assert [fitting(full, room) for room in rooms] == [full, b"[REDACTED]", b"[REDACTED]", b"***", b"***", b"**", b"*"]


@pytest.mark.parametrize("value", ["[REDACTED]", "[REDACTED:jwt]", "***", "*", "REDACTED", "<redacted>", '"***"'])
def test_a_marker_is_known(value: str) -> None:
    assert is_masked(value.encode())
    assert Masker().text(f"password={value}") == f"password={value}"


def test_findings_are_told_in_characters_and_places_by_path() -> None:
    masker = Masker()
    assert masker.find(f"é {TOKEN}") == (Mask(kind="github_token", level="MAXIMUM", start=2, end=2 + len(TOKEN)),)
    line = '{"a": [{"b": "x"}, {"b": "é ' + TOKEN + '"}], "' + TOKEN + '": {"c": "' + TOKEN + '"}}'
    assert masker.places(line.encode()) == (
        Place(kind="github_token", level="MAXIMUM", where="a[1].b"),
        Place(kind="github_token", level="MAXIMUM", where="[REDACTED:github_token]"),
        Place(kind="github_token", level="MAXIMUM", where="[REDACTED:github_token].c"),
    )
    assert masker.places(b"nothing") == ()
    assert masker.find("x", name="y") == ()


def test_modes_mask_their_levels() -> None:
    text = f"{TOKEN} password=hunter2!x"
    assert Masker(mode="minimal").text(text) == "[REDACTED:github_token] password=hunter2!x"
    assert Masker().text(text) == "[REDACTED:github_token] password=[REDACTED:password]"
    account = "AC" + "0123456789abcdef" * 2
    assert Masker().text(account) == account
    assert Masker(mode="strict").text(account) == "[REDACTED:twilio_account]"


def test_values_are_masked_below_their_names() -> None:
    data: dict[Any, Any] = {
        "password": "hunter2!x",
        "passwords": ["hunter2!x", 7, None],
        "args": ["--token", "9f8e7d6c5b4a3928", "-v", "x"],
        "env": [{"name": "DB_PASSWORD", "value": "hunter2!x"}],
        "pair": ("x-api-key", "9f8e7d6c5b4a3928"),
        "input_tokens": 17,
        7: "x",
        TOKEN: 1,
    }
    assert Masker().value(data) == {
        "password": "[REDACTED:password]",
        "passwords": ["[REDACTED:password]", 7, None],
        "args": ["--token", "[REDACTED:secret]", "-v", "x"],
        "env": [{"name": "DB_PASSWORD", "value": "[REDACTED:password]"}],
        "pair": ("x-api-key", "[REDACTED:secret]"),
        "input_tokens": 17,
        7: "x",
        "[REDACTED:github_token]": 1,
    }
    assert data["password"] == "hunter2!x"


def test_a_name_makes_a_whole_text_a_secret() -> None:
    masker = Masker()
    assert masker.text("9f8e7d6c5b4a3928", "X-Api-Key") == "[REDACTED:secret]"
    assert (
        masker.text("sid=9f8e7d6c5b4a3928; Path=/; HttpOnly", "Set-Cookie") == "sid=[REDACTED:cookie]; Path=/; HttpOnly"
    )
    assert masker.text("Bearer 9f8e7d6c5b4a3928", "Authorization") == "Bearer [REDACTED:authorization]"
    assert masker.text("YWRtaW46aHVudGVyMg==", "auth") == "[REDACTED:authorization]"
    assert masker.text("none of it", "auth") == "none of it"
    assert masker.text("x" * 9000, "password") == "x" * 9000
    assert masker.text("1000:1000", "-u") == "1000:1000"


def test_what_sdk_users_log_is_masked() -> None:
    masked = agent_trace.mask_event_data({"to": "jane@acme.example", "password": "hunter2!x", "n": 1})
    assert masked == {"to": "[REDACTED:email]", "password": "[REDACTED:password]", "n": 1}
    assert not hasattr(agent_trace, "nothing")


def test_the_package_loads_no_pattern_library() -> None:
    code = "import sys, agent_trace, agent_trace.privacy.masking; print(sorted({'re2', 'yaml'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"plain", "plain"),
        (rb"a\n\t\"\\\/b", 'a\n\t"\\/b'),
        (rb"\u0073k", "sk"),
        (rb"\ud83d\udd11!", "🔑!"),
        (rb"\ud83d!", "\ud83d!"),
        (rb"\u12", "u12"),
        (b"\\", "\\"),
    ],
)
def test_literals_are_read_and_every_byte_is_found_again(raw: bytes, said: str) -> None:
    decoded = unescaped(raw)
    assert decoded == said.encode("utf-8", "surrogatepass")
    places = offsets(raw)
    assert (places.raw_start(0), places.raw_end(len(decoded))) == (0, len(raw))


def test_a_secret_that_is_partly_escaped_goes_as_a_whole() -> None:
    line = rb'{"text": "a\n' + TOKEN.encode().replace(b"p_", rb"\u0070_") + rb'\nb"}'
    masked = Masker().line(line)
    assert masked.rstrip() == rb'{"text": "a\n[REDACTED:github_token]\nb"}'
    assert len(masked) == len(line)


def test_json_below_the_depth_is_read_as_text() -> None:
    text = '{"password": "hunter2!x"}'
    for _ in range(10):
        text = json.dumps({"in": text})
    masked = Masker().line(text.encode())
    assert b"hunter2" not in masked


REPEATED = [
    "eyJhbGciOiJIUzI1NiJ9",
    "https://user:x",
    "password=",
    '"',
    '\\"',
    "Cookie: a=b; ",
    "-----BEGIN " + "PRIVATE KEY-----\n",
]


@pytest.mark.parametrize("piece", REPEATED)
def test_looks_grow_with_the_length_alone(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts the bytes that scans are asked to look at: each search begins behind the one before."""
    from agent_trace.privacy import credentials

    class Counting:
        searches = 0

        def search(self, text: bytes, pos: int = 0) -> Any:
            Counting.searches += 1
            return original.search(text, pos)

    original = credentials.scanner()
    counts = []
    monkeypatch.setattr(credentials, "scanner", Counting)
    for length in (2_000, 20_000):
        Counting.searches = 0
        credentials.find((piece * length)[:length].encode())
        counts.append(Counting.searches)
    assert counts[1] <= 12 * counts[0]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (r"echo 'a\npassword=hunter2!x'", r"echo 'a\npassword=[REDACTED:password]'"),
        (r"\u003cpassword\u003ehunter2!x\u003c/password", r"\u003cpassword\u003e[REDACTED:password]\u003c/password"),
        (r"\npw=hunter2!x", r"\npw=[REDACTED:password]"),
        ("api_key.cookie = 9f8e7d6c5b4a3928", "api_key.cookie = 9f8e7d6c5b4a3928"),
        ("api_key.authorization = 9f8e7d6c5b4a3928", "api_key.authorization = [REDACTED:authorization]"),
        ("-----BEGIN " + "PRIVATE KEYS-----", "-----BEGIN " + "PRIVATE KEYS-----"),
        ("-----BEGIN " + "PRIVATE KEY----- is how it begins", "-----BEGIN " + "PRIVATE KEY----- is how it begins"),
        ("a" * 80 + "AZDO!", "a" * 80 + "AZDO!"),
    ],
)
def test_odd_surroundings(text: str, masked: str) -> None:
    assert Masker().text(text) == masked


def test_spans_without_bytes_are_none() -> None:
    assert united([Span(3, 3, "a", "HIGH"), Span(1, 2, "b", "LOW"), Span(2, 3, "c", "LOW")]) == [
        Span(1, 2, "b", "LOW"),
        Span(2, 3, "c", "LOW"),
    ]
