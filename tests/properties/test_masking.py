"""Masking: any bytes are taken, lengths and JSON stay, the second pass changes nothing, the scan misses nothing."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from agent_trace.privacy import finding
from agent_trace.privacy.masking import Masker
from agent_trace.privacy.names import is_pin, secrecy
from agent_trace.privacy.rules import PII_KINDS, Rule

MASKER = Masker(mode="strict", pii=PII_KINDS)
OWN = Masker([Rule(name="ticket", pattern=r"TICK-\d{4,}"), Rule(name="any", pattern="zz.*?q", replacement="-")])
PIECES = (
    "sk-" + "ant-api03-" + "aB3" * 12, "gh" + "p_" + "A1b2" * 9, "password", "api_key", "DB_PASSWORD", "token", ": ", "=", '"', "'",
    "`", "\\", "\\\\", "\n", "\r\n", "\t", " ", ",", "{", "}", "[", "]", "<", ">", "&", ";", "|", "hunter2!x", "9f8e7d6c5b4a3928", "é",
    "🔑", "\ud800", "postgres://app:", "@db.internal/x", "Bearer ", "Authorization: ", "Cookie: ", "sid=", "eyJhbGciOiJIUzI1NiJ9.",
    "-----BEGIN " + "PRIVATE KEY-----\n", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", "-----END " + "PRIVATE KEY-----", "[REDACTED", ":",
    "***", "REDACTED", "curl -u ", "mysql -p", "echo ", " | sudo -S", "%3D", "&quot;", "\x1b[32m", "jane@acme.example",
    "4242 4242 4242 4242", "\\u0073k-", "key", " value=", "is ", "login ", "TICK-12345", "zzz", "q", "0x", "or ", "?? ", "-",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
SCALARS = TEXTS | st.text(max_size=12) | st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4), max_leaves=12
)


def members(line: bytes) -> Any:
    """A record with lists of names and values in the place of objects: masked names may be alike."""
    return json.loads(
        line.decode("utf-8", "surrogatepass"), object_pairs_hook=lambda pairs: [list(one) for one in pairs]
    )


def is_long(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and len(str(value)) > 3


def keeps_form(before: Any, after: Any, name: str = "", *, direct: bool = False) -> bool:
    """Whether texts stay texts and all else as it is; a long number may become a text under its name, in a list under a secret one."""
    if isinstance(before, list) and len(before) == 2 and isinstance(before[0], str) and isinstance(after, list):
        named = len(after) == 2 and isinstance(after[0], str)
        return named and keeps_form(before[1], after[1], before[0], direct=True)
    if isinstance(before, list):
        held = isinstance(after, list) and len(after) == len(before)
        return held and all(keeps_form(one, other, name) for one, other in zip(before, after, strict=True))
    if is_long(before) and isinstance(after, str):
        return direct or is_pin(name) or secrecy(name) is not None
    return isinstance(after, str) if isinstance(before, str) else (type(after), after) == (type(before), before)


@given(data=st.binary(max_size=200) | TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass")))
@settings(max_examples=300)
def test_any_bytes_are_taken(data: bytes) -> None:
    for masker in (MASKER, OWN):
        line = data.replace(b"\n", b" ")
        masked = masker.line(line)
        assert len(masked) == len(line)
        assert masker.line(masked) == masked
        assert [len(one) for one in masker.lines(data).split(b"\n")] == [len(one) for one in data.split(b"\n")]
        assert bool(masker.places(line)) >= (masked != line)


@given(text=TEXTS)
@settings(max_examples=500)
def test_the_second_pass_changes_nothing(text: str) -> None:
    for masker in (MASKER, OWN):
        masked = masker.text(text)
        assert masker.text(masked) == masked
        assert bool(masker.find(text)) >= (masked != text)


@given(value=VALUES, ascii_only=st.booleans(), spaces=st.booleans())
@settings(max_examples=300)
def test_json_stays_json(value: Any, ascii_only: bool, spaces: bool) -> None:
    text = json.dumps({"record": value}, ensure_ascii=ascii_only, separators=None if spaces else (",", ":"))
    line = text.encode("utf-8", "surrogatepass")
    masked = MASKER.line(line)
    assert len(masked) == len(line)
    assert MASKER.line(masked) == masked
    assert keeps_form(members(line), members(masked)), masked


@given(value=VALUES)
def test_a_value_keeps_its_form(value: Any) -> None:
    masked = MASKER.value(value)
    assert MASKER.value(masked) == masked
    assert type(masked) is type(value)
    assert not isinstance(value, list) or len(masked) == len(value)


@given(text=TEXTS, depth=st.integers(0, 3), ascii_only=st.booleans())
@settings(max_examples=300)
def test_the_scan_misses_nothing(text: str, depth: int, ascii_only: bool) -> None:
    raw = text
    for _ in range(depth):
        raw = json.dumps(raw, ensure_ascii=ascii_only)
    spans = finding.find(text.encode("utf-8", "surrogatepass"), PII_KINDS)
    assert not spans or finding.prefilter(PII_KINDS).search(raw.encode("utf-8", "surrogatepass"))
