"""One frozen Config from the file, the environment and the flags: a later one wins."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from agent_trace.errors import UnreadableError, UsageError
from agent_trace.model.facts import Weekday
from agent_trace.model.usage import CostMode

ArchiveMode = Literal["on", "only-index", "off"]


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """What the person decided. Each field is a key of config.toml."""

    archive: ArchiveMode = "on"
    """on: raw records are kept · only-index: summaries, usage and full text · off: nothing of deleted logs."""
    timezone: str = ""
    """An IANA name; empty: the system's."""
    start_of_week: Weekday = "monday"
    cost: CostMode = "priced"
    prices: tuple[dict[str, Any], ...] = ()
    """Own rates, above the price book: docs/prices.md."""
    discounts: tuple[dict[str, Any], ...] = ()
    home: str = ""
    """Where agent-trace keeps its data; set by AGENT_TRACE_HOME."""
    database: str = ""
    """The index; set by SQLITE_DB_PATH."""

    @property
    def archive_folder(self) -> str:
        return os.path.join(self.home, "archive")

    @property
    def lock_file(self) -> str:
        return os.path.join(self.home, "sync.lock")

    @property
    def text_lock_file(self) -> str:
        return os.path.join(self.home, "text.lock")

    @property
    def tombstones(self) -> str:
        return os.path.join(self.home, "forgotten")


def load_config(environment: Mapping[str, str] = os.environ, **flags: Any) -> Config:
    """Read config.toml in the home, then the environment, then what was given on the command line."""
    home = environment.get("AGENT_TRACE_HOME") or os.path.join(os.path.expanduser("~"), ".agent-trace")
    home = os.path.abspath(os.path.expanduser(home))
    values: dict[str, Any] = {**_read(os.path.join(home, "config.toml")), "home": home}
    values["database"] = environment.get("SQLITE_DB_PATH") or values.get("database") or os.path.join(home, "data.db")
    if environment.get("AGENT_TRACE_ARCHIVE"):
        values["archive"] = environment["AGENT_TRACE_ARCHIVE"]
    values.update({name: value for name, value in flags.items() if value is not None})
    try:
        return msgspec.convert(values, Config)
    except msgspec.ValidationError as error:
        raise UsageError(f"the configuration makes no sense: {error}", hint=f"see {home}/config.toml") from error


def _read(path: str) -> dict[str, Any]:
    if not os.path.exists(path):
        return {}
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        with open(path, "rb") as file:
            values = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise UnreadableError(f"{path} cannot be read: {error}") from error
    known = set(Config.__struct_fields__)
    unknown = sorted(set(values) - known)
    if unknown:
        raise UsageError(
            f"{path} has keys that mean nothing: {', '.join(unknown)}", hint=f"known: {', '.join(sorted(known))}"
        )
    return values
