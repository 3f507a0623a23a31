"""Text of any kind piece by piece: keys over several lines, JSON, bytes that are no UTF-8."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_trace.privacy import blocks
from agent_trace.privacy.masking import Masker
from agent_trace.privacy.pieces import Piece, Spot, is_document, masked, may_begin_document, pieces, spots
from agent_trace.privacy.rules import PII_KINDS
from tests.privacy.samples import KEY, PEM, PUTTY

MASKER = Masker(pii=PII_KINDS)
PLAIN = b"nothing to see\n"


def whole(*lines: bytes) -> bytes:
    """What comes out of the filter for these lines."""
    return b"".join(masked(MASKER, piece.data) for piece in pieces(lines))


def test_every_line_is_a_piece() -> None:
    assert list(pieces([PLAIN, b"\n", b"last"])) == [Piece(1, PLAIN), Piece(2, b"\n"), Piece(3, b"last")]
    assert list(pieces([])) == []


@pytest.mark.parametrize("key", [PEM, PEM.replace(b"\n", b"\r\n"), PUTTY])
def test_a_key_over_several_lines_is_one_piece(key: bytes) -> None:
    lines = [PLAIN, *key.splitlines(keepends=True), PLAIN]
    found = list(pieces(lines))
    assert found[0] == Piece(1, PLAIN)
    assert b"".join(piece.data for piece in found) == b"".join(lines)
    out = whole(*lines)
    assert out.startswith(PLAIN)
    assert out.endswith(PLAIN)
    assert b"[REDACTED:private_key]" in out
    body = [line for line in key.splitlines() if len(line) > 60 and b":" not in line]
    assert not any(line[:12] in out for line in body)


def test_a_key_that_is_cut_holds_nothing_up() -> None:
    body = [line + b"\n" for line in PEM.splitlines()[1:-1]]
    begun = PEM.splitlines(keepends=True)[0]
    found = list(pieces([begun, *body, b"2026-11-18 12:00 went on\n", PLAIN]))
    assert found[-1] == Piece(len(body) + 3, PLAIN)
    assert list(pieces([begun, *body])) == [Piece(1, begun + b"".join(body))]
    assert not any(line[:12] in whole(begun, *body) for line in body)


def test_plain_lines_may_be_taken_together() -> None:
    lines = [PLAIN, PLAIN, b'{"a": 1}\n', PLAIN, *PEM.splitlines(keepends=True), b"{\n", PLAIN]
    assert [piece.line for piece in pieces(lines, 1 << 20)] == [1, 3, 4, len(lines) - 1, len(lines)]
    assert [len(piece.data) for piece in pieces([PLAIN] * 4, len(PLAIN) + 1)] == [2 * len(PLAIN)] * 2
    assert b"".join(piece.data for piece in pieces(lines, 40)) == b"".join(lines)
    assert any(PEM in piece.data for piece in pieces(lines, 40))


@pytest.mark.parametrize(
    "line",
    [
        b"-----BEGIN PRIVATE KEY----- is how it begins\n",
        b"the PRIVATE KEY lies elsewhere\n",
        json.dumps({"text": PEM.decode()[:60]}).encode() + b"\n",
        PEM.replace(b"\n", b" ") + b"\n",
    ],
)
def test_words_about_keys_hold_nothing_up(line: bytes) -> None:
    assert list(pieces([line, PLAIN])) == [Piece(1, line), Piece(2, PLAIN)]


def test_what_never_ends_is_let_go() -> None:
    begun, body = PEM.splitlines(keepends=True)[:2]
    sizes = [len(piece.data) for piece in pieces([begun, *[body] * 3000])]
    assert sizes[0] <= blocks.REACH + len(begun) + len(body)
    assert set(sizes[1:]) == {len(body)}
    assert [piece.data for piece in pieces([begun] * 3)] == [begun] * 3


@given(st.lists(st.binary(max_size=40).map(lambda line: line.replace(b"\n", b"") + b"\n"), max_size=8))
def test_nothing_is_lost(lines: list[bytes]) -> None:
    assert b"".join(piece.data for piece in pieces(lines)) == b"".join(lines)


@pytest.mark.parametrize(
    "harmless", [b"caf\xe9 \xff\xfe\n", b"\xed\xb2\x80\n", "größer 😀\r\n".encode(), b"\x00\n", b""]
)
def test_bytes_stay(harmless: bytes) -> None:
    assert masked(MASKER, harmless) == harmless
    secret = KEY.encode() + b" " + harmless
    assert masked(MASKER, secret).endswith(b" " + harmless)
    assert KEY.encode() not in masked(MASKER, secret)


def test_a_second_pass_changes_nothing() -> None:
    once = whole(f"export TOKEN={KEY}\n".encode(), PEM, b'{"password": "hunter2hunter2"}\n')
    assert masked(MASKER, once) == once


def test_records_stay_records() -> None:
    record = {"message": [{"text": f"use {KEY}\n{PEM.decode()}"}], "api_key": "wJalr" + "XUtnFEMIK7MDENGbPxRfi"}
    found = json.loads(masked(MASKER, json.dumps(record).encode() + b"\n"))
    assert found["message"][0]["text"].startswith("use [REDACTED:")
    assert found["api_key"].startswith("[REDACTED:")


def test_one_value_over_several_lines_is_a_document() -> None:
    document = json.dumps({"a": 1, "b": [1]}, indent=1).encode()
    first = document.splitlines(keepends=True)[0]
    assert may_begin_document(first)
    assert is_document(document)
    assert not may_begin_document(b'{"a": 1}\n')
    assert not may_begin_document(PLAIN)
    assert not is_document(b"{ and so on\n}")
    assert not is_document(b"[\xff]")
    assert not is_document(b"[" * 100_000)


def test_places_are_lines_and_paths_never_values() -> None:
    text = b"\n" + PEM
    (spot,) = spots(MASKER, Piece(7, text))
    assert spot == Spot(line=8, where="", kind="private_key", level="MAXIMUM")
    record = Piece(3, json.dumps({"a": [{"b": f"{KEY} and you@example.org"}]}).encode())
    found = list(spots(MASKER, record))
    assert [(one.line, one.where) for one in found] == [(3, "a[0].b"), (3, "a[0].b")]
    assert list(spots(MASKER, Piece(1, PLAIN))) == []
    assert KEY not in repr(found)
