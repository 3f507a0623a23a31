"""Cursor: conversations in its databases and transcripts of its agent. Unverified: no Cursor was run; databases and
transcripts as others describe them, and public transcripts, were read.

**Where.** `User/globalStorage/state.vscdb` in the editor's data (`cursorDiskKV`: `composerData:<id>` and
`bubbleId:<id>:<bubble>`), `User/workspaceStorage/*/state.vscdb` (`ItemTable`: chats before that), and
`~/.cursor/projects/*/agent-transcripts/` (`.jsonl`, earlier `.txt`; sub-agents in `subagents/`). Of the databases only these
rows are read: the others hold keys and passwords, and the two keys inside a conversation are left out.

**What is read.** Prompts, answers, thinking, tool calls with results, exit codes, rejections and changed lines; title,
folder and model; tokens where a bubble has them (0 means that Cursor does not know); dollars of a conversation where Cursor
wrote them down, shown beside. A conversation that stands in a database and in a transcript is one: its prompts, answers and
calls are named by their place in the talk, so that both name them alike.

**What is not known.** Most tokens: about one bubble in forty has any. A transcript has no times, no tokens and mostly no
results of tools. Which bubbles one call of the model brought is told by the call they name, else by what follows a tool.
Conversations of the command line (`~/.cursor/chats`) are not read. The numbers of the schema drift: a bubble of a kind that
is not known is counted as unread.

Lines that another program exported from Cursor (`agent: "cursor"`) are read too; they hold no tokens.
"""

from __future__ import annotations

from agent_trace.model.agent import Agent, Bundle, Database, Home, Place

_VALUE = "CAST(value AS TEXT)"
_JSON = f"CASE WHEN json_valid({_VALUE}) THEN {_VALUE} ELSE '{{}}' END"
_BUBBLES = "key > 'bubbleId:' || {id} || ':' AND key < 'bubbleId:' || {id} || ';'"
_LISTED = f"""
    (SELECT CASE WHEN one.type = 'object' THEN one.value ELSE '{{{{}}}}' END AS value
     FROM (SELECT {_JSON.replace("{", "{{").replace("}", "}}")} AS document FROM ItemTable WHERE key = '{{key}}'),
         json_each(document, '$.{{list}}') AS one)
    """
"""The objects of a list in a document of `ItemTable`."""
_CHATS = _LISTED.format(key="workbench.panel.aichat.view.aichat.chatdata", list="tabs")
_INLINE = _LISTED.format(key="composer.composerData", list="allComposers")
_IS_INLINE = "json_array_length(value, '$.conversation') > 0"
_TAB = "CAST(json_extract(value, '$.tabId') AS TEXT)"
_COMPOSER = "CAST(json_extract(value, '$.composerId') AS TEXT)"
_CHANGED = "CAST(ifnull(json_extract(value, '$.lastUpdatedAt'), json_extract(value, '$.createdAt')) AS INTEGER)"
_STORED = f"""
    SELECT id, length(value) + (SELECT count(*) + ifnull(max(rowid), 0) FROM cursorDiskKV WHERE {_BUBBLES.format(id="one.id")}),
        {_CHANGED}
    FROM (SELECT substr(key, 14) AS id, {_JSON} AS value FROM cursorDiskKV
          WHERE key > 'composerData:' AND key < 'composerData;') AS one
    """
_TABS = f"""
    SELECT {_TAB}, length(value), CAST(json_extract(value, '$.lastSendTime') AS INTEGER) FROM {_CHATS}
    WHERE {_TAB} IS NOT NULL
    """
_OLD_ONES = (
    f"SELECT {_COMPOSER}, length(value), {_CHANGED} FROM {_INLINE} WHERE {_COMPOSER} IS NOT NULL AND {_IS_INLINE}"
)
_SESSIONS = (_STORED, _TABS, _OLD_ONES)
"""Every conversation with a size and a time that change with it. A row that is written again gets a new rowid."""
_SECRETS = "'$.blobEncryptionKey', '$.speculativeSummarizationEncryptionKey'"
_CONVERSATION = f"""
    SELECT :id AS id, json_remove({_JSON}, {_SECRETS}) AS value FROM cursorDiskKV WHERE key = 'composerData:' || :id
    """
_MESSAGES = f"""
    SELECT substr(key, length(:id) + 11) AS id, {_VALUE} AS value FROM cursorDiskKV
    WHERE {_BUBBLES.format(id=":id")} ORDER BY rowid
    """
_CHAT = f"SELECT :id AS id, value FROM {_CHATS} WHERE {_TAB} = :id"
_OLD = (
    f"SELECT :id AS id, json_remove(value, {_SECRETS}) AS value FROM {_INLINE} WHERE {_COMPOSER} = :id AND {_IS_INLINE}"
)
_ROWS = (("composer", _CONVERSATION), ("bubble", _MESSAGES), ("chat", _CHAT), ("composer", _OLD))

AGENT = Agent(
    name="cursor",
    title="Cursor",
    known_as="cursor-agent",
    homes=(
        Home(path="~/.cursor"),
        Home(path="~/.config/Cursor", system="linux"),
        Home(path="~/Library/Application Support/Cursor", system="macos"),
        Home(path="$APPDATA/Cursor", variable="APPDATA", system="windows"),
    ),
    files=("projects/*/agent-transcripts/**/*.jsonl",),
    bundles=(Bundle(main="projects/*/agent-transcripts/**/*.txt"),),
    databases=(
        Database(file="User/globalStorage/state.vscdb", sessions=_SESSIONS, rows=_ROWS),
        Database(file="User/workspaceStorage/*/state.vscdb", sessions=_SESSIONS, rows=_ROWS),
    ),
    colour="#8b949e",
    tools={
        "Read": "read",
        "ReadFile": "read",
        "read_file": "read",
        "read_file_v2": "read",
        "Write": "write",
        "create_file": "write",
        "write_file": "write",
        "StrReplace": "edit",
        "Edit": "edit",
        "ApplyPatch": "edit",
        "edit_file": "edit",
        "edit_file_v2": "edit",
        "search_replace": "edit",
        "apply_patch": "edit",
        "EditNotebook": "edit",
        "edit_notebook": "edit",
        "Delete": "edit",
        "delete_file": "edit",
        "reapply": "edit",
        "Grep": "search",
        "Glob": "search",
        "LS": "search",
        "SemanticSearch": "search",
        "grep": "search",
        "grep_search": "search",
        "ripgrep_raw_search": "search",
        "rg": "search",
        "glob_file_search": "search",
        "file_search": "search",
        "codebase_search": "search",
        "semantic_search_full": "search",
        "list_dir": "search",
        "list_dir_v2": "search",
        "ReadLints": "search",
        "read_lints": "search",
        "Shell": "shell",
        "Bash": "shell",
        "run_terminal_cmd": "shell",
        "run_terminal_command": "shell",
        "run_terminal_command_v2": "shell",
        "WebSearch": "fetch",
        "WebFetch": "fetch",
        "web_search": "fetch",
        "web_fetch": "fetch",
        "Task": "agent",
        "task": "agent",
        "task_v2": "agent",
        "TodoWrite": "plan",
        "todo_write": "plan",
        "create_plan": "plan",
        "CreatePlan": "plan",
        "AskQuestion": "ask",
        "ask_question": "ask",
        "CallMcpTool": "mcp",
        "call_mcp_tool": "mcp",
    },
    errors="a tool's status `error`; a command's `exitCodeV2`",
    cost=True,
    subagents=True,
    hooks="hooks",
    gaps="most tokens (0 is unknown); times and results in transcripts; conversations of the command line",
)


def place(path: str) -> Place:
    """A conversation's id stands behind the database, or is the name of its transcript."""
    file, _, session = path.rpartition("#")
    if file:
        return Place(session=session)
    return Place(session=path.replace("\\", "/").rpartition("/")[2].partition(".")[0])
