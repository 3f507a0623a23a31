"""Small logs of Claude Code to sync: rows as the agent writes them, conversations made of rows, homes made of those."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

START = datetime(2026, 11, 2, 9, 0, tzinfo=timezone.utc)
FOLDER = "-home-you-shop"
WORDS = "parser socket invoice lantern harbour velvet copper meadow thimble quartz saffron walnut".split()


def session_id(number: int) -> str:
    """An id in the form of the agent's."""
    return str(UUID(int=(number + 1) * 0x9E3779B97F4A7C15F39CC0605CEDC835 & (2**128 - 1), version=4))


class Story:
    """One conversation, told row by row; `lines` are what its log holds."""

    def __init__(self, number: int, *, agent: str = "", start: datetime = START) -> None:
        self.number, self.agent = number, agent
        self.session = session_id(number)
        self.at = start + timedelta(hours=number)
        self.rows: list[dict[str, Any]] = []
        self.count = 0

    @property
    def lines(self) -> list[bytes]:
        return [json.dumps(row, separators=(",", ":")).encode() + b"\n" for row in self.rows]

    @property
    def data(self) -> bytes:
        return b"".join(self.lines)

    @property
    def path(self) -> str:
        """Below the agent's home."""
        if self.agent:
            return f"projects/{FOLDER}/{self.session}/subagents/agent-{self.agent}.jsonl"
        return f"projects/{FOLDER}/{self.session}.jsonl"

    def row(self, kind: str, **more: Any) -> dict[str, Any]:
        """The next row, twenty seconds after the one before."""
        self.at += timedelta(seconds=20)
        self.count += 1
        before = next((row["uuid"] for row in reversed(self.rows) if "uuid" in row), None)
        row = {
            "type": kind,
            "uuid": f"{self.session[:8]}-{self.agent or 'main'}-{self.count:04}",
            "parentUuid": before,
            "sessionId": self.session,
            "timestamp": stamp(self.at),
            "cwd": "/home/you/shop",
            "gitBranch": "main",
            "version": "2.1.329",
            "isSidechain": bool(self.agent),
            **({"agentId": self.agent} if self.agent else {}),
            **more,
        }
        self.rows.append(row)
        return row

    def prompt(self, text: str) -> Story:
        by = {} if self.agent else {"promptSource": "typed"}
        self.row("user", message={"role": "user", "content": text}, **by)
        return self

    def reply(self, *blocks: dict[str, Any], output: int = 40, key: str = "") -> Story:
        """A model call: one row for each block, the usage growing from row to row."""
        name = key or f"{self.session[:8]}{self.agent}{self.count}"
        for number, block in enumerate(blocks, 1):
            usage = {
                "input_tokens": 7,
                "output_tokens": output * number // len(blocks),
                "cache_read_input_tokens": 1000 + self.count,
                "cache_creation_input_tokens": 300,
                "cache_creation": {"ephemeral_5m_input_tokens": 300, "ephemeral_1h_input_tokens": 0},
            }
            message = {
                "id": f"msg_{name}",
                "role": "assistant",
                "model": "claude-opus-4-5-20251101",
                "content": [block],
                "usage": usage,
            }
            self.row("assistant", requestId=f"req_{name}", message=message)
        return self

    def say(self, text: str) -> Story:
        return self.reply({"type": "text", "text": text})

    def use(self, tool: str, arguments: dict[str, Any], output: str, *, failed: bool = False, **more: Any) -> Story:
        """A tool call and its result."""
        name = f"toolu_{self.session[:8]}{self.agent}{self.count}"
        self.reply({"type": "tool_use", "id": name, "name": tool, "input": arguments})
        block = {"type": "tool_result", "tool_use_id": name, "content": output, "is_error": failed}
        self.row("user", message={"role": "user", "content": [block]}, **more)
        return self

    def edit(self, path: str, added: int) -> Story:
        lines = [f"+line {number}" for number in range(added)]
        hunk = {"oldStart": 1, "oldLines": 0, "newStart": 1, "newLines": added, "lines": lines}
        result = {"type": "update", "filePath": path, "structuredPatch": [hunk]}
        return self.use("Edit", {"file_path": path}, "ok", toolUseResult=result)

    def title(self, text: str) -> Story:
        self.rows.append({"type": "custom-title", "customTitle": text, "sessionId": self.session})
        return self

    def cost(self, dollars: float) -> Story:
        """The agent's own record at an orderly end."""
        usage = {
            "inputTokens": 9000,
            "outputTokens": 900,
            "cacheReadInputTokens": 90000,
            "cacheCreationInputTokens": 9000,
        }
        self.rows.append(
            {
                "type": "cost-state",
                "sessionId": self.session,
                "totalCostUSD": dollars,
                "totalDuration": 600_000,
                "modelUsage": {"claude-opus-4-5-20251101": {**usage, "webSearchRequests": 0, "costUSD": dollars}},
            }
        )
        return self

    def fork(self, number: int) -> Story:
        """Another session that begins with a copy of this one: the same rows under its own session id."""
        copy = Story(number)
        copy.rows = [{**row, "sessionId": copy.session} for row in self.rows if row["type"] != "cost-state"]
        copy.count = 5000
        copy.at = max(copy.at, self.at + timedelta(minutes=30))
        return copy

    def write(self, home: Path) -> Path:
        """Put the log where the agent would."""
        return put(home / ".claude" / self.path, self.data)


def stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def put(path: Path, data: bytes) -> Path:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def chat(number: int, turns: int = 3, *, agent: str = "") -> Story:
    """A conversation with texts, tools, a failure and an edit in each turn."""
    story = Story(number, agent=agent)
    for turn in range(turns):
        word, other = (WORDS[(number * 5 + turn + step) % len(WORDS)] for step in (0, 3))
        story.prompt(f"please mend the {word} of session {number}, turn {turn}")
        story.say(f"looking at the {word} and the {other} ünïcode ✓ {turn}")
        story.use("Bash", {"command": f"grep -r {word} src"}, f"src/{word}.py: {other}", failed=turn % 2 == 1)
        story.edit(f"/home/you/shop/{word}.py", turn + 1)
        story.reply({"type": "thinking", "thinking": f"{other} first"}, {"type": "text", "text": f"done with {word}"})
    return story


def family(number: int, turns: int = 2) -> Iterator[Story]:
    """A conversation and the sub-agent that it started."""
    root, child = chat(number, turns), chat(number, 1, agent=f"{number:08x}")
    result = {"status": "completed", "agentId": child.agent}
    root.use("Task", {"description": "look", "prompt": "look around"}, "found it", toolUseResult=result)
    yield root
    yield child


def town(home: Path, size: int = 6) -> list[Path]:
    """A home with families, a fork, a title, a cost record, a torn tail and a line that is no JSON."""
    stories = [story for number in range(size) for story in family(number)]
    first = stories[0]
    fork = first.fork(100).prompt("another way").say("so be it").edit("/home/you/shop/fork.py", 2)
    stories[2].title("the second one").cost(1.25)
    paths = [story.write(home) for story in (*stories, fork)]
    with paths[-2].open("ab") as file:
        file.write(b"this is no JSON\n")
    with paths[4].open("ab") as file:
        file.write(b'{"type":"user","uuid":"torn","mess')
    return paths


def cut(data: bytes, at: Sequence[int]) -> Iterator[bytes]:
    """Data in pieces, cut at these places."""
    places = [0, *sorted({place % (len(data) + 1) for place in at}), len(data)]
    for start, end in pairwise(places):
        yield data[start:end]


def joined(stories: Iterable[Story]) -> bytes:
    return b"".join(story.data for story in stories)
