"""Messages: usage once, pages and cursors that lead through all of them, filters, and one of them whole."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from starlette.testclient import TestClient

from agent_trace.app import single_events
from agent_trace.app.entries import Cut
from agent_trace.app.projects import stored
from agent_trace.app.single_events import everything, whole
from agent_trace.model.events import Origin
from agent_trace.web.asking import Asking
from agent_trace.web.earlier.kept import Kept
from tests.web.earlier import FIX, FORK, PROJECT, SUB_AGENT, asking_at, client, got, lay_out

BASE = f"/api/sessions/{PROJECT}/{FIX}/messages"
KINDS = ("input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    """One home for all: nothing here writes."""
    home = tmp_path_factory.mktemp("talking")
    lay_out(home, ("claude/2.1.329/fix", "codex/0.169.0/fix", "gemini/0.61.0/fix", "qwen/0.15.10/fix"))
    with asking_at(home) as found:
        yield found


@pytest.fixture
def asked(asking: Asking) -> TestClient:
    return client(asking)


def pages(asked: TestClient, query: str = "", per_page: int = 7) -> Iterator[dict[str, Any]]:
    """All pages, each by the cursor of the one before."""
    page = got(asked, f"{BASE}?per_page={per_page}{query}")
    yield page
    while page["has_more"]:
        page = got(asked, f"{BASE}?per_page={per_page}{query}&cursor={page['next_cursor']}")
        assert page["page"] == 0
        yield page
    assert page["next_cursor"] is None


def test_every_calls_usage_stands_once(asking: Asking) -> None:
    for entry in asking.ask(lambda one: asking.listing.entries(one, object(), Cut())):
        for told in (entry.summary, *entry.children):
            used = asking.ask(partial(_used, key=told.id))
            usage = told.own.usage
            writes = (usage.cache_write_5m or 0) + (usage.cache_write_1h or 0)
            assert used == [usage.input or 0, usage.output or 0, writes, usage.cache_read or 0], told.id


def _used(workspace: Any, key: str) -> list[int]:
    row = stored(workspace, key)
    assert row is not None
    sums = [0] * len(KINDS)
    for one in Kept().view(workspace, row).messages:
        used = one.usage
        if used is not None:
            writes = (used.cache_write_5m or 0) + (used.cache_write_1h or 0)
            for place, count in enumerate((used.input, used.output, writes, used.cache_read)):
                sums[place] += count or 0
    return sums


def test_cursors_lead_through_all_messages_once(asked: TestClient) -> None:
    found = list(pages(asked))
    uuids = [one["uuid"] for page in found for one in page["messages"]]
    assert len(uuids) == len(set(uuids)) == found[0]["total"] == found[-1]["total"]
    assert found[0]["total_pages"] == len(found)
    second = got(asked, f"{BASE}?per_page=7&page=2")
    assert second["page"] == 2
    assert second["messages"] == found[1]["messages"]
    beyond = got(asked, f"{BASE}?page=99")
    assert [beyond["messages"], beyond["has_more"], beyond["next_cursor"]] == [[], False, None]


def test_a_cursor_is_a_time_and_an_id(asked: TestClient) -> None:
    first = next(pages(asked))
    text = base64.urlsafe_b64decode(first["next_cursor"]).decode()
    assert text.split("|")[1] == first["messages"][-1]["uuid"]
    at = text.split("|")[0].replace("+00:00", "Z")
    gone = base64.urlsafe_b64encode(f"{at}|an-id-that-went".encode()).decode()
    assert got(asked, f"{BASE}?cursor={gone}")["messages"][0]["timestamp"] > text[:19]
    naive = base64.urlsafe_b64encode(f"{at[:-1]}|an-id-that-went".encode()).decode()
    assert got(asked, f"{BASE}?cursor={naive}") == got(asked, f"{BASE}?cursor={gone}")
    untimed = base64.urlsafe_b64encode(f"|{first['messages'][-1]['uuid']}".encode()).decode()
    assert got(asked, f"{BASE}?per_page=3&cursor={untimed}")["messages"][0]["uuid"] not in text
    end = base64.urlsafe_b64encode(b"2099-01-01T00:00:00Z|an-id-that-went").decode()
    assert got(asked, f"{BASE}?cursor={end}")["messages"] == []


@pytest.mark.parametrize("cursor", ["x", "!!!", "YWJj", "fA==", "MjAyNnw=", "bm8gdGltZXxh", "%C3%BC"])
def test_what_is_no_cursor_is_refused(asked: TestClient, cursor: str) -> None:
    answer = asked.get(f"{BASE}?cursor={cursor}")
    assert answer.status_code == 400
    assert answer.json()["detail"] == "Invalid cursor format"


@pytest.mark.parametrize("query", ["page=0", "per_page=101", "per_page=x", "error_only=maybe", "page=99999999999999"])
def test_what_makes_no_sense_is_refused(asked: TestClient, query: str) -> None:
    answer = asked.get(f"{BASE}?{query}")
    assert answer.status_code == 422
    assert query.partition("=")[0] in answer.json()["detail"]


def test_filters(asked: TestClient) -> None:
    everything_ = [one for page in pages(asked) for one in page["messages"]]
    for kind in ("user", "assistant", "tool_result"):
        found = [one for page in pages(asked, f"&type={kind}") for one in page["messages"]]
        assert found == [one for one in everything_ if one["type"] == kind] != []
    assert got(asked, f"{BASE}?type=hook")["total"] == 0
    options = got(asked, f"{BASE}/filters")
    tools = {one["name"]: one["count"] for one in options["tools"]}
    for name, count in tools.items():
        found = [one for page in pages(asked, f"&tool={name}") for one in page["messages"]]
        assert sum(tool["name"] == name for one in found for tool in one["tools"]) == count
        assert all(name in one["tool_names"].split(", ") for one in found)
    failed = got(asked, f"{BASE}?error_only=true")
    assert failed["total"] == options["error_count"] > 0
    assert all(one["is_error"] and one["has_tool_result"] for one in failed["messages"])


def test_search_finds_texts_results_and_arguments(asked: TestClient) -> None:
    found = got(asked, f"{BASE}?search=zerodivisionerror")
    assert found["total"] > 0
    assert all("ZeroDivisionError" in f"{one['content']}{one['tools']}" for one in found["messages"])
    assert got(asked, f"{BASE}?search=zerodivisionerror") == found
    by_argument = got(asked, f"{BASE}?search=Run the unit tests&type=assistant")
    assert by_argument["messages"][0]["tools"][0]["input"]["description"] == "Run the unit tests"
    assert got(asked, f"{BASE}?search=nobody ever said this")["total"] == 0


def test_a_message_by_its_id_and_by_its_place(asked: TestClient) -> None:
    listed = [one for page in pages(asked) for one in page["messages"]]
    for index, one in enumerate(listed, 1):
        by_index = got(asked, f"{BASE}/by-index/{index}")
        assert by_index == got(asked, f"{BASE}/{one['uuid']}")
        assert [by_index["message_index"], by_index["total_messages"]] == [index, len(listed)]
        same = ("uuid", "type", "content", "model", "tokens", "tools", "is_error", "timestamp")
        assert {name: by_index[name] for name in same} == {name: one[name] for name in same}
        results = [(each["tool_use_id"], each["is_error"]) for each in by_index["tool_results"]]
        assert results == ([(one["tool_use_id"], one["is_error"])] if one["tool_use_id"] else [])


def test_the_id_of_a_record_leads_to_its_message(asking: Asking, asked: TestClient) -> None:
    row = asking.ask(lambda one: stored(one, FIX))
    assert row is not None
    views = asking.ask(lambda one: Kept().view(one, row))
    (place,) = {
        views.places[name] for name in views.places if name == views.messages[1].pieces[0].event.partition(".")[0]
    }
    assert place == 1
    assert got(asked, f"{BASE}/{views.messages[1].pieces[0].event.partition('.')[0]}")["message_index"] == 2


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (f"{BASE}/by-index/9999", "Message not found"),
        (f"{BASE}/nothing", "Message not found"),
        (f"/api/sessions/{PROJECT}/nothing/messages", "Session not found"),
        (f"/api/sessions/nothing/{FIX}", "Session not found"),
        (f"/api/subagents/{PROJECT}/nothing", "Subagent not found"),
        (f"/api/subagents/{PROJECT}/{FIX}/nothing", "Subagent not found"),
        (f"/api/subagents/{PROJECT}/nothing/nothing", "Session not found"),
    ],
)
def test_what_is_not_there(asked: TestClient, path: str, said: str) -> None:
    answer = asked.get(path)
    assert answer.status_code == 404
    assert answer.json()["detail"] == said


def test_by_index_begins_at_one(asked: TestClient) -> None:
    assert asked.get(f"{BASE}/by-index/0").status_code == 422


def test_a_forks_messages_hold_what_it_copied_without_its_usage(asked: TestClient) -> None:
    found = got(asked, f"/api/sessions/{PROJECT}/{FORK}/messages?type=assistant&per_page=100")["messages"]
    counted = [one for one in found if one["tokens"]["output_tokens"] is not None]
    assert 0 < len(counted) < len(found)


def test_a_sub_agents_messages(asked: TestClient) -> None:
    agent = SUB_AGENT.partition("/agent-")[2]
    found = got(asked, f"/api/subagents/{PROJECT}/{FIX}/{agent}/messages")
    assert found["messages"][0]["type"] == "user"
    assert {one["session_id"] for one in found["messages"]} == {SUB_AGENT}
    failed = got(asked, f"/api/subagents/{PROJECT}/{FIX}/{agent}/messages?error_only=1")
    assert failed["total"] == sum(one["is_error"] for one in found["messages"])


def test_events_are_read_by_their_records_or_with_the_whole_log(asking: Asking) -> None:
    def work(workspace: Any) -> None:
        row = stored(workspace, FIX)
        assert row is not None
        events = {one.id: one for one in everything(workspace, row) if one.origin is not None}
        some = list(events)[5:40:5]
        assert whole(workspace, row, {name: events[name].origin for name in some}).keys() == set(some)
        astray = dict.fromkeys(some, Origin(offset=1, length=3))
        assert {name: one.id for name, one in whole(workspace, row, astray).items()} == {name: name for name in some}
        assert whole(workspace, row, {"nobody": None, some[0]: Origin(offset=0, length=9, source=77)}).keys() == {
            some[0]
        }

    asking.ask(work)


def test_pages_do_not_read_the_whole_log_again(asked: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def unwanted(*_: object) -> None:
        pytest.fail("the whole log was read for its texts")

    monkeypatch.setattr(single_events, "everything", unwanted)
    seen = 0
    for project in got(asked, "/api/projects")["projects"]:
        for session in got(asked, f"/api/projects/{project['path_hash']}/sessions")["sessions"]:
            base = f"/api/sessions/{project['path_hash']}/{session['session_id']}"
            messages = got(asked, f"{base}/messages?per_page=100")["messages"]
            assert all(one["content"] is not None for one in messages if one["type"] != "assistant")
            assert got(asked, f"{base}/messages/by-index/{len(messages)}")["content"] == messages[-1]["content"]
            assert got(asked, f"{base}/errors")["total"] == session["errors"]
            seen += len(messages)
    assert seen > 100
