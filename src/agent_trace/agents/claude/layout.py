"""Where a transcript lies and what its path says about its session.

Four layouts of sub-agents have been used: inline side chains (1.0), `agent-<id>.jsonl` beside the session (2.0),
`<session>/subagents/agent-<id>.jsonl` (2.1) and `<session>/subagents/workflows/<run>/agent-<id>.jsonl` (2.1).
"""

from __future__ import annotations

from agent_trace.model.agent import Place

SUFFIX = ".jsonl"


def place(path: str) -> Place:
    """Session, root and agent id as far as the path names them."""
    folders = path.replace("\\", "/").split("/")
    stem = folders[-1].removesuffix(SUFFIX)
    if not stem.startswith("agent-"):
        return Place(session=stem)
    agent_id = stem.removeprefix("agent-")
    if "subagents" in folders[:-1]:
        at = len(folders) - 1 - folders[::-1].index("subagents")
        root = folders[at - 1] if at else ""
        return Place(session=f"{root}/{stem}", root=root, agent_id=agent_id)
    return Place(session=stem, agent_id=agent_id)
