"""Whether a value beside a secret name is a secret: not a placeholder, a type, a piece of code or prose."""

from __future__ import annotations

import re

from agent_trace.privacy.markers import is_masked
from agent_trace.privacy.names import Secrecy

TOLD = 512
"""Bytes of a value that tell what it is."""
NOTHING = frozenset(
    "none null nil true false undefined nan string str text bytes int integer number bool boolean any unknown object dict list "
    "array optional secretstr password passwd secret token key apikey api_key api-key value changeme change_me change-me "
    "placeholder example dummy redacted hidden masked removed sample test testing required default empty todo tbd missing "
    "invalid yes no on off self this await new lambda not if else return void auto email username user name admin "
    "bearer basic digest missing unset present set ok "
    "header cookie query body file env prompt pass pwd pw passphrase define undef fail passed failed credentials login fraction".split()
)
PLACEHOLDER = re.compile(
    r"""(?ix)
    \$.* | %\w+% | \{\{.* | \{[\w.\[\]()]*\}? | <.* | .*> | \.{2,}.* | .*\.{3} | .*…
    | x+(?:[-_]x+)*[-_]? | [-_=#.?!0]+ | @.* | %[\w.()-]*[sdv]
    | (?:your|insert|enter|put|replace|fill|change|add|use|set|paste)[-_ ].* | .*[-_ ](?:here|goes[-_ ]here) | .*\bplaceholder\b.*
    | (?:my|the|some|an?|dummy|fake|test|example|sample|mock|invalid|wrong|bad|new|old|admin|user|db|access|api|auth|client|refresh)
      [-_ ]?(?:api|auth|access|secret)?[-_ ]?(?:password|passwd|secret|token|key|credentials?)
    """
)
PATTERN = re.compile(
    r"\[[^\[\]-]*-[^\[\]]*\][+*{?$/]|\[\^|\][+*]|\(\?[:!=<]|\\[dwsxb]|ABCDEFGHIJKLM|abcdefghijklm|%[sdvr](?!\w)|\w\(\)$"
)
"""Regular expressions, alphabets, formats and calls: also between quotes no secret."""
NAMED = re.compile(
    r"[A-Z]+(?:_[A-Z]+)*|(?:[A-Z][a-zäöüßéñçáíóú]+){1,3}:?|[A-Z][a-z]+-[A-Z][A-Za-z]+|[a-z]\w*_t|[a-z]+(?:[A-Z][a-z]+)+"
)
"""A constant, a type or a word with a capital: the name of something."""
CODE = re.compile(
    r"""(?x)
    !*&?[A-Za-z_$][\w$]* (?: (?: \?? \. | -> | :: ) [A-Za-z_$#][\w$]* )* !? (?: \( .* | \[ .* | \{ .* )?
    | [(\[{].* | [`|>&+~!*^\\] .{0,1}
    """,
    re.DOTALL,
)
"""A name, a path of names, a call or an index: what stands without quotes in a program."""
BRACED = re.compile(r"\$?\{[^{}]*\}|\$\(|\$\w|%\(\w")
WORDY = re.compile(r"[A-Za-z]+(?:[-_./: ][A-Za-z]+)*")
PATH = re.compile(
    r"(?:~|\.{1,2}|[A-Za-z]:)?[\\/][\w.@ +\\/-]*|[\w-]+(?:/[\w.-]+)*\.(?:pem|key|txt|json|ya?ml|py|ts|js|crt|env|toml|p12|pfx|md|go|rs)|\w+://[^@\s]*"
)
WORDS = re.compile(r"[A-Za-z]+[0-9]{0,2}(?:[-_./:](?:[A-Za-z]+[0-9]{0,2}|[0-9]{1,2}[a-z]?))+[-_.:]?")
NUMBER = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,9})?%?")
OPERATORS = re.compile(r"&&|\|\||=>|\(\w?\)|![01]\b")
"""What stands in programs alone."""
GPG = re.compile(r"[0-9A-F]{16}|[0-9A-F]{40}")
"""The id of a public key."""
"""Words that a name is made of: `cache_write_5m_tokens`."""
SENTENCE = re.compile(
    r"(?i)\b(?:is|are|the|a|an|for|must|your|to|of|or|with|be|in|and|this|that|required|enter|please|invalid|not|forgot|reset|"
    r"should|cannot|can|has|have|was|least|characters|at|here)\b"
)


def weighs(value: bytes, secrecy: Secrecy, *, quoted: bool, plain: bool = False) -> bool:
    """Whether a value is what its name promises.

    `quoted`: it stood in quotes, or is a whole JSON string. `plain`: it stands where no program is (an environment
    file, a command line), so that a bare word is a value too.
    """
    text = value[:TOLD].decode("utf-8", "replace").strip()
    if len(text) < 3 or is_masked(value) or text.lower() in NOTHING or PLACEHOLDER.fullmatch(text):
        return False
    if (BRACED.search(text) and not is_random(BRACED.sub("", text))) or PATTERN.search(text):
        return False
    if text[-1] == ":" or text[0] == "?" or _is_name(text, plain=plain):
        return False
    if not quoted and not plain and (_is_code(text) or OPERATORS.search(text)):
        return False
    return _heavy(text, secrecy, plain=plain)


def is_strong(value: bytes) -> bool:
    """Whether a value needs no sign of assignment: letters of both cases and digits, as nobody writes."""
    text = value[:TOLD].decode("utf-8", "replace")
    drawn = re.search("[0-9]", text) and re.search("[a-z]", text) and re.search("[A-Z]", text)
    return (
        bool(drawn)
        and len(text) >= 10
        and weighs(value, "token", quoted=True)
        and not re.search(r"[/(){}\[\]<>=]", text)
    )


def _heavy(text: str, secrecy: Secrecy, *, plain: bool) -> bool:
    if re.search(r"\s", text):
        return secrecy in {"password", "secret"} and _phrase(text)
    if secrecy == "password" and (
        NUMBER.fullmatch(text) or (text[0] in "/~" and PATH.fullmatch(text) and not _base64(text))
    ):
        return text.isdigit() and len(text) >= (6 if plain else 8)
    if secrecy == "password":
        return len(text) >= 4 and not (text.isdigit() and len(text) < 6 and not plain)
    if WORDS.fullmatch(text) and not _scrambled(text):
        return False
    if PATH.fullmatch(text) and not is_random(text.rpartition("/")[2]):
        return False
    if GPG.fullmatch(text):
        return False
    if secrecy == "secret":
        return len(text) >= 8 and not (text.isdigit() and len(text) < 12)
    if secrecy == "weak":
        return len(text) >= 16 and is_random(text)
    return len(text) >= 8 and (is_random(text) or (plain and not WORDY.fullmatch(text)))


def _base64(text: str) -> bool:
    """Whether what begins with a slash is drawn by chance and no path: letters of both cases, digits, a `+` or no second slash."""
    if not all(re.search(signs, text) for signs in ("[0-9]", "[a-z]", "[A-Z]")):
        return False
    if "+" in text:
        return len(text) >= 16
    return len(text) >= 20 and text.count("/") == 1 and "." not in text


def is_random(text: str) -> bool:
    """Whether a text looks drawn by chance: letters with digits, or letters of both cases in disorder."""
    if len(text) < 8:
        return False
    letters = sum(one.isalpha() for one in text)
    digits = sum(one.isdigit() for one in text)
    if digits and letters:
        return digits >= 2 or len(text) >= 16
    mixed = len(re.findall(r"[a-z][A-Z]|[A-Z][a-z]", text))
    return len(text) >= 16 and mixed >= len(text) / 4


def _is_code(text: str) -> bool:
    stripped = text.rstrip(";,).:!?{}>") or "-"
    if stripped.lower() in NOTHING:
        return True
    if not CODE.fullmatch(stripped):
        return False
    name = re.match(r"[!&]*([\w$]*)", stripped)
    only_name = name is not None and name.end() == len(stripped)
    if name is not None and len(name[1]) >= 16 and _scrambled(name[1]) and not _named_so(name[1]):
        return False
    return not (only_name and (re.search(r"[0-9]", stripped) or _scrambled(stripped)) and not _named_so(stripped))


def _scrambled(text: str) -> bool:
    """Whether a word is no word: too few vowels, small and capital letters in disorder, many digits."""
    letters = "".join(filter(str.isalpha, text))
    if len(text) < 10 or text.isupper():
        return False
    if len(letters) >= 10 and sum(one in "aeiouy" for one in letters.lower()) * 4 < len(letters) + 3:
        return True
    return len(re.findall(r"[a-z][A-Z]|[A-Z][a-z]", text)) > len(text) / 4 or len(re.findall("[0-9]", text)) > 2


def _is_name(text: str, *, plain: bool) -> bool:
    return not plain and NAMED.fullmatch(text.rstrip(".,;:)!?")) is not None and not _scrambled(text)


def _named_so(text: str) -> bool:
    return (
        re.search(r"pass|Pass|PASS|[tT]oken|TOKEN|[sS]ecret|SECRET|[kK]ey|KEY|[aA]uth|[cC]red|pwd|Pwd|PWD", text)
        is not None
    )


def _phrase(text: str) -> bool:
    """Whether words with blanks between them are a secret phrase, and not a sentence."""
    if SENTENCE.search(text) or len(text) > 400:
        return False
    words = text.split()
    return len(words) >= 4 and all(re.fullmatch(r"[a-z]+[0-9]*", one) for one in words)
