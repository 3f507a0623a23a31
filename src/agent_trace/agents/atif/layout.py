"""The session that a trajectory's path names, where its content does not."""

from __future__ import annotations

from agent_trace.model.agent import Place


def place(path: str) -> Place:
    """`<trial>/agent/trajectory.json` is the trial's; another file has its own name."""
    parts = path.replace("\\", "/").split("/")
    stem = parts[-1].removesuffix(".json")
    if stem == "trajectory" and len(parts) > 1:
        return Place(session=next((part for part in reversed(parts[:-1]) if part != "agent"), stem) or stem)
    return Place(session=stem)
