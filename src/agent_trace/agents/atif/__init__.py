"""ATIF trajectories: the Agent Trajectory Interchange Format of Harbor, versions 1.0 to 1.8. Unverified.

One JSON document a trajectory: an agent, and steps by a user, the system or the agent; an agent's step holds one model
call, its tool calls and what came back. Read from the published format, never from a run. `prompt_tokens` counts cached
tokens too and is taken apart. A trajectory in which an agent's own session is retold merges into that session.

Trajectories have no usual place: `agent-trace import` finds them by their content, and the folders that
$AGENT_TRACE_TRAJECTORIES names are looked at in every sync.
"""

from __future__ import annotations

from agent_trace.agents.atif.layout import place
from agent_trace.model.agent import Agent, Bundle, Home

AGENT = Agent(
    name="atif",
    title="ATIF trajectories",
    homes=(Home(path="$AGENT_TRACE_TRAJECTORIES", variable="AGENT_TRACE_TRAJECTORIES"),),
    bundles=(Bundle(main="**/trajectory*.json"),),
    secondhand=True,
    colour="#9a7fd1",
    input_includes_cache=True,
    errors="nothing marks a failed tool; `is_error` in a result's own extra data does",
    cost=True,
    subagents=True,
    gaps="kinds of tools beyond their names, exit codes, changed lines; a step of several model calls counts as one",
)
