"""Small homes of Claude Code to ask reports about, and the form in which their answers are kept."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from agent_trace.app.scopes import Request, run_report
from agent_trace.app.workspace import Workspace
from agent_trace.app.written import encode
from agent_trace.config import load_config
from agent_trace.model.selection import Selection
from agent_trace.render.text import render_text

TESTS = Path(__file__).parents[1]
CORPUS = TESTS / "corpus" / "claude"
GOLDEN = TESTS / "golden"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=timezone.utc)
WIDTHS = (80, 120)


class Call(NamedTuple):
    """One model call of a log: when, which model, how many tokens; `recorded` is the agent's own cost."""

    at: str
    model: str = "claude-opus-4-5-20251101"
    input: int = 1000
    output: int = 500
    recorded: float | None = None


def write_log(home: Path, session: str, cwd: str, calls: Sequence[Call], *, agent: str = "") -> Path:
    """A session's log, or that of one of its sub-agents: a prompt, then the calls."""
    folder = home / ".claude" / "projects" / cwd.replace("/", "-")
    path = folder / session / "subagents" / f"agent-{agent}.jsonl" if agent else folder / f"{session}.jsonl"
    rows = [_prompt(session, cwd, calls[0].at, agent)] if calls else []
    rows += [_reply(session, cwd, number, call, agent) for number, call in enumerate(calls)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def _row(session: str, cwd: str, uuid: str, at: str, agent: str) -> dict[str, Any]:
    origin = {"agentId": agent, "isSidechain": True} if agent else {"isSidechain": False}
    common = {"sessionId": session, "cwd": cwd, "gitBranch": "main", "version": "2.1.197", "userType": "external"}
    return {**common, **origin, "uuid": f"{session[:8]}-{agent}-{uuid}", "timestamp": f"{at}Z"}


def _prompt(session: str, cwd: str, at: str, agent: str) -> dict[str, Any]:
    return {
        **_row(session, cwd, "prompt", at, agent),
        "type": "user",
        "message": {"role": "user", "content": f"Work in {cwd}"},
    }


def _reply(session: str, cwd: str, number: int, call: Call, agent: str) -> dict[str, Any]:
    key = f"{session[:8]}-{agent}-{number}"
    recorded = {} if call.recorded is None else {"costUSD": call.recorded}
    return {
        **_row(session, cwd, str(number), call.at, agent),
        **recorded,
        "type": "assistant",
        "requestId": f"req-{key}",
        "message": {
            "id": f"msg-{key}",
            "role": "assistant",
            "model": call.model,
            "content": [{"type": "text", "text": "done"}],
            "stop_reason": "end_turn",
            "usage": {"input_tokens": call.input, "output_tokens": call.output},
        },
    }


def copy_run(name: str, home: Path) -> None:
    """A recorded run of the corpus (`2.1.197/fix`) as the agent left it in its home."""
    shutil.copytree(CORPUS / name / "home", home, dirs_exist_ok=True)


def opened(home: Path, *, now: datetime = NOW, **flags: Any) -> Workspace:
    """A workspace over a home, brought up to date, whose clock stands still."""
    config = load_config({"AGENT_TRACE_HOME": str(home / ".agent-trace")}, **flags)
    workspace = Workspace(config, environment={"HOME": str(home), "TZ": "UTC"}, now=now)
    workspace.sync()
    return workspace


def ask(workspace: Workspace, report: ModuleType, selection: Selection = Selection(), **options: Any) -> Any:
    """A report's result."""
    return run_report(workspace, report, report.Options(**options), Request(selection=selection))


def forms(report: ModuleType, result: Any, options: Any, workspace: Workspace) -> Iterator[tuple[str, str]]:
    """A result as people and programs see it: the ending of its golden file, and what stands in it."""
    for width in WIDTHS:
        lines = render_text(report.layout(result, options, workspace.facts), width=width)
        yield f"{width}.txt", "".join(f"{line}\n" for line in lines)
    yield "json", encode(result) + "\n"


def assert_golden(name: str, drawn: str) -> None:
    """Compare with the file under tests/golden; GOLDEN=1 writes it anew."""
    path = GOLDEN / name
    if os.environ.get("GOLDEN") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8")
