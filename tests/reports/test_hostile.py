"""Logs that nobody wrote in good faith: reports of a session show them without harm and without falling."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest

from agent_trace.app.workspace import Workspace
from agent_trace.app.written import encode
from agent_trace.render.measure import display_width
from agent_trace.reports import a2a_tree, context, inspect, replay, report_session, stats, tree
from tests.reports.recorded import asked, drawn
from tests.reports.small import opened

EVIL = (
    "\x1b[2J\x1b]0;title\x07\u202ereversed\u2066 \x00\r\nline\t"
    "<script>alert(1)</script> @you #1 |a| `b` 日本語 👩\u200d💻 \ud83d "
)
"""Escapes, overrides, markup, wide signs and half a surrogate pair."""
STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
USAGE = {"input_tokens": 10, "output_tokens": 5}


class Log:
    """Rows of a session, one after the other."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []

    def add(self, kind: str, **more: Any) -> None:
        number = len(self.lines) + 1
        common = {"uuid": f"u{number}", "sessionId": "evil", "timestamp": f"2026-11-18T12:00:{number:02}.000Z"}
        where = {"cwd": f"/home/{EVIL}", "gitBranch": EVIL, "version": EVIL}
        self.lines.append(json.dumps({"type": kind, **common, **where, **more}).encode() + b"\n")

    def reply(self, name: str, model: str, *blocks: dict[str, Any]) -> None:
        message = {"id": name, "model": model, "role": "assistant", "content": list(blocks), "usage": USAGE}
        self.add("assistant", requestId=name, message=message)

    def result(self, tool: str, content: str, *, failed: bool = False, beside: Any = None) -> None:
        block = {"type": "tool_result", "tool_use_id": tool, "is_error": failed, "content": content}
        self.add("user", message={"role": "user", "content": [block]}, toolUseResult=beside)


def hostile() -> bytes:
    """A log of such texts in every field that is shown."""
    log = Log()
    log.add("user", message={"role": "user", "content": EVIL * 40})
    log.reply(
        "m1",
        EVIL,
        {"type": "thinking", "thinking": EVIL * 100},
        {"type": "text", "text": EVIL * 300},
        {"type": "tool_use", "id": "t1", "name": EVIL, "input": {"command": EVIL * 50}},
        {"type": "tool_use", "id": "t2", "name": "Bash", "input": {"command": "x" * 200_000}},
        {"type": "tool_use", "id": "t3", "name": "Edit", "input": {"file_path": f"/home/{EVIL}/a{EVIL}"}},
    )
    log.result("t1", EVIL * 2000, failed=True, beside=f"Error: {EVIL}")
    log.result("t2", "y" * 300_000)
    log.result("t2", "again")
    patch = {"oldStart": 1, "oldLines": 1, "newStart": 1, "newLines": 1, "lines": [f"-{EVIL}", f"+{EVIL}"]}
    log.result("t3", "ok", beside={"filePath": EVIL, "structuredPatch": [patch]})
    log.add("system", subtype="api_error", retryAttempt=0, error={"status": 529, "message": EVIL})
    log.add("system", subtype="compact_boundary", compactMetadata={"trigger": EVIL, "postTokens": 10})
    log.add("attachment", attachment={"type": EVIL, "content": EVIL})
    log.add(f"weird {EVIL}", foo=EVIL)
    log.add("user", message={"role": "user", "content": f"<command-name>/{EVIL}</command-name>"})
    log.add("user", message={"role": "user", "content": f"[Request interrupted by user{EVIL}]"})
    return b"".join([*log.lines, b'{"broken": \xff\xfe\n'])


@pytest.fixture
def workspace(home: Path) -> Iterator[Workspace]:
    folder = home / ".claude" / "projects" / "-p"
    folder.mkdir(parents=True)
    (folder / "evil.jsonl").write_bytes(hostile())
    found = opened(home)
    yield found
    found.close()


ASKED: list[tuple[ModuleType, dict[str, Any]]] = [
    (replay, {}),
    (replay, {"full": True}),
    (inspect, {}),
    (inspect, {"mode": "forensic"}),
    (stats, {"include_subagents": True}),
    (context, {"event": "1"}),
    (context, {"event": "9"}),
    (report_session, {}),
    (a2a_tree, {}),
    (tree, {}),
]


@pytest.mark.parametrize(("report", "options"), ASKED)
@pytest.mark.parametrize("width", [40, 80, 120])
def test_every_line_fits_and_none_steers(
    workspace: Workspace, report: ModuleType, options: dict[str, Any], width: int
) -> None:
    lines = drawn(report, asked(workspace, report, "evil", **options), workspace, width=width, **options)
    assert lines
    assert [line for line in lines if STEERING.search(line) or display_width(line) > width] == []


@pytest.mark.parametrize(("report", "options"), ASKED)
def test_json_can_be_read_back(workspace: Workspace, report: ModuleType, options: dict[str, Any]) -> None:
    result = asked(workspace, report, "evil", **options)
    assert msgspec.json.decode(encode(result), type=type(result)) == result


def test_a_replay_stays_short(workspace: Workspace) -> None:
    lines = drawn(replay, asked(workspace, replay, "evil"), workspace)
    assert len(lines) < 150
    assert "               … 299,700 more characters" in lines


def test_a_repeated_result_belongs_to_the_same_tool(workspace: Workspace) -> None:
    rows = [row for row in asked(workspace, replay, "evil").events if row.kind == "tool_result"]
    assert [row.tool for row in rows[1:]] == ["Bash", "Bash", "Edit"]
