"""agents: which are here, what was seen of them, what their logs can tell."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from types import ModuleType

import pytest

from agent_trace import registry
from agent_trace.app.agents import agents_seen, in_order
from agent_trace.app.workspace import Workspace
from agent_trace.errors import UsageError
from agent_trace.model.agent import Agent, Bundle, Database, Home
from agent_trace.model.facts import Facts
from agent_trace.render.html import render_html
from agent_trace.render.markdown import render_markdown
from agent_trace.render.text import render_text
from agent_trace.reports import agents
from agent_trace.reports._agents import AgentSeen, Place, capabilities, verified
from agent_trace.reports._scopes import AgentsScope
from agent_trace.sync.members import Member
from tests.reports.recorded import run
from tests.reports.small import NOW, Call, assert_golden, opened, write_log
from tests.sync import parrot

FACTS = Facts(now=NOW)
NOVA = Agent(
    name="nova",
    title="Nova Coder",
    homes=(Home(path="$NOVA_HOME", variable="NOVA_HOME"), Home(path="~/.nova")),
    files=("*.jsonl",),
    bundles=(Bundle(main="*/main.json"),),
    colour="#aa5500",
    verified="1.9.0, 1.10.0",
    resume=("nova", "--resume", "{id}"),
    session_variable="NOVA_SESSION",
    input_includes_cache=True,
    errors="`failed` of the result",
    cost=True,
    subagents=True,
    hooks="hooks",
    telemetry="OpenTelemetry",
    statusline=True,
    gaps="the call that makes the title",
)
LUNA = Agent(
    name="luna",
    title="Luna",
    homes=(
        Home(path="~/.local/share/luna", system="linux"),
        Home(path="$APPDATA/L", variable="APPDATA", system="windows"),
    ),
    databases=(Database(file="luna.db", sessions="SELECT 1", rows=()),),
    usage="none",
)


def seen(agent: Agent, *homes: Place, sessions: int = 0, versions: tuple[str, ...] = ()) -> AgentSeen:
    return AgentSeen(
        name=agent.name,
        title=agent.title,
        found=sessions > 0,
        homes=homes,
        logs=sessions,
        sessions=sessions,
        subagents=sessions // 10,
        last=datetime(2026, 11, 21, 9, tzinfo=timezone.utc) if sessions else None,
        versions=versions,
        verified=verified(agent),
        capabilities=capabilities(agent),
    )


SCOPE = AgentsScope(
    agents=(
        seen(
            LUNA,
            Place(path="/home/you/.local/share/luna", system="linux", state="not there"),
            Place(path="$APPDATA/L", variable="APPDATA", system="windows", state="not run"),
        ),
        seen(
            NOVA,
            Place(path="$NOVA_HOME", variable="NOVA_HOME", state="not set"),
            Place(path="/home/you/.nova", state="found"),
            sessions=1204,
            versions=("1.8.2", "1.9.0", "1.11.0"),
        ),
    )
)


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("table", agents.Options()),
        ("one", agents.Options(name="nova")),
        ("all", agents.Options(verbose=True)),
    ],
)
def test_whole_outputs(name: str, options: agents.Options, width: int) -> None:
    result = agents.compute(SCOPE, options, FACTS)
    lines = render_text(agents.layout(result, options, FACTS), width=width)
    assert_golden(f"agents/{name}.{width}.txt", "".join(f"{line}\n" for line in lines))


def test_other_forms_hold_the_same() -> None:
    result = agents.compute(SCOPE, agents.Options(), FACTS)
    page = render_html(agents.layout(result, agents.Options(), FACTS), title="agents")
    text = render_markdown(agents.layout(result, agents.Options(), FACTS))
    assert "Nova Coder" in page
    assert "| nova |" in text


def test_an_unknown_name_lists_those_that_are_known() -> None:
    with pytest.raises(UsageError, match="no agent is called 'vela'") as caught:
        agents.compute(SCOPE, agents.Options(name="vela"), FACTS)
    assert caught.value.hint == "known: luna, nova"


def test_versions_are_in_their_order() -> None:
    assert sorted(["2.1.10", "2.1.9", "2.1.9-beta", "2"], key=in_order) == ["2", "2.1.9-beta", "2.1.9", "2.1.10"]


# ---------------------------------------------------------------- on a real home


def asked(workspace: Workspace, platform: str = "linux") -> dict[str, AgentSeen]:
    return {one.name: one for one in agents_seen(workspace, platform)}


def test_a_recorded_home(home: Path) -> None:
    with run("2.1.329/fix", home) as workspace:
        (one,) = [one for one in agents_seen(workspace) if one.sessions]
    assert (one.found, one.sessions, one.subagents, one.versions) == (True, 3, 1, ("2.1.329",))
    assert one.last is not None
    assert [place.state for place in one.homes if place.path == str(home / ".claude")] == ["found"]


def test_every_agent_is_listed(home: Path) -> None:
    workspace = opened(home)
    found = asked(workspace)
    workspace.close()
    assert tuple(found) == registry.names("agents")
    assert not any(one.found or one.sessions or one.versions or one.last for one in found.values())


def test_homes_of_other_systems_were_not_run(home: Path) -> None:
    workspace = opened(home)
    module = ModuleType("luna")
    vars(module)["AGENT"] = LUNA
    workspace.members = {"luna": Member(module)}
    states = [[place.state for place in asked(workspace, name)["luna"].homes] for name in ("linux", "win32", "darwin")]
    workspace.close()
    assert states == [["not there", "not run"], ["not set", "not there"], ["not there", "not run"]]


def test_an_agent_whose_home_is_gone_is_still_there(home: Path) -> None:
    log = write_log(home, "aaaaaaaa-0000-4000-8000-000000000001", "/srv/x", [Call("2026-11-20T10:00:00")])
    workspace = opened(home)
    log.unlink()
    for folder in (log.parent, log.parents[1], log.parents[2]):
        folder.rmdir()
    workspace.sync()
    (one,) = [one for one in agents_seen(workspace) if one.sessions]
    workspace.close()
    assert (one.found, one.logs) == (True, 0)


def test_an_agent_that_tells_no_version(home: Path) -> None:
    (home / ".parrot").mkdir()
    line = b'{"type":"user_prompt","id":"1","session":"s","text":"hello"}\n'
    (home / ".parrot" / "s.jsonl").write_bytes(line)
    workspace = opened(home)
    workspace.members = {"parrot": Member(parrot)}
    workspace.sync()
    one = asked(workspace)["parrot"]
    workspace.close()
    assert (one.sessions, one.versions, one.last) == (1, (), None)
