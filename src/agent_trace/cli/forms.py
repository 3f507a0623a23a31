"""Spellings of earlier tools: forms that mean a command of ours. docs/compatibility.md lists them all."""

from __future__ import annotations

from collections.abc import Sequence

WORDS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("list", "sessions"): ("list",),
    ("sessions", "list"): ("list",),
    ("sessions", "show"): ("show",),
    ("capture", "all"): ("list", "--limit", "0"),
    ("capture", "recent"): ("list",),
    ("capture", "session"): ("show",),
    ("analyze", "session"): ("findings",),
    ("analyze", "recent"): ("analyze", "--by", "recent"),
    ("analyze", "expensive"): ("analyze", "--by", "expensive"),
    ("archive", "verify"): ("archive-verify",),
    ("archive", "extract"): ("archive-extract",),
    ("prices", "check"): ("prices-check",),
    ("prices", "update"): ("prices-update",),
}
"""Leading words → the words they stand for."""

FLAGS: dict[str, str] = {
    "--last": "--limit",
    "--top": "--limit",
    "--model-id": "--model",
    "--session-id": "--session-id",
    "--out": "-o",
}
"""Flags of earlier tools → ours."""

FLEET = frozenset("--since --until --by --agent --repo --cwd --project --model --branch --label".split())
"""Flags that choose sessions: `outcome` with one of them asks of many."""

_DIFFS = {"--semantic": "diff-outcome", "--compare": "compare"}
"""What `diff` is under these flags."""
_WITHOUT = {"--agent": ("all",), "--format": ("table",)}
"""Values that earlier tools wrote for what is our default."""


def canonical(arguments: Sequence[str]) -> list[str]:
    """Arguments in our own spelling."""
    words = list(arguments)
    for form, meant in WORDS.items():
        if tuple(words[: len(form)]) == form:
            words[: len(form)] = meant
            break
    words = [_flag(word) for word in words]
    words = _drop_defaults(words)
    words = _session_argument(words)
    if words[:1] == ["cost"] and _names_session(words[1:]):
        words[0] = "session-cost"
    if words[:1] == ["diff"]:
        words = _comparison(words)
    if words[:1] == ["outcome"] and FLEET & {word.partition("=")[0] for word in words}:
        words[0] = "outcomes"
    return words


def _comparison(words: list[str]) -> list[str]:
    """`diff A B --semantic` and `diff --compare A B` are reports of their own; `--eval-config FILE` writes JSON there."""
    name = next((_DIFFS[word] for word in words if word in _DIFFS), words[0])
    kept: list[str] = [name]
    for word in words[1:]:
        flag, equals, value = word.partition("=")
        if flag == "--eval-config":
            kept += ["--json", "-o", *([value] if equals else [])]
        elif word not in _DIFFS:
            kept.append(word)
    return kept


def _flag(word: str) -> str:
    name, equals, value = word.partition("=")
    return FLAGS.get(name, name) + equals + value


def _drop_defaults(words: list[str]) -> list[str]:
    kept: list[str] = []
    position = 0
    while position < len(words):
        word = words[position]
        following = words[position + 1] if position + 1 < len(words) else ""
        if following in _WITHOUT.get(word, ()):
            position += 2
            continue
        kept.append(word)
        position += 1
    return kept


def _session_argument(words: list[str]) -> list[str]:
    """`--session-id X` → X."""
    if "--session-id" in words[:-1]:
        at = words.index("--session-id")
        return [*words[:at], words[at + 1], *words[at + 2 :]]
    return words


def _names_session(words: Sequence[str]) -> bool:
    """`cost SESSION`: the first word is no flag."""
    return bool(words) and not words[0].startswith("-")
