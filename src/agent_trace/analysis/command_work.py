"""What a shell command is for: to look, to change files, to test, to install, to ship, or simply to run something.

Known by the program and its sub-command, without wrappers. A command that nobody knows is `run`: it may change anything.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from agent_trace.analysis.verification import purpose_of
from agent_trace.policy.git_command import git_command
from agent_trace.policy.shell import Command

CommandWork = Literal["nothing", "look", "change", "run", "edit", "install", "verify", "ship"]
"""`nothing` prepares or comments on others (`cd`, `echo`, `export`); `change` moves files or git's state about; `edit` writes
the text of a file. Later words weigh more in a chain."""
WEIGHT: tuple[CommandWork, ...] = ("nothing", "look", "change", "run", "edit", "install", "verify", "ship")

_NOTHING = frozenset(
    "cd chdir pushd popd set shopt export unset source . alias echo printf true false : sleep wait exit return local "
    "declare typeset read trap ulimit umask Set-Location clear".split()
)
_LOOK = frozenset(
    "ls ll dir cat bat head tail less more wc grep egrep fgrep zgrep rg ag ack find fd fdfind tree file stat du df which "
    "where whereis type pwd whoami hostname date ps pgrep top env printenv history jq yq awk gawk sort uniq cut tr diff cmp "
    "comm nl xxd hexdump od strings column basename dirname realpath readlink id uname lsof netstat ss ping dig nslookup "
    "host test [ [[ sha256sum sha1sum md5sum shasum cksum seq tac rev fold expr cal man tput nproc free uptime locale "
    "getent groups command hash jobs Get-Content Get-ChildItem Select-String curl wget http".split()
)
_CHANGE = frozenset(
    "rm mv cp mkdir rmdir touch ln chmod chown truncate dd rsync unzip tar gunzip install kill pkill killall".split()
)
_EDIT = frozenset({"tee", "patch", "ed", "ex"})
_LOOK_GIT = frozenset(
    "status log diff show blame ls-files ls-tree ls-remote grep describe shortlog reflog cat-file rev-parse rev-list "
    "merge-base name-rev for-each-ref count-objects check-ignore var help version whatchanged range-diff fsck".split()
)
_SHIP_GIT = frozenset({"commit", "push"})
_LISTING_GIT = frozenset({"branch", "remote", "tag", "stash", "worktree", "config"})
_SHIP: dict[str, tuple[tuple[str, ...], ...]] = {
    "gh": (("pr", "create"), ("pr", "merge"), ("pr", "ready"), ("pr", "edit"), ("release", "create")),
    "glab": (("mr", "create"), ("mr", "merge"), ("release", "create")),
    "npm": (("publish",),),
    "pnpm": (("publish",),),
    "yarn": (("publish",), ("npm", "publish")),
    "cargo": (("publish",),),
    "poetry": (("publish",),),
    "uv": (("publish",),),
    "twine": (("upload",),),
    "docker": (("push",),),
    "kubectl": (("apply",),),
    "helm": (("install",), ("upgrade",)),
    "terraform": (("apply",),),
    "fly": (("deploy",),),
    "flyctl": (("deploy",),),
    "wrangler": (("deploy",), ("publish",)),
    "netlify": (("deploy",),),
    "firebase": (("deploy",),),
    "serverless": (("deploy",),),
}
_INSTALL: dict[str, tuple[tuple[str, ...], ...]] = {
    "pip": (("install",), ("uninstall",)),
    "pip3": (("install",), ("uninstall",)),
    "pipx": (("install",),),
    "uv": (("add",), ("sync",), ("remove",), ("lock",), ("venv",), ("pip", "install"), ("tool", "install")),
    "poetry": (("install",), ("add",), ("remove",), ("lock",)),
    "npm": (("install",), ("i",), ("ci",), ("add",), ("uninstall",), ("update",)),
    "pnpm": (("install",), ("i",), ("add",), ("remove",)),
    "yarn": (("install",), ("add",), ("remove",)),
    "bun": (("install",), ("add",), ("i",), ("remove",)),
    "apt": (("install",), ("update",), ("remove",)),
    "apt-get": (("install",), ("update",), ("remove",)),
    "apk": (("add",),),
    "dnf": (("install",),),
    "yum": (("install",),),
    "brew": (("install",), ("upgrade",)),
    "cargo": (("add",), ("install",), ("fetch",)),
    "go": (("get",), ("install",), ("mod",)),
    "gem": (("install",),),
    "bundle": (("install",), ("add",), ("update",)),
    "composer": (("install",), ("require",), ("update",)),
    "conda": (("install",), ("create",)),
    "mamba": (("install",), ("create",)),
    "rustup": (("component",), ("target",), ("install",), ("update",)),
    "playwright": (("install",),),
    "mix": (("deps.get",),),
    "dotnet": (("restore",), ("add",)),
}
_LOOKING: dict[str, tuple[tuple[str, ...], ...]] = {
    "gh": tuple(
        (noun, verb)
        for noun in ("pr", "issue", "run", "repo", "release", "workflow", "auth", "search", "label", "gist", "cache")
        for verb in ("view", "list", "status", "diff", "checks", "watch", "prs", "issues", "code", "repos", "commits")
    ),
    "docker": (("ps",), ("logs",), ("images",), ("inspect",), ("version",), ("info",), ("stats",)),
    "kubectl": (("get",), ("describe",), ("logs",), ("version",), ("explain",)),
    "npm": (("ls",), ("list",), ("view",), ("outdated",), ("explain",), ("why",), ("config",)),
    "pip": (("list",), ("show",), ("freeze",), ("index",), ("check",)),
    "pip3": (("list",), ("show",), ("freeze",), ("index",), ("check",)),
    "cargo": (("tree",), ("metadata",), ("search",)),
    "go": (("list",), ("env",), ("version",), ("doc",)),
    "uv": (("tree",), ("pip", "list"), ("pip", "show"), ("pip", "freeze")),
    "brew": (("list",), ("info",), ("search",)),
    "terraform": (("plan",), ("show",), ("output",)),
    "systemctl": (("status",),),
}
_TABLES: dict[CommandWork, dict[str, tuple[tuple[str, ...], ...]]] = {
    "ship": _SHIP,
    "install": _INSTALL,
    "look": _LOOKING,
}
_ASKING = frozenset({"--version", "--help"})
_SENDING = frozenset("-d --data --data-raw --data-binary --json -F --form -T --upload-file -o -O --output".split())
_WRITES = frozenset({">", ">>", ">|", "&>", "&>>"})


@lru_cache(maxsize=1024)
def work_of(command: Command) -> CommandWork:
    """What one simple command is for."""
    words = command.argv
    if not words:
        return "edit" if written_by(command) else "nothing"
    if purpose_of(command) is not None:
        return "verify"
    found = _of_program(command, command.program.removesuffix(".exe"))
    return "edit" if found in ("nothing", "look") and written_by(command) else found


def written_by(command: Command) -> tuple[str, ...]:
    """Files that its redirections write, devices left out."""
    return tuple(
        one.target
        for one in command.redirections
        if one.operator in _WRITES and one.target and not one.target.startswith(("/dev/", "&"))
    )


def subcommand_of(program: str, rest: tuple[str, ...]) -> tuple[str, ...]:
    """The words that belong to the name of what a known program does: `pr create` of gh, `install` of npm."""
    for table in _TABLES.values():
        found = next((one for one in table.get(program, ()) if rest[: len(one)] == one), None)
        if found is not None:
            return found
    return ()


def _of_program(command: Command, program: str) -> CommandWork:
    if program in _NOTHING:
        return "nothing"
    if command.argv[-1] in _ASKING or command.argv[1:] in (("-h",), ("-V",), ("-version",)):
        return "look"
    if program in ("curl", "wget", "http"):
        return "run" if _sends(command.argv[1:]) or program == "wget" else "look"
    if program in _LOOK:
        return "look"
    if program in _CHANGE:
        return "change"
    if program in _EDIT or (program in ("sed", "perl") and any(one.startswith("-i") for one in command.argv[1:])):
        return "edit"
    if program == "sed":
        return "look"
    return _of_git(command) if program == "git" else _of_known(program, command.argv[1:])


def _sends(words: tuple[str, ...]) -> bool:
    """Whether a request changes something there, or its answer a file here."""
    asked = any(
        word in ("-X", "--request") and words[place + 1 : place + 2] != ("GET",) for place, word in enumerate(words)
    )
    return asked or any(word in _SENDING for word in words)


def _of_git(command: Command) -> CommandWork:
    git = git_command(command)
    if git is None or git.name in _LOOK_GIT:
        return "look"
    if git.name in _LISTING_GIT and _only_lists(git.name, git.arguments, tuple(name for name, _ in git.options)):
        return "look"
    return "ship" if git.name in _SHIP_GIT and not git.has("--dry-run") else "change"


def _only_lists(name: str, arguments: tuple[str, ...], options: tuple[str, ...]) -> bool:
    if name in ("branch", "tag"):
        return not arguments and not {"-d", "-D", "-m", "--delete"} & set(options)
    if name == "config":
        return bool({"--get", "--list", "-l", "--get-all"} & set(options))
    if name == "remote":
        return not arguments or arguments[0] in ("show", "get-url")
    return arguments[:1] in (("list",), ("show",))


def _of_known(program: str, words: tuple[str, ...]) -> CommandWork:
    rest = tuple(word for word in words if not word.startswith("-"))
    for work, table in _TABLES.items():
        if any(rest[: len(one)] == one for one in table.get(program, ())):
            return work
    if program == "yarn" and not rest:
        return "install"
    if program.startswith(("python", "pypy")) and words[:2] in (("-m", "pip"), ("-m", "venv")):
        return "install" if words[1] == "venv" or "install" in words else "look"
    return "run"
