"""Personal data: e-mail, phone, card, social security number, ARN. Each is off until it is asked for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from agent_trace.privacy.rules import Level, PiiKind
from agent_trace.privacy.spans import Span

LEADS: dict[PiiKind, bytes] = {
    "email": rb"[A-Za-z0-9._%+-]@[A-Za-z0-9]",
    "phone": rb"[+(0-9][0-9]{1,4}[ .()-]{1,2}[0-9]{2}|\+[0-9]{8}",
    "card": rb"[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}|[0-9]{4}[ -]?[0-9]{6}[ -]?[0-9]{4}",
    "ssn": rb"[0-9]{3}-[0-9]{2}-[0-9]{4}",
    "arn": rb"arn:aws",
}
PATTERNS: dict[PiiKind, re.Pattern[bytes]] = {
    "email": re.compile(
        rb"(?<![A-Za-z0-9._%+-])(?<!//)[A-Za-z0-9_%+-](?:[A-Za-z0-9._%+'-]{0,62}[A-Za-z0-9_%+-])?@"
        rb"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,5}(?!(?:png|jpe?g|gif|webp|svg|ico|service|socket|py|js|ts|json|md|txt|html|css|so|dll|local)\b)[A-Za-z]{2,24}(?![A-Za-z0-9@])"
        rb"(?!:[\w.~/-]{0,100}(?:/|\.git))"
    ),
    "phone": re.compile(
        rb"(?:(?<![\w.+/-])\+[0-9]{1,3}[ .-]?(?:\(?(?=(?P<part>[0-9]{1,4}))(?P=part)\)?[ .-]?){1,5}[0-9]{2,5}"
        rb"|(?<![\w.+/=:-])(?:\([0-9]{3}\) ?[0-9]{3}[ .-][0-9]{4}"
        rb"|1[-.][2-9][0-9]{2}[-.][2-9][0-9]{2}[-.][0-9]{4}"
        rb"|[2-9][0-9]{2}[-.][2-9][0-9]{2}[-.][0-9]{4}|0[1-9][0-9]{1,4}[ /-][0-9]{3,4}[ -]?[0-9]{3,6}))(?![\w-]|\.[0-9])"
    ),
    "card": re.compile(
        rb"(?<![\w.+/-])(?:[0-9]{4}(?P<gap>[ -]?)[0-9]{4}(?P=gap)[0-9]{4}(?P=gap)[0-9]{1,7}"
        rb"|3[47][0-9]{2}[ -]?[0-9]{6}[ -]?[0-9]{5}|[0-9]{13,19})(?![\w+/-]|\.[0-9])"
    ),
    "ssn": re.compile(rb"(?<![\w.+/-])(?!000|666|9)[0-9]{3}-(?!00)[0-9]{2}-(?!0000)[0-9]{4}(?![\w+/-])"),
    "arn": re.compile(
        rb"(?<![\w:])arn:aws[a-z-]{0,12}:[a-z0-9-]{1,40}:[a-z0-9-]{0,25}:(?:[0-9]{12}|aws)?:[\w+=,.@:/*$?-]{0,1023}[\w+=@/*$-]"
    ),
}
LEVELS: dict[PiiKind, Level] = {"email": "MEDIUM", "phone": "MEDIUM", "card": "HIGH", "ssn": "HIGH", "arn": "MEDIUM"}
NETWORK = re.compile(
    rb"4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})|[25][0-9]{15}|3[47][0-9]{13}|6[0-9]{15,18}|3[068][0-9]{12}|35[0-9]{14}"
)
"""How the numbers of card networks begin, and how long they are."""
RANK = 3


def lead(kinds: Collection[PiiKind]) -> bytes:
    """For google-re2: what any of the kinds begins with or holds."""
    return b"|".join(LEADS[kind] for kind in sorted(kinds))


def find(text: bytes, kinds: Collection[PiiKind]) -> Iterator[Span]:
    """Personal data of the given kinds."""
    for kind in kinds:
        for met in PATTERNS[kind].finditer(text):
            if kind != "card" or _is_card(met[0]):
                yield Span(*met.span(), kind, LEVELS[kind], RANK)


def _is_card(digits: bytes) -> bool:
    """Luhn's sum, and the beginning of some network."""
    numbers = [one - 48 for one in digits if 48 <= one <= 57]
    if not NETWORK.fullmatch(bytes(one for one in digits if 48 <= one <= 57)) or len(set(numbers)) < 2:
        return False
    doubled = [number * 2 - 9 * (number > 4) if index % 2 else number for index, number in enumerate(reversed(numbers))]
    return sum(doubled) % 10 == 0
