"""Sees what really happens while an agent is played: exit codes from the shell, commits from git, lines from the files.

Nothing here reads what the agent writes. Every model call is a moment at which no tool runs: what changed between two of
them was done by the tools that the first one asked for.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from tests.live.repository import git
from tests.live.server import Served

ENDED = """\
# Every command of an agent's shell tells how it ended, and what it was.
if [ -n "$BASH_EXECUTION_STRING" ]; then
  trap '{ printf "%s\\0" "$?" "$BASH_EXECUTION_STRING"; } >> "FOLDER/$EPOCHREALTIME.$$"' EXIT
fi
"""
SHELL = """\
#!/bin/bash
BASH_ENV= /bin/bash "$@"
code=$?
printf '%s\\0' "$code" "${@: -1}" > "FOLDER/$EPOCHREALTIME.$$"
exit $code
"""
"""The same for an agent that clears such variables but takes a shell."""
LOST = "refs/lost/"
"""Where the bundle keeps commits that no branch holds."""


class Ended(NamedTuple):
    """A command of some shell."""

    code: int
    command: str


class Moment(msgspec.Struct, kw_only=True):
    """How things stood when a model call was about to be answered."""

    served: Served | None
    """The call; None at the end."""
    step: int
    moves: dict[Path, int]
    """Log of a HEAD → its lines."""
    files: dict[str, str]
    """Of the repository, without git's own."""
    ends: int
    """Shells that have ended."""


class Witness:
    """Watches one play."""

    def __init__(self, home: Path, repository: Path) -> None:
        self.repository = repository
        self.ends = home / ".tmp" / "ends"
        self.moments: list[Moment] = []
        self.step = 0
        self.before: set[str] = set()
        """Commits that were there already."""

    def prepare(self) -> dict[str, str]:
        """The variables that make shells tell how they end."""
        self.ends.mkdir(parents=True, exist_ok=True)
        told = self.ends.with_name("ended.sh")
        told.write_text(ENDED.replace("FOLDER", str(self.ends)), encoding="utf-8")
        self.before = {sha for folder in self.stores() for sha in git(folder, "rev-list", "--all", "--reflog").split()}
        shell = self.ends.with_name("bash")
        shell.write_text(SHELL.replace("FOLDER", str(self.ends)), encoding="utf-8")
        shell.chmod(0o755)
        return {"BASH_ENV": str(told), "CLAUDE_CODE_SHELL": str(shell)}

    def stores(self) -> list[Path]:
        """The repository and those beside it, bare ones too."""
        beside = sorted(self.repository.parent.iterdir())
        return [one for one in beside if (one / ".git").is_dir() or (one / "HEAD").is_file()]

    def repositories(self) -> list[Path]:
        """Those with files to work on."""
        return [one for one in self.stores() if (one / ".git").is_dir()]

    def look(self, served: Served | None = None) -> None:
        """Keep how things stand. Titles and checks are asked for while tools run."""
        if served is not None and served.role not in {"main", "subagent"}:
            return
        self.moments.append(
            Moment(
                served=served,
                step=self.step,
                moves={log: len(log.read_bytes().splitlines()) for one in self.repositories() for log in logs(one)},
                files=dict(texts(self.repository)),
                ends=sum(1 for _ in self.ends.iterdir()),
            )
        )

    def asked(self, log: Path, line: int, subject: str) -> Moment:
        """The model call after which a line came into the log of a HEAD.

        While a sub-agent works there are two that it may have been: then the command names the commit.
        """
        place = next(n for n, moment in enumerate(self.moments) if moment.moves.get(log, 0) > line)
        latest = {moment.served.role: moment for moment in self.moments[:place] if moment.served is not None}
        named = [moment for moment in latest.values() if moment.served and subject in repr(moment.served.tools)]
        return named[0] if named else self.moments[max(0, place - 1)]

    def after(self, number: int) -> tuple[Moment, Moment]:
        """How things stood at a model call, and at the next one."""
        place = next(n for n, moment in enumerate(self.moments) if moment.served and moment.served.number == number)
        return self.moments[place], self.moments[min(place + 1, len(self.moments) - 1)]

    def ended(self) -> Iterator[Ended]:
        """Every command, in the order in which they ended."""
        for path in sorted(self.ends.iterdir(), key=lambda one: float(".".join(one.name.split(".")[:2]))):
            code, command, _ = path.read_text(encoding="utf-8", errors="replace").split("\0", 2)
            yield Ended(int(code), command)

    def edited(self, number: int) -> dict[str, tuple[int, int]]:
        """Path → lines added and removed, as git counts them, by the tools that a model call asked for."""
        then, now = self.after(number)
        changed = {name for name in then.files.keys() | now.files.keys() if then.files.get(name) != now.files.get(name)}
        return {name: counted(then.files.get(name, ""), now.files.get(name, "")) for name in sorted(changed)}


def logs(repository: Path) -> Iterator[Path]:
    """Where git writes how HEAD moved: of the repository, and of each further worktree."""
    own = repository / ".git"
    found = [own / "logs/HEAD", *sorted(own.glob("worktrees/*/logs/HEAD"))]
    return (log for log in found if log.exists())


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """The files below a folder but for git's and Python's own."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and name.parts[0] != ".git" and "__pycache__" not in name.parts:
            yield name.as_posix(), path.read_text(encoding="utf-8", errors="replace")


def counted(then: str, now: str) -> tuple[int, int]:
    """Lines added and removed between two texts."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("then", then), ("now", now)):
            (Path(folder) / name).write_text(text, encoding="utf-8")
        words = ["git", "diff", "--no-index", "--numstat", "then", "now"]
        said = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False).stdout
    added, removed = said.split("\t")[:2] if said else ("0", "0")
    return int(added), int(removed)


def bare(command: str) -> str:
    """A command without the marks by which agents wrap it for their shell; Gemini CLI takes off a shell in the shell."""
    return "".join(letter for letter in command if letter not in "'\"\\ \n").removeprefix("sh-c")


def codes(commands: Iterable[str], ends: Iterable[Ended]) -> list[int | None]:
    """How each command ended, as its shell told; None where no shell did. Equal commands end in their order."""
    left, found = [(end.code, bare(end.command)) for end in ends], list[int | None]()
    for command in commands:
        place = next((n for n, (_, text) in enumerate(left) if bare(command) in text), None)
        found.append(None if place is None else left.pop(place)[0])
    return found
