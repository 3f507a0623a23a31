"""Recorded runs of the corpus, opened as a person's home: what reports say of one of their sessions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec

from agent_trace.app.scopes import Request, run_report
from agent_trace.app.workspace import Workspace
from agent_trace.render.text import render_text
from tests.reports.small import CORPUS, copy_run, opened

FIX = "942bf1b1-e31e-4f36-8359-80dd7740a467"
"""The main story of 2.1.329: six failures, a sub-agent, a resume, a compaction."""
SUB_AGENT = f"{FIX}/agent-a8936251ceec1d63b"
FORK = "e5a9a77e-df01-47d3-9f7e-569a1c255b2a"
"""Begins with a copy of the story."""
TERMINAL = "b8e2ea1b-02c9-4bce-a8db-32c44b3404d0"
"""Played on a screen: permissions, Escape, a question, commands."""
RUNS = sorted(f"{path.parent.parent.name}/{path.parent.name}" for path in CORPUS.glob("*/*/truth.json"))


@contextmanager
def run(name: str, home: Path, **flags: Any) -> Iterator[Workspace]:
    """A recorded run (`2.1.329/fix`) as the agent left it."""
    copy_run(name, home)
    workspace = opened(home, **flags)
    try:
        yield workspace
    finally:
        workspace.close()


def truth(name: str) -> Any:
    """What really happened in a run."""
    return msgspec.json.decode((CORPUS / name / "truth.json").read_bytes())


def asked(workspace: Workspace, report: ModuleType, session: str = "latest", other: str = "", **options: Any) -> Any:
    """A report's result about one session, or a pair of them."""
    given = msgspec.convert(options, report.Options)
    return run_report(workspace, report, given, Request(session=session, other=other))


def drawn(report: ModuleType, result: Any, workspace: Workspace, *, width: int = 80, **options: Any) -> list[str]:
    """The lines that a terminal shows of it."""
    given = msgspec.convert(options, report.Options)
    return list(render_text(report.layout(result, given, workspace.facts), width=width))


def sessions(workspace: Workspace) -> list[str]:
    """The ids of all sessions, sub-agents too."""
    return [row[0] for row in workspace.db.execute("SELECT key FROM session WHERE content ORDER BY key")]
