"""Recorded runs of two agents behind both ports, and the table of what earlier tools' addresses answered."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from agent_trace.app.outcomes import look_at_quiet
from agent_trace.app.workspace import Workspace
from agent_trace.config import load_config
from agent_trace.web.app import Port, create_app
from agent_trace.web.asking import Asking
from agent_trace.web.door import Door
from tests.reports.recorded import FIX, FORK, SUB_AGENT

CORPUS = Path(__file__).parents[1] / "corpus"
RUNS = ("claude/2.1.329/fix", "codex/0.169.0/fix")
PROJECT = "-home-dev-demo"
"""The folder in which the first agent keeps the logs of the runs."""
SHAPES: dict[str, Any] = json.loads((Path(__file__).parent / "earlier_shapes.json").read_text(encoding="utf-8"))
NOW = "2026-11-21T12:00:00Z"
WRITE = {"X-Agent-Trace": "1"}
__all__ = ["FIX", "FORK", "SUB_AGENT"]


def lay_out(home: Path, runs: tuple[str, ...] = RUNS) -> None:
    """The runs as their agents left them in a home."""
    for run in runs:
        shutil.copytree(CORPUS / run / "home", home, dirs_exist_ok=True)


@contextmanager
def asking_at(home: Path, **flags: Any) -> Iterator[Asking]:
    """The workspaces of a server over a home that is up to date."""
    environment = {
        "HOME": str(home), "AGENT_TRACE_HOME": str(home / ".agent-trace"), "TZ": "UTC", "AGENT_TRACE_NOW": NOW,
        "USER": "dev",
    }  # fmt: skip
    config = load_config(environment, **flags)
    workspace = Workspace(config, environment=environment)
    try:
        workspace.sync()
        look_at_quiet(workspace)
    finally:
        workspace.close()
    asking = Asking(config, environment=environment)
    try:
        yield asking
    finally:
        asking.close()


def client(asking: Asking, port: Port = "dashboard", door: Door | None = None) -> TestClient:
    """Who asks one of the ports."""
    return TestClient(create_app(asking, port=port, door=door), base_url="http://127.0.0.1:3100")


def got(asked: TestClient, path: str) -> Any:
    """The JSON of an address that answers."""
    answer = asked.get(path)
    assert answer.status_code == 200, (path, answer.text)
    return answer.json()


def misfits(value: Any, shape: Any, place: str = "") -> Iterator[str]:
    """Where a value is not of a shape: a named one, an object with exactly these keys, a list, or a type."""
    if isinstance(shape, str) and shape.startswith("$"):
        yield from misfits(value, SHAPES[shape], place)
    elif isinstance(shape, dict):
        yield from _keys(value, shape, place)
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield f"{place} is no list"
            return
        for number, one in enumerate(value):
            yield from misfits(one, shape[0], f"{place}[{number}]")
    elif not _is(value, shape):
        yield f"{place} is {value!r}, not {shape}"


def _keys(value: Any, shape: dict[str, Any], place: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{place} is no object"
        return
    names = {name.removesuffix("?"): one for name, one in shape.items()}
    yield from (f"{place}.{name} is not in the contract" for name in value.keys() - names.keys())
    for name, one in shape.items():
        if name.removesuffix("?") in value:
            yield from misfits(value[name.removesuffix("?")], one, f"{place}.{name}")
        elif not name.endswith("?"):
            yield f"{place}.{name} is missing"


def _is(value: Any, shape: str) -> bool:
    if value is None:
        return shape.endswith("?") or shape == "null"
    match shape.removesuffix("?"):
        case "str":
            return isinstance(value, str)
        case "int":
            return isinstance(value, int) and not isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "bool":
            return isinstance(value, bool)
        case "object":
            return isinstance(value, dict)
        case "time":
            return datetime.fromisoformat(str(value).replace("Z", "+00:00")).tzinfo is not None
    return bool(value == shape)
