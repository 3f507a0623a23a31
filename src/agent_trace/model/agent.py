"""Agent: a value that describes one coding agent. The shell does what it declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from agent_trace.model.tools import ToolKind


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """A folder that an agent keeps its data in."""

    path: str
    """With `~` and `$VARIABLES`, which the shell expands."""
    variable: str = ""
    """The environment variable that names it; empty: it is always looked at."""
    system: Literal["", "linux", "macos", "windows"] = ""
    """The only system on which it is looked at; empty: on all."""


class Database(msgspec.Struct, frozen=True, kw_only=True):
    """An SQLite file that holds many sessions. It is opened read-only, and each session becomes a log of JSON lines.

    The log's path is the file's path, `#` and the session's id. A line is one row: an object of its columns and
    `"table"`, the name given here.
    """

    file: str
    """A glob below a home."""
    sessions: str | tuple[str, ...]
    """SQL that yields a session's id (text), and two integers that change whenever one of its rows does: a size, such as
    the number of its rows, and a time in milliseconds, such as the latest update. Several where versions of the agent
    have other tables: what asks for a table that a file lacks is passed over."""
    rows: tuple[tuple[str, str], ...]
    """(table, SQL with `:id`): all rows of one session, in the order in which they were made. Here too what asks for a
    table that a file lacks is passed over."""


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """A log that is rewritten as a whole or lies in several files: it is read anew whenever one of them changes.

    The member's function `lines(files: Mapping[str, bytes]) -> Iterable[bytes]` turns the files (path → content, the
    main file first, decompressed where its name ends in .zst or .gz) into JSON lines, one for each record and equal
    whenever the record is; without that function a .json file is one line, and any other file is its lines.
    """

    main: str
    """A glob below a home: the file that names the session. The log's path is its path."""
    beside: tuple[tuple[str, ...], ...] = ()
    """Files that belong to it: each entry is a glob in steps from the main file's folder. `{stem}` in the first step is
    the main file's name without its ending; in a later step it stands for each name that the step before found."""


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """Where an agent's logs are, how its tools are called and what it cannot tell."""

    name: str
    """The member's file name."""
    title: str
    homes: tuple[Home, ...]
    files: tuple[str, ...] = ()
    """Globs below a home: the logs that grow line by line."""
    bundles: tuple[Bundle, ...] = ()
    databases: tuple[Database, ...] = ()
    project_folder: str = ""
    """The folder whose folders hold the logs of one project each; empty: its logs do not lie by project."""
    colour: str = "#8a8f98"
    """What stands for it in charts, as #rrggbb."""
    beside: tuple[str, ...] = ()
    """Endings of small files that lie beside a log and belong to it: a log's stem with this ending."""
    tools: Mapping[str, ToolKind] = msgspec.field(default_factory=dict)
    input_includes_cache: bool = False
    """Whether the agent counts cached tokens inside input: they are taken apart on reading."""
    verified: str = ""
    """The versions that were seen running; empty: unverified."""
    resume: tuple[str, ...] = ()
    """The agent's own command to go on with a session, `{id}` in place of the id."""
    session_variable: str = ""
    """The environment variable in which the agent tells its children the session's id."""
    records_from: tuple[int, ...] = ()
    """The version from which the agent leaves a cost record at every orderly end; empty: it never does."""
    errors: str = ""
    """How a failed tool call shows in its log."""
    usage: Literal["call", "session", "none"] = "call"
    """What its log knows of tokens: each call's, only sums, or nothing."""
    cost: bool = False
    """Whether it writes down dollars."""
    known_as: str = ""
    """What agent-strace's hooks call it; empty: nothing, so that our name stands."""
    secondhand: bool = False
    """Whether its logs may tell of sessions that other agents have logs of: a session whose id, or the first 16 characters
    of whose id, another agent's session bears merges into that one, and nothing of it counts."""
    subagents: bool = False
    """Whether it starts sub-agents that its logs show."""
    hooks: str = ""
    """What it offers to those who want to hear it live: `hooks`, `plugin`, `extension`; empty: nothing that is known."""
    telemetry: str = ""
    """`OpenTelemetry`; empty: none."""
    statusline: bool = False
    """Whether it shows a line that another program prints: docs/statusline.md."""
    gaps: str = ""
    """What its log does not hold."""

    @property
    def tells_calls(self) -> bool:
        """Whether a log without a model call means that there was none."""
        return self.usage == "call" and not self.secondhand

    def kind(self, tool: str) -> ToolKind:
        """The kind of a tool by its name in the log."""
        found = self.tools.get(tool)
        if found is not None:
            return found
        return "mcp" if tool.startswith("mcp__") else "other"


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """What a log's path says about its session."""

    session: str
    """The session's id."""
    root: str | None = None
    """The id of the root session, where the path names one."""
    agent_id: str | None = None
    """The sub-agent's own id."""
