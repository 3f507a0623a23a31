"""JSON in raw bytes: every string literal with the name it stands under, without making objects of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from agent_trace.privacy.names import secrecy

TOKEN = re.compile(
    rb"\"(?P<literal>[^\"\\]*(?:\\.[^\"\\]*)*)(?:\"|\\?\Z)(?P<key>[ \t\r\n]*:)?|[{}\[\],]|[^\"{}\[\],]+", re.DOTALL
)
BETWEEN = re.compile(rb"[\s:]*(?:(?:[0-9eE+.\-]+|true|false|null|NaN|-?Infinity)\s*)?")
NUMBER = re.compile(rb"\s*(?P<digits>[0-9]{4,40})\s*")
"""A number that may be a secret."""
FLAG = re.compile(r"--?[A-Za-z][\w.-]*")
NAMES = frozenset({b"name", b"key", b"header", b"variable", b"Name", b"Key"})
VALUES = frozenset({b"value", b"Value"})
LONGEST_NAME = 1000
"""Bytes of a key that say what its value is: its last ones."""
STEPS = 100
"""Steps of a path that are told."""


class Path(NamedTuple):
    """A place in a record: a step and the place it is taken from. Only what is told of is ever spelled out."""

    above: Path | None
    step: bytes | int


class Literal(NamedTuple):
    """A string literal: its raw bytes without the quotes."""

    start: int
    end: int
    name: bytes
    """The raw name it stands under: its key, its array's key, the flag before it; empty where there is none."""
    is_key: bool
    where: Path
    is_number: bool = False


class Frame:
    """One open object or array."""

    __slots__ = ("above", "is_list", "name", "outer", "said", "step")

    def __init__(self, is_list: bool, outer: bytes, above: Path | None) -> None:
        self.is_list = is_list
        self.above = above
        """The place of the whole."""
        self.outer = outer
        """The name that the whole stands under."""
        self.name = outer if is_list else b""
        """The name of the value that comes next."""
        self.said = b""
        """What an object calls itself: `{"name": "API_KEY", "value": …}`; or the element before in an array."""
        self.step: bytes | int = 0 if is_list else b""

    @property
    def place(self) -> Path:
        """The place of the value that comes next."""
        return Path(self.above, self.step)


def opens(text: bytes) -> bool:
    """Whether a text begins as a JSON object or array does."""
    return text[:64].lstrip()[:1] in (b"{", b"[")


def is_record(text: bytes) -> bool:
    """Whether a text holds nothing but JSON's own signs between its literals; its end may be cut off."""
    return opens(text) and all(
        met["literal"] is not None or met[0][:1] in b"{}[]," or BETWEEN.fullmatch(met[0])
        for met in TOKEN.finditer(text)
    )


def literals(text: bytes, above: Path | None = None) -> Iterator[Literal]:
    """The strings of a record in their order, and whole numbers under a name; `above` is the place of the record."""
    frames = [Frame(False, b"", above)]
    for met in TOKEN.finditer(text):
        frame, sign = frames[-1], met[0][:1]
        if sign == b'"':
            yield _literal(met, frame)
        elif sign in (b"{", b"["):
            frames.append(Frame(sign == b"[", frame.name, frame.place))
        elif sign in (b"}", b"]"):
            if len(frames) > 1:
                frames.pop()
        elif sign == b",":
            _next_value(frame)
        elif frame.name and (number := NUMBER.fullmatch(met[0])):
            at = met.start()
            name = frame.said if frame.name in VALUES and frame.said else frame.name
            yield Literal(at + number.start("digits"), at + number.end("digits"), name, False, frame.place, True)


def _literal(met: re.Match[bytes], frame: Frame) -> Literal:
    start, end = met.span("literal")
    said = met["literal"]
    if met["key"] and not frame.is_list:
        frame.name, frame.step = said[-LONGEST_NAME:], said[:LONGEST_NAME]
        return Literal(start, end, b"", True, frame.place)
    name = frame.name
    if frame.is_list:
        step = frame.step if isinstance(frame.step, int) else 0
        name = frame.said if is_name(frame.said.decode("utf-8", "replace"), step, 2) else frame.outer
        frame.said = said[:80]
    elif name in NAMES:
        frame.said = said[:200]
    elif name in VALUES and frame.said:
        name = frame.said
    return Literal(start, end, name, False, frame.place)


def _next_value(frame: Frame) -> None:
    if isinstance(frame.step, int):
        frame.step += 1
    else:
        frame.name = frame.step = b""


def is_name(text: str, place: int, length: int) -> bool:
    """Whether a text of an array names the one behind it: an option, or the first of a pair."""
    return FLAG.fullmatch(text) is not None or (place == 1 and length == 2 and secrecy(text) is not None)


def spelled(where: Path | None) -> str:
    """A path as people write it: `message.content[0].text`; of a deep one its last steps."""
    steps: list[bytes | int] = []
    while where and len(steps) < STEPS:
        steps.append(where.step)
        where = where.above
    out = ""
    for step in filter(lambda one: one != b"", reversed(steps)):
        if isinstance(step, int):
            out += f"[{step}]"
        else:
            out += ("." if out else "") + step[:80].decode("utf-8", "replace")
    return out
