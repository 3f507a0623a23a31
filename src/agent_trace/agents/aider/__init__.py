"""Aider: chat histories in Markdown. Unverified: no Aider was run; histories that others published were read.

**Where.** Aider appends everything to one file in the folder it runs in, `.aider.chat.history.md` at the root of the
repository, or where `$AIDER_CHAT_HISTORY_FILE` says. There is no home in which all of them lie: that file, one in your own
folder and what somebody put below `~/.aider` are found, everything else is given with `import`.

**What is read.** A file holds many sessions, one behind each line `# aider chat started at …`; a session's name is made of
that line and of what follows it up to the first prompt, so it stays when the file grows, moves or is copied. Lines with
`####` are prompts and commands, lines with `>` are what Aider itself says, all else is what the model said. From what Aider
says come the model, the version, the tokens and dollars of each message, the files it changed, and errors. An edit that was
applied is shown as a step; its lines are those of the SEARCH/REPLACE or diff blocks of the reply.

**What is not known.** Times: only the start of a session is written down, in local time without a zone; it is taken as UTC
and stands for all its calls. Tokens are rounded as Aider prints them (`12k` is read as 12 000; below a thousand they are
exact), dollars too. Calls of the weak model (commit messages, summaries) are not in the file, nor does it say which call was
the editor model's. What the model said and what Aider said can only be told apart by how a line begins.

Lines that another program exported from Aider (`agentSlug: "aider"`) are read too; they hold no tokens.
"""

from __future__ import annotations

from agent_trace.model.agent import Agent, Bundle, Home, Place

ENDING = ".aider.chat.history.md"

AGENT = Agent(
    name="aider",
    title="Aider",
    homes=(
        Home(path="$AIDER_CHAT_HISTORY_FILE", variable="AIDER_CHAT_HISTORY_FILE"),
        Home(path="~/.aider.chat.history.md"),
        Home(path="~/.aider"),
    ),
    bundles=(Bundle(main="*.chat.history.md"),),
    colour="#129a12",
    tools={"edit": "edit"},
    errors="Aider's own words: an edit that did not apply, an error of the API",
    cost=True,
    gaps="times after a session's start; tokens are rounded as printed; calls of the weak and the editor model",
)


def place(path: str) -> Place:
    """A history holds many sessions and is none itself: its path stands for it."""
    return Place(session=path)
