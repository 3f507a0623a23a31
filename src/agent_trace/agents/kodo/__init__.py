"""Kodo: session files that are found and not understood. Unverified: no log of Kodo could be found anywhere.

**Where.** `~/.kodo/sessions/**/*.jsonl`, as another program's documents say. Several unrelated programs bear this name and
keep sessions in a folder `.kodo`, each in a way of its own; which of them was meant is not known.

**What is read.** Nothing but that the lines are there: each is kept, shown and counted as unread by `doctor`, with the
reason. Lines that look like a row of Claude Code, Codex or Pi, or like a message of the chat format that many programs
write, are named as such and not taken for Kodo's: to have them read, give them to `import` from another folder.

**What is not known.** Everything. A real session file would change that.
"""

from __future__ import annotations

from agent_trace.model.agent import Agent, Home

AGENT = Agent(
    name="kodo",
    title="Kodo",
    homes=(Home(path="~/.kodo"),),
    files=("sessions/**/*.jsonl",),
    colour="#a47148",
    usage="none",
    gaps="everything: no shape of its lines is known, so all of them count as unread",
)
