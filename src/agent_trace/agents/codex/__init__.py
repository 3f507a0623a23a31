"""Codex: rollouts of the command line and of the desktop app, from the first without a header to 0.169.

One JSONL file a thread below `sessions/`, or packed with zstd. A model call is a `token_usage_record`; before there were
such records, a change of the sum that `token_count` events repeat. Input contains what was cached, output contains
reasoning: both are taken apart on reading. A sub-agent is a thread of its own that names its parent. A fork names where
it begins; before 0.146 its rollout begins with a copy of its parent's, which is shown and not counted.

A command has failed where its exit code is not 0; nothing else is marked. A patch that did not apply is only a text. A
call that was answered with an error by the server, or broke off, leaves no row. The names that people give to threads
are read from `state_*.sqlite` as well.
"""

from __future__ import annotations

from agent_trace.agents.codex.layout import place
from agent_trace.agents.codex.threads import DATABASE
from agent_trace.agents.codex.tools import KINDS
from agent_trace.model.agent import Agent, Bundle, Home

AGENT = Agent(
    name="codex",
    title="Codex",
    known_as="openai-codex",
    homes=(Home(path="$CODEX_HOME", variable="CODEX_HOME"), Home(path="~/.codex")),
    files=("sessions/**/*.jsonl", "archived_sessions/**/*.jsonl"),
    bundles=(Bundle(main="sessions/**/*.jsonl.zst"), Bundle(main="archived_sessions/**/*.jsonl.zst")),
    databases=(DATABASE,),
    colour="#10a37f",
    tools=KINDS,
    input_includes_cache=True,
    verified="0.169.0",
    resume=("codex", "resume", "{id}"),
    errors="exit code other than 0",
    subagents=True,
    hooks="hooks",
    telemetry="OpenTelemetry",
    gaps="calls that the server answered with an error, and before 0.146 replies that were broken off, are in no row",
)
