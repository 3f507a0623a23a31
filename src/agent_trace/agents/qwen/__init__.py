"""Qwen Code: chats of version 0.15 and, as far as public files show them, up to 0.21.

One JSONL file a session below `projects/<folder>/chats/`: rows like Claude Code's (uuid, parentUuid, cwd, gitBranch)
around messages of the Gemini API's shape. What a model call used stands twice, in the answer's row and in a row of
telemetry before it. The telemetry counts, because only it has the calls of sub-agents and of a compaction; an answer is
tied to it by being its child or by equal counts, and counts itself only where there is none. A sub-agent has no rows but
telemetry: its session holds its calls, the texts of its answers, and its tools without their results.

Cached tokens are counted inside input, thoughts inside output. `/branch` copies rows with their uuids.
"""

from __future__ import annotations

from agent_trace.agents.qwen.tools import KINDS
from agent_trace.model.agent import Agent, Home, Place

AGENT = Agent(
    name="qwen",
    title="Qwen Code",
    homes=(
        Home(path="$QWEN_RUNTIME_DIR", variable="QWEN_RUNTIME_DIR"),
        Home(path="$QWEN_HOME", variable="QWEN_HOME"),
        Home(path="~/.qwen"),
    ),
    files=("projects/*/chats/**/*.jsonl", "tmp/*/chats/**/*.jsonl"),
    colour="#6f4ef2",
    tools=KINDS,
    input_includes_cache=True,
    verified="0.15.10",
    resume=("qwen", "--resume", "{id}"),
    errors="status error; a failed shell command only by its exit code in the text",
    usage="call",
    subagents=True,
    hooks="hooks",
    telemetry="OpenTelemetry",
    gaps="the outputs of a sub-agent's tools are not in the log; cache writes are counted as input",
)


def place(path: str) -> Place:
    """A file is named after its session."""
    return Place(session=path.replace("\\", "/").rpartition("/")[2].partition(".")[0])
