"""Rules: how much a finding weighs, what the modes mask, and the patterns that users add.

A file of rules holds `custom_patterns`, a list of `{pattern, name?, description?, level?, replacement?}`. Patterns are
compiled with google-re2, which is linear in the text; what it refuses is refused with the file, the line and the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal, get_args

import msgspec

from agent_trace.errors import UsageError
from agent_trace.privacy.linear import RefusedError, over_text

Level = Literal["MAXIMUM", "HIGH", "MEDIUM", "LOW"]
Mode = Literal["strict", "moderate", "minimal"]
PiiKind = Literal["email", "phone", "card", "ssn", "arn"]

LEVELS: tuple[Level, ...] = get_args(Level)
PII_KINDS: tuple[PiiKind, ...] = get_args(PiiKind)
MASKED: dict[str, frozenset[Level]] = {
    "strict": frozenset(LEVELS),
    "moderate": frozenset(LEVELS[:3]),
    "minimal": frozenset(LEVELS[:1]),
}
"""The levels that each mode masks."""

SECTION = "custom_patterns"
FIELDS = frozenset({"name", "pattern", "description", "level", "replacement"})


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A pattern of the user. All that it matches is masked."""

    name: str
    pattern: str
    level: Level = "HIGH"
    replacement: str = ""
    """What stands in place of a match; empty: `[REDACTED:name]`. Where a length must stay, the marker is cut to fit."""
    description: str = ""


def flag_rules(patterns: Iterable[str]) -> tuple[Rule, ...]:
    """The rules that plain patterns of the command line make."""
    rules = tuple(Rule(name=f"pattern_{number}", pattern=one) for number, one in enumerate(patterns, start=1))
    for rule in rules:
        check(rule.pattern, f"--redact-pattern {rule.pattern!r}")
    return rules


def read_rules(text: str, source: str) -> tuple[Rule, ...]:
    """The rules of a YAML file; `source` is its name in messages. Other sections of the file are passed over."""
    import yaml

    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as bad:
        mark = getattr(bad, "problem_mark", None)
        where = f"{source}:{mark.line + 1}" if mark else source
        raise UsageError(f"{where}: this is no YAML: {getattr(bad, 'problem', None) or bad}") from None
    except (RecursionError, ValueError) as bad:
        raise UsageError(f"{source}: this is no YAML: {bad}") from None
    if root is None:
        return ()
    section = _pairs(root, source).get(SECTION)
    if section is None or _is_null(section):
        return ()
    if section.id != "sequence":
        raise UsageError(f"{_at(source, section)}: {SECTION} is not a list")
    return tuple(_rule(node, number, source) for number, node in enumerate(section.value, start=1))


def check(pattern: str, where: str) -> None:
    """Refuse a pattern that cannot be compiled or that matches nothing but the empty text."""
    if not pattern:
        raise UsageError(f"{where}: the pattern is empty")
    try:
        over_text(pattern)
    except RefusedError as refused:
        raise UsageError(
            f"{where}: the pattern is refused: {refused}", hint="Patterns have the syntax of RE2: no lookaround."
        ) from None


def _rule(node: Any, number: int, source: str) -> Rule:
    fields = _pairs(node, source)
    unknown = sorted(set(fields) - FIELDS)
    if unknown:
        raise UsageError(f"{_at(source, fields[unknown[0]])}: a rule has no field {unknown[0]!r}")
    if "pattern" not in fields:
        raise UsageError(f"{_at(source, node)}: a rule without a pattern")
    texts = {name: _text(value, name, source) for name, value in fields.items() if not _is_null(value)}
    check(texts.get("pattern", ""), _at(source, fields["pattern"]))
    level = texts.pop("level", "HIGH").upper()
    if level not in LEVELS:
        raise UsageError(f"{_at(source, fields['level'])}: the level {level!r} is none of {', '.join(LEVELS)}")
    texts["name"] = texts.get("name", "").strip() or f"custom_{number}"
    return msgspec.convert({**texts, "level": level}, Rule)


def _pairs(node: Any, source: str) -> dict[str, Any]:
    if node.id != "mapping":
        raise UsageError(f"{_at(source, node)}: this is not a mapping of names to values")
    return {key.value: value for key, value in _scalar_keys(node)}


def _scalar_keys(node: Any) -> Iterator[tuple[Any, Any]]:
    return ((key, value) for key, value in node.value if key.id == "scalar")


def _text(node: Any, name: str, source: str) -> str:
    if node.id != "scalar":
        raise UsageError(f"{_at(source, node)}: {name} is not a text")
    return str(node.value)


def _is_null(node: Any) -> bool:
    return node.id == "scalar" and str(node.tag).endswith(":null")


def _at(source: str, node: Any) -> str:
    return f"{source}:{node.start_mark.line + 1}"
