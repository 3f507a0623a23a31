"""Texts that a pattern nearly matches: made from the pattern itself, so that no rule is left out."""

from __future__ import annotations

import importlib
import random
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

PARSER: Any = importlib.import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")
LONGEST = 600
"""How often something is repeated that may be repeated without end."""


class Spelling:
    """One way through a pattern: what it matches, with few or with many repetitions."""

    def __init__(self, seed: str, *, many: bool) -> None:
        self.chance = random.Random(seed)
        self.many = many
        self.groups: dict[int, bytes] = {}

    def spelled(self, tree: Any) -> bytes:
        """A text for a parsed pattern. Conditions on what stands around are passed over."""
        return b"".join(self._one(str(operator), argument) for operator, argument in tree)

    def _one(self, operator: str, argument: Any) -> bytes:
        ways: dict[str, Callable[[Any], bytes]] = {
            "LITERAL": lambda one: bytes([one & 255]),
            "NOT_LITERAL": lambda one: b"b" if one == 97 else b"a",
            "ANY": lambda _: b"a",
            "IN": self._member,
            "BRANCH": lambda one: self.spelled(self.chance.choice(one[1])),
            "SUBPATTERN": self._group,
            "MAX_REPEAT": self._repeated,
            "MIN_REPEAT": self._repeated,
            "GROUPREF": lambda one: self.groups.get(one, b""),
            "ATOMIC_GROUP": self.spelled,
        }
        return ways[operator](argument) if operator in ways else self._condition(operator, argument)

    def _condition(self, operator: str, argument: Any) -> bytes:
        if operator == "ASSERT" and argument[0] > 0:
            self.spelled(argument[1])
        return b""

    def _group(self, argument: Any) -> bytes:
        said = self.spelled(argument[-1])
        if argument[0] is not None:
            self.groups[argument[0]] = said
        return said

    def _repeated(self, argument: Any) -> bytes:
        least, most, tree = argument
        times = min(int(most), max(int(least), LONGEST)) if self.many else max(int(least), int(most > 0))
        return b"".join(self.spelled(tree) for _ in range(times))

    def _member(self, members: Any) -> bytes:
        return bytes([self.chance.choice(_choices(tuple(members)))])


@cache
def _choices(members: tuple[Any, ...]) -> bytes:
    signs = bytes(one for one in range(32, 127) if _holds(members, one)) or b"a"
    return bytes(one for one in signs if chr(one).isalnum()) or signs


def _holds(members: tuple[Any, ...], sign: int) -> bool:
    inverse = str(members[0][0]) == "NEGATE"
    found = any(_is(str(operator), argument, sign) for operator, argument in members)
    return found != inverse


def _is(operator: str, argument: Any, sign: int) -> bool:
    if operator == "LITERAL":
        return bool(argument == sign)
    if operator == "RANGE":
        return bool(argument[0] <= sign <= argument[1])
    if operator == "CATEGORY":
        letter = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w", "NOT_DIGIT": r"\D", "NOT_SPACE": r"\S"}
        return re.match(letter.get(str(argument).removeprefix("CATEGORY_"), r"\W"), chr(sign)) is not None
    return False


def nearly(pattern: bytes, seed: str = "") -> Iterator[tuple[str, bytes]]:
    """Texts that a pattern matches, one letter short, with what is left of it: few repetitions and many."""
    tree = PARSER.parse(re.sub(rb"\(\?(?:-i|i):", b"(?:", pattern.replace(b"(?i)", b"")))
    for name, many in (("short", False), ("short, another way", False), ("long", True)):
        said = Spelling(f"{seed} {name}", many=many).spelled(tree)
        yield name, said[:-1]
