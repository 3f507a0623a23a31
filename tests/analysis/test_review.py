"""What a person should look at in what was written: dependencies, TODO and FIXME, logins and migrations; near misses."""

from __future__ import annotations

import json
from typing import Any, cast

import msgspec
import pytest

from agent_trace.analysis.attempts import Attempt, attempts
from agent_trace.analysis.review import concern, dependencies, remarks
from agent_trace.model.events import ToolCall, ToolResult
from agent_trace.model.session import Session
from agent_trace.model.tools import ToolKind
from tests.analysis.telling import session


def edited(path: str, given: dict[str, Any] | str, kind: str = "edit", *, failed: bool = False) -> Attempt:
    """One edit with its arguments."""
    text = given if isinstance(given, str) else json.dumps(given)
    call = ToolCall(
        id="c", call="c", session="s", tool="Edit", kind=cast(ToolKind, kind), input=text, title=path, paths=(path,)
    )
    result = ToolResult(id="r", call="c", session="s", tool="Edit", failed=failed)
    return attempts(Session("s", "made", (call, result)))[0]


def ran(command: str, end: str = "0") -> Attempt:
    return attempts(session(f"> go\n$ {command}\n= {end}"))[0]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"old_string": "a", "new_string": "a\n# TODO: later"}, ["# TODO: later"]),
        ({"old_string": "# TODO: later", "new_string": "# TODO: later\nb"}, []),
        ({"content": "x = 1  # FIXME"}, ["x = 1  # FIXME"]),
        ({"content": "todo_list = TODOS"}, []),
        ({"edits": [{"oldText": "a", "newText": "b"}, {"oldText": "c", "newText": "// TODO"}]}, ["// TODO"]),
        (
            {"input": "*** Begin Patch\n*** Update File: b.py\n@@\n-# TODO old\n+# TODO new\n*** End Patch"},
            ["# TODO new"],
        ),
        ("--- a/b.py\n+++ b/b.py\n+# FIXME this", ["# FIXME this"]),
        ({"other": 1}, []),
        ("cut {", []),
    ],
)
def test_remarks_that_an_edit_brought_in(given: dict[str, Any] | str, expected: list[str]) -> None:
    assert [one.text for one in remarks(edited("a.py", given))] == expected


def test_what_failed_or_was_no_edit_brought_in_nothing() -> None:
    assert list(remarks(edited("a.py", {"content": "# TODO"}, failed=True))) == []
    assert list(remarks(edited("a.py", {"content": "# TODO"}, "read"))) == []


@pytest.mark.parametrize(
    ("path", "line", "name"),
    [
        ("package.json", '    "left-pad": "^1.3.0",', "left-pad"),
        ("package.json", '    "@types/node": "~20.1"', "@types/node"),
        ("package.json", '    "version": "1.0.0",', None),
        ("package.json", '    "test": "vitest run",', None),
        ("pyproject.toml", '    "httpx>=0.27",', "httpx"),
        ("pyproject.toml", '    "rich[jupyter] ~= 13.0",', "rich"),
        ("pyproject.toml", '    "a keyword",', None),
        ("pyproject.toml", 'requests = "^2.31"', "requests"),
        ("pyproject.toml", 'requires-python = ">=3.10"', None),
        ("requirements-dev.txt", "pytest==8.0", "pytest"),
        ("requirements.txt", "# a comment", None),
        ("Cargo.toml", 'serde = { version = "1", features = ["derive"] }', "serde"),
        ("go.mod", "\tgithub.com/you/thing v1.2.3", "github.com/you/thing"),
        ("Gemfile", "gem 'rails', '~> 7'", "rails"),
        ("src/a.py", '"httpx>=0.27",', None),
    ],
)
def test_lines_of_manifests(path: str, line: str, name: str | None) -> None:
    found = [one.name for one in dependencies(edited(path, {"old_string": "", "new_string": line}))]
    assert found == ([] if name is None else [name])


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("npm install left-pad lodash@4", ["left-pad", "lodash@4"]),
        ("npm install", []),
        ("npm ci", []),
        ("pip install -r requirements.txt", []),
        ("pip install -e .", []),
        ("python -m pip install httpx", ["httpx"]),
        ("uv add httpx", ["httpx"]),
        ("uv sync", []),
        ("npm uninstall left-pad", []),
        ("ls", []),
    ],
)
def test_installs(command: str, expected: list[str]) -> None:
    assert [one.name for one in dependencies(ran(command))] == expected
    assert list(dependencies(ran(command, "1"))) == []


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("src/auth/login.py", "auth"),
        ("src/auth.py", "auth"),
        ("app/oauth2_client.ts", "auth"),
        ("db/migrations/0003_users.py", "migration"),
        ("db/V2__users.sql", "migration"),
        ("src/author.py", None),
        ("docs/authors.md", None),
        ("src/sessional.py", None),
    ],
)
def test_files_to_review(path: str, expected: str | None) -> None:
    assert concern(path) == expected


def test_an_attempt_without_a_path() -> None:
    step = edited("a.py", {"content": "# TODO"})
    call = msgspec.structs.replace(step.step.call, paths=())
    bare = msgspec.structs.replace(step, step=msgspec.structs.replace(step.step, call=call))
    assert [one.path for one in remarks(bare)] == [""]
