"""Tables of config.toml as a page changes them: own homes, prices and discounts; what a person wrote around them stays.

A list is given as a whole. Rows that stay keep their own lines, comments and all; a file that is written in a way which
cannot be changed without touching more is refused, and stays as it is.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, get_args, get_type_hints

import msgspec

from agent_trace import registry
from agent_trace.config import AgentHome, Config, parsed
from agent_trace.errors import UsageError
from agent_trace.pricing.own import Discount, Override
from agent_trace.sync.homes import place

TABLES: Mapping[str, type[msgspec.Struct]] = {"homes": AgentHome, "prices": Override, "discounts": Discount}
"""Key of config.toml → what a row of it is."""
MOST = 500
"""Rows of one table."""
_HEAD = re.compile(r"\s*\[\[?\s*([^\]#]+?)\s*\]\]?\s*(?:#.*)?$")


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A column of such a table."""

    name: str
    type: str
    """text, number, date, choice."""
    required: bool
    choices: tuple[str, ...] = ()


class SettingTable(msgspec.Struct, frozen=True, kw_only=True):
    """A list in config.toml."""

    key: str
    fields: tuple[Field, ...]
    rows: tuple[dict[str, Any], ...]
    """As a change gives them back: numbers as decimal strings, days as ISO dates; what is not said is left out."""


def tables(config: Config) -> tuple[SettingTable, ...]:
    """What holds now."""
    return tuple(
        SettingTable(
            key=key,
            fields=tuple(_fields(kind)),
            rows=tuple(msgspec.to_builtins(one) for one in _known(key, getattr(config, key))),
        )
        for key, kind in TABLES.items()
    )


def _fields(kind: type[msgspec.Struct]) -> Iterator[Field]:
    hints = get_type_hints(kind)
    names = {Decimal: "number", date: "date"}
    for one in _columns(kind):
        types = {hints[one.name], *get_args(hints[one.name])}
        found = next((name for type_, name in names.items() if type_ in types), "text")
        choices = tuple(registry.names("agents")) if kind is AgentHome and one.name == "agent" else ()
        yield Field(name=one.encode_name, type="choice" if choices else found, required=one.required, choices=choices)


def _columns(kind: type[msgspec.Struct]) -> list[msgspec.structs.FieldInfo]:
    """What it is about first, the days on which it holds last."""
    return sorted(msgspec.structs.fields(kind), key=lambda one: one.name in ("since", "until"))


def _known(key: str, rows: Sequence[Any]) -> Iterator[msgspec.Struct]:
    """The rows of a configuration that is in force; one that makes no sense is left out, for its reader refuses it anyway."""
    for row in rows:
        try:
            yield row if isinstance(row, TABLES[key]) else msgspec.convert(row, TABLES[key], strict=False)
        except (msgspec.ValidationError, ValueError):
            continue


def checked(key: str, given: Any, environment: Mapping[str, str] = os.environ) -> tuple[msgspec.Struct, ...]:
    """The rows that were given for a table. Raises UsageError, with what to do, for one that makes no sense."""
    if not isinstance(given, list) or len(given) > MOST:
        raise UsageError(f"{key} is a list of at most {MOST} rows", hint=f"each with {_names(key)}")
    return tuple(_row(key, number, one, environment) for number, one in enumerate(given, 1))


def _row(key: str, number: int, given: Any, environment: Mapping[str, str]) -> msgspec.Struct:
    try:
        found = msgspec.convert(given, TABLES[key], strict=False)
    except (msgspec.ValidationError, ValueError) as error:
        raise UsageError(f"row {number} of {key}: {error}", hint=f"a row has {_names(key)}") from error
    for name, text in msgspec.structs.asdict(found).items():
        if isinstance(text, str) and not (text.strip() and text.isprintable()):
            raise UsageError(f"row {number} of {key}: {name} is empty or cannot be read")
    if isinstance(found, AgentHome):
        _home(number, found, environment)
    since, until = getattr(found, "since", None), getattr(found, "until", None)
    if since and until and until < since:
        raise UsageError(f"row {number} of {key} ends before it begins", hint=f"{since} is after {until}")
    return found


def _names(key: str) -> str:
    return ", ".join(one.name if one.required else f"{one.name} (optional)" for one in _fields(TABLES[key]))


def _home(number: int, home: AgentHome, environment: Mapping[str, str]) -> None:
    if home.agent not in registry.names("agents"):
        known = ", ".join(registry.names("agents"))
        raise UsageError(f"row {number} of homes: no agent is called {home.agent!r}", hint=f"known: {known}")
    path = place(home.path, environment)
    if path is None:
        raise UsageError(
            f"row {number} of homes: a variable in {home.path!r} is not set",
            hint="name the folder itself, or set the variable for the server too",
        )
    if not os.path.isabs(path):
        raise UsageError(f"row {number} of homes: {home.path!r} does not begin at the root", hint="use /… or ~/…")
    if not os.path.exists(path):
        raise UsageError(
            f"row {number} of homes: there is no {path} on this machine",
            hint="mount the container's or the other machine's folder first",
        )


# ---------------------------------------------------------------- the file


def edited(lines: list[str], changes: Mapping[str, tuple[msgspec.Struct, ...]]) -> list[str]:
    """The lines of config.toml with other rows in these tables. Raises UsageError where that would touch more."""
    if not changes:
        return lines
    before = parsed("".join(lines))
    found = lines
    for key, rows in changes.items():
        found = _with(found, key, list(_written(key, before.pop(key, ()))), rows)
    try:
        after = parsed("".join(found))
    except ValueError:
        raise _by_hand(", ".join(changes)) from None
    for key, rows in changes.items():
        if tuple(_written(key, after.pop(key, ()))) != rows:
            raise _by_hand(key)
    if after != before:
        raise _by_hand(", ".join(changes))
    return found


def _written(key: str, rows: Sequence[Any]) -> Iterator[msgspec.Struct]:
    """The rows of the file, each of which must be one."""
    for number, row in enumerate(rows, 1):
        try:
            yield msgspec.convert(row, TABLES[key], strict=False)
        except (msgspec.ValidationError, ValueError) as error:
            raise UsageError(f"row {number} of {key} in config.toml: {error}", hint="mend it there first") from error


def _with(lines: list[str], key: str, old: list[msgspec.Struct], new: Sequence[msgspec.Struct]) -> list[str]:
    blocks = _blocks(lines, key)
    if len(blocks) != len(old):
        raise _by_hand(key)
    spare = [(row, lines[begin:end]) for row, (begin, end) in zip(old, blocks, strict=True)]
    made: list[str] = []
    for row in new:
        kept = next((one for one in spare if one[0] == row), None)
        if kept is not None:
            spare.remove(kept)
        _append(made, list(_block(key, row)) if kept is None else kept[1])
    inside = {number for begin, end in blocks for number in range(begin, end)}
    at = blocks[0][0] if blocks else len(lines)
    found = [line for number, line in enumerate(lines[:at]) if number not in inside]
    if made:
        _append(found, made)
    rest = [line for number, line in enumerate(lines) if number >= at and number not in inside]
    if rest:
        _append(found, rest)
    return found


def _append(lines: list[str], more: list[str]) -> None:
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    if lines and lines[-1].strip() and more and more[0].startswith("["):
        lines.append("\n")
    lines += more


def _blocks(lines: list[str], key: str) -> list[tuple[int, int]]:
    """The lines of each `[[key]]`, up to the next table."""
    heads = [(number, found.group(1)) for number, line in enumerate(lines) if (found := _HEAD.match(line))]
    ends = [*[number for number, _ in heads], len(lines)][1:]
    return [(number, end) for (number, name), end in zip(heads, ends, strict=True) if name == key]


def _block(key: str, row: msgspec.Struct) -> Iterator[str]:
    yield f"[[{key}]]\n"
    for one in _columns(type(row)):
        value = getattr(row, one.name)
        if value is None or (not one.required and value == one.default):
            continue
        yield f"{one.encode_name} = {_toml(value)}\n"


def _toml(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else msgspec.json.encode(value).decode()


def _by_hand(key: str) -> UsageError:
    return UsageError(
        f"{key} in config.toml is written in a way that cannot be changed here", hint="change it in an editor"
    )
