"""The settings as a page shows and changes them: each key's value, where it comes from and what it may be."""

from __future__ import annotations

import os
import re
import types
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from agent_trace.app import setting_tables
from agent_trace.app.setting_tables import TABLES, SettingTable
from agent_trace.config import VARIABLES, Config, load_config
from agent_trace.errors import UnreachableError, UsageError
from agent_trace.sync.lock import lock

Source = Literal["file", "environment", "default"]
LOCK_WAIT_S = 10.0
EDITABLE = (
    "timezone", "start_of_week", "cost", "archive", "retention", "tier", "leaving_tier", "share_tier", "redact", "privacy_mode",
    "pii", "author",
)  # fmt: skip
"""What a page may change, beside the tables."""
_KEY = re.compile(r"\s*([A-Za-z_]+)\s*=")


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One key of config.toml."""

    key: str
    value: Any
    source: Source
    default: Any
    type: str
    """text, number, choice, choices."""
    choices: tuple[Any, ...] = ()
    optional: bool = False
    """null is a value too."""
    editable: bool = True
    """False: an environment variable has the last word."""
    variable: str | None = None
    """The environment variable that sets it."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All that may be changed here."""

    path: str
    settings: tuple[Setting, ...]
    tables: tuple[SettingTable, ...]


def settings(config: Config, environment: Mapping[str, str] = os.environ) -> Settings:
    """What holds now."""
    path = os.path.join(config.home, "config.toml")
    written = {found.group(1) for line in _head(_lines(path)) if (found := _KEY.match(line))}
    variables = {key: variable for variable, key in VARIABLES.items()}
    hints = get_type_hints(Config, include_extras=True)
    defaults = Config()
    return Settings(
        path=path,
        settings=tuple(
            _setting(key, config, defaults, hints[key], variables.get(key), written, environment) for key in EDITABLE
        ),
        tables=setting_tables.tables(config),
    )


def _setting(
    key: str,
    config: Config,
    defaults: Config,
    hint: Any,
    variable: str | None,
    written: set[str],
    environment: Mapping[str, str],
) -> Setting:
    is_set = variable is not None and bool(environment.get(variable))
    kind, choices, optional = _shape(hint)
    return Setting(
        key=key,
        value=getattr(config, key),
        source="environment" if is_set else "file" if key in written else "default",
        default=getattr(defaults, key),
        type=kind,
        choices=choices,
        optional=optional,
        editable=not is_set,
        variable=variable,
    )


def _shape(hint: Any) -> tuple[str, tuple[Any, ...], bool]:
    """How a page asks for a value: its kind, its choices, whether there may be none."""
    if get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    if get_origin(hint) in (Union, types.UnionType):
        kind, choices, _ = _shape(next(one for one in get_args(hint) if one is not type(None)))
        return kind, choices, True
    if get_origin(hint) is Literal:
        return "choice", get_args(hint), False
    if get_origin(hint) is tuple:
        return "choices", get_args(get_args(hint)[0]), False
    return ("number" if hint is int else "text"), (), False


def change(config: Config, changes: Mapping[str, Any], environment: Mapping[str, str] = os.environ) -> Config:
    """Write new values into config.toml (None takes a key out), every other line as it was; what holds then.

    A table is given as the list of its rows. Raises UsageError for a key that may not be changed or a value that makes no
    sense: nothing is written then.
    """
    given = {
        key: setting_tables.checked(key, value or [], environment) for key, value in changes.items() if key in TABLES
    }
    changes = {key: value for key, value in changes.items() if key not in TABLES}
    _check_all(config, changes, environment)
    path = os.path.join(config.home, "config.toml")
    with lock(path + ".lock", wait_s=LOCK_WAIT_S) as held:
        if not held:
            raise UnreachableError("another agent-trace is changing the settings", hint="try again")
        lines = setting_tables.edited(_edited(_lines(path), changes), given)
        beside = f"{path}.{os.getpid()}"
        with open(os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.writelines(lines)
        os.replace(beside, path)
    return load_config({**environment, "AGENT_TRACE_HOME": config.home})


def _check_all(config: Config, changes: Mapping[str, Any], environment: Mapping[str, str]) -> None:
    known = {one.key: one for one in settings(config, environment).settings}
    for key, value in changes.items():
        if key not in known:
            others = ", ".join([*known, *TABLES])
            raise UsageError(f"{key} cannot be changed here", hint=f"see config.toml, or: {others}")
        if not known[key].editable:
            raise UsageError(f"{key} is set by {known[key].variable}", hint=f"unset {known[key].variable} first")
        _check(key, value)


def _check(key: str, value: Any) -> None:
    try:
        msgspec.convert({} if value is None else {key: value}, Config)
    except msgspec.ValidationError as error:
        raise UsageError(f"{key} cannot be {value!r}: {error}") from error
    texts = value if isinstance(value, list) else [value]
    if any(isinstance(one, str) and not one.isprintable() for one in texts):
        raise UsageError(f"{key} holds characters that cannot be read")
    if key == "timezone" and value:
        from agent_trace.app.moments import zone

        zone(value)


def _lines(path: str) -> list[str]:
    try:
        with open(path, encoding="utf-8") as file:
            return file.readlines()
    except FileNotFoundError:
        return []


def _head(lines: list[str]) -> list[str]:
    """The lines before the first table: where our own keys stand."""
    end = next((at for at, line in enumerate(lines) if line.lstrip().startswith("[")), len(lines))
    return lines[:end]


def _edited(lines: list[str], changes: Mapping[str, Any]) -> list[str]:
    head, done = [], set()
    for line in _head(lines):
        found = _KEY.match(line)
        key = found.group(1) if found else ""
        if key not in changes:
            head.append(line)
        elif changes[key] is not None and key not in done:
            done.add(key)
            head.append(f"{key} = {_toml(changes[key])}\n")
    if head and not head[-1].endswith("\n"):
        head[-1] += "\n"
    fresh = [f"{key} = {_toml(value)}\n" for key, value in changes.items() if value is not None and key not in done]
    return [*head, *fresh, *lines[len(_head(lines)) :]]


def _toml(value: Any) -> str:
    """A text, a number or a list of texts; JSON's form of these is TOML's."""
    return msgspec.json.encode(value).decode()
