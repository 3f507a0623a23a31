"""Amp: threads, as far as they lie on this machine. Unverified: no Amp was run; the shapes are those that others describe.

**Where.** Threads belong to the vendor's servers. The command line and the extension keep a copy of each as one JSON
document, `threads/T-<uuid>.json` below `$AMP_DATA_DIR`, `$XDG_DATA_HOME/amp` or `~/.local/share/amp`; older extensions in
`threads3/` of the editor's storage. A thread that was only ever opened elsewhere is not here.

**What is read.** Title, folder, branch and version; prompts, answers, thinking, tool calls with their results, exit codes
and diffs; the tokens of each call (since January 2026 in the message, before that in `usageLedger`) and its credits, which
are the vendor's unit and no dollars. Older ledgers count tokens without saying which came from a cache.

**What is not known.** Whether sub-agents leave threads of their own; the calls of the tools that ask other models
(oracle, librarian), unless the ledger names them; what a fork or a hand-off copies.

Lines that another program exported from Amp (`agentSlug: "amp"`) are read too; they hold no tokens.
"""

from __future__ import annotations

from agent_trace.agents._editors import storages
from agent_trace.model.agent import Agent, Bundle, Home

AGENT = Agent(
    name="amp",
    title="Amp",
    homes=(
        Home(path="$AMP_DATA_DIR", variable="AMP_DATA_DIR"),
        Home(path="$XDG_DATA_HOME/amp", variable="XDG_DATA_HOME"),
        Home(path="~/.local/share/amp"),
        *storages("sourcegraph.amp"),
    ),
    bundles=(Bundle(main="threads/T-*.json"), Bundle(main="threads3/T-*.json")),
    colour="#e5484d",
    tools={
        "Read": "read",
        "read_file": "read",
        "look_at": "read",
        "read_mcp_resource": "read",
        "create_file": "write",
        "edit_file": "edit",
        "undo_edit": "edit",
        "apply_patch": "edit",
        "format_file": "edit",
        "Grep": "search",
        "glob": "search",
        "list_directory": "search",
        "finder": "search",
        "codebase_search_agent": "search",
        "Bash": "shell",
        "shell_command": "shell",
        "web_search": "fetch",
        "read_web_page": "fetch",
        "Task": "agent",
        "oracle": "agent",
        "librarian": "agent",
        "skill": "skill",
        "todo_write": "plan",
        "todo_read": "plan",
    },
    errors="`run.status` of a result is `error`; a command's exit code",
    resume=("amp", "threads", "continue", "{id}"),
    gaps="threads that lie only on the vendor's servers; cached tokens in ledgers before 2026; credits are no dollars",
)
