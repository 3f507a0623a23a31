"""Whole values that stand under a name: a JSON string under its key, a header, a variable."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent_trace.privacy.credentials import cookies, is_basic
from agent_trace.privacy.names import is_pin, secrecy
from agent_trace.privacy.plausible import weighs
from agent_trace.privacy.spans import Span

USER_OPTIONS = frozenset({"-u", "--user", "-U", "--proxy-user"})
USER = re.compile(rb"[^\s:/]{1,100}:(?P<s>\S{3,256})")
LONGEST = 8192
"""Bytes of the longest value that a name alone makes a secret."""
PIN_DIGITS = re.compile(rb"[0-9]{4,12}")
LEAST = {"password": 6, "secret": 12, "key": 12, "token": 16}
"""Digits that a number has which is a secret."""
SCHEME = re.compile(rb"\s*(?:bearer|basic|token|apikey|digest|negotiate|bot|key)\s+", re.IGNORECASE)


def whole_value(text: bytes, name: str) -> Iterator[Span]:
    """The span of a value that its name makes a secret, if it is one."""
    kind = secrecy(name)
    if name in USER_OPTIONS:
        yield from _user(text)
    if len(text) > LONGEST:
        return
    if PIN_DIGITS.fullmatch(text.strip()) and is_pin(name):
        yield Span(0, len(text), "password", "HIGH", 2)
    if kind is None:
        return
    if kind == "cookie":
        yield from cookies(text)
        return
    begun = SCHEME.match(text)
    start = begun.end() if begun else 0
    value = text[start:].strip()
    start += len(text[start:]) - len(text[start:].lstrip())
    if kind == "authorization":
        kind = "token"
    if kind == "basic":
        if is_basic(value) and len(value) >= 12:
            yield Span(start, start + len(value), "authorization", "HIGH", 2)
        return
    if weighs(value, kind, quoted=True):
        yield Span(start, start + len(value), "password" if kind == "password" else "secret", "HIGH", 2)


def number_kind(digits: bytes, name: str) -> str:
    """What a whole number is that its name makes a secret; empty for an id, a count or a time."""
    kind = secrecy(name)
    if is_pin(name) or (kind == "password" and len(digits) >= LEAST["password"]):
        return "password"
    return "secret" if kind and len(digits) >= LEAST.get(kind, LONGEST) else ""


def _user(text: bytes) -> Iterator[Span]:
    """The password of `-u user:password` in a list of arguments."""
    met = USER.fullmatch(text)
    if met and not met["s"].isdigit() and weighs(met["s"], "password", quoted=True):
        yield Span(*met.span("s"), "password", "HIGH", 2)
