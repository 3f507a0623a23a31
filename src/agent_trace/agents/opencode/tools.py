"""What a person would say a tool call does, and which files it names."""

from __future__ import annotations

from agent_trace.agents._plans import in_progress
from agent_trace.agents.opencode.fields import Json, groups, text

READER = "read"
SHELLS = frozenset({"bash", "shell"})
STARTERS = frozenset({"task", "subagent"})
"""What starts a sub-agent."""
ASKER = "question"
MISSPELT = "invalid"
"""What OpenCode calls in the place of a tool whose name or arguments the model got wrong: it always completes."""

_TELLING = ("command", "filePath", "path", "pattern", "url", "query", "name", "description", "prompt")
_PATHS = ("filePath", "path")
_PATCHED = ("*** Add File: ", "*** Update File: ", "*** Delete File: ", "*** Move to: ")


def headline(tool: str, arguments: Json, told: str) -> str:
    """What a person would say the call does: one telling argument, else the title that the tool gave it."""
    if tool in STARTERS and text(arguments, "description"):
        return text(arguments, "description")
    for name in _TELLING:
        found = text(arguments, name)
        if found.strip():
            return found
    asked = groups(arguments, "questions")
    if asked:
        return text(asked[0], "question")
    return ", ".join(paths(arguments)) or in_progress(arguments) or told


def paths(arguments: Json) -> tuple[str, ...]:
    """The files and folders that the arguments name."""
    named = [text(arguments, name) for name in _PATHS]
    lines = text(arguments, "patchText").splitlines()
    patched = [line[len(start) :].strip() for line in lines for start in _PATCHED if line.startswith(start)]
    return tuple(dict.fromkeys(path for path in (*named, *patched) if path))
