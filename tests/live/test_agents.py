"""The real agents against a scripted model: what agent-trace reads in their data is what happened.

`make test-agents` runs it; without AGENT_TRACE_LIVE it is not collected. Every figure is compared with what the model
server sent, every gap is one that tests/live/expectations.py names.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cached_property
from typing import Any

import pytest

from agent_trace import registry
from tests.house.source import ROOT
from tests.live.agents import PROGRAMS
from tests.live.expectations import GAPS, by_model, summed, told
from tests.live.play import Truth, play
from tests.live.programs import VARIABLE, live_folder, writable_parent
from tests.live.server import Served

SCENARIOS = ("short", "fix", "compact")
STORIES = ("branches", "commits", "decoys", "edits", "places", "requests")
RECORDED = ("claude", "codex", "gemini", "opencode", "pi")
"""Those whose plays of the stories of commits are in the corpus."""
LIVE = live_folder(os.environ.get(VARIABLE), ROOT)
CASES = [
    *((agent, name) for agent in PROGRAMS for name in SCENARIOS),
    *((agent, name) for agent in RECORDED for name in STORIES),
]


class Seen:
    """A play, and what agent-trace says of it."""

    def __init__(self, truth: Truth) -> None:
        self.truth, self.gaps = truth, GAPS[truth.agent]
        self.whole: list[Served] = [call for call in truth.server.served if call.whole]

    def ask(self, *words: str) -> Any:
        """The JSON of a command, run as a person would who has this HOME."""
        environment = {
            "HOME": str(self.truth.home),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT / "src"),
            "TZ": "UTC",
        }
        run = [sys.executable, "-m", "agent_trace", *words, "--json"]
        done = subprocess.run(
            run, env=environment, cwd=self.truth.repository, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        return json.loads(done.stdout)

    @cached_property
    def listed(self) -> Any:
        return self.ask("list", "--agent", self.truth.agent, "--limit", "0")

    @property
    def logged(self) -> list[Served]:
        """The calls that the agent's data show one by one."""
        hidden = self.gaps.unseen | self.gaps.unlogged
        return [call for call in self.whole if call.role not in hidden]

    @property
    def beyond(self) -> list[Served]:
        """Those that only its own account knows."""
        return [call for call in self.whole if call.role in self.gaps.unlogged]

    @property
    def failing(self) -> int:
        return sum(tool.fails for call in self.logged for _, tool in call.tools)


@pytest.fixture(scope="module", params=CASES, ids="-".join)
def seen(request: pytest.FixtureRequest) -> Seen:
    """Each agent plays each scenario once."""
    agent, name = request.param
    if agent not in registry.names("agents"):
        pytest.skip(f"nothing reads {agent} yet")
    if agent == "gemini" and (above := writable_parent(LIVE)) is not None:
        pytest.skip(f"it trusts no HOME below {above}, which everybody may write to: set {VARIABLE}")
    return Seen(play(agent, name, LIVE))


def test_the_play_went_as_it_should(seen: Seen) -> None:
    assert [step.code for step in seen.truth.steps] == [0] * len(seen.truth.steps)
    assert seen.whole != []


def test_every_session_is_listed_with_its_prompts(seen: Seen) -> None:
    roots = {one["id"]: one["prompts"] for one in seen.listed["sessions"] if one["parent"] is None}
    prompts: dict[str | None, int] = {}
    for step in seen.truth.steps:
        prompts[step.session] = prompts.get(step.session, 0) + (not step.prompt.startswith("/"))
    assert roots == prompts


def test_every_call_and_every_token(seen: Seen) -> None:
    totals = seen.listed["totals"]
    own, below = totals["own"], totals["subagents"]
    found = {kind: told(own["usage"])[kind] + told(below["usage"])[kind] for kind in told(own["usage"])}
    assert found == summed(seen.logged)
    assert own["calls"] + below["calls"] == len(seen.logged)


def test_what_only_the_agents_account_knows(seen: Seen) -> None:
    found = seen.listed["totals"]["unlogged"]
    if not seen.beyond:
        assert found is None
    else:
        assert told(found["usage"]) == summed(seen.beyond)


def test_every_sub_agent(seen: Seen) -> None:
    calls = [call for call in seen.logged if call.role == "subagent"]
    below = seen.listed["totals"]["subagents"]
    assert (below["calls"], told(below["usage"])) == (len(calls), summed(calls))
    assert bool(calls) is any(one["parent"] for one in seen.listed["sessions"])


def test_every_model(seen: Seen) -> None:
    rows = seen.ask("cost", "--by", "model", "--agent", seen.truth.agent)["rows"]
    found = {row["key"]: (row["calls"], row["usage"]["output"] or 0) for row in rows if row["calls"]}
    assert found == by_model(seen.logged)


def test_every_tool_call_and_what_failed(seen: Seen) -> None:
    totals = seen.listed["totals"]
    name = seen.truth.home.parent.name.rpartition("-")[2]
    tools = totals["own"]["tool_calls"] + totals["subagents"]["tool_calls"]
    errors = totals["own"]["errors"] + totals["subagents"]["errors"]
    failed = sum(one["failed_steps"] for one in seen.listed["sessions"])
    assert tools == sum(len(call.tools) for call in seen.logged)
    assert errors == seen.gaps.marks.get(name, seen.failing)
    assert failed == seen.gaps.failed.get(name, seen.failing)


def test_nothing_was_left_unread(seen: Seen) -> None:
    machine = seen.ask("doctor")["machine"]
    assert [(one["line"], one["reason"]) for one in machine["unread"]] == []
    assert machine["unreadable"] == []


def test_one_session_says_the_same_as_the_list(seen: Seen) -> None:
    for one in seen.listed["sessions"]:
        shown = seen.ask("show", one["id"])
        assert {name: shown[name] for name in one} == one
        assert shown["prompt_list"] is not None
        calls = sum(prompt["calls"] or 0 for prompt in shown["prompt_list"])
        assert calls <= (one["own"]["calls"] or 0)


def test_the_version_was_seen(seen: Seen) -> None:
    (one,) = seen.ask("agents", seen.truth.agent)["agents"]
    assert one["found"]
    assert one["versions"] in ([], [PROGRAMS[seen.truth.agent].version])
