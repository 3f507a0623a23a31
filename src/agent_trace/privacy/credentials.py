"""Credentials that stand in a known place: URLs, headers, cookies, JWTs, command lines."""

from __future__ import annotations

import re
from functools import cache

from agent_trace.privacy.linear import Linear, over_bytes
from agent_trace.privacy.markers import is_masked
from agent_trace.privacy.plausible import PLACEHOLDER
from agent_trace.privacy.spans import Span

LEAD = rb":\\*/\\*/[^\s/@\"'<>]{0,200}:[^\s@\"'<>]{1,300}@|eyJ[A-Za-z0-9_-]{8}"
URL = re.compile(rb":\\*/\\*/[^\s/@:\"'<>]{0,200}:(?P<password>[^\s@\"'<>/]{1,300})@")
JWT = re.compile(rb"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*){0,3}")


@cache
def scanner() -> Linear:
    """Finds where credentials may be."""
    return over_bytes(LEAD)


def find(text: bytes) -> list[Span]:
    """Credentials in their places."""
    scan, found, position = scanner(), [], 0
    while hit := scan.search(text, position):
        span = _at(text, hit.start())
        if span:
            found.append(span)
        position = span.end if span else hit.start() + 3
    return found


def _at(text: bytes, at: int) -> Span | None:
    if text.startswith(b"eyJ", at):
        jwt = JWT.match(text, at, at + 16384)
        return Span(at, jwt.end(), "jwt", "HIGH", 1) if jwt else None
    url = URL.match(text, at)
    if not url or is_masked(url["password"]) or PLACEHOLDER.fullmatch(url["password"].decode("latin-1")):
        return None
    return Span(*url.span("password"), "url_password", "HIGH", 1)
