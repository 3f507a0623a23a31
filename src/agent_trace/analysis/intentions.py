"""What a step is meant to do: its kind, the programs without their wrappers, and what they work on.

Two steps with equal intentions are attempts at the same thing, however their flags, directories or messages are
written (docs/numbers.md). In doubt two intentions differ: a retry that is none would be a false reproach.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Literal, NamedTuple
from zlib import crc32

import msgspec

from agent_trace.analysis.command_work import WEIGHT, CommandWork, subcommand_of, work_of, written_by
from agent_trace.analysis.shell_steps import ShellStep, arguments
from agent_trace.analysis.verification import purpose_of
from agent_trace.model.session import Step
from agent_trace.model.tools import EDITING, ToolKind
from agent_trace.policy.directories import joined
from agent_trace.policy.git_command import git_command
from agent_trace.policy.shell import Command

Work = Literal["look", "change", "edit", "verify", "ship", "install", "run", "delegate", "plan", "ask", "use"]
"""What kind of work a step is: `change` moves files or git's state about, `use` is a tool that nobody knows, `delegate` starts
a sub-agent."""

_WORK: dict[ToolKind, Work] = {
    "read": "look",
    "search": "look",
    "fetch": "look",
    "write": "edit",
    "edit": "edit",
    "shell": "run",
    "agent": "delegate",
    "skill": "use",
    "plan": "plan",
    "ask": "ask",
}
_MESSAGES = frozenset({"-m", "--message", "--title", "--body", "--notes", "-t", "-b", "--description", "--body-file"})
"""Options whose text is what is said about the work, not what is worked on."""
_COMMENTS = frozenset({"-m", "--message", "-F", "--file"})
"""The same of git."""
_SPOKEN = frozenset({"gh", "glab", "hub"})
_COUNTS = re.compile(r"\d+(?:\.\d+)?[smhdkKMG]?")
_FILE = re.compile(r"\.{1,2}|[\w.-]*\w\.[A-Za-z]\w{0,7}(?:::\S+)?")
_PYTHON = re.compile(r"python(?:\d(?:\.\d+)?)?|py")
_RUNNERS = {"uv": "run", "poetry": "run", "pipenv": "run", "pdm": "run", "hatch": "run", "bundle": "exec", "npm": "exec",
            "pnpm": "exec", "yarn": "exec"}  # fmt: skip
_LAUNCHERS = frozenset({"npx", "uvx", "bunx", "pipx"})
_SUBCOMMANDS = frozenset(
    "git npm pnpm yarn bun cargo go docker docker-compose podman kubectl helm terraform pip pip3 uv poetry make gmake just "
    "task gradle gradlew mvn mvnw dotnet mix rake rails bundle brew apt apt-get gh glab systemctl service conda deno flutter "
    "dart swift zig bazel ansible aws gcloud az fly flyctl vercel netlify wrangler firebase supabase nx turbo lerna mise moon rye".split()
)
"""Programs whose first word says what they do."""
_LONGEST = 400
"""Characters of a target that tell it from others; its length stands behind them where it is longer."""
_RANGES = ("offset", "limit", "pages", "start_line", "end_line", "view_range", "start", "end")
_ASKED = ("pattern", "query", "url", "path", "glob", "include", "type", "output_mode", "prompt")


class Part(NamedTuple):
    """One program of a command, or one tool."""

    name: str
    """`pytest`, `git commit`, `uv run pytest`, `python -m build`; a tool's name."""
    targets: tuple[str, ...] = ()
    """Absolute where they are paths and the directory is known."""


class Intention(msgspec.Struct, frozen=True):
    """What a step is meant to do. Equal intentions are the same one."""

    kind: ToolKind
    parts: tuple[Part, ...]


class Meant(NamedTuple):
    """A step's intention, and what is known about it besides."""

    intention: Intention
    work: Work
    purpose: str
    """What two ways of doing it share: `test`, `check`, `commit`, `push`, a file, a program; empty: not known."""
    way: str = ""
    """By what it is done: the program that counts, or the kind of tool."""
    works: tuple[CommandWork, ...] = ()
    """What each command of a shell call is for."""


def meant(step: Step, ran: ShellStep | None, cwd: str | None) -> Meant:
    """What a step is meant to do; `ran` is its shell command taken apart, where it is one."""
    if ran is not None and ran.script.commands:
        return _of_shell(ran)
    call = step.call
    work: Work = _WORK.get(call.kind, "use")
    if call.kind == "shell" and "output" in call.tool.lower():
        work = "look"
    if call.kind in EDITING:
        paths = tuple(_resolved(cwd, path) for path in call.paths) or (_short(call.title),)
        return Meant(Intention(call.kind, (Part("", paths),)), work, paths[0], call.kind)
    given = arguments(call)
    targets = tuple(_targets(step, given, cwd))
    return Meant(
        Intention(call.kind, (Part(call.tool, targets),)), work, "" if work == "look" else call.tool, call.kind
    )


def _targets(step: Step, given: dict[str, Any], cwd: str | None) -> Iterator[str]:
    """What a tool works on: files with their ranges, patterns, addresses, or all of its arguments."""
    call = step.call
    match call.kind:
        case "read":
            yield from (_resolved(cwd, path) for path in call.paths or (call.title,))
            yield from (f"{name}={given[name]}" for name in _RANGES if given.get(name) is not None)
        case "search" | "fetch" if given:
            yield from (f"{name}={_short(str(given[name]))}" for name in _ASKED if given.get(name) is not None)
        case "plan" | "ask":
            yield _short(call.title)
        case "agent" | "skill" if call.title:
            yield _short(call.title)
        case _:
            yield _canonical(step, given)


def _canonical(step: Step, given: dict[str, Any]) -> str:
    """The arguments in one spelling; where they were cut, what is left of them and how long they were."""
    if not given:
        return f"{step.call.input}#{step.call.size}"
    return _short(json.dumps(given, sort_keys=True, ensure_ascii=False))


# ---- shell commands


def _of_shell(ran: ShellStep) -> Meant:
    works = tuple(work_of(one) for one in ran.script.commands)
    chosen = list(_chosen(ran.script.commands, works))
    parts = tuple(_part(one, ran) for one, _ in chosen)
    call = ran.step.call
    if call.size > len(call.input) or not parts:
        parts = (*parts, Part("", (f"{_short(call.title)}#{call.size}",)))
    heaviest: CommandWork = max((work for _, work in chosen), key=WEIGHT.index, default="nothing")
    work: Work = "run" if heaviest == "nothing" else heaviest
    main = next((one for one, found in chosen if found == heaviest), None)
    purpose, way = ("", "") if main is None else (_purpose(main, work, ran), named(main)[0])
    return Meant(Intention(call.kind, parts), work, purpose, way, works)


def _chosen(commands: Sequence[Command], works: Sequence[CommandWork]) -> Iterator[tuple[Command, CommandWork]]:
    """The commands that the call is about: what looks and what prepares counts only where there is nothing else."""
    heavy = any(WEIGHT.index(work) > WEIGHT.index("look") for work in works)
    looks = any(work == "look" for work in works)
    for command, work in zip(commands, works, strict=True):
        if command.nested or (work == "nothing" and (heavy or looks)):
            continue
        if work == "look" and (heavy or command.connector == "|"):
            continue
        yield command, work


def _part(command: Command, ran: ShellStep) -> Part:
    name, rest = named(command)
    where = ran.place(command.directory) or ""
    targets = [_resolved(where, word) if _is_path(word) else _short(word) for word in _worked_on(command, rest)]
    targets += [_short(text) for text in command.documents]
    targets += [f">{_resolved(where, target)}" for target in written_by(command)]
    if not any(target.startswith(("/", "~")) for target in targets):
        targets.append(f"in {where}")
    return Part(name, tuple(targets))


@lru_cache(maxsize=1024)
def named(command: Command) -> tuple[str, tuple[str, ...]]:
    """The name of what a command does, and the words behind it."""
    words = command.argv
    program = _plain(command.program)
    rest = words[1:]
    behind = _RUNNERS.get(program)
    if (behind is not None and rest[:1] == (behind,)) or program in _LAUNCHERS:
        lead = f"{program} {behind}" if behind and program not in _LAUNCHERS else program
        inner = _past_flags(rest[1:] if program not in _LAUNCHERS else rest)
        if inner:
            name, further = _named(_plain(inner[0].rpartition("/")[2]), inner[1:])
            return f"{lead} {name}", further
    return _named(program, rest)


def _named(program: str, rest: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    if program == "python" and rest[:1] == ("-m",) and len(rest) > 1:
        return f"python -m {rest[1]}", rest[2:]
    if program not in _SUBCOMMANDS:
        return program, rest
    bare = tuple(word for word in rest if not word.startswith("-"))
    known = subcommand_of(program, bare) or bare[: 2 if bare[:1] in (("run",), ("compose",), ("exec",)) else 1]
    if program == "git":
        known = bare[:1] if rest[:1] == bare[:1] else ()
    behind = list(rest)
    for word in known:
        behind.remove(word)
    return " ".join((program, *known)), tuple(behind)


def _plain(program: str) -> str:
    """`python3.11` is `python`; an ending of Windows says nothing."""
    bare = program.removesuffix(".exe").removesuffix(".cmd")
    return "python" if _PYTHON.fullmatch(bare) else {"pip3": "pip", "nodejs": "node"}.get(bare, bare)


def _past_flags(words: tuple[str, ...]) -> tuple[str, ...]:
    place = 0
    while place < len(words) and words[place].startswith("-"):
        place += 2 if words[place] in ("--with", "--python", "--group", "--extra", "-p", "--package", "--from") else 1
    return words[place:]


def _worked_on(command: Command, rest: tuple[str, ...]) -> Iterator[str]:
    """The words behind a name that are no flags, no numbers and no messages."""
    git = git_command(command)
    if git is not None:
        yield from (value for name, value in git.options if value and name not in _COMMENTS)
        yield from (*git.arguments, *git.paths)
        return
    option = ""
    for word in rest:
        before, option = option, word if word.startswith("-") and "=" not in word else ""
        spoken = before in _MESSAGES and command.program in _SPOKEN
        if not (spoken or word.startswith("-") or (before and _COUNTS.fullmatch(word))):
            yield word


def _is_path(word: str) -> bool:
    """Whether a word is plainly a path: a name with an ending, or with a slash."""
    return " " not in word and "://" not in word and ("/" in word or _FILE.fullmatch(word) is not None)


def _resolved(directory: str | None, path: str) -> str:
    return joined(directory or None, path) or path


def _short(text: str) -> str:
    return (
        text if len(text) <= _LONGEST else f"{text[:_LONGEST]}#{len(text)}#{crc32(text.encode('utf-8', 'replace')):x}"
    )


def _purpose(command: Command, work: Work, ran: ShellStep) -> str:
    """What other ways of doing the same would share."""
    verified = purpose_of(command)
    if verified is not None:
        return verified[0]
    name, _ = named(command)
    if work == "edit":
        return next((_resolved(ran.place(command.directory), one) for one in written_by(command)), name)
    bare = name.rpartition(" ")[2] if name.startswith(("uv run ", "npx ", "poetry run ")) else name
    return bare if work != "look" else ""
