"""The rehearsal itself: every dialect is served over HTTP, every story can be told by every agent."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.live.agents import MCP, PROGRAMS, Run
from tests.live.expectations import GAPS
from tests.live.play import environment
from tests.live.programs import live_folder, writable_parent
from tests.live.repository import git, make_repository
from tests.live.script import SCENARIOS, Script, Step, Thread, Tool, Turn, scenario, user_texts
from tests.live.server import Server, disjoint, failures, serving

NAMES = sorted(path.stem for path in SCENARIOS.glob("*.json"))
TOOL = Tool(name="run", input={"command": "ls"})
TURN = Turn(
    text="I will look around in here.", thinking="Where?", tools=(TOOL, Tool(name="patch", input="x", kind="custom"))
)
THREADS = (
    Thread(match="hello", turns=(Turn(error=529), TURN)),
    Thread(match="sub", role="subagent", turns=(Turn(text="found"),)),
    Thread(match="-", role="compaction", turns=(Turn(text="in short"),)),
)
MESSAGES = {"model": "m", "tools": [1], "messages": [{"role": "user", "content": "hello"}]}
ASKED: dict[str, tuple[str, dict[str, Any]]] = {
    "/v1/messages": ("text/event-stream", MESSAGES),
    "/v1/chat/completions": ("data: [DONE]", MESSAGES),
    "/v1/responses": (
        "response.completed",
        {"model": "m", "tools": [1], "input": [{"role": "user", "content": "hello"}]},
    ),
    "/v1beta/models/m:streamGenerateContent": (
        "usageMetadata",
        {"tools": [1], "contents": [{"role": "user", "parts": [{"text": "hello"}]}]},
    ),
}


def post(server: Server, path: str, body: Any, **headers: str) -> tuple[int, str]:
    """Status and text of an answer."""
    connection = HTTPConnection("127.0.0.1", server.server_address[1])
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    connection.request("POST", path, data, {name.replace("_", "-"): text for name, text in headers.items()})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


@pytest.mark.parametrize("path", ASKED)
@pytest.mark.parametrize("stream", [True, False])
def test_every_dialect_is_served(path: str, stream: bool) -> None:
    mark, request = ASKED[path]
    body = {**request, **({"stream": True} if stream else {})}
    path = path if stream else path.replace("streamG", "g")
    with serving(Script(THREADS)) as server:
        assert post(server, path, body)[0] == 529
        status, text = post(server, path, body)
        refused, served = server.served
    assert (status, refused.whole, served.whole) == (200, False, True)
    assert (served.model, served.role, [tool.name for _, tool in served.tools]) == ("m", "main", ["run", "patch"])
    assert served.message in text
    assert mark in text or mark == "text/event-stream" or not stream
    assert served.usage["output"] > 8
    assert sum(served.usage.values()) >= 200


def test_packed_requests_are_read() -> None:
    with serving(Script(THREADS)) as server:
        data = gzip.compress(json.dumps({**MESSAGES, "messages": [{"role": "user", "content": "sub"}]}).encode())
        status, text = post(server, "/v1/messages", data, Content_Encoding="gzip")
    assert (status, "found" in text, server.served[0].role) == (200, True, "subagent")


def test_what_is_no_model_call_is_acknowledged() -> None:
    with serving(Script(THREADS)) as server:
        counted = post(server, "/v1/messages/count_tokens", {"messages": []})
        other = post(server, "/api/event_logging", b"no JSON")
        connection = HTTPConnection("127.0.0.1", server.server_address[1])
        connection.request("GET", "/v1/models")
        listed = json.loads(connection.getresponse().read())
        connection.close()
    assert (counted, other) == ((200, '{"input_tokens": 4, "totalTokens": 4}'), (200, "{}"))
    assert listed["data"][0]["object"] == "model"
    assert server.served == []


def test_the_newest_prompt_chooses_the_thread() -> None:
    script = Script((Thread(match="one", turns=(Turn(text="first"), Turn(text="second"))), *THREADS))
    asked = {"tools": [1], "messages": [{"role": "user", "content": [{"type": "text", "text": "one"}]}]}
    texts = [script.choose(asked, "s").turn.text for _ in range(3)]
    assert texts == ["first", "second", "Done."]
    urged = {"tools": [1], "messages": [{"role": "user", "content": "go on"}]}
    assert script.choose(urged, "s").thread == "one"
    assert script.choose(urged, "another").thread == "unscripted"


def test_calls_beside_the_work_have_roles_of_their_own() -> None:
    script = Script(THREADS)
    compaction = {"messages": [{"role": "user", "content": "Create a detailed summary of the conversation"}]}
    assert [script.choose(compaction, None).turn.text for _ in range(2)] == [
        "in short",
        "<summary>The work so far.</summary>",
    ]
    title = {"system": "Give it a title", "messages": [{"role": "user", "content": "x"}]}
    assert script.choose(title, None).role == "title"
    schema = {"type": "OBJECT", "properties": {"sure": {"type": "boolean"}, "why": {"type": "string", "enum": ["a"]}}}
    check = {"contents": [{"role": "user", "parts": [{"text": "x"}]}], "generationConfig": {"responseSchema": schema}}
    found = script.choose(check, None)
    assert (found.role, json.loads(found.turn.text)) == ("side", {"sure": False, "why": "a"})


def test_texts_of_the_user_in_any_form() -> None:
    assert list(user_texts({"input": "hi"})) == ["hi"]
    parts = ["a", {"type": "input_text", "text": "b"}, {"type": "tool_result", "text": "c"}, {"type": "text"}]
    assert list(
        user_texts({"messages": [{"role": "user", "content": parts}, {"role": "assistant", "content": "d"}, 1]})
    ) == [
        "a",
        "b",
    ]


def test_the_kinds_of_tokens_are_disjoint() -> None:
    usage = {"fresh": 3, "read": 10, "write": 20, "out": 5, "think": 2}
    assert disjoint(usage, writes=True) == {"input": 3, "output": 5, "cache_read": 10, "cache_write": 20}
    assert disjoint(usage, writes=False) == {"input": 23, "output": 5, "cache_read": 10, "cache_write": 0}


def test_failures_are_told_in_one_form() -> None:
    result = {"type": "tool_result", "tool_use_id": "t1", "is_error": True}
    assert list(failures({"messages": [{"role": "user", "content": [result]}, {"content": "x"}, 1]})) == [("t1", True)]


@pytest.mark.parametrize("agent", PROGRAMS)
@pytest.mark.parametrize("name", NAMES)
def test_every_agent_can_tell_every_story(agent: str, name: str) -> None:
    story = scenario(name, agent, Path("/repository"))
    assert story.steps != ()
    assert {step.of for _, step in story.steps} <= {number for number, _ in story.steps}
    tools = [tool for thread in story.threads for turn in thread.turns for tool in turn.tools]
    assert {tool.name for tool in tools} != set()
    assert "{i}" not in repr(story)
    assert all(
        turn.text or turn.thinking or turn.tools or turn.error for thread in story.threads for turn in thread.turns
    )


@pytest.mark.parametrize("agent", PROGRAMS)
def test_every_agent_can_be_started_gone_on_with_and_forked(agent: str, tmp_path: Path) -> None:
    program = PROGRAMS[agent]
    options = {"context_tokens": 1, "auto_compact_tokens": 2, "compression_threshold": 0.1}
    run = Run(
        home=tmp_path, repository=tmp_path, out=tmp_path, url="http://127.0.0.1:1", binary=tmp_path, options=options
    )
    program.prepare(run)
    steps = ((Step(prompt="Go"), None), (Step(prompt="Go", mode="fork"), "s1"))
    words = [program.arguments(run, step, session) for step, session in steps]
    assert all("Go" in line for line in words)
    assert "s1" in " ".join(words[1])
    variables = environment(program, run)
    assert variables["HOME"] == str(tmp_path)
    text = repr(variables) + repr(words) + "".join(path.read_text() for path in tmp_path.rglob("*.json"))
    assert "http://127.0.0.1:1" in text
    assert program.newest(run) is None
    assert agent in GAPS


def test_the_repository_has_a_failing_test(tmp_path: Path) -> None:
    make_repository(tmp_path / "demo")
    run = [sys.executable, "-m", "unittest", "-q", "tests/test_calc.py"]
    assert subprocess.run(run, cwd=tmp_path / "demo", capture_output=True, check=False).returncode == 1
    assert git(tmp_path / "demo", "log", "--format=%s") == "initial demo repository\n"


def test_the_tool_server_answers() -> None:
    calls = [
        ("initialize", {}),
        ("tools/list", None),
        ("tools/call", {"name": "echo_upper", "arguments": {"text": "hi"}}),
        ("tools/call", {"name": "always_fails"}),
        ("ping", {}),
        ("resources/list", {}),
        ("prompts/list", {}),
        ("nothing", {}),
    ]
    rows = [{"id": number, "method": method, "params": given} for number, (method, given) in enumerate(calls, 1)]
    text = "".join(json.dumps(row) + "\n" for row in [{"method": "notifications/initialized"}, *rows])
    done = subprocess.run([sys.executable, str(MCP)], input=text, capture_output=True, text=True, check=True)
    answers = {row["id"]: row for row in map(json.loads, done.stdout.splitlines())}
    assert sorted(answers) == list(range(1, 9))
    assert answers[3]["result"]["structuredContent"] == {"result": "HI"}
    assert answers[4]["result"]["isError"]
    assert answers[8]["error"]["code"] == -32601


def test_where_the_agents_are_played(tmp_path: Path) -> None:
    assert live_folder(None, Path("/repository")) == Path("/repository/build/live")
    assert live_folder(str(tmp_path), Path("/repository")) == tmp_path
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    assert writable_parent(tmp_path / "open" / "nowhere" / "home") == tmp_path / "open"
    assert writable_parent(Path("/")) is None
