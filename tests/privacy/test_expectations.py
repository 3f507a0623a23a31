"""The checks of the table can fail: each wrong masker is found out."""

from __future__ import annotations

from typing import Any

import pytest

from agent_trace.privacy.masking import Mask, Masker, Place
from tests.privacy.contexts import CONTEXTS, Text, text_of
from tests.privacy.expectations import assert_kept, assert_masked, assert_masked_in, assert_record, assert_untouched
from tests.privacy.shapes import block, carried, form, made, windows
from tests.privacy.table import SHAPES

SECRET = made("known to the stub", "36a")
SHAPE = form("known to the stub", "", "36a")._replace(secret=SECRET)


class Stub(Masker):
    """A masker that knows one secret and does with it what it is told."""

    def __init__(self, marker: str = "", *, tell: bool = True) -> None:
        super().__init__()
        self.marker = marker
        self.tell = tell

    def find(self, text: str, name: str = "") -> tuple[Mask, ...]:
        at = text.find(SECRET)
        return (Mask(kind="x", level="HIGH", start=at, end=at + 36),) if at >= 0 and self.tell else ()

    def text(self, text: str, name: str = "") -> str:
        return text.replace(SECRET, self.marker)

    def value(self, value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: self.value(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self.value(each) for each in value]
        return self.text(value) if isinstance(value, str) else value

    def line(self, line: bytes) -> bytes:
        return self.text(line.decode()).encode().ljust(len(line))

    def lines(self, data: bytes) -> bytes:
        return b"\n".join(self.line(line) for line in data.split(b"\n"))

    def places(self, line: bytes) -> tuple[Place, ...]:
        return (Place(kind="x", level="HIGH", where=""),) if SECRET.encode() in line and self.tell else ()


@pytest.mark.parametrize("context", CONTEXTS)
def test_a_right_masker_passes(context: str) -> None:
    assert_masked_in(context, Stub("[REDACTED:x]"), text_of(SHAPE, context), windows(SHAPE))


@pytest.mark.parametrize(
    ("stub", "said"),
    [
        (Stub(SECRET), "25 of 25 pieces are left"),
        (Stub(SECRET[:12]), "1 of 25 pieces are left"),
        (Stub("***" + SECRET[-14:]), "3 of 25 pieces are left"),
        (Stub(""), "nothing stands in its place"),
        (Stub("***", tell=False), "masked without a finding"),
    ],
)
def test_a_wrong_masker_fails(stub: Stub, said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        assert_masked(stub, text_of(SHAPE, "env"), windows(SHAPE))


@pytest.mark.parametrize(
    ("found", "said"),
    [("A=1, ***,B=2", "changed after"), ("A=2, ***;B=2", "changed before"), ("A=1, ;B=2", "nothing stands")],
)
def test_damage_is_found(found: str, said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        assert_kept(found, Text("A=1, ", "xyz", ";B=2"), {"xyz"})


def test_another_length_is_found() -> None:
    with pytest.raises(AssertionError):
        assert_record(Stub("*" * 99), text_of(SHAPE, "json"), windows(SHAPE))


def test_a_masked_harmless_text_is_found() -> None:
    with pytest.raises(AssertionError):
        assert_untouched(Stub("***"), f"id {SECRET}")


def test_windows_pass_over_what_is_known() -> None:
    shape = form("x", "ab cd", "14d")
    assert len(windows(shape)) == len(shape.secret) - 12 + 1
    assert windows(form("x", "a" * 12, "1d")) == {"a" * 11 + made("x", "1d")}
    assert windows(carried("short", "file", "{}", "5d")) == {made("short", "5d")}
    armoured = windows(block("k", "-----|BEGIN X-----", "-----|END X-----", 2))
    assert len(armoured) == 2 * 53
    assert not any("BEGIN" in piece or "END X" in piece for piece in armoured)


@pytest.mark.parametrize("context", CONTEXTS)
def test_every_secret_of_the_table_stands_in_its_text(context: str) -> None:
    for shape in SHAPES:
        text = text_of(shape, context)
        assert not [leak for leak in windows(shape) if leak in text.before + text.after], shape.name
        assert [leak for leak in windows(shape) if leak not in text.inside] == [], shape.name
