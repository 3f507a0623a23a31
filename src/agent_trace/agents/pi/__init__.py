"""Pi: sessions of both package generations (`@mariozechner`, `@earendil-works`), formats 1 to 3.

One JSONL file a session below `sessions/`, one entry a line, one message an entry, with its usage and its price in
dollars. From format 2 on the entries form a tree: where a person goes back to an earlier point, what follows has that
point as its parent, and what was given up stays where it is. It cannot be marked afterwards, because it was told
already; a `rewound` event stands where the new branch begins.

A fork repeats entries in a new file under the same ids. These have eight digits and are not unique across sessions, so
an entry is told apart by its time and content. Opening an old session gives its entries ids and rewrites the file: the
same content under new ids is the same entry.

A reply without content and tokens is an error or an interruption and no call. The model call of a compaction has no
row before 0.8x; where an entry states the usage of a compaction, of a branch's summary or of a tool's own work, it is
billed. Pi's look-alikes (OpenClaw has the same core) lie in other folders.
"""

from __future__ import annotations

from agent_trace.agents.pi.tools import KINDS
from agent_trace.model.agent import Agent, Home, Place

AGENT = Agent(
    name="pi",
    title="Pi",
    homes=(
        Home(path="$PI_CODING_AGENT_DIR", variable="PI_CODING_AGENT_DIR"),
        Home(path="$PI_CODING_AGENT_SESSION_DIR", variable="PI_CODING_AGENT_SESSION_DIR"),
        Home(path="~/.pi/agent"),
    ),
    files=("sessions/*/*.jsonl", "2*_*.jsonl"),
    colour="#c2701e",
    tools=KINDS,
    errors="isError of a tool result: a command's non-zero exit code too",
    usage="call",
    cost=True,
    hooks="extension",
    verified="0.73.1",
    resume=("pi", "--session", "{id}"),
    session_variable="PI_SESSION_ID",
    gaps="the model call of a compaction is in no row (newer versions state it); rewound branches are not marked",
)


def place(path: str) -> Place:
    """A log is named `<time>_<session>.jsonl`."""
    return Place(session=session_of(path))


def session_of(path: str) -> str:
    """The session that a log's path names."""
    stem = path.replace("\\", "/").rpartition("/")[2].removesuffix(".jsonl")
    time, _, name = stem.partition("_")
    return name if name and time[:1].isdigit() else stem
