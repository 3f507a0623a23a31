"""OpenCode: its database, the JSON tree of older versions and exported sessions, 1.18.33 seen running.

A session is a row of `opencode.db`, its messages and their parts are rows with JSON in them; versions before 1.2 kept
the same records as files below `storage/`, and `opencode export` writes them as one document, however its file is
named. All three become the same lines, with the same ids, so what is read twice counts once.

A call is an assistant message. Its tokens stand in the message and again in the part that ends the step: they are
counted once. Cached tokens are apart from input, reasoning is apart from output and is added to it; some versions wrote
reasoning inside output too, which their total shows. Dollars are OpenCode's own, from prices in its configuration: 0
beside tokens means that it knew none.

A fork copies messages under new ids: they are told by what every copy shares. A sub-agent is a session of its own that
names its parent. A command that ends with another code than 0 is `completed`, its code lies in the metadata.

Version 2 keeps a message in one row of its own tables; that is read by its published schema and was not seen running.

The log does not hold the call that makes a title, nor the tokens of an answer whose process was killed before it ended
its step. A file that `write` overwrote changes an unknown number of lines.
"""

from __future__ import annotations

from agent_trace.agents.opencode.kinds import KINDS
from agent_trace.model.agent import Agent, Bundle, Database, Home

_SESSIONS = """
SELECT id,
    (SELECT count(*) FROM message WHERE session_id = session.id) + (SELECT count(*) FROM part WHERE session_id = session.id),
    max(
        time_updated,
        ifnull((SELECT max(time_updated) FROM message WHERE session_id = session.id), 0),
        ifnull((SELECT max(time_updated) FROM part WHERE message_id IN (
            SELECT id FROM message WHERE session_id = session.id ORDER BY time_created DESC LIMIT 5
        )), 0)
    )
FROM session
"""
"""Only parts of a running message are updated without anything else; looking at all of them would read every page."""
_SESSIONS_2 = """
SELECT id,
    (SELECT count(*) FROM session_message WHERE session_id = session_v2.id),
    max(time_updated, ifnull((SELECT max(time_updated) FROM session_message WHERE session_id = session_v2.id), 0))
FROM session_v2
"""
"""Version 2; it keeps the tables of version 1 beside its own, as it found them."""
_ROWS = (
    ("session", "SELECT * FROM session WHERE id = :id"),
    ("message", "SELECT * FROM message WHERE session_id = :id ORDER BY id"),
    ("part", "SELECT * FROM part WHERE session_id = :id ORDER BY id"),
    ("session_v2", "SELECT * FROM session_v2 WHERE id = :id"),
    (
        "session_message",
        "SELECT * FROM session_message WHERE session_id = :id AND session_id IN (SELECT id FROM session_v2) ORDER BY seq",
    ),
)
"""Late versions of 1 have a table `session_message` too, and no `session_v2`: they do not use it yet."""

AGENT = Agent(
    name="opencode",
    title="OpenCode",
    homes=(
        Home(path="$OPENCODE_DATA_DIR", variable="OPENCODE_DATA_DIR"),
        Home(path="$XDG_DATA_HOME/opencode", variable="XDG_DATA_HOME"),
        Home(path="~/.local/share/opencode"),
    ),
    databases=(Database(file="opencode*.db", sessions=(_SESSIONS, _SESSIONS_2), rows=_ROWS),),
    bundles=(
        Bundle(
            main="storage/session/*/*.json",
            beside=(("../../message/{stem}/*.json", "../../part/{stem}/*.json"),),
        ),
    ),
    colour="#2a9d8f",
    tools=KINDS,
    verified="1.18.33",
    resume=("opencode", "--session", "{id}"),
    errors="state `error`; a command's exit code in metadata.exit of a completed one",
    cost=True,
    subagents=True,
    hooks="plugin",
    gaps="the call that makes a title; the tokens of an answer whose process was killed; lines of an overwritten file",
)
