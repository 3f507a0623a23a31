"""Programs that start another program: taken off a command, so that what really runs can be seen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)", re.DOTALL)


class _Wrapper(NamedTuple):
    valued: str = ""
    """Short options that take a value."""
    positional: int = 0
    """Words of its own before the program."""
    long: tuple[str, ...] = ()
    """Long options that take a value as a word of their own."""


_WRAPPERS: dict[str, _Wrapper] = {
    "sudo": _Wrapper("ugphCDRTrt", long=("--user", "--group", "--chdir", "--host")),
    "doas": _Wrapper("uC"),
    "env": _Wrapper("uC", long=("--unset", "--chdir")),
    "timeout": _Wrapper("sk", 1, ("--signal", "--kill-after")),
    "gtimeout": _Wrapper("sk", 1, ("--signal", "--kill-after")),
    "nohup": _Wrapper(),
    "time": _Wrapper("fo"),
    "command": _Wrapper(),
    "builtin": _Wrapper(),
    "exec": _Wrapper("a"),
    "nice": _Wrapper("n"),
    "ionice": _Wrapper("cnp"),
    "stdbuf": _Wrapper("ioe"),
    "setsid": _Wrapper(),
    "unbuffer": _Wrapper(),
    "chronic": _Wrapper(),
    "winpty": _Wrapper(),
    "flock": _Wrapper("wEc", 1),
    "xargs": _Wrapper("InPLdEsa", long=("--max-args", "--max-procs", "--delimiter", "--arg-file")),
}
_SHELLS = frozenset({"sh", "bash", "zsh", "dash", "ksh", "ash"})
_MOVES = {"env": "-C", "sudo": "-D"}


class Unwrapped(NamedTuple):
    """Where in the words the program stands, and what stood before it."""

    start: int = 0
    names: tuple[str, ...] = ()
    given: tuple[tuple[str, str], ...] = ()
    """Variables that `env` and `sudo` set."""
    directory: str = ""
    """Where `env -C` goes."""


def unwrapped(words: Sequence[str]) -> Unwrapped:
    """The words without the wrappers before the program that they start."""
    found = Unwrapped()
    while found.start < len(words):
        name = words[found.start].rpartition("/")[2]
        wrapper = _WRAPPERS.get(name)
        if wrapper is None:
            break
        inner = _past(words, found, name, wrapper)
        if inner.start >= len(words):
            break
        found = inner
    return found


def _past(words: Sequence[str], found: Unwrapped, name: str, wrapper: _Wrapper) -> Unwrapped:
    """Behind one wrapper, its options, variables and own words; at the end of all words where it starts nothing."""
    place, given, directory = found.start + 1, list(found.given), found.directory
    while place < len(words):
        word = words[place]
        assigned = _ASSIGNMENT.fullmatch(word)
        if assigned is not None and name in ("env", "sudo", "doas"):
            given.append((assigned[1], assigned[2]))
            place += 1
            continue
        if not word.startswith("-") or word == "-":
            break
        if name == "command" and word in ("-v", "-V"):
            return found._replace(start=len(words))
        takes = _takes_value(word, wrapper)
        if takes and word in (_MOVES.get(name), "--chdir") and place + 1 < len(words):
            directory = words[place + 1]
        place += 1 + takes
        if word == "--":
            break
    return Unwrapped(place + wrapper.positional, (*found.names, name), tuple(given), directory)


def _takes_value(word: str, wrapper: _Wrapper) -> bool:
    if word.startswith("--"):
        return word in wrapper.long
    return len(word) == 2 and word[1] in wrapper.valued


def script_of(program: str, words: Sequence[str], documents: Sequence[str]) -> str | None:
    """The text that a shell is given to execute: behind -c, or on its input; None for a file or another program."""
    if program == "eval":
        return " ".join(words)
    if program not in _SHELLS:
        return None
    place, has_text = 0, False
    while place < len(words) and words[place][:1] in ("-", "+") and words[place] != "-":
        word = words[place]
        has_text = has_text or (not word.startswith("--") and "c" in word[1:])
        place += 2 if word in ("-o", "+o", "-O", "--rcfile", "--init-file") else 1
    if has_text:
        return words[place] if place < len(words) else None
    reads_input = place >= len(words) or words[place] == "-" or "-s" in words[:place]
    return documents[-1] if documents and reads_input else None
