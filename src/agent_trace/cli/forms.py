"""Spellings of earlier tools: forms that mean a command of ours. docs/compatibility.md lists them all, and a test runs them.

All of it is data. What the tables do not know stays as it was typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

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
    ("report", "session"): ("report-session",),
    ("report", "aggregate"): ("report-aggregate",),
    ("archive", "verify"): ("archive-verify",),
    ("archive", "extract"): ("archive-extract",),
    ("prices", "check"): ("prices-check",),
    ("prices", "update"): ("prices-update",),
    ("web",): ("serve",),
}
"""Leading words → the words they stand for."""

FLAGS: dict[str, tuple[str, ...]] = {
    "--last": ("--limit",),
    "--top": ("--limit",),
    "--model-id": ("--model",),
    "--session-id": (),
    "--out": ("-o",),
}
"""Flags of earlier tools → ours. Where nothing is named, the value stands alone: `--session-id X` is X."""

ALONE = frozenset({"--inspect-terminal", "--no-llm"})
"""Flags that have no value and say what is so anyway."""

OPTIONS: dict[tuple[str, str], tuple[str, ...]] = {
    ("annotate", "--date"): ("--at",),
    ("cost", "--csv"): ("--format", "csv"),
    ("import", "--claude-dir"): ("--home",),
    ("inspect", "--inspect-mode"): ("--mode",),
    ("inspect", "--inspect-out"): ("-o",),
    ("inspect", "--inspect-terminal"): (),
    ("report-aggregate", "--top"): ("--top",),
    ("report-session", "--top"): ("--top",),
    ("session-cost", "--breakdown"): ("--by", "phase"),
    ("session-cost", "--csv"): ("--format", "csv"),
    ("share", "--dry-run"): ("--check",),
    ("share", "--stdout"): ("-o", "-"),
    ("standup", "--no-llm"): (),
    ("standup", "--session"): (),
    ("token-budget", "--warning-threshold"): ("--warn-at",),
}
"""The same for one command alone."""

SWITCHES: dict[tuple[str, str], str] = {
    ("cost", "--input-price"): "session-cost",
    ("cost", "--output-price"): "session-cost",
    ("show", "--inspect-file"): "inspect",
    ("show", "--inspect-mode"): "inspect",
    ("show", "--inspect-out"): "inspect",
    ("show", "--inspect-terminal"): "inspect",
    ("diff", "--compare"): "compare",
    ("diff", "--semantic"): "diff-outcome",
}
"""A command and a flag → the command that is meant."""

GONE = frozenset({"--compare", "--semantic"})
"""Flags that did nothing but choose a command."""

VALUES: dict[tuple[str, str], dict[str, str]] = {
    ("session-cost", "--model"): {
        "sonnet": "claude-sonnet-5",
        "opus": "claude-opus-5",
        "haiku": "claude-haiku-4-5",
        "gpt4": "gpt-4",
        "gpt4o": "gpt-4o",
    },
}
"""Short names of values."""

UNNEEDED = frozenset({("findings", "--agent"), ("report-session", "--agent"), ("show", "--agent")})
"""Flags that go with their value: an id is enough."""

FLEET = frozenset("--since --until --by --agent --repo --cwd --project --model --branch --label".split())
"""Flags that choose sessions: `outcome` with one of them asks of many."""

OF_SERVE = frozenset({"--port", "--host", "--no-browser"})
"""Flags that another program has without a command: it only serves."""
_WITHOUT = {"--agent": ("all",), "--format": ("table",)}
"""Values that earlier tools wrote for what is our default."""


def canonical(arguments: Sequence[str]) -> list[str]:
    """Arguments in our own spelling."""
    if not arguments:
        return []
    name, *rest = _leading(list(arguments))
    rest = _drop_defaults(name, rest)
    name = _meant(name, rest)
    if name == "inspect" and "--inspect-file" in rest and "--inspect-terminal" not in rest:
        rest = _into_file(rest)
    if name in _DIFFS:
        rest = _for_a_gate([word for word in rest if word not in GONE])
    last = len(rest) - 1
    meant = [one for at, word in enumerate(rest) for one in _flag(name, word, is_last=at == last)]
    return [name, *_named(name, meant)]


def _leading(words: list[str]) -> list[str]:
    if words[0].partition("=")[0] in OF_SERVE:
        return ["serve", *words]
    if words[0] == "report" and all(word.startswith("-") for word in words[1:2]):
        return ["report-aggregate", *words[1:]]
    for form, meant in WORDS.items():
        if tuple(words[: len(form)]) == form:
            return [*meant, *words[len(form) :]]
    return words


def _meant(name: str, rest: Sequence[str]) -> str:
    """The command that is meant by its name and its flags."""
    flags = {word.partition("=")[0] for word in rest}
    if name == "cost" and rest and not rest[0].startswith("-"):
        return "session-cost"
    if name == "outcome" and FLEET & flags:
        return "outcomes"
    return next((meant for (command, flag), meant in SWITCHES.items() if command == name and flag in flags), name)


def _flag(name: str, word: str, *, is_last: bool) -> tuple[str, ...]:
    """What a flag stands for; `--flag=value` keeps its value."""
    flag, equals, value = word.partition("=")
    meant = OPTIONS.get((name, flag), FLAGS.get(flag))
    is_cut = meant == () and is_last and not equals and flag not in ALONE
    if meant is None or is_cut:
        return (word,)
    return (*meant, value) if equals else meant


def _named(name: str, words: Sequence[str]) -> list[str]:
    """Short names of values in full."""
    named: list[str] = []
    for before, word in zip(["", *words], words, strict=False):
        flag, equals, value = word.partition("=")
        inside = VALUES.get((name, flag), {}).get(value)
        named.append(f"{flag}={inside}" if equals and inside else VALUES.get((name, before), {}).get(word, word))
    return named


def _drop_defaults(name: str, words: list[str]) -> list[str]:
    """Without flags and their values that change nothing here."""
    kept: list[str] = []
    position = 0
    while position < len(words):
        word = words[position]
        following = words[position + 1] if position + 1 < len(words) else ""
        if following in _WITHOUT.get(word, ()) or ((name, word) in UNNEEDED and following):
            position += 2
            continue
        kept.append(word)
        position += 1
    return kept


_DIFFS = frozenset({"diff", "diff-outcome", "compare"})


def _for_a_gate(words: Sequence[str]) -> list[str]:
    """`--eval-config FILE` writes JSON there."""
    kept: list[str] = []
    for word in words:
        flag, equals, value = word.partition("=")
        kept += ["--json", "-o", *([value] if equals else [])] if flag == "--eval-config" else [word]
    return kept


def _into_file(words: Sequence[str]) -> list[str]:
    """`--inspect-file` writes a transcript: to `--inspect-out`, or into the folder where one is."""
    kept = [word for word in words if word != "--inspect-file"]
    if any(word.partition("=")[0] in ("--inspect-out", "-o", "--out") for word in kept):
        return [*kept, "--format", "markdown"]
    session = next((value for flag, value in pairwise(kept) if flag == "--session-id"), "latest")
    return [*kept, "--format", "markdown", "-o", f"inspect-{session.replace('/', '--')}.md"]
