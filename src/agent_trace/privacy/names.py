"""What the name of a value says about it: `DB_PASSWORD`, `clientSecret`, `x-api-key`, `nextPageToken`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

Secrecy = Literal["password", "secret", "token", "key", "weak", "basic", "authorization", "cookie"]
"""What kind of value a name promises: `weak` names need a value that looks random."""

HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+")
TAIL = frozenset(
    "value val b64 base64 hex raw prod production dev development test testing live staging stage old new current default "
    "plain plaintext primary secondary 1 2 3 env local ci main backup data base".split()
)
"""Words behind the noun that do not change what the value is."""
PASSWORD = frozenset(
    "password passwd passwort pwd passphrase passcode pass pw psw mdp psk contrasena motdepasse".split()
)
SECRET = frozenset("secret mnemonic credential credentials creds pepper passkey seedphrase salt".split())
TOKEN = frozenset("token jwt pat bearer apitoken sas otp".split())
PLURAL = frozenset("passwords secrets apikeys keys passphrases mnemonics".split())
PHRASES = frozenset(
    {("seed", "phrase"), ("recovery", "phrase"), ("recovery", "code"), ("backup", "code"), ("sealing", "seed")}
)
QUESTION = frozenset(
    "is has no use show hide allow require requires enable enabled needs with want should can must".split()
)
"""How the names of switches begin."""
PIN = frozenset("hsm user so card smartcard sim unlock security piv admin".split())
"""What stands before `pin` where it is a secret."""
NO_TOKEN = frozenset(
    "page next previous prev continuation continue sync max min num count total input output prompt completion "
    "cached reasoning stop bos eos pad unk sep cls mask special budget syntax lexer design first last line text start "
    "end current word image audio thinking per by is has no not used remaining resume paging pagination".split()
)
"""What stands before `token` where it is no secret."""
PLACE = re.compile("(?:cursor|offset|position)$")
"""The same where it names a place in a list."""
NO_KEY = frozenset(
    "public primary foreign cache sort partition idempotency dedup dedupe object row index lookup map dict hash group "
    "composite unique translation i18n query react hot arrow bucket file parent child json node item field column config "
    "setting event metric registry label tag hot shift ctrl alt enter escape pub message locale routing range shard id".split()
)
"""What stands before `key` where it is no secret."""
KEYS = frozenset(
    "api access secret private auth encryption encrypt crypt signing sign signature master account service shared license "
    "deploy deployment attestation sealing seal unseal ekm kms enclave tee hmac cookie app application admin root storage "
    "webhook consumer subscription ingest instrumentation role management wrapping recovery vault sgx sev tdx nitro hsm ssh "
    "pgp gpg rsa ed25519 decryption session jwt integration write functions function host client bot xi rest user".split()
)
"""What stands before `key` where it is one."""
GLUED = re.compile(
    "(?:api|access|private|secret|auth|master|signing|encryption|account|session|subscription|license|sas|shared)key$"
)
GLUED_PASSWORD = re.compile(
    "(?:password|passwd|passphrase|(?:require|store|key|master|root|db|user|trust)pass|bindpw|rootpw|masterauth)$"
)
GLUED_SECRET = re.compile("secret$")
GLUED_TOKEN = re.compile(
    "(?:access|auth|refresh|id|api|bot|session|bearer|user|security|personal|deploy|csrf|xsrf)token$"
)


@lru_cache(maxsize=4096)
def secrecy(name: str) -> Secrecy | None:
    """What a name promises; None for ordinary names."""
    words = [word.lower() for word in HUMPS.split(name[-120:]) if word]
    if words[:1] and words[0] in QUESTION:
        return None
    if words[-1:] == ["authorization"]:
        return "authorization"
    if words in (["cookie"], ["set", "cookie"], ["cookie", "header"], ["cookies"]):
        return "cookie"
    while len(words) > 1 and words[-1] in TAIL:
        words.pop()
    return _by_last(words) if words else None


def is_pin(name: str) -> bool:
    """Whether a number of four digits and more is a secret under this name: `pin`, `cardPin`, `passcode`."""
    return [word.lower() for word in HUMPS.split(name[-120:]) if word][-1:] in (["pin"], ["passcode"])


def _by_last(words: list[str]) -> Secrecy | None:
    last = words[-1].rstrip("0123456789") or words[-1]
    last = last[:-1] if last in PLURAL else last
    before = words[-2] if len(words) > 1 else ""
    if last == "pin":
        return "password" if before in PIN else None
    if last == "auth" and len(words) == 1:
        return "basic"
    if last in PASSWORD or GLUED_PASSWORD.search(before + last):
        return "password"
    if last in SECRET or GLUED_SECRET.search(last) or (before, last) in PHRASES:
        return None if last == "salt" and not before else "secret"
    if last in TOKEN or GLUED_TOKEN.search(last):
        return None if before in NO_TOKEN or PLACE.search(before) else "token"
    if GLUED.search(last):
        return "key"
    return _key(words[:-1]) if last == "key" else None


def _key(before: list[str]) -> Secrecy | None:
    if not before or before[-1] in NO_KEY or "public" in before:
        return None
    return "key" if before[-1] in KEYS or KEYS.intersection(before) else "weak"
