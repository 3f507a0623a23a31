"""A command line of git: its sub-command, options, arguments, and the directory it works in."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from agent_trace.policy.directories import joined
from agent_trace.policy.shell import Command

_GLOBAL_VALUED = frozenset({"-C", "-c", "--git-dir", "--work-tree", "--namespace", "--exec-path", "--config-env"})
_VALUED = {
    "commit": ("mFCctS", ("--message", "--file", "--author", "--date", "--template", "--reuse-message", "--reedit-message",
                          "--fixup", "--squash", "--cleanup", "--trailer", "--pathspec-from-file")),
    "merge": ("mFsX", ("--message", "--file", "--strategy", "--strategy-option", "--into-name", "--cleanup")),
    "cherry-pick": ("mX", ("--mainline", "--strategy", "--strategy-option", "--cleanup")),
    "revert": ("mX", ("--mainline", "--strategy", "--strategy-option", "--cleanup")),
    "rebase": ("sXx", ("--onto", "--strategy", "--strategy-option", "--exec")),
    "checkout": ("bB", ("--orphan", "--conflict", "--pathspec-from-file")),
    "switch": ("cC", ("--create", "--force-create", "--orphan", "--conflict")),
    "restore": ("s", ("--source", "--conflict", "--pathspec-from-file")),
    "worktree": ("bB", ("--reason",)),
    "push": ("o", ("--push-option", "--repo", "--receive-pack")),
    "log": ("nSGL", ("--format", "--pretty", "--author", "--grep", "--since", "--until", "--max-count")),
    "branch": ("u", ("--set-upstream-to", "--contains", "--merged", "--no-merged", "--format", "--sort")),
    "tag": ("mFu", ("--message", "--file", "--local-user", "--format", "--sort")),
    "clone": ("bo", ("--branch", "--origin", "--depth", "--config", "--reference")),
    "init": ("b", ("--initial-branch", "--template", "--separate-git-dir")),
    "stash": ("m", ("--message",)),
    "pull": ("sX", ("--strategy", "--strategy-option")),
}  # fmt: skip


class GitCommand(msgspec.Struct, frozen=True):
    """`git -C sub commit -m x file` is sub-command `commit` in `sub` with option `-m` x and argument `file`."""

    name: str
    options: tuple[tuple[str, str], ...]
    """Options in their order, joined short ones taken apart, each with its value or an empty text."""
    arguments: tuple[str, ...]
    """Before a `--`."""
    paths: tuple[str, ...]
    """Behind a `--`."""
    directory: str | None
    literal: bool
    """All its words stand for themselves."""

    def has(self, *names: str) -> bool:
        """Whether one of these options is given."""
        return any(name in names for name, _ in self.options)

    def values(self, *names: str) -> list[str]:
        """The values of these options in their order."""
        return [value for name, value in self.options if name in names]


@lru_cache(maxsize=1024)  # every analysis asks this of every command
def git_command(command: Command) -> GitCommand | None:
    """A command as one of git; None for another program or a git without sub-command."""
    if command.program not in ("git", "git.exe"):
        return None
    words, directory, place = command.argv, command.directory, 1
    while place < len(words) and words[place].startswith("-"):
        word = words[place]
        if word in ("--help", "-h", "--version"):
            return None
        if word == "-C" and place + 1 < len(words):
            directory = joined(directory, words[place + 1]) if command.literal[place + 1] else None
        place += 2 if word in _GLOBAL_VALUED else 1
    if place >= len(words):
        return None
    name, rest = words[place], words[place + 1 :]
    options, arguments, paths = _taken_apart(name, rest)
    return GitCommand(name, options, arguments, paths, directory, all(command.literal))


def _taken_apart(
    name: str, words: tuple[str, ...]
) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...], tuple[str, ...]]:
    short, long = _VALUED.get(name, ("", ()))
    options: list[tuple[str, str]] = []
    arguments: list[str] = []
    place = 0
    while place < len(words):
        word = words[place]
        place += 1
        if word == "--":
            return tuple(options), tuple(arguments), words[place:]
        if word.startswith("--"):
            flag, equals, value = word.partition("=")
            if flag in long and not equals:
                value, place = (words[place] if place < len(words) else ""), place + 1
            options.append((flag, value))
        elif word.startswith("-") and len(word) > 1:
            place += _short(word, short, words[place : place + 1], options)
        else:
            arguments.append(word)
    return tuple(options), tuple(arguments), ()


def _short(word: str, valued: str, following: tuple[str, ...], options: list[tuple[str, str]]) -> int:
    """Joined short options, `-am text` and `-mtext`; how many words behind were used."""
    for place in range(1, len(word)):
        sign = word[place]
        if sign not in valued:
            options.append((f"-{sign}", ""))
            continue
        joined_value = word[place + 1 :]
        if joined_value or sign == "S":
            options.append((f"-{sign}", joined_value))
            return 0
        options.append((f"-{sign}", following[0] if following else ""))
        return len(following)
    return 0
