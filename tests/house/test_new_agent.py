"""The agent of docs/tasks/new-agent.md is one that works."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from agent_trace.model.events import LlmResponse, Unknown, UserPrompt
from agent_trace.model.usage import Usage
from tests.house.members import agent_faults
from tests.house.source import ROOT

LOG = (
    b'{"type":"prompt","id":"1","ms":1000,"text":"Fix the parser"}',
    b'{"type":"reply","id":"2","ms":2000,"request":"r1","model":"nova-1","in":900,"cached":400,"out":20}',
    b'{"type":"later","id":"3","ms":3000}',
    b"{cut",
    b"42",
    b'{"type":"reply","id":"4"}',
)


@pytest.fixture
def nova(tmp_path: Path) -> ModuleType:
    page = (ROOT / "docs/tasks/new-agent.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (tmp_path / "nova.py").write_text(code, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("nova", tmp_path / "nova.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_keeps_the_contract(nova: ModuleType) -> None:
    assert agent_faults("nova", nova) == []


def test_it_reads_its_log_and_never_raises(nova: ModuleType) -> None:
    offsets = [sum(len(line) + 1 for line in LOG[:number]) for number in range(len(LOG))]
    events = list(nova.parse("/home/you/.nova/sessions/s1.jsonl", zip(offsets, LOG, strict=True), clip=3))
    assert [type(event) for event in events] == [UserPrompt, LlmResponse, *[Unknown] * 4]
    prompt, call, *_ = events
    assert (prompt.session, prompt.text, prompt.size) == ("s1", "Fix", 14)
    assert (call.call, call.usage) == ("r1", Usage(input=500, output=20, cache_read=400))
