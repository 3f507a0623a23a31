"""Exit codes: which of them mean that a command failed, and which only that the answer is no."""

from __future__ import annotations

import shlex

_ASKING = frozenset({"grep", "egrep", "fgrep", "zgrep", "rg", "ag", "ack", "test", "[", "[[", "diff", "cmp"})
_ASKING_GIT = frozenset({"grep", "diff"})
_SAYING = frozenset({"echo", "printf", "true"})
"""What people put behind a question: these do not answer it with 1."""
_WRAPPERS = frozenset({"command", "sudo", "env", "time", "nice", "!"})
_OPERATORS = ";|&\n()"
_LONGEST = 20_000


def is_failure(command: str, code: int) -> bool:
    """Whether a command that ended with this code failed: not with 0, nor with the 1 of test, grep and diff."""
    return code != 0 and not (code == 1 and _asks(command))


def _asks(command: str) -> bool:
    """Whether the part of a command line that gave the code is a question."""
    commands = _commands(command)
    while commands and commands[-1][0] in _SAYING:
        commands.pop()
    if not commands:
        return False
    words = commands[-1]
    return words[0] in _ASKING or (words[0] == "git" and len(words) > 1 and words[1] in _ASKING_GIT)


def _commands(line: str) -> list[list[str]]:
    """The simple commands of a line, without wrappers and assignments; none where it cannot be taken apart."""
    if len(line) > _LONGEST:
        return []
    lexer = shlex.shlex(line, posix=True, punctuation_chars=_OPERATORS)
    lexer.whitespace, lexer.whitespace_split, lexer.commenters = " \t\r", True, ""
    found: list[list[str]] = [[]]
    try:
        for word in lexer:
            if all(sign in _OPERATORS for sign in word):
                found.append([])
            elif found[-1] or not _is_before_program(word):
                found[-1].append(word.rpartition("/")[2] if not found[-1] else word)
    except ValueError:
        return []
    return [one for one in found if one]


def _is_before_program(word: str) -> bool:
    name, assigned, _ = word.partition("=")
    return word in _WRAPPERS or (bool(assigned) and name.isidentifier())
