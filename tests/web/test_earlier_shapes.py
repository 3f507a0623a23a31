"""Every address of the earlier tools answers with exactly its keys and types."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from agent_trace.web.app import Port
from agent_trace.web.asking import Asking
from tests.end_to_end.forms import PAGE, rows
from tests.web.earlier import FIX, PROJECT, SHAPES, SUB_AGENT, asking_at, client, got, lay_out, misfits

NAMES = {
    "h": PROJECT,
    "session": FIX,
    "agent": SUB_AGENT.partition("/agent-")[2],
    "message": "9d256275-5e61-420d-b616-3c207002e20f",
    "task": "cdfcff62-6df9-46fa-bf11-994b1ca5424b",
}
ROUTES = [(port, path) for port in get_args(Port) for path in SHAPES[port]]


@pytest.fixture
def asking(home: Path) -> Iterator[Asking]:
    lay_out(home)
    with asking_at(home) as found:
        yield found


def test_every_address_answers_as_the_contract_says(asking: Asking) -> None:
    asked = {port: client(asking, port) for port in get_args(Port)}
    wrong = [
        f"{port} {path} {fault}"
        for port, path in ROUTES
        for fault in misfits(got(asked[port], path.format(**NAMES)), SHAPES[port][path])
    ]
    assert wrong == []


def test_other_agents_sessions_have_the_same_shapes(asking: Asking) -> None:
    asked = client(asking)
    (project,) = [one for one in got(asked, "/api/projects")["projects"] if one["path_hash"] != PROJECT]
    names = {**NAMES, "h": project["path_hash"]}
    sessions = got(asked, f"/api/projects/{names['h']}/sessions")["sessions"]
    named = max(sessions, key=lambda one: one["subagent_count"])
    names["session"] = named["session_id"]
    message = f"/api/sessions/{names['h']}/{names['session']}/messages/by-index/1"
    names["message"] = got(asked, message)["uuid"]
    base = f"/api/sessions/{names['h']}/{names['session']}"
    names["agent"] = got(asked, f"{base}/subagents")["subagents"][0]["agent_id"]
    first = f"/api/subagents/{names['h']}/{names['session']}/{names['agent']}/messages/by-index/1"
    names["task"] = got(asked, first)["uuid"]
    wrong = [
        f"{path} {fault}"
        for path, shape in SHAPES["dashboard"].items()
        for fault in misfits(got(asked, path.format(**names)), shape)
    ]
    assert wrong == []


def test_an_empty_home_has_the_same_shapes(home: Path) -> None:
    with asking_at(home) as found:
        asked = {port: client(found, port) for port in get_args(Port)}
        plain = [
            (port, path)
            for port, path in ROUTES
            if "{" not in path or path.startswith(("/api/projects/", "/api/metrics/"))
        ]
        wrong = [
            f"{port} {path} {fault}"
            for port, path in plain
            for fault in misfits(got(asked[port], path.format(h="nobody")), SHAPES[port][path])
        ]
    assert wrong == []


def test_the_table_names_every_address_there_is(asking: Asking) -> None:
    for port in get_args(Port):
        paths = client(asking, port).get("/api/openapi.json").json()["paths"]
        tags = {"tracer", "dashboard", "v1"}
        told = {path for path, one in paths.items() if "get" in one and tags & set(one["get"].get("tags", ()))}
        known = {
            path.partition("?")[0]
            .replace("by-index/3", "by-index/{index}")
            .replace("by-index/1", "by-index/{index}")
            .replace("{message}", "{uuid}")
            .replace("{task}", "{uuid}")
            for path in SHAPES[port]
        }
        streams = {path for path in told if path.endswith("/stream")}
        plain = {path.replace("{session_id}", "{session}") for path in told - streams - {"/api/metrics/pricing"}}
        assert plain == known
        assert len(streams) == (2 if port == "dashboard" else 1)


def test_prices_are_numbers_for_a_million_tokens(asking: Asking) -> None:
    prices = got(client(asking), "/api/metrics/pricing")
    shape = {"input": "number", "output": "number", "cache_create": "number", "cache_read": "number"}
    assert [fault for name, one in prices.items() for fault in misfits(one, shape, name)] == []
    document = got(client(asking), "/api/openapi.json")["paths"]["/api/metrics/pricing"]["get"]["responses"]["200"]
    assert document["content"]["application/json"]["schema"]["additionalProperties"]["$ref"].endswith("/Price")
    assert prices["claude-sonnet-4-5"] == {"input": 3.0, "output": 15.0, "cache_create": 3.75, "cache_read": 0.3}


ELSEWHERE = frozenset(
    {"/", "/docs", "/api/metrics/pricing", "/v1/sessions/stream", "/api/sessions/stream", "/api/team/stream"}
)
"""Pages and streams: test_pages.py, test_openapi.py and test_earlier_streams.py ask for these; for prices a test above."""


def test_every_address_that_the_page_of_compatible_forms_names_is_asked_for() -> None:
    told = {
        re.sub(r"[A-Z]+", "{}", row.form.removeprefix("GET ").partition("?")[0])
        for row in rows(PAGE.read_text(encoding="utf-8"))
        if row.form.startswith("GET ") and row.state == "works"
    }
    asked = {re.sub(r"{\w+}|\b\d+$", "{}", path.partition("?")[0]) for _, path in ROUTES}
    assert len(told) > 40
    assert told - asked == ELSEWHERE
