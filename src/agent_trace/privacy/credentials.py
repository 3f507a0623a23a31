"""Credentials that stand in a known place: addresses, headers, cookies, JWTs, known files."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from agent_trace.privacy.commands import COMMANDS
from agent_trace.privacy.linear import Linear, over_bytes
from agent_trace.privacy.plausible import is_random, weighs
from agent_trace.privacy.signs import BLANK, COLOUR, MAYBE, QUOTE
from agent_trace.privacy.spans import Span

REACH = 16384
AHEAD = 700
"""Bytes behind its lead that a pattern may look at which began before it."""
TAIL = 256
"""Bytes at the end of a refused value within which another one may begin: what holds of the whole holds of longer ends."""
Q = MAYBE
SL = r"\\*/"


class Context(NamedTuple):
    """A place where a credential stands: how it begins, and the pattern whose group `s` is the credential."""

    kind: str
    starts: bytes
    """The first letters that it may begin with, in lower case."""
    lead: bytes
    pattern: re.Pattern[bytes]
    accepts: Callable[[bytes], bool]
    back: int = 0
    """How many bytes before its lead the pattern may begin."""
    begins: re.Pattern[bytes] | None = None
    """How it does, where it is told from all else; each such place is tried once."""


def _any(value: bytes) -> bool:
    return weighs(value, "password", quoted=True)


def _userinfo(value: bytes) -> bool:
    """In an address whatever stands between user and host is a password, also a word."""
    return weighs(value, "password", quoted=True, plain=True)


def _drawn(value: bytes) -> bool:
    return weighs(value, "token", quoted=True)


def is_basic(value: bytes) -> bool:
    """Whether a text is `user:password` in base64."""
    try:
        said = base64.b64decode(value.rstrip(b"=") + b"=" * (-len(value.rstrip(b"=")) % 4), altchars=b"-_")
    except (binascii.Error, ValueError):
        return False
    user, colon, password = said.partition(b":")
    return bool(colon and password) and user.isascii() and user.decode().isprintable()


def _lone(value: bytes) -> bool:
    return len(value) >= 16 and is_random(value.decode("latin-1")) and b"." not in value


def _signed(value: bytes) -> bool:
    return is_random(value.decode("latin-1"))


def _login(value: bytes) -> bool:
    return is_random(value.decode("latin-1")) and not value.isupper() and not value.islower() and _drawn(value)


def _sent(value: bytes) -> bool:
    return weighs(value, "token", quoted=False)


def _told(value: bytes) -> bool:
    return any(48 <= one <= 57 for one in value) and weighs(value, "password", quoted=False)


def _context(
    kind: str,
    starts: str,
    lead: str,
    pattern: str,
    accepts: Callable[[bytes], bool] = _any,
    *,
    back: int = 0,
    begins: str = "",
) -> Context:
    whole = re.compile(b"(?i)" + pattern.encode("latin-1"))
    before = re.compile(b"(?i)" + begins.encode()) if begins else None
    return Context(kind, starts.encode("latin-1"), b"(?i)" + lead.encode("latin-1"), whole, accepts, back, before)


FOREIGN = "(?:mot de passe|kennwort|contrase(?:ña|\\\\u00f1a)|密码|\\\\u5bc6\\\\u7801|密碼|パスワード|비밀번호|пароль)".encode().decode(
    "latin-1"
)
"""Passwords in other languages; some also as JSON escapes them."""
JWT = r"(?-i:(?P<s>(?=(?P<h>eyJ[A-Za-z0-9_-]{12,8000}))(?P=h)\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*){0,3}))"
PASETO = r"(?P<s>v[1-4]\.(?:local|public)\.[A-Za-z0-9_-]{30,}(?:\.[A-Za-z0-9_-]+)?)"
AUTHORIZATION = (
    rf"authorization{Q}\s{{0,8}}[:=,]\s{{0,8}}{Q}(?:(?:bearer|basic|token|apikey|bot|negotiate|key|splunk|snowflake)\s+)?"
    r"(?P<s>[^\s\"'`\\,;<>]{8,4096})"
)
CONTEXTS = (
    _context(
        "url_password",
        ":",
        rf":{SL}{SL}[^\s/@\"'<>:]{{0,100}}:[^\s/\"'<>]{{1,256}}@",
        rf":{SL}{SL}(?!\[REDACTED)[^\s/@:\"'<>]{{0,100}}:(?P<s>[^\s/\"'<>]{{1,256}})@[\w\[%${{.*-]",
        _userinfo,
    ),
    _context(
        "url_token", ":", rf":{SL}{SL}[A-Za-z0-9_-]{{16,255}}@", rf":{SL}{SL}(?P<s>[A-Za-z0-9_-]{{16,255}})@", _lone
    ),
    _context(
        "url_password",
        "@",
        r"@(?:tcp|unix|udp)\(",
        r"(?:^|[\s\"'=])[\w.-]{1,64}:(?P<s>[^\s:@/\"']{3,100})@(?:tcp|unix|udp)\(",
        _userinfo,
        back=180,
    ),
    _context("jwt", "e", "(?-i:eyJ[A-Za-z0-9_-]{12})", JWT, bool),
    _context("paseto", "v", r"v[1-4]\.(?:local|public)\.", PASETO, bool),
    _context("authorization", "a", rf"authorization{Q}\s{{0,8}}[:=,]", AUTHORIZATION, _sent),
    _context(
        "authorization",
        "b",
        rf"bearer(?:[ \t]{{1,8}}|%20|\+){COLOUR}[A-Za-z0-9._~+/=-]{{8}}",
        rf"bearer(?:[ \t]{{1,8}}|%20|\+){COLOUR}(?P<s>[A-Za-z0-9._~+/=-]{{8,4096}})",
        _drawn,
    ),
    _context(
        "authorization",
        "b",
        r"basic(?:[ \t]{1,8}|%20)[A-Za-z0-9+/=_-]{8}",
        r"basic(?:[ \t]{1,8}|%20)(?P<s>[A-Za-z0-9+/_-]{8,4096}={0,2})",
        is_basic,
    ),
    _context("digest_response", "r", rf"response={Q}[0-9a-f]{{32}}", rf"response={Q}(?P<s>[0-9a-f]{{32,64}})"),
    _context(
        "signature",
        "s",
        r"(?:signature|sig)=[A-Za-z0-9%+/_-]{16}",
        r"(?:signature|sig)=(?P<s>[A-Za-z0-9%+/=_-]{16,512})",
        _signed,
    ),
    _context(
        "password",
        "l",
        rf"login{BLANK}{{1,8}}[^\s\"]{{1,100}}?{BLANK}{{1,20}}password[ \t]{{1,8}}[^\s]",
        r"(?<![A-Za-z])login\s{1,8}[^\s]{1,100}\s{1,8}password[ \t]{1,8}(?P<s>[^\s\[\"'\\]{3,256})",
    ),
    _context(
        "password",
        ":",
        r":(?:5[0-9]{3}|6432|\*):[a-z0-9_*-]{1,63}:[a-z0-9_.*-]{1,63}:[^\s:\"'\\/]{6}",
        r":(?:5[0-9]{3}|6432|\*):(?!\d+:)[a-z0-9_*-]{1,63}:[a-z0-9_.*-]{1,63}:(?P<s>[^\s:\"'\\/]{6,128})(?![^\s\"'\\])",
        _drawn,
    ),
    _context(
        "password",
        "p",
        r"password[ \t]{1,8}[^\s]{6}",
        r"(?:^|(?<=[\r\n])|(?<=\\n))[ \t]{0,16}password[ \t]{1,8}(?P<s>[^\s\"'\\]{6,256})(?=[\s\"']*(?:[\r\n]|\\|\Z))",
        _drawn,
        back=16,
    ),
    _context(
        "password",
        "ip",
        rf"(?:password|identified{BLANK}{{1,8}}by)[ \t]{{1,8}}\\*'[^'\s]{{3}}",
        r"(?:password|identified\s{1,8}by)[ \t]{1,8}\\*'(?P<s>[^'\n]{3,256}?)\\*'",
    ),
    _context(
        "password",
        "c",
        rf"convertto-securestring[ \t]{{1,8}}(?:-string[ \t]{{1,8}})?{QUOTE}",
        rf"convertto-securestring[ \t]{{1,8}}(?:-string[ \t]{{1,8}})?{QUOTE}(?P<s>[^\s\"']{{3,256}})",
    ),
    _context(
        "password",
        "pst",
        rf"(?:password|passphrase|passwd|secret|token)[ \t]is:?[ \t]{{1,4}}{Q}[^\s]{{8}}",
        rf"(?:password|passphrase|passwd|secret|token)[ \t]is:?[ \t]{{1,4}}{Q}(?P<s>[^\s\"'`,;\\]{{8,256}})",
        _told,
    ),
    _context(
        "password",
        "abhs",
        rf"(?:auth=|basic_?auth)\({QUOTE}[^\"'\\]{{1,100}}{QUOTE}\s{{0,4}},\s{{0,4}}{QUOTE}|bearer_auth\({QUOTE}",
        rf"(?:(?:auth=|basic_?auth)\({QUOTE}[^\"'\\]{{1,100}}{QUOTE}\s{{0,4}},\s{{0,4}}{QUOTE}|bearer_auth\({QUOTE})(?P<s>[^\s\"'\\]{{3,256}})",
    ),
    _context(
        "password",
        "apcv",
        r"(?:auth(?:[ \t]plain)?|pass|(?:cargo|vault|npm|hf|fly|wandb)[ \t]login)[ \t]{1,4}[^\s\"'\\]{8}",
        r"(?<![\w-])(?:auth(?:[ \t]plain)?|pass|(?:cargo|vault)[ \t]login)[ \t]{1,4}(?P<s>[^\s\"'\\]{8,256})",
        _login,
    ),
    _context(
        "password",
        "mck\xe5\xe3\xeb\xd0\\",
        rf"{FOREIGN}[ ]?(?::|=|\xef\xbc\x9a)[ ]?[^\s]{{6}}",
        rf"{FOREIGN}[ ]?(?::|=|\xef\xbc\x9a)[ ]?(?P<s>[^\s\"'\\,;]{{6,256}})",
        _drawn,
    ),
    _context(
        "url_password",
        ":",
        r":[^\s:@/\"']{10,64}@[a-z0-9-]{1,63}\.[a-z]",
        r":(?P<s>[^\s:@/\"']{10,64})@[a-z0-9-]{1,63}\.[a-z]",
        _signed,
    ),
    _context(
        "cookie",
        "tf",
        rf"(?:true|false)(?:[ ]|{BLANK})[0-9]{{1,16}}(?:[ ]|{BLANK})[^\s]",
        r"(?:true|false)(?:\t|\\t)[0-9]{1,16}(?:\t|\\t)[^\s\\]{1,100}(?:\t|\\t)(?P<s>[^\s\"'\\]{8,4096})",
        _drawn,
    ),
    _context(
        "url_password",
        "%",
        r"%3A%2F%2F[A-Za-z0-9._~-]{0,80}%3A[^\s%]{1,256}%40",
        r"%3A%2F%2F[A-Za-z0-9._~-]{0,80}%3A(?P<s>[^\s%]{1,256})%40",
        _userinfo,
    ),
    *(_context("password", one.starts, one.lead, one.pattern, back=one.back, begins=one.begins) for one in COMMANDS),
)
COOKIES = rf"(?i)(?:cookies?{MAYBE}[ \t]{{0,8}}[:=,][ \t]{{0,8}}|-(?:b|-cookie)[ \t=]{{1,4}}){MAYBE}"
COOKIE = re.compile(COOKIES.encode())
COOKIE_LEAD = COOKIES.encode() + rb"[^\s=;\"'\\]{1,100}="
LEAD = b"|".join(b"(?:" + one + b")" for one in (*(each.lead for each in CONTEXTS), COOKIE_LEAD))


@cache
def scanner() -> Linear:
    """Finds where credentials may be."""
    return over_bytes(LEAD)


@cache
def by_start() -> dict[bytes, tuple[Context, ...]]:
    """The contexts by the first letter that was found."""
    starts = sorted({start for one in CONTEXTS for start in one.starts})
    return {bytes([start]): tuple(one for one in CONTEXTS if start in one.starts) for start in starts}


class Seen(NamedTuple):
    """What of a text need not be looked at again, by the leads of contexts: so that a near miss is not paid for each time."""

    refused: dict[bytes, int]
    """Up to where its values were refused."""
    tried: dict[bytes, int]
    """Up to where its pattern was tried, for those that begin before their lead."""


def find(text: bytes) -> list[Span]:
    """Credentials in their places."""
    scan, found, position, seen = scanner(), list[Span](), 0, Seen({}, {})
    while hit := scan.search(text, position):
        at = hit.start()
        spans = _at(text, at, seen)
        found += spans
        position = max([at + 1, *(span.end for span in spans)])
    return found


def _at(text: bytes, at: int, seen: Seen) -> list[Span]:
    first = text[at : at + 1].lower()
    met = COOKIE.match(text, at) if first in b"c-" else None
    if met:
        return _cookies_once(text, met, seen.refused)
    if first == b"e" and text.find(b".", at, at + 8200) < 0:
        return []
    for one in by_start().get(first, ()):
        if at < seen.refused.get(one.lead, 0):
            continue
        found = _found(one, text, at, seen.tried)
        if found and one.accepts(found["s"]):
            return [Span(*found.span("s"), one.kind, "HIGH", 1)]
        if found:
            seen.refused[one.lead] = found.end("s") - TAIL
    return []


def _cookies_once(text: bytes, met: re.Match[bytes], refused: dict[bytes, int]) -> list[Span]:
    """The cookies of a header, unless they were read as those of a header before it."""
    if met.start() < refused.get(COOKIE_LEAD, 0):
        return []
    spans, refused[COOKIE_LEAD] = _read_cookies(text, met.end())
    return spans


def _found(one: Context, text: bytes, at: int, tried: dict[bytes, int]) -> re.Match[bytes] | None:
    if not one.back:
        return one.pattern.match(text, at, at + REACH)
    first = max(at - one.back, tried.get(one.lead, 0))
    line = max(first, text.rfind(b"\n", first, at) + 1 if one.back > 100 else 0)
    if one.begins:
        tried[one.lead] = at
        begun = one.begins.finditer(text, line, at)
        ways = (one.pattern.match(text, each.start(), at + AHEAD) for each in begun)
        return next((way for way in ways if way and way.end() > at), None)
    found = one.pattern.search(text, line, at + 400)
    return found if found and found.end() > at else None


PAIR = re.compile(
    rb"(?i)\s*(?P<name>[^\s=;,\"'\\]{1,100})=\\*\"?(?P<s>[^\s;,\"'\\]{0,4096})\\*\"?(?:\s*;|,(?=\s*[\w.-]+=))?"
    rb"|\s*(?:httponly|secure|partitioned)\s*;?"
)
ATTRIBUTES = frozenset(b"path domain expires max-age samesite priority version".split())
SESSION = re.compile(
    rb"(?i)sess|auth|token|sid\b|csrf|xsrf|jwt|secret|login|remember|identity|\bsid|\.sid|key|clearance"
)


def cookies(text: bytes) -> list[Span]:
    """The values of a cookie header that identify somebody; what they are called stays."""
    return _read_cookies(text, 0)[0]


def _read_cookies(text: bytes, at: int) -> tuple[list[Span], int]:
    """The cookies that stand behind a place, and where they end."""
    found: list[Span] = []
    while (met := PAIR.match(text, at)) and met.end() > at:
        at = met.end()
        if met["s"] is None or met["name"].lower() in ATTRIBUTES:
            continue
        if _session(met["name"], met["s"]):
            found.append(Span(*met.span("s"), "cookie", "HIGH", 1))
    return found, at


def _session(name: bytes, value: bytes) -> bool:
    if SESSION.search(name):
        return len(value) >= 6 and weighs(value, "password", quoted=True)
    return len(value) >= 20 and is_random(value.decode("latin-1"))
