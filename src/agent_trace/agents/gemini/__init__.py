"""Gemini CLI: chats of version 0.61, and the documents that versions until early 2026 kept them in.

One JSONL file a session below `tmp/<project>/chats/`, sub-agents in files of their own below their parent's session id.
A record is written again whenever it grows (its tokens, its tool calls and their results come later): only what is new
of it becomes events. A resume writes a second header and all messages once more, without tokens and partly under new
ids; what was told before is known by its id, its words or its tool calls and not told twice. Older versions keep a
session in one JSON document; it is read as the same lines.

Cached tokens are counted inside input, thoughts beside output. The log has no git branch and no version. What it does
not hold: the two calls of a compaction, the checks for loops by a small model, requests that were tried again, and the
last two calls of a run that was ended as a loop. Gemini CLI deletes old sessions by itself: they are archived as they
are read.
"""

from __future__ import annotations

from agent_trace.agents.gemini.tools import KINDS
from agent_trace.model.agent import Agent, Bundle, Home, Place

AGENT = Agent(
    name="gemini",
    title="Gemini CLI",
    known_as="gemini-cli",
    homes=(
        Home(path="$GEMINI_CLI_HOME/.gemini", variable="GEMINI_CLI_HOME"),
        Home(path="~/.gemini"),
    ),
    files=("tmp/*/chats/**/*.jsonl",),
    bundles=(Bundle(main="tmp/*/chats/**/*.json", beside=(("../.project_root",),)),),
    colour="#4285f4",
    tools=KINDS,
    input_includes_cache=True,
    verified="0.61.0",
    resume=("gemini", "--resume", "{id}"),
    session_variable="GEMINI_SESSION_ID",
    errors="status error; a failed shell command only by its exit code in the text",
    usage="call",
    subagents=True,
    hooks="hooks",
    telemetry="OpenTelemetry",
    gaps="the calls of a compaction, of loop checks and of requests tried again are in no file; no git branch",
)


def place(path: str) -> Place:
    """A sub-agent's file lies in a folder named after its parent's session; a main file's name has 8 digits of its id."""
    folders = path.replace("\\", "/").split("/")
    stem = folders[-1].partition(".")[0]
    if stem.startswith("session-"):
        return Place(session=stem.rpartition("-")[2])
    parent = folders[-2] if len(folders) > 2 and folders[-3] == "chats" else None
    return Place(session=stem, root=parent)
