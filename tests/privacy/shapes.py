"""Shapes of secrets, and invented values of them: made at run time, so that no file holds one.

A value is written as a specification, items set apart by spaces: `36a` is 36 letters and digits, `=.` is a dot. The
same name always gives the same value.
"""

from __future__ import annotations

import hashlib
from typing import Literal, NamedTuple

Kind = Literal["form", "named", "header", "address", "command", "file"]
"""form: a secret wherever it stands; named: beside its name alone; header: `Name: value`; address: a URL or connection
string; command: a command line; file: several lines."""

DIGITS = "0123456789"
LOWER = "abcdefghijklmnopqrstuvwxyz"
UPPER = LOWER.upper()
ALPHABETS = {
    "d": DIGITS,
    "h": DIGITS + "abcdef",
    "H": DIGITS + "ABCDEF",
    "a": DIGITS + LOWER + UPPER,
    "l": DIGITS + LOWER,
    "u": DIGITS + UPPER,
    "c": LOWER,
    "A": LOWER + UPPER,
    "w": DIGITS + LOWER + UPPER + "-_",
    "b": DIGITS + LOWER + UPPER + "+/",
    "B": UPPER + "234567",
    "x": "x",
    "q": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
}
UUID = "8h =- 4h =- 4h =- 4h =- 12h"
WINDOW = 12
OPEN, SHUT = "⟦", "⟧"
"""In a carrier: what may be masked together with the secret, at most."""


class Shape(NamedTuple):
    """One kind of secret with one invented value of it."""

    name: str
    kind: Kind
    secret: str
    known: str = ""
    """How every secret of this shape begins: not a leak by itself."""
    words: str = ""
    """The words of the name beside it: `db password`; of a header its name."""
    carrier: str = "{}"
    """What stands around the secret wherever it stands, `{}` for itself."""
    specification: str = ""
    """What its body is made from; empty where the secret is put together by hand."""

    @property
    def body(self) -> tuple[str, str, str]:
        """The carrier with the secret: what must stay before it, what may go, what must stay after it."""
        before, mark, rest = self.carrier.partition(OPEN)
        if not mark:
            return "", self.carrier.replace("{}", self.secret), ""
        inside, _, after = rest.partition(SHUT)
        return before, inside.replace("{}", self.secret), after


def other_value(shape: Shape, number: int) -> Shape:
    """The same shape with another value."""
    if not shape.specification:
        return shape
    return shape._replace(secret=shape.known + made(f"{shape.name} again {number}", shape.specification))


def made(name: str, specification: str) -> str:
    """The value that a name and a specification stand for."""
    items = enumerate(specification.split())
    return "".join(item[1:] if item[0] == "=" else run(f"{name} {number}", item) for number, item in items)


def run(seed: str, item: str) -> str:
    """Characters of one alphabet: `36a`."""
    alphabet = ALPHABETS[item[-1]]
    length = int(item[:-1])
    stream = hashlib.shake_256(seed.encode()).digest(length)
    return "".join(alphabet[byte % len(alphabet)] for byte in stream)


def form(name: str, known: str, specification: str) -> Shape:
    """A secret by its form alone; the pieces of how it begins are set apart by spaces."""
    begin = known.replace(" ", "")
    return Shape(name, "form", begin + made(name, specification), known=begin, specification=specification)


def named(name: str, words: str, specification: str, known: str = "") -> Shape:
    """A secret that has no form of its own, beside its name."""
    secret = known + made(name, specification)
    return Shape(name, "named", secret, known=known, words=words, specification=specification)


def carried(name: str, kind: Kind, carrier: str, specification: str, words: str = "") -> Shape:
    """A secret by what stands around it."""
    secret = made(name, specification)
    return Shape(name, kind, secret, words=words, carrier=carrier, specification=specification)


def block(name: str, first: str, last: str, lines: int, width: int = 64) -> Shape:
    """An armoured block: its first and last line, and lines of base 64 between; pieces set apart by `|`."""
    rows = "\n".join(run(f"{name} {number}", f"{width}b") for number in range(lines))
    begin = first.replace("|", "") + "\n"
    end = "\n" + last.replace("|", "") if last else ""
    return Shape(name, "file", begin + rows + end, known=begin)


def windows(shape: Shape, width: int = WINDOW) -> set[str]:
    """Every piece of the secret that would be a leak: 12 characters, or all of a shorter one, within one line."""
    found: set[str] = set()
    place = 0
    for line in shape.secret.splitlines(keepends=True):
        known = max(len(shape.known) - place, 0)
        place += len(line)
        body, _, _ = line.partition("---- END" if shape.known.startswith("---- ") else "-----END")
        found |= pieces(body.strip(), known, min(width, len(shape.secret)))
    return found


def pieces(line: str, known: int, width: int) -> set[str]:
    """Pieces of one line but those within its first known characters."""
    return {line[at : at + width] for at in range(len(line) - width + 1) if at + width > known}
