"""What the recorded runs do not show: skills, calls that bill beside themselves, projects of all kinds, limits of what is kept."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent_trace.app.projects import key_of_project, stored
from agent_trace.app.single_events import mark, shape, whole
from agent_trace.app.workspace import Workspace
from agent_trace.errors import NotFoundError, UsageError
from agent_trace.model.events import (
    AssistantText,
    Event,
    Interrupted,
    LlmResponse,
    Origin,
    Thinking,
    ToolCall,
    ToolResult,
    UserPrompt,
)
from agent_trace.model.session import Session
from agent_trace.model.usage import BillingClass, Usage
from agent_trace.web.asking import Asking
from agent_trace.web.earlier import kept, replayed, team, told
from agent_trace.web.earlier.conversation import Message, conversation
from agent_trace.web.earlier.deeds import deeds
from agent_trace.web.earlier.finding import Finder
from agent_trace.web.earlier.kept import Kept, View, words
from agent_trace.web.earlier.tracer_rows import days
from agent_trace.web.earlier.written_out import argument, content, said_in, tools
from tests.web.earlier import FIX, PROJECT, asking_at, client, got, lay_out


def talk(*events: Event) -> tuple[Message, ...]:
    """Events as messages; all calls but those called `other` count."""
    session = Session(id="s", agent="a", events=events)
    return conversation(session, {one.call for one in session.calls} - {"other"})


def reply(name: str, output: int = 1, **more: Any) -> LlmResponse:
    return LlmResponse(
        id=name, session="s", call=name, cls=BillingClass(model="m"), usage=Usage(input=1, output=output), **more
    )


def test_texts_before_the_call_that_made_them_belong_to_it() -> None:
    said = [
        Thinking(id="t1", session="s"), AssistantText(id="a1", session="s", text="first"), reply("r1"),
        ToolCall(id="c1", session="s", call="c1", response="r1", tool="Bash"),
        ToolResult(id="c1.result", session="s", call="c1"),
        AssistantText(id="a2", session="s", text="second"), reply("r2", 2),
    ]  # fmt: skip
    found = talk(*said)
    assert [(one.type, one.response) for one in found] == [
        ("assistant", "r1"),
        ("tool_result", None),
        ("assistant", "r2"),
    ]
    assert [piece.event for piece in found[0].pieces] == ["a1", "c1"]
    assert [one.usage.output for one in found if one.usage is not None] == [1, 2]


def test_texts_after_the_call_belong_to_it_until_the_next_one() -> None:
    found = talk(reply("r1"), AssistantText(id="a1", session="s"), reply("r2"), AssistantText(id="a2", session="s"))
    assert [[piece.event for piece in one.pieces] for one in found] == [["a1"], ["a2"]]


def test_what_a_call_bills_beside_itself_is_in_its_usage() -> None:
    found = talk(reply("r1"), reply("r1.advisor", 5, counts=False), reply("other", 7, counts=False))
    assert [one.usage for one in found] == [Usage(input=2, output=6)]
    assert [one.usage for one in talk(reply("lonely", counts=False))] == [Usage(input=1, output=1)]


def test_usage_of_other_sessions_calls_is_not_told() -> None:
    found = talk(reply("other"), UserPrompt(id="p", session="s"), reply("r1", inherited=True))
    assert [one.usage for one in found] == [None, None, None]


def test_two_messages_never_bear_one_id() -> None:
    found = talk(UserPrompt(id="row.0", session="s"), UserPrompt(id="row.1", session="s"))
    assert [one.uuid for one in found] == ["row", "row.1"]


def test_skills_changes_and_interruptions() -> None:
    events = (
        UserPrompt(id="p1", session="s", at=1), reply("r1"),
        ToolCall(id="k1", session="s", call="k1", response="r1", tool="Skill", kind="skill", input='{"skill":"pdf"}', at=5),
        ToolCall(id="k2", session="s", call="k2", response="r1", tool="Skill", kind="skill", title="named", at=6),
        ToolCall(id="e1", session="s", call="e1", response="r1", tool="Edit", kind="edit", paths=("f",)),
        ToolResult(id="e1.result", session="s", call="e1", failed=True),
        ToolCall(id="x1", session="s", call="x1", response="other", tool="Bash"),
        Interrupted(id="i", session="s"),
        UserPrompt(id="p2", session="s", by="parent"),
    )  # fmt: skip
    session = Session(id="s", agent="a", events=events)
    found = deeds(session, conversation(session, {"r1"}), {"r1"})
    assert [(one.name, one.at) for one in found.skills] == [("pdf", 5), ("named", 6)]
    assert found.changes == ()
    assert [(one.tool, one.uuid) for one in found.failures] == [("Edit", "e1")]
    assert found.tools.keys() == {"Skill", "Edit"}
    assert found.interruption_rate == 100
    assert [(one.tool_calls, one.interrupted, one.model) for one in found.commands] == [(4, True, "m")]
    view = View(messages=(), deeds=found, cwd=None, head=(), agent_type=None)
    assert [(one.skill_name, one.invocation_count) for one in told.skills([(_row(), view)]).skills] == [
        ("named", 1),
        ("pdf", 1),
    ]


def _row() -> Any:
    return None


def test_arguments_are_objects_whatever_the_agent_wrote() -> None:
    def inputs(text: str, most: int | None = None) -> Any:
        (message,) = talk(ToolCall(id="c", session="s", call="c", tool="T"))
        event = ToolCall(id="c", session="s", call="c", tool="T", input=text)
        return [one.input for one in tools(message, {"c": event}, most)]

    assert inputs('{"a":1}') == [{"a": 1}]
    assert inputs("[1]") == [{"input": [1]}]
    assert inputs("{cut") == [{"input": "{cut"}]
    assert inputs("") == [{}]
    assert inputs('{"a":"long"}', 3) == [{}]
    assert argument(UserPrompt(id="p", session="s"), "a") is None
    assert argument(ToolCall(id="c", session="s", input='{"a":1}'), "a") is None
    (message,) = talk(ToolCall(id="c", session="s", call="c", tool="T"))
    assert content(message, {}) is None
    assert words(message) == said_in(None) == ""


def test_what_has_no_time_belongs_to_no_day(home: Path) -> None:
    with asking_at(home) as asking:
        book = asking.ask(lambda one: one.book)
    assert [one.date for one in days([], {"?": 3, "2026-11-18": 2}, book, "priced")] == ["2026-11-18T00:00:00"]


@pytest.fixture
def asking(home: Path) -> Iterator[Asking]:
    lay_out(home, ("claude/2.1.329/fix",))
    with asking_at(home, archive="off") as found:
        yield found


def test_a_projects_key_is_its_folder_or_a_hash(asking: Asking) -> None:
    row = asking.ask(lambda one: stored(one, FIX))
    assert row is not None
    assert key_of_project(row, "/home/projects/x/.home/projects/-a-b/s.jsonl", "projects") == "-a-b"
    assert key_of_project(row, "C:\\home\\projects\\-c\\s.jsonl", "projects") == "-c"
    made_up = key_of_project(row, "/elsewhere/s.jsonl", "projects")
    assert made_up == key_of_project(row, None, "") == key_of_project(row, "/home/projects/s.jsonl", "projects")
    nowhere = msgspec.structs.replace(row, cwd=None, repo=None)
    assert key_of_project(nowhere, None, "") != made_up


def test_a_calendar_has_an_end(asking: Asking) -> None:
    def work(workspace: Workspace) -> None:
        assert team.span(workspace, "2026-11-02", "2026-11-03").period.end == "2026-11-03"
        with pytest.raises(UsageError, match="no time"):
            team.span(workspace, None, "9999-12-31")

    asking.ask(work)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "9999-12-30"])
@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
def test_no_day_is_a_fault_of_ours(day: str, zone: str, home: Path) -> None:
    with asking_at(home, timezone=zone) as found:
        asked = client(found)
        for path in (
            f"/api/team/overview?from={day}",
            f"/api/team/cost/daily?to={day}",
            f"/api/team/analytics?from={day}&to={day}",
        ):
            assert asked.get(path).status_code in {200, 400}
        for name in ("start_date", "end_date"):
            assert asked.get(f"/api/metrics/daily/nobody?{name}={day}").status_code in {200, 400}
        assert client(found, "api").get(f"/v1/sessions?from={day}&to={day}").status_code in {200, 400}


def test_without_its_log_a_session_has_its_figures(asking: Asking, home: Path) -> None:
    base = f"/api/sessions/{PROJECT}/{FIX}"
    asked = client(asking)
    with_log = {name: got(asked, f"{base}{name}") for name in ("", "/metrics", "/tools", "/subagents")}
    session = got(client(asking, "api"), f"/v1/sessions/{FIX}")["session"]
    for log in (home / ".claude" / "projects").rglob("*.jsonl"):
        log.unlink()
    asked = client(asking)
    assert got(asked, base) == with_log[""]
    assert {**got(asked, f"{base}/metrics"), "interruption_rate": 0.0} == with_log["/metrics"]
    counts = [(one["name"], one["count"], one["error_count"]) for one in with_log["/tools"]["tools"]]
    assert [(one["name"], one["count"], one["error_count"]) for one in got(asked, f"{base}/tools")["tools"]] == counts
    assert got(asked, f"{base}/subagents")["subagents"][0]["subagent_type"] is None
    for gone in ("/messages", "/errors", "/commands", "/skills", "/code-changes", "/messages/filters"):
        answer = asked.get(base + gone)
        assert answer.status_code == 404
        assert "gone" in answer.json()["detail"]
    bare = got(client(asking, "api"), f"/v1/sessions/{FIX}")["session"]
    assert bare["timeline"] == []
    assert bare["metrics"]["totalCostUsd"] == session["metrics"]["totalCostUsd"]


def test_without_a_sub_agents_log_the_rest_is_told(asking: Asking, home: Path) -> None:
    for log in (home / ".claude" / "projects").rglob("agent-*.jsonl"):
        log.unlink()
    asked = client(asking)
    assert got(asked, f"/api/sessions/{PROJECT}/{FIX}/tools")["total_calls"] == 16
    assert got(asked, f"/api/sessions/{PROJECT}/{FIX}/subagents")["total_count"] == 1


def test_what_is_kept_has_limits(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 1)
    monkeypatch.setattr(kept, "SEARCHES", 1)
    store = Kept()

    def work(workspace: Workspace) -> None:
        rows = [
            one for one in (stored(workspace, FIX), stored(workspace, "31727cc2-1daa-434f-acf9-cc872e6823ab")) if one
        ]
        views = [store.view(workspace, row) for row in rows]
        assert store.view(workspace, rows[1]) is views[1]
        assert store.view(workspace, rows[0]) is not views[0]
        hits = [store.hits(workspace, rows[0], text) for text in ("Make the tests", "nobody said", "MAKE THE TESTS")]
        assert hits[0] == hits[2] != hits[1] == frozenset()

    asking.ask(work)


def test_who_asks_for_the_same_session_at_once_reads_it_once(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    store, read = Kept(), []
    both = threading.Barrier(2)

    def marked(workspace: Workspace, row: Any) -> Any:
        both.wait()
        return mark(workspace, row)

    def shaped(workspace: Workspace, row: Any) -> Session:
        read.append(row.key)
        return shape(workspace, row)

    monkeypatch.setattr(kept, "mark", marked)
    monkeypatch.setattr(kept, "shape", shaped)

    def work(workspace: Workspace) -> View:
        row = stored(workspace, FIX)
        assert row is not None
        return store.view(workspace, row)

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(lambda _: asking.ask(work), range(2))
    assert one is other
    assert read == [FIX]


def test_a_tier_that_keeps_nothing_says_so(home: Path) -> None:
    lay_out(home, ("claude/2.1.329/fix",))
    with asking_at(home, tier=1) as asking:
        asked = client(asking)
        (project,) = got(asked, "/api/projects")["projects"]
        base = f"/api/sessions/{project['path_hash']}/{FIX}"
        assert got(asked, base)["tool_calls"] == 18
        answer = asked.get(f"{base}/messages")
        assert [answer.status_code, answer.json()["detail"][:8]] == [404, "withheld"]


def test_a_masked_log_gives_masked_texts(home: Path) -> None:
    lay_out(home, ("claude/2.1.329/fix",))
    with asking_at(home, redact="on") as asking:
        asked = client(asking)
        (project,) = got(asked, "/api/projects")["projects"]
        base = f"/api/sessions/{project['path_hash']}/{FIX}/messages"
        listed = got(asked, f"{base}?per_page=100")["messages"]
        assert listed[0]["content"] == "Make the tests pass"
        assert all(one["content"] for one in listed if one["type"] != "assistant")


SKILLED = "5c1b9a52-0d5e-4f0e-9d8d-3d2f7f6a1b11"


def test_which_skills_a_session_used_stands_in_its_log(home: Path) -> None:
    log = home / ".claude" / "projects" / "-p" / f"{SKILLED}.jsonl"
    log.parent.mkdir(parents=True)
    log.write_text("".join(f"{json.dumps(row)}\n" for row in _skilled()), encoding="utf-8")
    with asking_at(home, archive="off") as asking:
        asked = client(asking)
        base = f"/api/sessions/-p/{SKILLED}"
        assert got(asked, base)["skills_used"] == ["pdf"]
        assert got(asked, f"{base}/skills")["skills"][0]["invocation_count"] == 1
        assert got(asked, "/api/projects/-p/sessions")["sessions"][0]["skills_used"] is None
        log.unlink()
        assert got(client(asking), base)["skills_used"] is None


def _skilled() -> Iterator[dict[str, Any]]:
    common = {"sessionId": SKILLED, "cwd": "/home/dev/p", "version": "2.1.329", "isSidechain": False}
    said = {**common, "type": "user", "uuid": "u1", "parentUuid": None, "timestamp": "2026-11-20T10:00:00.000Z"}
    yield {**said, "promptSource": "typed", "message": {"role": "user", "content": "Read the paper"}}
    call = {"type": "tool_use", "id": "toolu_1", "name": "Skill", "input": {"skill": "pdf"}}
    yield {
        **common, "type": "assistant", "uuid": "a1", "parentUuid": "u1", "requestId": "req_1",
        "timestamp": "2026-11-20T10:00:01.000Z",
        "message": {"id": "msg_1", "role": "assistant", "model": "claude-sonnet-4-5", "content": [call],
                    "stop_reason": "tool_use", "usage": {"input_tokens": 3, "output_tokens": 5}},
    }  # fmt: skip


def test_what_went_while_it_was_asked_for_is_not_there(asking: Asking) -> None:
    finds = Finder(asking, Kept())

    def work(workspace: Workspace) -> None:
        row = finds.row(workspace, PROJECT, FIX)
        with pytest.raises(NotFoundError, match="Session not found"):
            finds.found(workspace, msgspec.structs.replace(row, id=-1))
        with pytest.raises(NotFoundError, match="Subagent not found"):
            finds.child(workspace, row, msgspec.structs.replace(row, key="other"))

    asking.ask(work)


def test_a_log_that_went_has_no_events(asking: Asking, home: Path) -> None:
    row = asking.ask(lambda one: stored(one, FIX))
    assert row is not None
    for log in (home / ".claude" / "projects").rglob("*.jsonl"):
        log.unlink()
    place = {"x": Origin(offset=0, length=9)}
    assert asking.ask(lambda one: whole(one, row, place)) == {}


def test_a_stream_cannot_tell_changes_of_an_index_in_memory(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "in_memory", True)
    assert got(client(asking), "/api/projects")["projects"][0]["path_hash"] == PROJECT


def test_pull_requests_that_were_only_looked_at_are_not_told(asking: Asking) -> None:
    from agent_trace.app.scopes import Request, session_scope
    from agent_trace.reports import show
    from agent_trace.reports._outcome import Produced, PullRow, Today

    def pull(number: int, **more: Any) -> PullRow:
        given: dict[str, Any] = {
            "url": f"https://example.org/p/{number}", "number": number, "repository": "o/r", "host": None, "state": "OPEN",
            "title": None, "opened": False, "updated": False, "merged": False, "at": None, "session": FIX,
        }  # fmt: skip
        return PullRow(**{**given, **more})

    def work(workspace: Workspace) -> show.Result:
        scope = session_scope(workspace, show, show.Options(), Request(session=FIX))
        return show.compute(scope, show.Options(), workspace.facts)

    result = asking.ask(work)
    pulls = (pull(1), pull(2, opened=True), pull(3, updated=True, today=Today(state="MERGED", as_of=None)))
    result = msgspec.structs.replace(result, outcome=Produced(pull_requests=pulls))
    assert [(one.pr_number, one.state) for one in replayed.pulls(result)] == [(2, "open"), (3, "merged")]
