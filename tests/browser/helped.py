"""A session with a sub-agent that worked for long, and one below that: what somebody looks for stands in all three."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from tests.browser import weeks

ROUNDS = 260
SAID = "the saffron ledger"
"""What is looked for. In order: a row of the session, three of its sub-agent, one of that one's, one of it, one of the session."""
ESCAPED = 'café says "late" \\d'
"""What a call was given, in letters that its log writes otherwise."""
FAR = 200
"""The round of the sub-agent that holds the third of its own."""


def write(home: Path) -> str:
    """Write all of it into a home; the id of the session."""
    root = weeks.Talk("helped", "/home/dev/shop", "main", "claude-haiku-4-5-20251001", weeks.NOW - timedelta(hours=9))
    root.say("Look through the books")
    root.use("mcp__books__sort", {"by": ["title"], "note": f"first line\n{ESCAPED}"}, "It is sorted.")
    root.run("cat notes", f"somewhere is {SAID}")
    _start(root, "Read all books", "book")
    root.run("make end", f"written into {SAID}")
    root.answer("Done.")
    root.write(home)
    folder = home / ".claude/projects" / root.cwd.replace("/", "-") / root.id / "subagents"
    folder.mkdir(parents=True)
    book = _below(root, "book")
    for number in range(ROUNDS):
        if number == 4:
            book.run("cat shelf", f"no word of {SAID}")
        if number == 5:
            _start(book, "Read the last page", "page")
        book.run(f"make book-{number}", f"book {number} is read{f', and in it {SAID}' if number in (6, FAR) else ''}")
    book.answer(f"I found {SAID}.")
    page = _below(root, "page")
    page.run("cat page", "\n".join([f"line {number}" for number in range(300)] + [SAID, "and its end", *"abcdefgh"]))
    page.answer("There it is.")
    for talk, call in ((book, _key(root, "book")), (page, _key(book, "page"))):
        name = folder / f"agent-{_agent(talk)}"
        name.with_suffix(".jsonl").write_text("".join(json.dumps(_row(row, root.id, talk)) + "\n" for row in talk.rows))
        name.with_suffix(".meta.json").write_text(json.dumps({"agentType": "general-purpose", "toolUseId": call}))
    return root.id


def _start(talk: weeks.Talk, task: str, name: str) -> None:
    """The call that starts a sub-agent, with what it gave back."""
    given = {"description": task, "prompt": f"{task}, please", "subagent_type": "general-purpose"}
    told = {"status": "completed", "agentId": _agent(_below(talk, name)), "totalDurationMs": 900}
    talk.use("Agent", given, "It is read.", told)


def _key(talk: weeks.Talk, name: str) -> str:
    """The id of the call that started a sub-agent."""
    agent = _agent(_below(talk, name))
    result = next(
        row for row in talk.rows if isinstance(of := row.get("toolUseResult"), dict) and of.get("agentId") == agent
    )
    return str(result["message"]["content"][0]["tool_use_id"])


def _below(talk: weeks.Talk, name: str) -> weeks.Talk:
    return weeks.Talk(f"helped by {name}", talk.cwd, talk.branch, talk.model, talk.at)


def _agent(talk: weeks.Talk) -> str:
    return f"a{talk.id.replace('-', '')[:16]}"


def _row(row: dict[str, object], root: str, talk: weeks.Talk) -> dict[str, object]:
    return {**row, "sessionId": root, "isSidechain": True, "agentId": _agent(talk)}
