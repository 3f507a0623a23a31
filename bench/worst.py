"""The texts that the redaction likes least: of each of its rules, and of the reader of records."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

from agent_trace.privacy import assignments, blocks, credentials, pii, secrets
from agent_trace.privacy.rules import Rule
from bench.near import nearly

Text = Callable[[int], bytes]
"""A text of about a length."""
SECRET = "gh" + "p_" + "A1b2C3" * 6
KEY = "-----BEGIN " + "PRIVATE KEY-----\n"
OWN = (
    Rule(name="ahead", pattern="a(.*b)?"),
    Rule(name="between", pattern="(?s)c.*?d"),
    Rule(name="words", pattern=r"\b[e-h]+x"),
    Rule(name="many", pattern="(?:m{1,90}n?){1,9}o"),
)
"""Patterns that users may write: two look to the end of the text each time."""


class Worst(NamedTuple):
    """One hostile text, and what it is hostile to."""

    name: str
    text: Text
    masker: str = "plain"
    """plain; pii: with all personal data; own: with the user's rules."""


def repeated(piece: str | bytes) -> Text:
    """A text that is one piece again and again."""
    raw = piece.encode() if isinstance(piece, str) else piece
    return lambda length: (raw * (length // len(raw) + 1))[:length]


def quoted(text: Text) -> Text:
    """The same as one JSON record with a single string."""
    return lambda length: json.dumps({"text": text(length).decode("latin-1")}).encode()


PIECES = {
    "an address without an end": "https://user:x",
    "addresses in a row": "a://b:c@d ",
    "signs of an address": "://",
    "JWTs without a dot": "eyJhbGciOiJIUzI1NiJ9",
    "JWTs with a late dot": "eyJhbGciOiJIUzI1NiJ9" * 390 + ".",
    "names without values": "password=",
    "names as values": "api_key=",
    "names as values, apart": "key=key;token=token;",
    "names in a row": "api_key api-key token ",
    "names with quotes": 'token:"',
    "names within names": "api_key_token_secret_password_",
    "placeholders": "password=" + "x" * 60 + "! ",
    "brackets as values": 'api_key="' + "[-" * 900 + '" ',
    "dots as values": "token=" + "a.b" * 900 + "( ",
    "options": "--token --password ",
    "commands": "mysql -u root ",
    "users of commands": "curl -u a:b",
    "pipes": "echo a | sudo -S ",
    "cookies": "Cookie: a=b; ",
    "cookies within cookies": "cookie=x=a;",
    "headers within headers": "authorization:",
    "blocks without an end": KEY,
    "blocks of nothing": KEY + "MIIEvQIBADANBgkqhkiG\n",
    "blocks of signs": KEY + "Mi1" * 14 + "\n" + "+" * 39 + "! ",
    "bearers": "Authorization: Bearer ",
    "quotes": '"',
    "backslashes": "\\",
    "escaped quotes": '\\"',
    "escapes": "\\u0073k-",
    "brackets": '{"a":[',
    "dashes": "-",
    "letters": "a",
    "digits": "4242 ",
    "addresses of mail": "a@b.",
    "secrets": SECRET + " ",
    "samples of secrets": "sk-ant-",
    "samples of secrets, apart": "sk_live_",
    "hashes": "$6$",
    "blanks": "password ",
    "colours": "\x1b[0mkey=",
    "percents": "%3A%2F%2Fa%3A",
}
LONG = (
    "quotes",
    "backslashes",
    "escaped quotes",
    "brackets",
    "signs of an address",
    "names as values",
    "names as values, apart",
    "blocks without an end",
)


def _nested(length: int) -> bytes:
    return b'{"password":' * (length // 12) + b'"' + SECRET.encode() + b'"'


def _deep(length: int) -> bytes:
    text = json.dumps({"text": SECRET + " password=hunter2!x " * (length // 80)})
    for _ in range(2):
        text = json.dumps({"text": text})
    return text.encode()


def _long_key(length: int) -> bytes:
    half = length // 2
    return b'{"' + b"k" * half + b'":[' + b'"abc",' * (half // 6) + b'"' + SECRET.encode() + b'"]}'


def _blank(length: int) -> bytes:
    return b"{" + b" " * length + b"x " + SECRET.encode()


def _lines(length: int) -> bytes:
    return b"\n".join([SECRET.encode(), b"{}"] * (length // (len(SECRET) + 4)))


GENERAL = (
    Worst("a record within records", _deep),
    Worst("a name within names", _nested),
    Worst("a long name of many", _long_key),
    Worst("blanks that are no record", _blank),
    Worst("lines and records in turn", _lines, "lines"),
    Worst("a record of blanks and secrets", quoted(repeated(SECRET + " "))),
    *(Worst(name, repeated(PIECES[name])) for name in LONG),
    Worst("the user's rules, 'a'", repeated("a"), "own"),
)
"""Lines that are hostile to the whole of it."""


def hostile() -> Iterator[Worst]:
    """All texts that are no one rule's: those above, and pieces in a row, as plain text and in a record."""
    yield from GENERAL
    for name, piece in PIECES.items():
        if name not in LONG:
            yield Worst(name, repeated(piece))
        yield Worst(f"{name}, in a record", quoted(repeated(piece)))
    for piece in ("acd", "c", "efgh", "m", "mmmn", "acem "):
        yield Worst(f"the user's rules, {piece!r}", repeated(piece), "own")


def patterns() -> Iterator[tuple[str, bytes]]:
    """Every pattern that the built-in rules have: how they begin, and the whole of them."""
    for number, shape in enumerate(secrets.SHAPES):
        yield f"{shape.kind} {number}, beginning", shape.lead
        yield f"{shape.kind} {number}", shape.pattern.pattern
    for number, context in enumerate(credentials.CONTEXTS):
        yield f"{context.kind} in place {number}, beginning", context.lead
        yield f"{context.kind} in place {number}", context.pattern.pattern
    yield "cookies, beginning", credentials.COOKIE_LEAD
    for number in range(8):
        yield f"assignment {number}, beginning", assignments.LEAD
    yield "assignment", assignments.NOUN.encode("latin-1") + assignments.AFTER.pattern
    for name, pattern in (("beginning", blocks.BEGIN), ("line", blocks.LINE), ("end", blocks.END)):
        yield f"block, {name}", KEY.encode() + b"M1b2c3d4e5f6g7\n" + pattern.pattern


def of_rules() -> Iterator[Worst]:
    """Of each rule: what nearly is one, again and again, without and with a blank between."""
    for name, pattern in patterns():
        yield from _near(name, pattern, "plain")
    for kind in sorted(pii.PATTERNS):
        yield from _near(kind, pii.PATTERNS[kind].pattern, "pii")
        yield from _near(f"{kind}, beginning", pii.LEADS[kind], "pii")


def _near(name: str, pattern: bytes, masker: str) -> Iterator[Worst]:
    for form, text in nearly(pattern, name):
        if text:
            yield Worst(f"{name}, {form}", repeated(text), masker)
            yield Worst(f"{name}, {form}, apart", repeated(text + b" "), masker)


@cache
def texts() -> tuple[Worst, ...]:
    """All of them; the hostile ones first."""
    return (*hostile(), *of_rules())
