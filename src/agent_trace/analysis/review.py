"""What a person should look at in what a session wrote: new dependencies, TODO and FIXME, files of logins and migrations.

Read from the texts of its edits and from its installs, as far as events hold them (2 kB of a text). What stood in the
replaced text already is not new; of a file that was written whole nobody knows what it held before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from agent_trace.analysis.attempts import Attempt
from agent_trace.analysis.command_work import work_of
from agent_trace.analysis.intentions import named
from agent_trace.analysis.shell_steps import arguments

LARGE = 100
"""More changed lines in a file than this are a large change."""
MANY = 20
"""More changed files than this are one."""
Concern = Literal["auth", "migration"]

_NEW = frozenset("content contents file_text new_string new_str newString newText code_edit text".split())
_OLD = frozenset("old_string old_str oldString oldText".split())
_PATCH = re.compile(r"^(?:\*\*\* (?:Add|Update) File: |\+\+\+ (?:b/)?)(.+)$")
_REMARK = re.compile(r"\b(?:TODO|FIXME)\b")
_ADDING = frozenset({"install", "i", "add", "get", "require"})
_NO_NAME = re.compile(r"^[-./~]|\.(?:txt|toml|whl|gz|zip|lock)$")
_CONCERNS: tuple[tuple[Concern, re.Pattern[str]], ...] = (
    ("migration", re.compile(r"(?:^|/)(?:migrations?|alembic|migrate)(?:/|$)|(?:^|/)V\d+__\w+\.sql$", re.IGNORECASE)),
    ("auth", re.compile(
        r"(?:^|[/_.-])(?:auth|oauth2?|authn|authz|authentication|authorization|login|logins?|passwords?|permissions?|session|"
        r"sessions|jwt|credentials?|acl|rbac)(?=[/_.-]|$)", re.IGNORECASE)),
)  # fmt: skip

_JSON = re.compile(r'^\s*"(@?[\w./-]+)"\s*:\s*"(?:[\^~<>=*]|\d|workspace:|latest)')
_QUOTED = re.compile(r"""^\s*["']([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*[<>=!~]=?[^"']*["'],?\s*$""")
_KEYED = re.compile(r"""^([A-Za-z0-9][\w.-]*)\s*=\s*(?:["'][\^~<>=*\d]|\{\s*(?:version|git|path|workspace)\b)""")
_PLAIN = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*(?:[<>=!~]=?.*|;.*|)$")
_GO = re.compile(r"^\s*(?:require\s+)?([\w-]+\.[\w./-]+)\s+v\d")
_GEM = re.compile(r"""^\s*gem\s+["']([\w-]+)""")
_MANIFESTS: tuple[tuple[re.Pattern[str], tuple[re.Pattern[str], ...]], ...] = (
    (re.compile(r"package\.json$"), (_JSON,)),
    (re.compile(r"pyproject\.toml$"), (_QUOTED, _KEYED)),
    (re.compile(r"requirements[\w.-]*\.(?:txt|in)$"), (_PLAIN,)),
    (re.compile(r"Cargo\.toml$"), (_KEYED,)),
    (re.compile(r"go\.mod$"), (_GO,)),
    (re.compile(r"Gemfile$"), (_GEM,)),
)
_NO_DEPENDENCY = frozenset(
    "version python requires-python target-version name edition rust-version line-length node npm python_version".split()
)


class Added(NamedTuple):
    """A line that an edit brought in."""

    path: str
    text: str


class Dependency(NamedTuple):
    """Something that the project needs from now on."""

    name: str
    by: str
    """The manifest that names it, or the command that installed it."""


def added_lines(attempt: Attempt) -> Iterator[Added]:
    """The lines that a successful edit brought in, as far as its call holds them."""
    if attempt.failed is not False or attempt.step.call.kind not in ("edit", "write"):
        return
    call = attempt.step.call
    given: Any = arguments(call)
    path = call.paths[0] if call.paths else ""
    new, old = "\n".join(_texts(given, _NEW)), set("\n".join(_texts(given, _OLD)).split("\n"))
    for line in new.split("\n"):
        if line.strip() and line not in old:
            yield Added(path, line)
    patch = given.get("input") or given.get("patch") or given.get("diff") if given else call.input
    if isinstance(patch, str) and not new:
        yield from _of_patch(patch, path)


def _texts(given: object, names: frozenset[str]) -> Iterator[str]:
    """All texts under such names, however deep: some tools take many edits at once."""
    if isinstance(given, Mapping):
        for name, value in given.items():
            if name in names and isinstance(value, str):
                yield value
            else:
                yield from _texts(value, names)
    elif isinstance(given, list):
        for value in given:
            yield from _texts(value, names)


def _of_patch(patch: str, path: str) -> Iterator[Added]:
    for line in patch.split("\n"):
        head = _PATCH.match(line)
        if head is not None:
            path = head[1].strip()
        elif line.startswith("+") and line[1:].strip():
            yield Added(path, line[1:])


def remarks(attempt: Attempt) -> Iterator[Added]:
    """Lines with TODO or FIXME."""
    return (Added(one.path, one.text.strip()) for one in added_lines(attempt) if _REMARK.search(one.text))


def dependencies(attempt: Attempt) -> Iterator[Dependency]:
    """What an edit of a manifest or an install added."""
    for one in added_lines(attempt):
        for manifest, patterns in _MANIFESTS:
            if manifest.search(one.path):
                yield from _of_line(one, patterns)
    if attempt.failed is False:
        for command in attempt.commands:
            if work_of(command) == "install":
                yield from _installed(*named(command))


def _of_line(one: Added, patterns: tuple[re.Pattern[str], ...]) -> Iterator[Dependency]:
    found = next((match[1] for pattern in patterns if (match := pattern.match(one.text))), None)
    if found is not None and found not in _NO_DEPENDENCY:
        yield Dependency(found, one.path)


def _installed(name: str, words: tuple[str, ...]) -> Iterator[Dependency]:
    if name.endswith("-m pip") and words:
        name, words = f"{name} {words[0]}", words[1:]
    if not _ADDING & set(name.split()[1:]):
        return
    for before, word in zip(("", *words), words, strict=False):
        if not _NO_NAME.search(word) and not (before.startswith("-") and "=" not in before and len(before) == 2):
            yield Dependency(word, name)


def concern(path: str) -> Concern | None:
    """What a person should review a file for."""
    return next((name for name, pattern in _CONCERNS if pattern.search(path)), None)
