"""What a tool was given: JSON that may have been cut, read as far as it goes, and the words that it is shown in.

The viewer reads the same in `dashboard/src/replay/blocks/read/given.ts` and `said.ts`: `dashboard/tests/said.json` holds
both to one answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from math import nan
from typing import Any, NamedTuple

import msgspec

DEEPEST = 32
INLINE = 3
"""Values that lie deeper are shown as JSON."""
_LINE = 160
_VALUE = 80
"""Characters of a value in a line of several."""
_WHOLE = 10**21
"""Larger numbers are written with an exponent."""
_ANY = msgspec.json.Decoder()
_INSIDE = re.compile(r'((?:[^"\\]|\\u[0-9a-fA-F]{4}|\\[^u])*)("?)', re.DOTALL)
_ATOM = re.compile(r"-?\d[\d.eE+-]*|true|false|null")
_CUT_ATOM = re.compile(r"t|tr|tru|f|fa|fal|fals|n|nu|nul|-")
_ATOMS = {"true": True, "false": False, "null": None}
_ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|(["\\/bfnrt]))')
_SIGNS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_BLANKS = re.compile(r"\s+")


class Given(NamedTuple):
    """A text that is JSON."""

    value: Any
    cut: bool
    """It ended before its end."""


def given(text: str) -> Given | None:
    """A text as JSON; None where it is none. Of a text that was cut, all that is there."""
    try:
        return Given(_ANY.decode(text), cut=False)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return _slowly(text)


def _slowly(text: str) -> Given | None:
    """What only Python's own reader takes: lone surrogates, numbers that are none. Then what was cut."""
    try:
        return Given(json.loads(text), cut=False)
    except (ValueError, RecursionError):
        start = text.lstrip()
    if not start.startswith(("{", "[")):
        return None
    reader = _Reader(start)
    try:
        return Given(reader.value(0), cut=True)
    except ValueError:
        return None


class _NothingLeftError(Exception):
    """The text ended before a value."""


class _Reader:
    """Reads until the text ends. Raises ValueError where it is no JSON."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def value(self, depth: int) -> Any:
        sign = self._sign()
        if depth > DEEPEST:
            raise ValueError("nested too deep")
        if sign == "{":
            return dict(self._pairs(depth))
        if sign == "[":
            return list(self._entries(depth))
        if not sign:
            raise _NothingLeftError
        return self._string() if sign == '"' else self._atom()

    def _sign(self) -> str:
        while self._text[self._at : self._at + 1].isspace():
            self._at += 1
        return self._text[self._at : self._at + 1]

    def _inside(self, end: str) -> Iterator[str]:
        """The sign that each part of an object or a list begins with."""
        self._at += 1
        while sign := self._sign():
            if sign in (end, ","):
                self._at += 1
            if sign == end:
                return
            if sign != ",":
                yield sign

    def _pairs(self, depth: int) -> Iterator[tuple[str, Any]]:
        for sign in self._inside("}"):
            if sign != '"':
                raise ValueError("no name")
            name = self._string()
            if self._sign() != ":":
                self._at = len(self._text)
                return
            self._at += 1
            try:
                yield name, self.value(depth + 1)
            except _NothingLeftError:
                return

    def _entries(self, depth: int) -> Iterator[Any]:
        for _ in self._inside("]"):
            try:
                yield self.value(depth + 1)
            except _NothingLeftError:
                return

    def _string(self) -> str:
        start = self._at + 1
        found = _INSIDE.match(self._text, start)
        inside, end = found.groups() if found is not None else ("", "")
        self._at = start + len(inside) + 1 if end else len(self._text)
        return unescaped(inside)

    def _atom(self) -> Any:
        found = _ATOM.match(self._text, self._at)
        if found is None:
            rest, self._at = self._text[self._at :], len(self._text)
            if _CUT_ATOM.fullmatch(rest):
                raise _NothingLeftError
            raise ValueError("no value")
        self._at = found.end()
        try:
            return json.loads(found[0])
        except ValueError:
            return nan


def unescaped(text: str) -> str:
    """What stands in the quotes of a JSON text, as it is read."""
    if "\\" not in text:
        return text
    found = _ESCAPE.sub(lambda one: chr(int(one[1], 16)) if one[1] else _SIGNS.get(one[2], one[2]), text)
    return found.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


# ---------------------------------------------------------------- in words


def said(value: Any, *, names: bool, depth: int = 0) -> Iterator[str]:
    """All that is shown of it, each name and value alone; `depth` is -1 where names are shown at once, as of a call."""
    if depth == INLINE and isinstance(value, dict | list):
        yield json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if isinstance(value, dict):
        for name, one in value.items():
            if names:
                yield name
            yield from said(one, names=names, depth=depth + 1)
    elif isinstance(value, list) and any(isinstance(one, dict | list) for one in value):
        for one in value:
            yield from said(one, names=names, depth=depth + 1)
    elif isinstance(value, list):
        plain = [_plain(one) for one in value]
        yield from (", ".join(plain), " ".join(plain))
    else:
        yield _plain(value)


def briefly(value: Any, most: int = _LINE) -> str:
    """The same in a line."""
    if isinstance(value, dict):
        words = "  ".join(f"{name}: {_in_line(one)}" for name, one in value.items())
    else:
        words = f"{len(value)} entries" if isinstance(value, list) else _plain(value)
    return f"{words[:most]}…" if len(words) > most else words


def _in_line(value: Any) -> str:
    if isinstance(value, list):
        return f"[{len(value)}]"
    return "{…}" if isinstance(value, dict) else _BLANKS.sub(" ", _plain(value))[:_VALUE]


def _plain(value: Any) -> str:
    """A text or a number, as a viewer writes it."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE:
        return str(int(value))
    return json.dumps(value)
