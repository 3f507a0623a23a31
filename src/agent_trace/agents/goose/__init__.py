"""Goose: sessions in its database, and the files of versions before 1.10. Unverified: no Goose was run; the schema is that
of its published source.

**Where.** `sessions/sessions.db` below `~/.local/share/goose` (`$XDG_DATA_HOME/goose`, `$GOOSE_PATH_ROOT/data`; on Windows
`%APPDATA%/Block/goose/data`), before 1.10 one `sessions/<id>.jsonl` each. A session that 1.10 took over from its file stands
in both and is one.

**What is read.** Folder, name and kind of a session and what started it; prompts, answers, thinking, tool calls and
results, permissions asked, notices. A message is known by what it says and when, because Goose writes all rows of a
session anew when it compacts. Newer versions keep a ledger of every call with its model, tokens (input holds what came from
or went to a cache) and dollars; where there is none, the message may name them. What the session's own sums hold beyond
these calls is shown as unlogged: in old versions that is everything, as they kept sums alone.

**What is not known.** Which row of the ledger is which answer is not written down: they are paired in their order, by
time. Old sums do not tell cached tokens or models apart. A command's exit code is there only where the tool gives one.
"""

from __future__ import annotations

from agent_trace.model.agent import Agent, Bundle, Database, Home, Place

AGENT = Agent(
    name="goose",
    title="Goose",
    homes=(
        Home(path="$GOOSE_PATH_ROOT/data", variable="GOOSE_PATH_ROOT"),
        Home(path="$XDG_DATA_HOME/goose", variable="XDG_DATA_HOME"),
        Home(path="~/.local/share/goose"),
        Home(path="~/Library/Application Support/goose", system="macos"),
        Home(path="$APPDATA/Block/goose/data", variable="APPDATA", system="windows"),
    ),
    bundles=(Bundle(main="sessions/*.jsonl"),),
    databases=(
        Database(
            file="sessions/sessions.db",
            sessions="""
                SELECT sessions.id, count(messages.id) + ifnull(max(messages.id), 0) + ifnull(accumulated_total_tokens, 0),
                    1000 * CAST(strftime('%s', sessions.updated_at) AS INTEGER)
                FROM sessions LEFT JOIN messages ON messages.session_id = sessions.id GROUP BY sessions.id
                """,
            rows=(
                ("session", "SELECT * FROM sessions WHERE id = :id"),
                ("message", "SELECT * FROM messages WHERE session_id = :id ORDER BY id"),
                ("usage", "SELECT * FROM usage_ledger WHERE session_id = :id ORDER BY id"),
            ),
        ),
    ),
    colour="#868600",
    tools={
        "shell": "shell",
        "bash": "shell",
        "text_editor": "edit",
        "edit": "edit",
        "write": "write",
        "read": "read",
        "read_image": "read",
        "tree": "search",
        "list_windows": "other",
        "glob": "search",
        "grep": "search",
        "rg": "search",
        "search": "search",
        "analyze": "search",
        "web_scrape": "fetch",
        "web_search": "fetch",
        "delegate": "agent",
        "subagent": "agent",
        "subagent__execute_task": "agent",
        "dynamic_task__create_task": "agent",
        "load": "skill",
        "loadSkill": "skill",
        "todo_write": "plan",
        "todo_read": "plan",
        "todo__write": "plan",
        "todo__read": "plan",
    },
    input_includes_cache=True,
    errors="a result's status `error` or `isError`",
    usage="session",
    cost=True,
    subagents=True,
    resume=("goose", "session", "--resume", "--session-id", "{id}"),
    telemetry="OpenTelemetry",
    gaps="each call's tokens before the ledger: then only a session's sums, shown as unlogged; which row is which answer",
)


def place(path: str) -> Place:
    """A session's id stands behind the database, or is the name of its file."""
    file, _, session = path.rpartition("#")
    return Place(session=session if file else path.replace("\\", "/").rpartition("/")[2].removesuffix(".jsonl"))
