"""Windsurf: recognised, not read. Unverified: no Windsurf was run.

**Where.** Its conversations lie below `~/.codeium/windsurf/cascade`, its settings in the editor's own folder. Both are
looked for, so that `doctor` can say that Windsurf is used here.

**What is read.** Nothing: the conversations are encrypted, as others found, and the key is Windsurf's. There is no file of
Windsurf's that agent-trace opens.

**What is not known.** What a conversation holds. What Windsurf tells its hooks and MCP servers while it works is the only
way to hear it.
"""

from __future__ import annotations

from agent_trace.model.agent import Agent, Home

AGENT = Agent(
    name="windsurf",
    title="Windsurf",
    homes=(
        Home(path="~/.codeium/windsurf"),
        Home(path="~/.config/Windsurf", system="linux"),
        Home(path="~/Library/Application Support/Windsurf", system="macos"),
        Home(path="$APPDATA/Windsurf", variable="APPDATA", system="windows"),
    ),
    colour="#0891b2",
    usage="none",
    hooks="hooks",
    gaps="everything: its conversations are encrypted and no file of them is opened",
)
