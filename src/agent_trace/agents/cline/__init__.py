"""Cline and Roo Code: tasks in the editor's storage. Unverified: neither was run; task folders that others published and
the programs' published source were read.

**Where.** `tasks/<id>/` in the storage of the extension `saoudrizwan.claude-dev` or `rooveterinaryinc.roo-cline`, in every
editor of the VS Code family; Cline's command line keeps it below `~/.cline/data` (`$CLINE_DIR/data`). A task is three
documents, each rewritten as a whole: the talk with the model, what the person saw, and notes on models and versions.

**What is read.** What was said and done comes from the talk (`api_conversation_history.json`), where tools are called in
blocks or, in older versions, as XML in the text; times, tokens, dollars, errors and new files come from what the person saw
(`ui_messages.json`), where each request to the model is one `api_req_started`. The two are joined by the place that newer
versions write down, else by time, else in their order. Without the second file the message's own `metrics` give the tokens;
they do not tell cache reads from cache writes, which are taken as reads.

**What is not known.** What `deleted_api_reqs` counts (requests before a checkpoint that was restored): the requests
themselves were read if they were seen once. How many requests a sub-agent made: only what all of them used. Lines of a
file that was written over. Fewer tokens than billed where a provider reports none.

Lines that another program exported from Cline (`agentSlug: "cline"`) are read too; they hold no tokens.
"""

from __future__ import annotations

from agent_trace.agents._editors import storages
from agent_trace.model.agent import Agent, Bundle, Home, Place

AGENT = Agent(
    name="cline",
    title="Cline",
    homes=(
        *storages("saoudrizwan.claude-dev"),
        *storages("rooveterinaryinc.roo-cline"),
        Home(path="$CLINE_DIR/data", variable="CLINE_DIR"),
        Home(path="~/.cline/data"),
    ),
    bundles=(
        Bundle(
            main="tasks/*/api_conversation_history.json",
            beside=(("ui_messages.json",), ("claude_messages.json",), ("task_metadata.json",), ("history_item.json",)),
        ),
    ),
    colour="#c026d3",
    tools={
        "read_file": "read",
        "write_to_file": "write",
        "new_file": "write",
        "replace_in_file": "edit",
        "apply_diff": "edit",
        "apply_patch": "edit",
        "insert_content": "edit",
        "search_and_replace": "edit",
        "edit_file": "edit",
        "search_files": "search",
        "list_files": "search",
        "list_code_definition_names": "search",
        "codebase_search": "search",
        "execute_command": "shell",
        "web_fetch": "fetch",
        "web_search": "fetch",
        "browser_action": "fetch",
        "use_mcp_tool": "mcp",
        "access_mcp_resource": "mcp",
        "load_mcp_documentation": "other",
        "use_subagents": "agent",
        "new_task": "agent",
        "use_skill": "skill",
        "fetch_instructions": "skill",
        "update_todo_list": "plan",
        "focus_chain": "plan",
        "plan_mode_respond": "plan",
        "switch_mode": "plan",
        "ask_followup_question": "ask",
        "attempt_completion": "other",
        "condense": "other",
        "summarize_task": "other",
    },
    errors="the words of a failed tool, or `is_error`; `Command failed with exit code`",
    cost=True,
    hooks="hooks",
    telemetry="OpenTelemetry",
    gaps="requests before a restored checkpoint that were never seen; single calls of sub-agents; lines of overwritten files",
)


def place(path: str) -> Place:
    """A task's id is the name of its folder."""
    folders = path.replace("\\", "/").split("/")
    name = folders[-2] if len(folders) > 1 and folders[-1].endswith(".json") else folders[-1].partition(".")[0]
    return Place(session=name)
