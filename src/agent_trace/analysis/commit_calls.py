"""Which commands of a shell call can make commits, and which of git's lines belongs to which of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from agent_trace.analysis.git_output import Made
from agent_trace.policy.git_command import GitCommand, git_command
from agent_trace.policy.shell import Command

How = Literal["commit", "merge", "cherry_pick", "revert", "amend"]

_MAIN = frozenset({"main", "master"})
_HELP = ("-h", "--help")
_STOPPING = ("--abort", "--quit", "--skip", "--edit-todo", "--show-current-patch")
_DRY = ("--dry-run", "--short", "--porcelain", "--long", "-z", "--null")
PRINTERS = frozenset(
    "echo printf cat grep egrep rg ag ack sed awk gawk head tail less more bat tee cut sort uniq tr wc nl tac xxd strings "
    "fold column jq yq diff cmp comm ls find tree pwd true false test [ [[ cd rm cp mv mkdir touch chmod chown ln stat "
    "export set unset source date sleep kill ps wait read type which whoami id env print Write-Output Get-Content gh glab "
    "curl wget ssh docker podman kubectl".split()
)
"""Programs that print what they are given, or work elsewhere: they commit nothing here."""
_INTERPRETERS = re.compile(r"(?:python|pypy|node|ruby|perl|php|lua|deno|tclsh|Rscript|osascript)[\d.]*")
_INTERPRETED = (".py", ".js", ".mjs", ".rb", ".pl", ".php")
_INLINE = frozenset({"-c", "-e", "-p", "--eval", "--print", "-"})
_COMMITS = re.compile(r"\bgit\b[^\n]{0,80}\b(?:commit|merge|cherry-pick|revert)\b")
_GIT_MADE_KNOWN = frozenset(
    "log show diff status add rm mv fetch clone init config remote blame grep reflog ls-files rev-parse rev-list describe "
    "shortlog stash push tag branch checkout switch restore reset worktree submodule clean bisect archive notes cat-file "
    "help version pull rebase am apply merge commit cherry-pick revert".split()
)


class CommitCall(msgspec.Struct, frozen=True, kw_only=True):
    """A command that makes commits if it succeeds."""

    index: int
    """Of the command."""
    how: How
    git: GitCommand
    subject: str | None = None
    """The first line of the message, where the command gives it."""
    message: str | None = None
    expected: int | None = 1
    """How many commits; None: it depends."""
    quiet: bool = False
    continued: bool = False
    """`--continue`: it ends what stopped at a conflict."""


def commit_calls(commands: Sequence[Command]) -> list[CommitCall]:
    """The commands that can make commits, in their order."""
    found = []
    for index, command in enumerate(commands):
        git = git_command(command)
        call = None if git is None else _commit_call(index, command, git)
        if call is not None:
            found.append(call)
    return found


def _commit_call(index: int, command: Command, git: GitCommand) -> CommitCall | None:
    if git.has(*_HELP) or git.has(*_STOPPING):
        return None
    many = None if command.conditional or "xargs" in command.wrappers else 1
    match git.name:
        case "commit" if not git.has(*_DRY):
            message = message_of(command, git)
            how: How = "amend" if git.has("--amend") else "commit"
            subject = subject_of(message)
            quiet = git.has("-q", "--quiet")
            return CommitCall(
                index=index, how=how, git=git, subject=subject, message=message, expected=many, quiet=quiet
            )
        case "merge" if git.has("--continue"):
            return CommitCall(index=index, how="merge", git=git, expected=many, continued=True)
        case "cherry-pick" | "revert":
            return _picked(index, git, many)
    return None


def _picked(index: int, git: GitCommand, many: int | None) -> CommitCall | None:
    how: How = "cherry_pick" if git.name == "cherry-pick" else "revert"
    if git.has("--continue"):
        return CommitCall(index=index, how=how, git=git, expected=None, continued=True)
    if git.has("-n", "--no-commit"):
        return None
    ranged = any(".." in one for one in git.arguments) or not git.literal
    expected = None if ranged or many is None else len(git.arguments)
    return CommitCall(index=index, how=how, git=git, expected=expected)


def message_of(command: Command, git: GitCommand) -> str | None:
    """The message that a command gives; None where it stands in a file, an editor or a variable."""
    given = git.values("-m", "--message")
    if given:
        return "\n\n".join(one.strip() for one in given) if git.literal else None
    if git.values("-F", "--file") in (["-"], ["/dev/stdin"]) and command.documents:
        return command.documents[-1].strip()
    return None


def subject_of(message: str | None) -> str | None:
    """The first paragraph of a message in one line, as git shows it."""
    if not message:
        return None
    return " ".join(line.strip() for line in message.strip().split("\n\n")[0].split("\n"))


def assigned(calls: Sequence[CommitCall], lines: Sequence[Made], *, trusted: bool) -> dict[int, list[int]]:
    """Index of each command → the places of its lines.

    A command that names its subject gets the line with that subject, any other the next one. `trusted`: nothing but
    git can have printed the lines, so that one with another subject (a hook may write it anew) is taken too.
    """
    found: dict[int, list[int]] = {}
    place = 0
    for number, call in enumerate(calls):
        later = {one.subject for one in calls[number + 1 :] if one.subject}
        place = _taken(call, lines, place, later, found)
    if trusted:
        _rest(calls, lines, found)
    return found


def _taken(call: CommitCall, lines: Sequence[Made], place: int, later: set[str], found: dict[int, list[int]]) -> int:
    """The place behind the lines of one command."""
    if call.subject is not None and call.expected == 1:
        fitting = next((at for at in range(place, len(lines)) if _fits(call.subject, lines[at].subject)), None)
        if fitting is None:
            return place
        found[call.index] = [fitting]
        return fitting + 1
    most = len(lines) if call.expected is None else place + call.expected
    while place < min(len(lines), most) and (not call.quiet) and lines[place].subject not in later:
        found.setdefault(call.index, []).append(place)
        place += 1
    return place


def _fits(subject: str, shown: str) -> bool:
    return subject == shown or " ".join(subject.split()) == " ".join(shown.split())


def _rest(calls: Sequence[CommitCall], lines: Sequence[Made], found: dict[int, list[int]]) -> None:
    """Lines that fit no subject, in order, to the commands that have none."""
    used = {place for places in found.values() for place in places}
    free = [place for place in range(len(lines)) if place not in used]
    for call in calls:
        if call.index not in found and not call.quiet and free:
            found[call.index] = [free.pop(0)]


def is_trusted(commands: Iterable[Command]) -> bool:
    """Nothing in a call prints texts of its own that could look like git's lines."""
    return not any(command.program in PRINTERS and _prints(command) for command in commands)


def _prints(command: Command) -> bool:
    if command.program in (
        "cd",
        "export",
        "set",
        "mkdir",
        "touch",
        "rm",
        "cp",
        "mv",
        "sleep",
        "true",
        "test",
        "[",
        "pwd",
    ):
        return False
    if command.connector == "|":
        return False
    return "[" in " ".join(command.argv) if command.program in ("echo", "printf") else True


def scripts(commands: Sequence[Command], texts: Mapping[str, str]) -> list[int]:
    """Commands that are programs of their own and may commit inside: a release script, a target of make.

    One that shows its text, or whose file the session wrote itself, must name git's command in it. Of a program for an
    interpreter that nobody saw nothing is known: it may print what it likes.
    """
    return [index for index, command in enumerate(commands) if _may_commit(command, texts)]


def _may_commit(command: Command, texts: Mapping[str, str]) -> bool:
    program = command.program
    if not program or program in PRINTERS or command.nested:
        return False
    git = git_command(command)
    if git is not None or program == "git":
        return git is not None and git.name not in _GIT_MADE_KNOWN
    shown = [word for word in command.argv[1:] if _INLINE & set(command.argv[1:2])] + list(command.documents)
    names = [word.rpartition("/")[2] for word in command.argv]
    shown += [texts[name] for name in names if name in texts]
    if not shown:
        return _INTERPRETERS.fullmatch(program) is None and not program.endswith(_INTERPRETED)
    return any(_COMMITS.search(text) for text in shown)


def default_message(git: GitCommand, lines: Sequence[str], branch: str | None) -> str | None:
    """What git writes over a merge that was given no message; None where its parts are not shown."""
    into = f" into {branch}" if branch is not None and branch not in _MAIN else ""
    if git.name == "merge":
        return f"Merge branch '{git.arguments[-1]}'{into}" if len(git.arguments) == 1 else None
    source = next((line.removeprefix("From ").strip() for line in lines if line.startswith("From ")), None)
    return f"Merge branch '{git.arguments[1]}' of {source}{into}" if source and len(git.arguments) == 2 else None
