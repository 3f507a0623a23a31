"""Rules that mask who and where somebody is: the home as `~`, the account's name, the machine's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from agent_trace.privacy.rules import Rule

NOBODY = frozenset(
    "root user users admin administrator ubuntu debian runner home guest default public shared node app dev developer "
    "vscode codespace ec2-user circleci jenkins git test tester localhost local nobody".split()
)
"""Names of accounts and machines that tell of no person."""
SHORTEST = 3
_HOME = re.compile(r"(?:/home|/Users|[A-Za-z]:[\\/]+Users)[\\/]+([^\\/\s\"']+)")
_GENERIC = (
    r"(?:/home|/Users)/[A-Za-z0-9][A-Za-z0-9._-]*",
    r"[A-Za-z]:(?:\\+|/+)Users(?:\\+|/+)[A-Za-z0-9][A-Za-z0-9._-]*",
    r"(?i)%2F(?:home|Users)%2F[A-Za-z0-9][A-Za-z0-9._-]*",
)


def whereabouts(homes: Iterable[str], users: Iterable[str], hosts: Iterable[str]) -> tuple[Rule, ...]:
    """The rules for these homes, and for those of anybody; for these accounts and machines."""
    known = list(dict.fromkeys(home.rstrip("/\\") for home in homes if len(home.rstrip("/\\")) > 1))
    names = list(dict.fromkeys([*users, *(match[1] for home in known if (match := _HOME.match(home)))]))
    return (
        _rule("home", (*_homes(known, names), *_GENERIC), "~"),
        *_named("user", filter(_tells, names)),
        *_named("host", filter(_tells, dict.fromkeys(hosts))),
    )


def _named(kind: str, names: Iterable[str]) -> Iterator[Rule]:
    """One rule for all names: every rule is looked for in every text."""
    words = [_word(name) for name in names]
    if words:
        yield _rule(kind, words)


def _homes(known: Iterable[str], names: Iterable[str]) -> Iterator[str]:
    """Each home as it is written in paths, in addresses and in the names of folders that stand for paths."""
    for home in known:
        if not _HOME.fullmatch(home):
            yield _spelled(home) + r"\b"
            yield re.escape(home.replace("/", "%2F")) + r"\b"
    for name in names:
        if name:
            yield rf"-(?:home|Users)-{_spelled(name)}\b"


def _spelled(text: str) -> str:
    """A text as a pattern of RE2; a backslash may be written twice."""
    return re.sub(r"\\\\", r"\\\\+", re.escape(text))


def _word(name: str) -> str:
    return rf"(?i)\b{_spelled(name)}\b"


def _tells(name: str) -> bool:
    return len(name) >= SHORTEST and name.lower() not in NOBODY


def _rule(name: str, patterns: Iterable[str], replacement: str = "") -> Rule:
    return Rule(name=name, pattern="|".join(f"(?:{one})" for one in patterns), level="MAXIMUM", replacement=replacement)
