"""Trace folders: the store of agent-strace 0.103.0, and the portable format of agent-trace, which is the same.

One folder a session below `.agent-traces/`: `meta.json`, `events.ndjson`, `annotations.jsonl`. Hooks of five agents, an MCP
proxy, a Python decorator, an importer of Claude Code's transcripts and `agent-trace export` write them. `$AGENT_TRACE_DIR`
and the `.agent-traces` of the folder where agent-trace is called are looked at; any other is imported by its path.

A trace mostly tells of a session that its agent's own log tells better. Where that log is known, the trace merges into its
session and counts nothing. Where it is not, the trace is the session: hooks and proxies know tools and no tokens, so calls
and cost are unknown and not zero; the importer knows tokens, repeated on several lines, which are put together again.
What `agent-trace export` wrote comes back as the same events.
"""

from __future__ import annotations

from agent_trace.agents.traces.layout import place
from agent_trace.agents.traces.tools import KINDS
from agent_trace.model.agent import Agent, Bundle, Home

_BESIDE = (("events.ndjson",), ("annotations.jsonl",))

AGENT = Agent(
    name="traces",
    title="Trace folders",
    homes=(
        Home(path="$AGENT_TRACE_DIR", variable="AGENT_TRACE_DIR"),
        Home(path="$PWD/.agent-traces", variable="PWD"),
    ),
    bundles=(
        Bundle(main="*/meta.json", beside=_BESIDE),
        Bundle(main="workspaces/*/*/meta.json", beside=_BESIDE),
    ),
    secondhand=True,
    colour="#7d8590",
    tools=KINDS,
    verified="0.103.0",
    errors="an `error` event that belongs to a tool call",
    usage="call",
    subagents=True,
    gaps="what hooks and proxies write holds no model calls; texts of results are cut to 200, 1000 or 2000 characters; "
    "a Claude Code hook says of a failure only that there was one",
)
