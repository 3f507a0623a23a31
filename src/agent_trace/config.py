"""One frozen Config from the file, the environment and the flags: a later one wins."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec

from agent_trace.errors import UnreadableError, UsageError
from agent_trace.model.facts import Weekday
from agent_trace.model.usage import CostMode

ArchiveMode = Literal["on", "only-index", "off"]
Tier = Literal[1, 2, 3]


class AgentHome(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A folder, beside those where an agent keeps its data, in which its data lie too: of a container, a backup, a mount."""

    agent: str
    """The agent's key: claude."""
    path: str
    """With `~` and `$VARIABLES`."""


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
    homes: tuple[AgentHome, ...] = ()
    """Where agents keep their data besides: docs/tasks/import.md."""
    tier: Tier = 3
    """What is kept here: 1 figures alone · 2 also paths, commands, diffs and prompts · 3 all. docs/privacy.md."""
    leaving_tier: Tier = 2
    """What leaves: exports, HTML and Markdown. There, tier 2 has neither prompts nor titles."""
    share_tier: Tier = 3
    """What `share` and `transcript` hand over: conversations, which say little without words. Never more than figures where
    `leaving_tier` is 1."""
    redact: Literal["on", "off"] = "off"
    """on: secrets are masked in everything that is kept here, too. What leaves is masked in any case."""
    privacy_mode: Literal["strict", "moderate", "minimal"] = "moderate"
    """Which levels of rules are masked: all four, MAXIMUM to MEDIUM, MAXIMUM alone."""
    pii: tuple[Literal["email", "phone", "card", "ssn", "arn"], ...] = ()
    """What of persons is masked wherever secrets are."""
    retention: Annotated[int, msgspec.Meta(ge=1)] | None = None
    """Days after which a session that nobody went on with is forgotten by itself; none: never."""
    author: str = ""
    """Who makes notes here; empty: the name of the person's account."""
    home: str = ""
    """Where agent-trace keeps its data; set by AGENT_TRACE_HOME."""
    database: str = ""
    """The index; set by SQLITE_DB_PATH."""

    @property
    def sharing_tier(self) -> Tier:
        """What a session that is handed over holds, unless more or less was asked for."""
        return 1 if self.leaving_tier == 1 else self.share_tier

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

    @property
    def redactions(self) -> str:
        return os.path.join(self.home, "redacted")

    @property
    def annotations(self) -> str:
        return os.path.join(self.home, "annotations.jsonl")

    @property
    def annotations_lock_file(self) -> str:
        return os.path.join(self.home, "annotations.lock")

    @property
    def server_file(self) -> str:
        """Where the server of this home says that it runs, and where."""
        return os.path.join(self.home, "server.json")

    @property
    def server_lock_file(self) -> str:
        return os.path.join(self.home, "server.lock")

    @property
    def server_log(self) -> str:
        return os.path.join(self.home, "server.log")

    @property
    def token_file(self) -> str:
        return os.path.join(self.home, "token")

    @property
    def rules(self) -> str:
        return os.path.join(self.home, "config", "privacy.yml")

    @property
    def sources(self) -> str:
        """Where the paths of logs lie at tier 1, apart from everything else."""
        return os.path.join(self.home, "sources.db")


VARIABLES = {
    "AGENT_TRACE_ARCHIVE": "archive",
    "AGENT_TRACE_TIER": "tier",
    "AGENT_TRACE_REDACT": "redact",
    "AGENT_TRACE_RETENTION": "retention",
    "AGENT_TRACE_AUTHOR": "author",
    "PRIVACY_MODE": "privacy_mode",
}
"""Environment variables and the keys that they set."""
SWITCH = {"1": "on", "true": "on", "yes": "on", "on": "on", "0": "off", "false": "off", "no": "off", "off": "off"}
"""How a switch may be written."""


def load_config(environment: Mapping[str, str] = os.environ, **flags: Any) -> Config:
    """Read config.toml in the home, then the environment, then what was given on the command line."""
    home = environment.get("AGENT_TRACE_HOME") or os.path.join(os.path.expanduser("~"), ".agent-trace")
    home = os.path.abspath(os.path.expanduser(home))
    values: dict[str, Any] = {**_read(os.path.join(home, "config.toml")), "home": home}
    values["database"] = environment.get("SQLITE_DB_PATH") or values.get("database") or os.path.join(home, "data.db")
    values.update({name: environment[variable] for variable, name in VARIABLES.items() if environment.get(variable)})
    values.update({name: value for name, value in flags.items() if value is not None})
    values["redact"] = SWITCH.get(str(values.get("redact", "off")).lower(), values.get("redact"))
    for name in ("tier", "leaving_tier", "share_tier", "retention"):
        if isinstance(values.get(name), str) and values[name].isdecimal():
            values[name] = int(values[name])
    try:
        return msgspec.convert(values, Config)
    except msgspec.ValidationError as error:
        raise UsageError(f"the configuration makes no sense: {error}", hint=f"see {home}/config.toml") from error


def _read(path: str) -> dict[str, Any]:
    if not os.path.exists(path):
        return {}
    try:
        with open(path, encoding="utf-8") as file:
            values = parsed(file.read())
    except (OSError, ValueError) as error:
        raise UnreadableError(f"{path} cannot be read: {error}") from error
    known = set(Config.__struct_fields__)
    unknown = sorted(set(values) - known)
    if unknown:
        raise UsageError(
            f"{path} has keys that mean nothing: {', '.join(unknown)}", hint=f"known: {', '.join(sorted(known))}"
        )
    return values


def parsed(text: str) -> dict[str, Any]:
    """What a text in TOML says. Raises ValueError."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    return tomllib.loads(text)
