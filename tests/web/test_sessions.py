"""The list as the dashboard's table asks for it."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from agent_trace.app.annotations import add_labels, hide, rename, star
from agent_trace.app.choosing import choose
from agent_trace.app.listing import Listing
from agent_trace.web.asking import Asking

LIST = "/api/v2/sessions"


def told(client: TestClient, query: str = "") -> dict[str, Any]:
    answered = client.get(LIST + query)
    assert answered.status_code == 200, answered.text
    found: dict[str, Any] = answered.json()
    return found


def ids(client: TestClient, query: str = "") -> list[str]:
    return [one["id"] for one in told(client, query)["sessions"]]


@pytest.mark.parametrize("query", ["", "?since=2026-11-21", "?model=nothing", "?agent=claude", "?cost=recorded"])
def test_totals_and_rows_are_those_of_the_list(query: str, client: TestClient) -> None:
    whole = client.get("/api/reports/list" + query).json()
    page = told(client, query)
    assert page["sessions"] == [one for one in whole["sessions"] if one["parent"] is None]
    assert (page["unpriced"], page["count"]) == (whole["unpriced"], whole["count"])
    assert exact(page["totals"]) == exact(whole["totals"])


def exact(totals: dict[str, Any]) -> dict[str, Any]:
    """Totals with money as amounts: the list shows what agents recorded with all its zeros."""
    return {
        side: {name: Decimal(value) if name.endswith("_usd") and value else value for name, value in found.items()}
        if isinstance(found, dict)
        else found
        for side, found in totals.items()
    }


def test_the_newest_come_first_and_a_page_follows_the_other(client: TestClient) -> None:
    everyone = ids(client)
    assert len(everyone) == told(client)["count"] == 6
    assert ids(client, "?limit=3") + ids(client, "?limit=3&offset=3") == everyone
    assert ids(client, "?order=asc") == everyone[::-1]


@pytest.mark.parametrize(
    "sort",
    "started ended agent title repo branch duration prompts cost tokens commits lines errors findings waste retries".split(),
)
def test_every_order_holds_all_and_puts_the_unknown_last(sort: str, client: TestClient) -> None:
    up, down = ids(client, f"?sort={sort}&order=asc"), ids(client, f"?sort={sort}")
    assert sorted(up) == sorted(down) == sorted(ids(client))


def test_an_order_by_cost_is_one(client: TestClient) -> None:
    costs = [float(one["total"]["cost_usd"] or -1) for one in told(client, "?sort=cost")["sessions"]]
    assert costs == sorted(costs, reverse=True)


def test_filters_choose_and_facets_say_what_else_there_is(client: TestClient) -> None:
    whole = told(client)
    branch = whole["facets"]["branch"][0]
    chosen = told(client, f"?branch={branch['key']}")
    assert chosen["count"] == branch["count"] < whole["count"]
    assert chosen["facets"]["branch"] == whole["facets"]["branch"]
    assert sum(one["count"] for one in chosen["facets"]["agent"]) == chosen["count"]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?q=NO+such+words", 0),
        ("?agent=codex", 0),
        ("?agent=all", 6),
        ("?repo=demo", 6),
        ("?project=nowhere", 0),
        ("?cwd=/home/dev", 6),
        ("?cwd=/home/de", 0),
        ("?min_cost=0", 6),
        ("?min_cost=1000", 0),
        ("?max_cost=1000", 6),
        ("?state=running", 0),
        ("?starred=1", 0),
        ("?label=none", 0),
        ("?since=2030-01-01", 0),
        ("?until=2026-11-01", 0),
    ],
)
def test_a_filter_leaves_what_fits(query: str, count: int, client: TestClient) -> None:
    assert told(client, query)["count"] == count


def test_whether_it_was_productive_splits_the_list(client: TestClient) -> None:
    parts = [told(client, f"?productive={one}")["count"] for one in ("yes", "no", "unknown")]
    assert sum(parts) == 6
    assert parts[0] > 0


@pytest.mark.parametrize(
    "query", ["?min_cost=x", "?max_cost=NaN", "?limit=0", "?limit=501", "?sort=x", "?state=x", "?x=1"]
)
def test_a_filter_without_sense_is_refused(query: str, client: TestClient) -> None:
    assert client.get(LIST + query).status_code == 400


def test_what_the_person_says_is_there_at_once(client: TestClient, asking: Asking) -> None:
    first, second, *_ = ids(client)

    def say(workspace: Any) -> None:
        row, other = choose(workspace, first), choose(workspace, second)
        add_labels(workspace, row, ["keep"])
        rename(workspace, row, "Another name")
        star(workspace, row)
        hide(workspace, other)

    before = told(client)["totals"]
    asking.ask(say)
    assert ids(client, "?label=keep") == ids(client, "?starred=1") == ids(client, "?q=another+NAME") == [first]
    assert second not in ids(client)
    assert second in ids(client, "?hidden=1")
    assert told(client)["totals"] == before, "what is hidden counts in every sum"
    assert told(client)["facets"]["label"] == [{"key": "keep", "count": 1}]


def test_a_parent_shows_what_it_started(client: TestClient) -> None:
    everyone = client.get("/api/reports/list").json()["sessions"]
    child = next(one for one in everyone if one["parent"])
    assert ids(client, f"?parent={child['parent']}") == [child["id"]]
    assert told(client, "?parent=nobody")["count"] == 0


def test_the_time_before_is_told_where_there_is_one(client: TestClient) -> None:
    assert told(client, "?compare=1")["previous"] is None
    assert told(client, "?compare=1&since=2026-11-22")["previous"] is None, "a time that has not begun"
    previous = told(client, "?compare=1&since=2026-11-21T05:30&until=2026-11-21T06:00")["previous"]
    half = told(client, "?since=2026-11-21T05:00&until=2026-11-21T05:30")["totals"]
    assert previous == half


def test_a_page_that_is_known_is_not_sent_again(client: TestClient, asking: Asking) -> None:
    tag = client.get(LIST).headers["etag"]
    again = client.get(LIST, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get(LIST + "?sort=cost", headers={"If-None-Match": tag}).status_code == 200
    asking.ask(lambda workspace: star(workspace, choose(workspace, "latest")))
    assert client.get(LIST, headers={"If-None-Match": tag}).status_code == 200


def test_a_session_that_changes_is_worked_out_again_alone(client: TestClient, asking: Asking) -> None:
    from agent_trace.app.entries import Cut

    told(client)
    with asking.workspace() as workspace:
        before = dict(asking.listing.entries(workspace, asking.mark.read(), Cut()).known)
        star(workspace, choose(workspace, "latest"))
        after = asking.listing.entries(workspace, asking.mark.read(), Cut()).known
    assert sum(after[one] is not before[one] for one in after) == 1


def test_the_overview_says_what_a_time_came_to(client: TestClient) -> None:
    whole, found = told(client), client.get("/api/v2/overview?days=3").json()
    assert (found["sessions"], found["previous"]) == (whole["count"], None)
    assert found["cost_usd"] == whole["totals"]["total"]["cost_usd"]
    assert found["tool_calls"] == whole["totals"]["total"]["tool_calls"]
    assert found["prompts"] == sum(one["prompts"] for one in whole["sessions"])
    assert [one["key"] for one in found["days"]] == ["2026-11-19", "2026-11-20", "2026-11-21"]
    assert found["days"][-1]["sessions"] == whole["count"]
    assert sum(found["productive"].values()) == whole["count"]
    assert client.get("/api/v2/overview?since=1d").json()["previous"]["sessions"] == 0


def test_an_overview_that_is_known_is_not_sent_again(client: TestClient) -> None:
    tag = client.get("/api/v2/overview").headers["etag"]
    assert client.get("/api/v2/overview", headers={"If-None-Match": tag}).status_code == 304


def test_the_selection_comes_as_a_file(client: TestClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/api/v2/download/sessions.csv?sort=cost").text)))
    listed = told(client, "?sort=cost")["sessions"]
    assert [one["id"] for one in rows] == [one["id"] for one in listed]
    assert [one["cost_usd"] for one in rows] == [one["total"]["cost_usd"] or "" for one in listed]
    answered = client.get("/api/v2/download/sessions.json?sort=cost")
    assert answered.json() == listed
    assert answered.headers["content-disposition"] == 'attachment; filename="sessions.json"'


def test_the_equally_long_time_before_needs_a_beginning() -> None:
    from datetime import datetime, timezone

    from agent_trace.app.entries import Cut

    now = datetime(2026, 11, 21, tzinfo=timezone.utc)
    day = timedelta(days=1)
    assert Cut(until=now).before(now) is None
    assert Cut(since=now - day).before(now) == Cut(since=now - 2 * day, until=now - day)
    assert Cut(since=now).before(now - day) is None


@pytest.mark.parametrize("query", ["", "?since=2026-11-21", "?model=opus"])
def test_what_is_worked_out_again_is_what_would_be_worked_out_anew(
    query: str, recorded: Path, asking: Asking, client: TestClient
) -> None:
    told(client, query)
    log = next(path for path in recorded.rglob("*.jsonl") if "agent-" not in path.name)
    rows = [json.loads(line) for line in log.read_text().splitlines()]
    answer = next(row for row in reversed(rows) if row["type"] == "assistant" and row["message"].get("usage"))
    answer |= {
        "uuid": "22222222-2222-4222-8222-222222222222",
        "requestId": "req_new",
        "timestamp": "2026-11-21T05:44:30.000Z",
    }
    answer["message"] |= {"id": "msg_new"}
    with log.open("a") as file:
        file.write(json.dumps(answer) + "\n")
    with asking.writing() as workspace:
        workspace.sync()
    again = told(client, query)
    asking.listing = Listing()
    anew = told(client, query + ("&" if query else "?") + "offset=0")
    assert again == anew
    whole = client.get("/api/reports/list" + query).json()
    assert exact(again["totals"]) == exact(whole["totals"])
