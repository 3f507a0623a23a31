"""What git prints when it makes commits, and what its log says of them.

`[main 1a2b3c4] subject` and the line ` 2 files changed, …` below it are printed by commit, cherry-pick and revert in
every language; the words in brackets (`root-commit`, `detached HEAD`) and "Merge made by" are translated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_MADE = re.compile(r"\[(?P<branch>[^\]\n]{1,255}?)(?: \([^)\n]*\))? (?P<sha>[0-9a-f]{4,64})\] ?(?P<subject>.*)")
_COUNTS = re.compile(
    r" (?P<files>\d{1,9}) files? changed(?:, (?P<added>\d{1,9}) insertions?\(\+\))?"
    r"(?:, (?P<removed>\d{1,9}) deletions?\(-\))?\s*"
)
_MODE = re.compile(r" (?:create|delete) mode \d{6} | rename .{1,999} \(\d+%\)")
_MERGED = re.compile(r"Merge made by the '?[\w-]+'?(?: strategy|\.)")
_HEAD_NOW = re.compile(r"HEAD is now at ([0-9a-f]{4,64})(?: (.*))?")
_ONE_LINE = re.compile(r"[*|\\/ ]{0,20}(?P<sha>[0-9a-f]{7,64}) (?:\((?P<names>[^)\n]*)\) )?(?P<subject>\S.*)")
_FULL = re.compile(r"commit ([0-9a-f]{40,64})(?: \(.*\))?\s*")
_SHA = re.compile(r"\s*([0-9a-f]{7,64})\s*")
_COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_FAILURE = re.compile(
    r"nothing to commit|no changes added to commit|nothing added to commit|^error: |^fatal: |^Aborting commit"
    r"|^error\(|you need to resolve|Committing is not possible|empty commit message|Author identity unknown",
    re.MULTILINE | re.IGNORECASE,
)
_FAILING = (
    "to commit", "error", "fatal: ", "aborting commit", "need to resolve", "committing is", "empty commit", "author identity",
)  # fmt: skip
FARTHEST = 30
"""Lines between a commit's own line and its counts: git may print advice on names and addresses."""


class Counts(NamedTuple):
    """` 2 files changed, 3 insertions(+), 1 deletion(-)`."""

    files: int
    added: int
    removed: int


class Made(NamedTuple):
    """A line with which git says that it made a commit."""

    branch: str | None
    """None: on no branch."""
    sha: str
    subject: str
    counts: Counts | None


class Logged(NamedTuple):
    """A commit as a log shows it."""

    sha: str
    subject: str


def lines_of(output: str) -> list[str]:
    """The lines of an output without colours."""
    lines = (_COLOURS.sub("", output) if "\x1b" in output else output).split("\n")
    return [line.rstrip("\r") for line in lines] if "\r" in output else lines


def made(lines: Sequence[str]) -> list[Made]:
    """The commits that git says it made, in their order."""
    found: list[Made] = []
    for place, line in enumerate(lines):
        matched = _MADE.fullmatch(line)
        if matched is not None:
            branch = matched["branch"]
            on = None if " " in branch else branch
            found.append(Made(on, matched["sha"], matched["subject"].strip(), _counts_below(lines, place + 1)))
    return found


def merges(lines: Sequence[str]) -> list[Counts | None]:
    """Merge commits that git says it made, each with its counts."""
    return [_counts_below(lines, place + 1) for place, line in enumerate(lines) if _MERGED.match(line)]


def counts(lines: Sequence[str]) -> Counts | None:
    """The first counts in an output."""
    return next((one for one in map(_counts, lines) if one is not None), None)


def has_traces(lines: Sequence[str]) -> bool:
    """Whether the lower lines of what git prints of a commit are there, the upper ones perhaps cut away."""
    return any(_counts(line) is not None or _MODE.match(line) for line in lines)


def _counts_below(lines: Sequence[str], start: int) -> Counts | None:
    for line in lines[start : start + FARTHEST]:
        found = _counts(line)
        if found is not None or _MADE.fullmatch(line) or _MERGED.match(line):
            return found
    return None


def _counts(line: str) -> Counts | None:
    found = _COUNTS.fullmatch(line)
    return None if found is None else Counts(int(found["files"]), int(found["added"] or 0), int(found["removed"] or 0))


def logged(lines: Sequence[str]) -> Iterator[Logged]:
    """Commits in the output of `git log`, in one line each or in full."""
    sha = ""
    for line in lines:
        full = _FULL.fullmatch(line)
        if full is not None:
            sha = full[1]
        elif sha and line.startswith("    ") and line.strip():
            yield Logged(sha, line.strip())
            sha = ""
        elif (short := _ONE_LINE.fullmatch(line)) is not None:
            yield Logged(short["sha"], short["subject"].strip())


def bare_shas(lines: Sequence[str]) -> list[str]:
    """Lines that are a commit's name and nothing else, as `git rev-parse` prints it."""
    return [found[1] for found in map(_SHA.fullmatch, lines) if found is not None]


def head_now(lines: Sequence[str]) -> Logged | None:
    """Where `git reset --hard` and `git checkout` say that they went."""
    found = next((one for one in map(_HEAD_NOW.match, lines) if one is not None), None)
    return None if found is None else Logged(found[1], (found[2] or "").strip())


def failures(output: str) -> int:
    """How often git says that it could not, or need not, commit."""
    low = output.lower()  # looking for words is ten times as fast as the expression, and mostly there are none
    return 0 if not any(word in low for word in _FAILING) else len(_FAILURE.findall(output))


def same(sha: str, other: str) -> bool:
    """Whether two names of commits, each cut somewhere, can be one."""
    return bool(sha) and bool(other) and (sha.startswith(other) or other.startswith(sha))
