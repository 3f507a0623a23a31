"""Secret-named values in text: `API_KEY=…`, `password: …`, `"token" => "…"`, `--secret …`, `<password>…`."""

from __future__ import annotations

import re
from functools import cache

from agent_trace.privacy.credentials import is_basic
from agent_trace.privacy.linear import Linear, over_bytes
from agent_trace.privacy.names import TAIL, Secrecy, secrecy
from agent_trace.privacy.plausible import is_random, is_strong, weighs
from agent_trace.privacy.rules import Level
from agent_trace.privacy.signs import BLANK, COLOUR, MARK, MAYBE, QUOTE
from agent_trace.privacy.spans import Span

WORDS = (
    r"(?:pass_?w(?:or)?d|passwort|passphrase|passcode|contrasena|motdepasse|secret|credential|mnemonic|"
    r"(?:seed|recovery)[_. -]?phrase|[A-Za-z0-9][_. -]?key|(?:^|[^A-Za-z]|\\[nrtbf]|[a-z])(?:pass|pwd|psw|psk|pw|mdp|pat|jwt|sas|otp|"
    r"salt|pepper|creds|bearer|pin|auth|seed|passkey))"
)
"""The nouns of secret names; short ones only where a word may begin."""
ENDING = r"(?:[_. -]?(?:" + "|".join(sorted(TAIL)) + r")|[_-]?[0-9]{1,3}){0,2}"
NOUN = rf"(?:{WORDS}{ENDING}s?|token{ENDING})"
"""Many tokens are a count."""
ELSE = r"(?:or|\|\||\?\?)"
"""What gives a value where there is none."""
PAIRED = rf"(?:</key>\s*<string>|[ ,|]{{0,4}}{BLANK}{{0,20}}{MAYBE}value{MAYBE}[ \t]{{0,8}}[:=])"
"""`"name": "API_KEY", "value":`, and the same in YAML and XML."""
OPERATOR = rf"(?::=|=>|\?=|[:=>]|%3[AaDd]|\\{{1,8}}u003[eE]|{PAIRED})"
WORDED = r"(?:setx|setenv|set[ \t]+-[a-z]{1,4}|ENV|#define)[ \t]+"
"""What assigns with a blank."""
HEAD = rf"{BLANK}{{0,20}}{MARK}{COLOUR}[bruf]?[\[{{(|>]?[+-]?{BLANK}{{0,20}}{MAYBE}{COLOUR}"
LEAD = (
    rf"(?i)(?:{NOUN}{COLOUR}{MAYBE}\]?{MARK}[ \t]{{0,8}}{OPERATOR}{HEAD}[^\s\"'`,;:=<>)}}\]][^\s]{{2}}"
    rf"|{NOUN}(?:\({QUOTE}[^\s]{{3}}|{QUOTE}[ \t]{{0,8}}(?:,{BLANK}{{0,20}}|\|[ \t]{{0,8}}){QUOTE}[^\s\"'`]{{8}})"
    rf"|--?[a-z0-9-]{{0,40}}{NOUN}(?:[ \t]+|{QUOTE}\s{{0,8}},{BLANK}{{0,20}}){MAYBE}[^\s\"'`-]"
    rf"|{NOUN}(?:{QUOTE}?[ \t|\xe2\x94\x82]{{1,40}}{MAYBE}[^\s\"'`]{{0,16}}[0-9][^\s\"'`]{{4}}|[ ]{ELSE}[ ]{QUOTE}"
    rf"|[ \t](?:for|of)[ \t][^\s:]{{1,60}}:[ ]|[ \t]string[ \t]*=)"
    rf"|{WORDED}[a-z0-9_]{{0,60}}{NOUN}[ \t]+{MAYBE}[^\s\"'`])"
).encode("latin-1")
"""How an assignment begins, for google-re2: the last word of a secret name, an operator, something behind it."""
NAME = re.compile(rb"(?:[A-Za-z0-9_.$/-]|(?<![nrtbf])\\)*")
"""The letters of a name before its noun, from the last to the first."""
SPOKEN = re.compile(
    rb"(?i)(?:api|access|secret|private|auth|signing|encryption|master|license|recovery|seed|client)[ ]\Z"
)
NAME_REACH = 80
AFTER = re.compile(
    (
        rf"(?i)(?P<rest>[A-Za-z0-9_]*(?:[.-][A-Za-z0-9_]+)*(?:[ ](?:key|phrase)(?![A-Za-z]))?){COLOUR}(?P<close>{QUOTE})?\]?{MARK}"
        rf"(?:(?:[ \t](?:for|of)[ \t][^\s:]{{1,60}}(?=:[ ]))?[ \t]*(?P<operator>=>|:=|(?<=\w):-|{ELSE}(?=[ ]{QUOTE})"
        rf"|string[ ]*=|\?=|=(?!=)|:(?!:)|%3[AD]|\\u003e|(?<=[\w\"'-])>(?!=)|{PAIRED}|\((?={QUOTE})"
        rf"|,(?=[ \t]*{QUOTE})|\|(?=[ \t]*{QUOTE}))[ \t]*(?:[|>][+-]?[ \t]*\r?\n[ \t]*|\r?\n[ \t]*(?={QUOTE}))?"
        rf"(?P<typed>[A-Za-z_][A-Za-z_.\[\], |]{{0,60}}?[ ]*=(?!=)[ ]*(?={QUOTE})|[\w.()\[\]\"']{{1,60}}[ ]{ELSE}[ ](?={QUOTE}))?"
        rf"|(?P<blank>[ \t|\xe2\x94\x82]+))"
        rf"{MARK}(?P<colour>{COLOUR})[ \t]*(?P<prefix>[bruf]{{0,2}}(?={QUOTE}))?(?P<open>{QUOTE})?"
    ).encode("latin-1")
)
BARE = re.compile(
    rb"(?:[^\s\"'`<>,;&|)}\]\\%\x1b]|[,;|)}\]](?![\s\"'\\,;)}\]]|\Z|[\w.\"' -]{1,40}[=:])"
    rb"|&(?!#|quot|amp|[\w.\"' -]{1,40}[=:]|[\s\"'\\]|\Z)|%(?!26|3[BbCcEe]|20|0[AaDd])|\\(?![nrtuex\"'\\]))+"
)
"""A value without quotes: to the next blank, quote or separator."""
VALUE_REACH = 4096
AHEAD = 48
"""Bytes that the end of a value without quotes is judged by, at most."""
SETTING_BEFORE = re.compile(rb"[A-Za-z]=[^;=\s]{1,40};[ ]?\Z")
SETTING_AFTER = re.compile(rb";[ ]?[A-Za-z]{2,20}(?: [A-Za-z]{2,20}){0,2}=[^;=\s]{1,100}(?:[;\"'\\\s]|\Z)")
LAST = 256
"""Bytes at the end of a refused value within which another may begin: what holds of the whole holds of longer ends."""
SPACE = re.compile(rb"\s")
LEVELS: dict[str, Level] = {"weak": "MEDIUM"}
SETTERS = re.compile(rb"(?i)(?:.*[.$])?(?:set|with|put|define)_?[a-z]")
GIVEN = re.compile(rb"(?i)(?:setx|setenv|set[ \t]+-[a-z]{1,4}|ENV|#define)[ \t]+(?P<name>[A-Za-z0-9_]{1,80})(?=[ \t])")


@cache
def scanner() -> Linear:
    """Finds where assignments may be."""
    return over_bytes(LEAD)


def find(text: bytes) -> list[Span]:
    """Every value beside a secret name."""
    scan, found, position, values = scanner(), [], 0, Values(text)
    while hit := scan.search(text, position):
        start = _word_at(text, hit.start())
        given = GIVEN.match(text, hit.start(), hit.start() + 200)
        span = _assigned(text, start, given, values)
        if span:
            found.append(span)
        position = max(span.end if span else _word_end(text, start), hit.start() + 1)
    return found


LETTERS = re.compile(rb"[A-Za-z0-9_]*")
DASHES = re.compile(rb"-+")


def _word_at(text: bytes, at: int) -> int:
    """The first letter of the word that was found: the scan may begin at the sign before it."""
    if text[at : at + 1] == b"\\":
        return at + 2
    return at if text[at : at + 1].isalnum() or text[at : at + 1] == b"-" else at + 1


def _word_end(text: bytes, at: int) -> int:
    met = LETTERS.match(text, at, at + NAME_REACH)
    return met.end() if met else at


def _assigned(text: bytes, at: int, given: re.Match[bytes] | None, values: Values) -> Span | None:
    if given:
        met = AFTER.match(text, given.start("name"), given.end() + 400)
        kind = secrecy(given["name"].decode())
        return values.span(met, given["name"], kind) if met and kind else None
    met = _flagged(text, at) if text[at : at + 1] == b"-" else AFTER.match(text, at, at + 400)
    if not met:
        return None
    begun = _begun(text, at)
    name = begun + text[at : met.end("rest")]
    kind = secrecy(name.decode("ascii", "replace")) or _spoken(text, at, name)
    if kind is None or not _assigns(met, name, text[max(0, at - len(begun) - 6) : at - len(begun)], values):
        return None
    return values.span(met, name, kind)


def _begun(text: bytes, at: int) -> bytes:
    """The beginning of a name, without the letter of a written line break before it."""
    before = NAME.match(text[max(0, at - NAME_REACH) : at][::-1])
    begun = before[0][::-1] if before else b""
    start = at - len(begun)
    written = text[max(0, start - 1) : start] == b"\\" and begun[:1] in {b"n", b"r", b"t", b"b", b"f"}
    return begun[1:] if written else begun


def _assigns(met: re.Match[bytes], name: bytes, before: bytes, values: Values) -> bool:
    """Whether what stands between a name and a value makes it the name's."""
    operator = met["operator"]
    if operator is None:
        return name.startswith(b"-") or is_strong(met.string[met.end() : values.end(met)])
    if operator == b":" and name.strip(b"- ") == b"PASS":
        return False
    if operator == b">":
        return bool(met["close"]) or before.endswith((b"<", b":"))
    if operator == b"\\u003e":
        return b"u003c" in name
    if operator == b"(":
        return SETTERS.match(name) is not None
    if operator == b",":
        return bool(met["close"])
    return not (operator == b":" and before.endswith(b":") and before[-2:-1].isdigit())


def _flagged(text: bytes, at: int) -> re.Match[bytes] | None:
    dashes = DASHES.match(text, at)
    return AFTER.match(text, dashes.end(), at + 400) if dashes else None


def _spoken(text: bytes, at: int, name: bytes) -> Secrecy | None:
    """`API key: …`: a name of two words."""
    spoken = SPOKEN.search(text[max(0, at - 16) : at])
    return secrecy((spoken[0].strip() + b"_" + name).decode("ascii", "replace")) if spoken else None


class Values:
    """The values of one text. Where names stand in each other's values, none is read twice."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.refused: dict[tuple[str, bool], int] = {}
        """Up to where no value needs to be looked at, by what its name promises and whether a bare word would do."""
        self.run = (-1, -1)
        """Where the last value without quotes began, and how far it certainly goes."""
        self.whole = False
        """Whether it ends there."""

    def span(self, met: re.Match[bytes], name: bytes, kind: Secrecy) -> Span | None:
        """What stands behind a name and an operator, where it is a secret."""
        text, plain, start = self.text, self._is_plain(met, name), met.end()
        if start < self.refused.get((kind, plain), 0):
            return None
        end = self.end(met)
        value = text[start:end]
        if met["operator"] in {b",", b"|"} and not (len(value) >= 12 and is_random(value.decode("utf-8", "replace"))):
            return None
        if met["operator"] == b">" and (value.startswith(b"(") or text[end : end + 1] not in {b"<", b"\\", b""}):
            return None
        if kind == "basic":
            return Span(start, end, "authorization", "HIGH", 2) if len(value) >= 12 and is_basic(value) else None
        if not weighs(value, kind, quoted=bool(met["open"]), plain=plain):
            if not SPACE.search(value):
                self.refused[kind, plain] = end - LAST
            return None
        return Span(start, end, "password" if kind == "password" else "secret", LEVELS.get(kind, "HIGH"), 2)

    def end(self, met: re.Match[bytes]) -> int:
        """Where a value ends."""
        return _closing(self.text, met["open"], met.end()) if met["open"] else self._bare(met.end())

    def _bare(self, at: int) -> int:
        """A value that begins within another one ends where that ends."""
        begun, known = self.run
        inside = begun <= at <= known
        if inside and self.whole:
            return known
        limit = at + VALUE_REACH
        bare = BARE.match(self.text, known if inside else at, limit)
        end = bare.end() if bare else known if inside else at
        self.whole = end < limit - AHEAD
        self.run = (at, end if self.whole else max(at, end - AHEAD))
        return end

    def _is_plain(self, met: re.Match[bytes], name: bytes) -> bool:
        """Whether this is no program: an option, an element, a variable of the environment."""
        if name.startswith(b"-") or met["operator"] in {b">", b"for"} or met["blank"]:
            return True
        joined = met.end("operator") == (met.start("open") if met["open"] else met.end())
        return met["operator"] == b"=" and joined and (name.upper() == name or self._is_connection(met, name))

    def _is_connection(self, met: re.Match[bytes], name: bytes) -> bool:
        """Whether a value stands among the settings of a connection: `Server=db;Pwd=…;Encrypt=yes`."""
        begun = met.start() - len(name) + met.end("rest") - met.start("rest")
        return not met["open"] and bool(
            SETTING_BEFORE.search(self.text, max(0, begun - 60), begun) or SETTING_AFTER.match(self.text, self.end(met))
        )


def _closing(text: bytes, opened: bytes, at: int) -> int:
    """Where a quoted value ends: its own quote, or the end of the line."""
    limit = text.find(b"\n", at, at + VALUE_REACH)
    limit = limit if limit >= 0 else min(len(text), at + VALUE_REACH)
    end = text.find(opened, at, limit)
    return end if end >= 0 else limit
