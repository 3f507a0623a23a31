"""Claude Code: transcripts of every version from 1.0 to 2.1.329.

One JSONL file a session below `projects/`, sub-agents in files of their own. One API call stands in several rows, one
for each content block, with the usage repeated and growing: a call is (message id, request id), its row with the most
output counts. Forks and resumed copies repeat history under new session ids; docs/numbers.md says who owns what.

The log does not hold the model call of a compaction, nor the prompt of a reply that broke off: from 2.1.3xx on the
agent's own cost record does, and agent-trace shows the difference as `unlogged`.

`/clear` ends a session and begins another one in the same process; neither log names the other. From 2.1.3xx on the
clock of the cost record proves which: `startTime + totalDuration` of the one that ended is the `startTime` of the one
that began (of 60 clears 52 on the millisecond, the others one to five later; hooks run before both, and `/new` and
`/reset` are written as `/clear`). In a process that was resumed or forked it is not, for the record takes over the
first process's `startTime` and leaves out the time between; and a session that runs, or was killed, has no record yet.
Older versions tell it in `history.jsonl` alone, which is not read.
"""

from __future__ import annotations

from agent_trace.agents.claude.layout import place
from agent_trace.agents.claude.tools import KINDS
from agent_trace.model.agent import Agent, Home

AGENT = Agent(
    name="claude",
    title="Claude Code",
    known_as="claude-code",
    homes=(
        Home(path="$CLAUDE_CONFIG_DIR", variable="CLAUDE_CONFIG_DIR"),
        Home(path="$CLAUDE_DIR", variable="CLAUDE_DIR"),
        Home(path="~/.claude"),
        Home(path="~/.config/claude"),
    ),
    files=("projects/**/*.jsonl",),
    project_folder="projects",
    beside=(".meta.json",),
    tools=KINDS,
    verified="2.1.197, 2.1.329",
    resume=("claude", "--resume", "{id}"),
    session_variable="CLAUDE_CODE_SESSION_ID",
    records_from=(2, 1, 300),
    errors="`is_error` of the tool result",
    cost=True,
    subagents=True,
    hooks="hooks",
    telemetry="OpenTelemetry",
    colour="#d97757",
    statusline=True,
    gaps="the compaction's model call and replies that broke off are in no row; from 2.1.3xx they show as unlogged",
)
