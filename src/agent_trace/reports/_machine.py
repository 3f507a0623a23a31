"""What doctor is told about this machine: plain facts, gathered by the shell."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

ArchiveMode = Literal["on", "only-index", "off"]


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """A file or folder that could not be read, and why."""

    path: str
    reason: str


class HomeSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A folder in which an agent may keep its logs."""

    agent: str
    title: str
    path: str
    variable: str
    """The environment variable that names it; empty: it is always looked at."""
    named: bool = False
    """The variable is the agent's own and names just this folder: somebody wants it to be looked at."""
    found: bool
    logs: int = 0
    size: int = 0
    """Bytes of these logs."""
    sessions: int = 0
    """Indexed from them, sub-agents among them."""
    versions: tuple[str, ...] = ()
    """Versions of the agent that wrote them, as far as they say so."""
    verified: str = ""
    """Versions that were seen running when its reader was written; empty: none was."""


class IndexState(msgspec.Struct, frozen=True, kw_only=True):
    """The database."""

    path: str
    in_memory: bool
    size: int
    log_size: int
    """Of the write-ahead log beside it."""
    data_version: int
    damage: str
    """What SQLite's own check found; empty: nothing."""
    logs: int
    sessions: int
    """Roots."""
    subagents: int
    calls: int
    documents: int
    """Events whose text can be searched."""
    masked_documents: int
    """Entries of logs that were read anew: they match nothing and take room until the text is made again."""
    due_bytes: int
    """Of logs whose text is not yet searchable nor archived."""
    set_aside: tuple[str, ...]
    """Damaged indexes that were moved out of the way."""


class ArchiveState(msgspec.Struct, frozen=True, kw_only=True):
    """The raw records."""

    path: str
    mode: ArchiveMode
    copies: int
    """Archived logs."""
    size: int
    raw_size: int
    """Before compression."""
    missing: tuple[str, ...]
    """Logs whose archived copy is not there or too short."""
    verified: bool
    """Every frame was read and its checksum checked, as --verify asks for."""
    damaged: tuple[Trouble, ...]
    """Archived logs that are not what was written."""


class UnreadLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line that could not be understood, or is of a kind that is not known. It is kept and counted, never dropped."""

    agent: str
    log: str
    line: int | None
    """Counted from 1; None where the log can be read no more."""
    offset: int
    """Byte at which it begins."""
    length: int
    reason: str
    archived: bool
    """The place is one in the archived copy: the log itself was deleted or rewritten."""


class TornTail(msgspec.Struct, frozen=True, kw_only=True):
    """A last line without its end: it is being written, or its writer was killed."""

    log: str
    size: int


class LogChange(msgspec.Struct, frozen=True, kw_only=True):
    """A log that is gone, or lacks lines that were read before."""

    log: str
    sessions: tuple[str, ...]
    what: Literal["deleted", "rewritten"]
    kept: Literal["archived", "in part", "sums only"]
    """What is left of what was read."""


class Duplicate(msgspec.Struct, frozen=True, kw_only=True):
    """One session in several logs: it counts once."""

    session: str
    logs: tuple[str, ...]


class Feature(msgspec.Struct, frozen=True, kw_only=True):
    """Something of SQLite or the system that agent-trace may use."""

    name: str
    present: bool
    detail: str = ""


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One key of the configuration as it is in force."""

    name: str
    value: str
    origin: str
    """default, config.toml, a flag, or the environment variable that set it."""


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """Everything."""

    version: str
    """Of agent-trace."""
    python: str
    platform: str
    tested_platform: bool
    """False where agent-trace has not been run by those who make it."""
    tested: tuple[str, ...] = ("linux",)
    """The systems on which it has been."""
    zone: str
    now: datetime
    home: str
    homes: tuple[HomeSeen, ...]
    imported: tuple[str, ...]
    index: IndexState
    archive: ArchiveState
    unread: tuple[UnreadLine, ...]
    torn: tuple[TornTail, ...]
    changes: tuple[LogChange, ...]
    without_session: tuple[str, ...]
    """Logs without any prompt, model call or tool call."""
    duplicates: tuple[Duplicate, ...]
    unreadable: tuple[Trouble, ...]
    forgotten: int
    """Tombstones: sessions and logs that must stay away."""
    redacted: int
    """Names of sessions and logs that are masked at every reading."""
    forgetting_unfinished: bool
    features: tuple[Feature, ...]
    settings: tuple[Setting, ...]
    notes: tuple[str, ...]
    """What came up while the index was opened and brought up to date."""
