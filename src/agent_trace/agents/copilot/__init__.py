"""GitHub Copilot CLI: `events.jsonl` of a session, from 0.0.420 to 1.0.102.

One folder a session below `session-state/`, before 2026 one file; a resume goes on in the same log. Sub-agents speak in
their root's log, under an `agentId` (earlier: under the id of the tool call that started them).

From 1.0.9x on every model call leaves a usage record, whose input holds what was read from and written to a cache.
Earlier versions tell an answer's output tokens alone: the rest shows as `unlogged`, from the account that the agent
leaves at every shutdown. That account is cumulative over resumes, in early versions anew for each process: which of the
two it is, the answers themselves tell. It lacks the call of a compaction, which the compaction states itself.

Copilot bills AI credits: they are kept beside a call as `credits`, never as dollars; premium requests, an earlier unit,
are not kept. A failing command is marked as success: its exit code tells.
"""

from __future__ import annotations

from agent_trace.agents.copilot.tools import KINDS
from agent_trace.model.agent import Agent, Home, Place

AGENT = Agent(
    name="copilot",
    title="Copilot CLI",
    known_as="github-copilot",
    homes=(
        Home(path="$COPILOT_HOME", variable="COPILOT_HOME"),
        Home(path="~/.copilot"),
        Home(path="$XDG_STATE_HOME/.copilot", variable="XDG_STATE_HOME"),
    ),
    files=("session-state/*/events.jsonl", "session-state/*.jsonl"),
    colour="#8250df",
    tools=KINDS,
    input_includes_cache=True,
    errors="success false; a command's exit code, which is marked as success, is no error but a failed step",
    usage="call",
    subagents=True,
    hooks="hooks",
    telemetry="OpenTelemetry",
    verified="1.0.102",
    resume=("copilot", "--resume", "{id}"),
    records_from=(0, 0, 420),
    gaps="before 1.0.9x input and cache tokens are known per session only; titles are in workspace.yaml beside the log; "
    "attempts that failed leave no row without an errorOccurred hook; history-session-state/*.json of 2025 is not read",
)


def place(path: str) -> Place:
    """A log is `<session>/events.jsonl` or `<session>.jsonl`."""
    folder, _, name = path.replace("\\", "/").rpartition("/")
    stem = name.removesuffix(".jsonl")
    return Place(session=(folder.rpartition("/")[2] or stem) if stem == "events" else stem)
