"""Secret-named values in text: `API_KEY=…`, `password: …`, `"token" => "…"`, `--secret …`, `?sig=…`."""

from __future__ import annotations

import re
from functools import cache

from agent_trace.privacy.linear import Linear, over_bytes
from agent_trace.privacy.names import secrecy
from agent_trace.privacy.plausible import weighs
from agent_trace.privacy.rules import Level
from agent_trace.privacy.spans import Span

LEAD = (
    rb"(?i)(?:pass(?:w(?:or)?d|wort|phrase|code)?|pwd|psw|secret|token|key|credentials?|creds|jwt|pat|pw|sas|mnemonic|phrase|"
    rb"pepper|salt|bearer|otp|code|seed)(?:[_-]?[a-z0-9]{1,12})?[0-9]{0,3}"
    rb"(?:\\*[\"'`])?\]?[ \t]{0,8}(?:[:=]|=>|:=|[ \t])[ \t]{0,8}(?:\\*[\"'`(\[{]|[^ \t\r\n])"
)
"""How an assignment begins, for google-re2: the last word of a secret name, an operator, something behind it."""
NAME = re.compile(rb"[A-Za-z0-9_.$-]*\Z")
NAME_REACH = 80
AFTER = re.compile(
    rb"[A-Za-z0-9_-]*(?P<close>\\*[\"'`])?\]?(?:[ \t]*(?P<operator>=>|:=|\?=|=|:)(?!=)[ \t]*|(?P<blank>[ \t]+))"
    rb"(?P<prefix>[bBrRuU]{0,2}(?=\\*[\"'`]))?(?P<open>\\*[\"'`])?"
)
BARE = re.compile(rb"(?:[^\s\"'`<>,;&|)}\]\\]|[,;&|)}\]](?![\s\"'\\,;)}\]]|\Z|[\w.\"' -]{1,40}[=:])|\\(?![nrt\"'\\]))+")
"""A value without quotes: to the next blank, quote or separator."""
VALUE_REACH = 4096
LEVELS: dict[str, Level] = {"weak": "MEDIUM"}


@cache
def scanner() -> Linear:
    """Finds where assignments may be."""
    return over_bytes(LEAD)


def find(text: bytes) -> list[Span]:
    """Every value beside a secret name."""
    scan, found, position = scanner(), [], 0
    while hit := scan.search(text, position):
        span = _assigned(text, hit.start())
        if span:
            found.append(span)
        position = span.end if span else _next_word(text, hit.start())
    return found


WORD_END = re.compile(rb"[A-Za-z0-9]*")


def _next_word(text: bytes, at: int) -> int:
    met = WORD_END.match(text, at, at + NAME_REACH)
    return max(met.end() if met else at, at + 1)


def _assigned(text: bytes, at: int) -> Span | None:
    before = NAME.search(text[max(0, at - NAME_REACH) : at])
    start = at - len(before[0]) if before else at
    met = AFTER.match(text, at, at + 400)
    if not met:
        return None
    word_end = met.start("close") if met["close"] else _end_of_name(text, at)
    name = text[start:word_end].decode("ascii", "replace")
    kind = secrecy(name)
    is_flag = name.startswith("-")
    if kind is None or (met["blank"] and not is_flag):
        return None
    return _valued(text, met, name, quoted=bool(met["open"]), is_flag=is_flag)


def _end_of_name(text: bytes, at: int) -> int:
    met = re.compile(rb"[A-Za-z0-9_-]*").match(text, at, at + 100)
    return met.end() if met else at


def _valued(text: bytes, met: re.Match[bytes], name: str, *, quoted: bool, is_flag: bool) -> Span | None:
    kind = secrecy(name)
    if kind is None:
        return None
    if quoted:
        end = _closing(text, met["open"], met.end())
    else:
        bare = BARE.match(text, met.end(), met.end() + VALUE_REACH)
        end = bare.end() if bare else met.end()
    value = text[met.end() : end]
    if kind in {"authorization", "cookie"}:
        return None
    plain = is_flag or (
        met["operator"] == b"=" and name.upper() == name and met.end() - met.end("operator") == len(met["open"] or b"")
    )
    if not weighs(value, kind, quoted=quoted, plain=plain):
        return None
    return Span(met.end(), end, "password" if kind == "password" else "secret", LEVELS.get(kind, "HIGH"), 2)


def _closing(text: bytes, opened: bytes, at: int) -> int:
    """Where a quoted value ends: its own quote, or the end of the line."""
    limit = text.find(b"\n", at, at + VALUE_REACH)
    limit = limit if limit >= 0 else min(len(text), at + VALUE_REACH)
    end = text.find(opened, at, limit)
    return end if end >= 0 else limit
