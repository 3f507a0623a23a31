"""Natural turns of a Claude Code session: prompts, thinking, tools with their answers, sub-agents, a few images."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

from bench.corpus.claude import Claude, claude_usage
from bench.corpus.ledger import Json, Usage
from bench.corpus.source import WORDS

TOOLS = {
    "Bash": 30,
    "Read": 26,
    "Edit": 20,
    "Write": 5,
    "Grep": 9,
    "Glob": 3,
    "TodoWrite": 4,
    "Task": 1,
    "WebSearch": 1,
    "mcp__github__get_issue": 1,
}
"""How often each is called; a sub-agent starts none."""


class ToolCall(NamedTuple):
    """What one tool was asked."""

    name: str
    id: str
    path: str
    params: Json


def turn(one: Claude) -> None:
    """A prompt and all that follows until the next one."""
    src, r = one.src, one.src.r
    if r.random() < 0.3:
        one.put(_snapshot(one))
    if r.random() < 0.05:
        one.put(
            {
                "type": "queue-operation",
                "operation": "enqueue",
                "timestamp": one.stamp(),
                "content": src.text(40, 400),
                "sessionId": one.sid,
            }
        )
    if r.random() < 0.01:
        one.put(one.row("user", message={"role": "user", "content": _text_and_image(one)}, imagePasteIds=[1]))
    else:
        one.user(src.text(30, 1500), thinkingMetadata={"maxThinkingTokens": 31999}, permissionMode="default")
    for _ in range(r.randrange(2, 14)):
        _step(one)
    one.assistant([{"type": "text", "text": src.text(100, 2500)}], used(one, r.randrange(60, 900)))
    if r.random() < 0.01:
        one.put(one.row("assistant", message=_overloaded(one), isApiErrorMessage=True))
    one.put(one.row("system", subtype="turn_duration", durationMs=r.randrange(3000, 300_000), isMeta=False))
    one.t += dt.timedelta(seconds=r.randrange(20, 900))


def _snapshot(one: Claude) -> Json:
    src = one.src
    return {
        "type": "file-history-snapshot",
        "messageId": src.uuid(),
        "snapshot": {
            "messageId": src.uuid(),
            "trackedFileBackups": {
                f"src/m{src.r.randrange(40)}.py": {
                    "backupFileName": src.hex(16) + "@v1",
                    "version": 1,
                    "backupTime": one.stamp(0),
                }
            },
            "timestamp": one.stamp(0),
        },
        "isSnapshotUpdate": False,
    }


def _text_and_image(one: Claude) -> list[Json]:
    src = one.src
    text = {"type": "text", "text": src.text(30, 300)}
    data = src.b64[: src.r.randrange(60_000, 290_000)]
    return [text, {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": data}}]


def _overloaded(one: Claude) -> Json:
    return {
        "id": one.src.uuid(),
        "container": None,
        "model": "<synthetic>",
        "role": "assistant",
        "type": "message",
        "stop_reason": "stop_sequence",
        "stop_sequence": "",
        "usage": claude_usage({}),
        "content": [{"type": "text", "text": "API Error: 529 overloaded"}],
    }


def used(one: Claude, output: int, web: int = 0) -> Usage:
    r = one.src.r
    new = min(one.context, r.randrange(200, 6000))
    return {
        "input": r.randrange(1, 12),
        "cache_write_1h" if one.one_hour else "cache_write_5m": new,
        "cache_read": max(0, one.context - new),
        "output": output,
        "web_searches": web,
    }


def _step(one: Claude) -> None:
    """One call of the model, its tools, their answers."""
    src, r = one.src, one.src.r
    blocks: list[Json] = []
    if r.random() < 0.45:
        blocks.append(
            {"type": "thinking", "thinking": src.text(300, 5000), "signature": src.b64[: r.randrange(300, 3000)]}
        )
    if r.random() < 0.5:
        blocks.append({"type": "text", "text": src.text(60, 1800)})
    calls = [asked(one) for _ in range(1 if r.random() < 0.8 else r.randrange(2, 4))]
    blocks += [
        {"type": "tool_use", "id": call.id, "name": call.name, "input": call.params, "caller": {"type": "direct"}}
        for call in calls
    ]
    fast = one.model == "claude-opus-4-8" and r.random() < 0.1
    geo = "us" if one.model == "claude-opus-5" and r.random() < 0.1 else None
    one.assistant(
        blocks,
        used(one, r.randrange(60, 2500), sum(call.name == "WebSearch" for call in calls)),
        stop="tool_use",
        speed="fast" if fast else None,
        geo=geo,
    )
    source = one.parent
    for call in calls:
        failed = r.random() < 0.06
        content, shown = answered(one, call, failed)
        one.result(call.id, content, failed=failed, sourceToolAssistantUUID=source, toolUseResult=shown)


def asked(one: Claude) -> ToolCall:
    src, r = one.src, one.src.r
    weights = [0 if name == "Task" and one.agent_id else weight for name, weight in TOOLS.items()]
    name = r.choices(list(TOOLS), weights)[0]
    path = f"{one.cwd}/src/{r.choice(WORDS[:40])}_{r.randrange(60)}.py"
    tool_id = src.id("toolu_")
    return ToolCall(name, tool_id, path, _params(one, name, path))


def _params(one: Claude, name: str, path: str) -> Json:
    text = one.src.text
    make: dict[str, Callable[[], Json]] = {
        "Bash": lambda: {"command": text(20, 500), "description": text(20, 80)},
        "Read": lambda: {"file_path": path, "offset": 1, "limit": 400},
        "Edit": lambda: {
            "file_path": path,
            "old_string": text(60, 1800),
            "new_string": text(60, 2400),
            "replace_all": False,
        },
        "Write": lambda: {"file_path": path, "content": text(1500, 16_000)},
        "Grep": lambda: {"pattern": text(5, 30), "path": one.cwd, "output_mode": "content"},
        "Glob": lambda: {"pattern": "**/*.py"},
        "TodoWrite": lambda: {
            "todos": [{"content": text(20, 80), "status": "pending", "activeForm": text(20, 80)} for _ in range(5)]
        },
        "Task": lambda: {
            "description": text(20, 60),
            "prompt": text(400, 3000),
            "subagent_type": "general-purpose",
        },
        "WebSearch": lambda: {"query": text(10, 60)},
        "mcp__github__get_issue": lambda: {"owner": "a", "repo": "b", "issue": 3},
    }
    return make[name]()


# ---- what the tools answer: the text for the model, and what the agent shows of it

Answer = tuple[str, "Json | str"]


def answered(one: Claude, call: ToolCall, failed: bool) -> Answer:
    match call.name:
        case "Bash":
            return _ran(one, call, failed)
        case "Read":
            return _read(one, call.path)
        case "Edit":
            return _edited(one, call)
        case "Write":
            return _written(call)
        case "Task":
            return _delegated(one, call.params["prompt"])
    return _found(one)


def _ran(one: Claude, call: ToolCall, failed: bool) -> Answer:
    content = one.src.text(20, 9000)
    if one.src.r.random() < 0.3:
        data = {
            "type": "bash_progress",
            "output": content[:400],
            "totalLines": 9,
            "fullOutput": content[:800],
            "elapsedTimeSeconds": 3,
        }
        one.put(one.row("progress", data=data, toolUseID="bash-progress-1", parentToolUseID=call.id))
    if failed:
        return content, "Error: Exit code 1\n" + content
    return content, {
        "stdout": content,
        "stderr": "",
        "interrupted": False,
        "isImage": False,
        "noOutputExpected": False,
    }


def _read(one: Claude, path: str) -> Answer:
    content = one.src.text(1500, 20_000, True)
    file = {
        "filePath": path,
        "content": content,
        "numLines": content.count("\n") + 1,
        "startLine": 1,
        "totalLines": 900,
    }
    return content, {"type": "text", "file": file}


def _edited(one: Claude, call: ToolCall) -> Answer:
    old, new = call.params["old_string"], call.params["new_string"]
    lines = [*("-" + line for line in old.split("\n")), *("+" + line for line in new.split("\n"))]
    return f"The file {call.path} has been updated successfully.", {
        "filePath": call.path,
        "oldString": old,
        "newString": new,
        "originalFile": one.src.text(3000, 20_000),
        "userModified": False,
        "replaceAll": False,
        "structuredPatch": [{"oldStart": 10, "oldLines": 9, "newStart": 10, "newLines": 12, "lines": lines}],
    }


def _written(call: ToolCall) -> Answer:
    return f"File created successfully at: {call.path}", {
        "type": "create",
        "filePath": call.path,
        "content": call.params["content"],
        "structuredPatch": [],
        "originalFile": None,
    }


def _delegated(one: Claude, prompt: str) -> Answer:
    """A sub-agent with a file of its own."""
    src = one.src
    agent_id = src.hex(17)
    child = Claude(src, one.home, one.cwd, "claude-haiku-4-5-20251001", one.t, agent_id=agent_id, sid=one.sid)
    child.user(prompt)
    for _ in range(src.r.randrange(1, 3)):
        turn(child)
    child.flush()
    one.size += child.size
    content = src.text(500, 4000)
    return content, {
        "status": "completed",
        "prompt": prompt,
        "agentId": agent_id,
        "content": [{"type": "text", "text": content}],
        "totalDurationMs": 41_000,
        "totalTokens": 30_211,
        "totalToolUseCount": 7,
        "usage": claude_usage({"input": 5, "cache_write_5m": 900, "cache_read": 29_000, "output": 306}),
    }


def _found(one: Claude) -> Answer:
    content = one.src.text(100, 6000)
    return content, {"mode": "content", "numFiles": 3, "filenames": [], "content": content, "numLines": 40}
