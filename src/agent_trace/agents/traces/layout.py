"""The session that a trace folder's path names."""

from __future__ import annotations

from agent_trace.model.agent import Place


def place(path: str) -> Place:
    """The folder's name: a sub-agent's id has `--` in it for the `/` that a folder cannot have."""
    name = path.replace("\\", "/").rpartition("/")[0].rpartition("/")[2]
    root, mark, agent = name.partition("--agent-")
    if root and mark:
        return Place(session=f"{root}/agent-{agent}", root=root, agent_id=agent)
    return Place(session=name)
