"""Secret-named values in text: `API_KEY=…`, `password: …`, `"token" => "…"`, `--secret …`, `<password>…`."""

from __future__ import annotations

import re
from functools import cache

from agent_trace.privacy.credentials import is_basic
from agent_trace.privacy.linear import Linear, over_bytes
from agent_trace.privacy.names import TAIL, Secrecy, secrecy
from agent_trace.privacy.plausible import weighs
from agent_trace.privacy.rules import Level
from agent_trace.privacy.spans import Span

WORDS = (
    r"(?:passw(?:or)?d|passwort|passphrase|passcode|contrasena|motdepasse|secret|credential|mnemonic|"
    r"(?:seed|recovery)[_. -]?phrase|[A-Za-z0-9][_. -]?key|(?:^|[^A-Za-z]|\\[nrtbf]|[a-z])(?:pass|pwd|psw|pw|mdp|pat|jwt|sas|otp|"
    r"salt|pepper|creds|bearer|pin|auth|seed|passkey))"
)
"""The nouns of secret names; short ones only where a word may begin."""
ENDING = r"(?:[_. -]?(?:" + "|".join(sorted(TAIL)) + r")|[_-]?[0-9]{1,3}){0,2}"
NOUN = rf"(?:{WORDS}{ENDING}s?|token{ENDING})"
"""Many tokens are a count."""
QUOTE = r"(?:\\*[\"'`]|&quot;)"
OPERATOR = rf"(?::=|=>|\?=|[:=>]|,\s{{0,8}}{QUOTE}[Vv]alue{QUOTE}\s{{0,8}}:|\s[Vv]alue=)"
FLAG_GAP = rf"(?:[ \t]+|{QUOTE}\s{{0,8}},\s{{0,20}})"
LEAD = (
    rf"(?i)(?:{NOUN}{QUOTE}?\]?\s{{0,8}}{OPERATOR}\s{{0,20}}[brufBRUF]?[\[{{(]?\s{{0,20}}{QUOTE}?"
    rf"[^\s\"'`,;:=>)}}\]]|--?[a-z0-9-]{{0,40}}{NOUN}{FLAG_GAP}{QUOTE}?[^\s\"'`-])"
).encode()
"""How an assignment begins, for google-re2: the last word of a secret name, an operator, something behind it."""
NAME = re.compile(rb"(?:[A-Za-z0-9_.$/-]|\\(?![nrtbf]))*\Z")
SPOKEN = re.compile(rb"(?i)(?:api|access|secret|private|auth|signing|encryption|master|license|recovery|seed)[ ]\Z")
NAME_REACH = 80
AFTER = re.compile(
    rb"(?P<rest>[A-Za-z0-9_]*(?:[.-][A-Za-z0-9_]+)*)(?P<close>\\*[\"'`]|&quot;)?\]?"
    rb"(?:[ \t]*(?P<operator>=>|:=|\?=|=(?!=)|:(?!:)|(?<=[\w-])>(?!=)|[ ]value=)[ \t]*|(?P<blank>[ \t]+))"
    rb"(?P<prefix>[bBrRuUfF]{0,2}(?=\\*[\"'`]))?(?P<open>\\*[\"'`]|&quot;)?",
    re.IGNORECASE,
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
        start = _word_at(text, hit.start())
        span = _assigned(text, start)
        if span:
            found.append(span)
        position = max(span.end if span else _word_end(text, start), hit.start() + 1)
    return found


LETTERS = re.compile(rb"[A-Za-z0-9_]*")


def _word_at(text: bytes, at: int) -> int:
    """The first letter of the word that was found: the scan may begin at the sign before it."""
    if text[at : at + 1] == b"\\":
        return at + 2
    return at if text[at : at + 1].isalnum() or text[at : at + 1] == b"-" else at + 1


def _word_end(text: bytes, at: int) -> int:
    met = LETTERS.match(text, at, at + NAME_REACH)
    return met.end() if met else at


def _assigned(text: bytes, at: int) -> Span | None:
    met = AFTER.match(text, at, at + 400) if text[at : at + 1] != b"-" else _flagged(text, at)
    if not met:
        return None
    before = NAME.search(text[max(0, at - NAME_REACH) : at])
    begun = before[0] if before else b""
    name = begun + text[at : met.end("rest")]
    if met["operator"] == b">" and text[at - len(begun) - 1 : at - len(begun)] != b"<":
        return None
    kind = secrecy(name.decode("ascii", "replace")) or _spoken(text, at, name)
    if kind is None or (met["blank"] and not name.startswith(b"-")):
        return None
    return _valued(text, met, name, kind)


def _flagged(text: bytes, at: int) -> re.Match[bytes] | None:
    name = re.compile(rb"-+").match(text, at)
    return AFTER.match(text, name.end(), at + 400) if name else None


def _spoken(text: bytes, at: int, name: bytes) -> Secrecy | None:
    """`API key: …`: a name of two words."""
    spoken = SPOKEN.search(text[max(0, at - 16) : at - (len(name) - len(name.lstrip()))])
    return secrecy((spoken[0].strip() + b"_" + name).decode("ascii", "replace")) if spoken else None


def _valued(text: bytes, met: re.Match[bytes], name: bytes, kind: Secrecy) -> Span | None:
    if kind in {"authorization", "cookie"}:
        return None
    quoted = met["open"]
    if quoted:
        end = _closing(text, quoted, met.end())
    else:
        bare = BARE.match(text, met.end(), met.end() + VALUE_REACH)
        end = bare.end() if bare else met.end()
    close = met.end("operator") == met.start("open") if quoted else met.end("operator") == met.end()
    plain = (
        name.startswith(b"-") or met["operator"] == b">" or (met["operator"] == b"=" and name.upper() == name and close)
    )
    value = text[met.end() : end]
    if kind == "basic":
        return Span(met.end(), end, "authorization", "HIGH", 2) if len(value) >= 12 and is_basic(value) else None
    if not weighs(value, kind, quoted=bool(quoted), plain=plain):
        return None
    return Span(met.end(), end, "password" if kind == "password" else "secret", LEVELS.get(kind, "HIGH"), 2)


def _closing(text: bytes, opened: bytes, at: int) -> int:
    """Where a quoted value ends: its own quote, or the end of the line."""
    limit = text.find(b"\n", at, at + VALUE_REACH)
    limit = limit if limit >= 0 else min(len(text), at + VALUE_REACH)
    end = text.find(opened, at, limit)
    return end if end >= 0 else limit
