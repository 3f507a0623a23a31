"""The OpenAPI document is true: every address answers in the shapes it promises, whatever is asked."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings

from agent_trace import registry
from agent_trace.cli.commands.demo import plant
from agent_trace.config import load_config
from agent_trace.web.app import create_app
from agent_trace.web.asking import Asking
from agent_trace.web.door import Door, hosts_of
from tests.web.conftest import WRITE

STREAMS = ("/api/v2/changes", "/stream")
"""How addresses end whose answers never do; tests of their own listen to them."""
EXAMPLES = 12
"""Of each address."""


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """An app over a home of its own, for all examples: nothing that is asked may break it."""
    import schemathesis  # the whole run alone has it

    home = tmp_path_factory.mktemp("fuzzed")
    plant(str(home / "home"))
    environment = {
        **{name: one for name, one in os.environ.items() if not name.startswith("AGENT_TRACE")},
        "HOME": str(home / "home"),
        "USERPROFILE": str(home / "home"),
        "AGENT_TRACE_HOME": str(home / "home" / ".agent-trace"),
        "AGENT_TRACE_NOW": "2026-11-21T05:45:00Z",
    }
    asking = Asking(load_config(environment), environment=environment)
    with asking.writing() as workspace:
        workspace.sync()
    yield schemathesis.openapi.from_asgi(
        "/api/openapi.json", create_app(asking, door=Door(hosts=hosts_of(["testserver"])))
    )
    asking.close()


@pytest.mark.full
def test_nothing_that_is_asked_breaks_the_server(fuzzed: Any) -> None:
    operations = [found.ok() for found in fuzzed.get_all_operations()]
    assert len(operations) > len(registry.names("reports"))
    for operation in operations:
        if not operation.path.endswith(STREAMS):
            asked_of(operation)


def asked_of(operation: Any) -> None:
    """Ask whatever an operation's schema allows, and some that it does not."""

    @given(case=operation.as_strategy())
    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    def ask(case: Any) -> None:
        case.headers = {**(case.headers or {}), "X-Agent-Trace": "1"}
        answered = case.call()
        assert answered.status_code < 500, f"{operation.label}: {answered.text}"
        if answered.content and "json" in str(answered.headers.get("content-type")):
            json.loads(answered.content)

    ask()


def test_the_document_names_every_report_with_a_schema_of_its_own(client: TestClient) -> None:
    document = client.get("/api/openapi.json").json()
    for name in registry.names("reports"):
        path = f"/api/reports/{name.replace('_', '-')}"
        content = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
        found = resolved(document, content["schema"])
        assert found["type"] == "object", name
        assert found["properties"], name
    assert "x-type" not in json.dumps(document)


def resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = schema["$ref"].rpartition("/")[2]
    found: dict[str, Any] = document["components"]["schemas"][name]
    return found


def test_every_reference_leads_somewhere(client: TestClient) -> None:
    text = client.get("/api/openapi.json").text
    document = json.loads(text)
    names = {part.partition('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert names <= set(document["components"]["schemas"])


@pytest.mark.parametrize("path", ["/api/v2/sessions", "/api/v2/overview", "/api/v2/status", "/api/v2/settings"])
def test_answers_have_the_fields_that_are_promised(path: str, client: TestClient) -> None:
    document = client.get("/api/openapi.json").json()
    schema = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert set(client.get(path).json()) == set(resolved(document, schema)["properties"])


def test_addresses_without_parameters_come_before_those_with(client: TestClient) -> None:
    from agent_trace.web.app import in_order, rooms

    paths = [route.path for route in in_order(one for module in rooms("dashboard") for one in module.router.routes)]
    assert paths.index("/api/v2/sessions/{id:path}/events") < paths.index("/api/v2/sessions/{id:path}")


def test_the_refusal_of_fastapi_is_ours(client: TestClient) -> None:
    assert msgspec.json.decode(client.get("/api/nothing").content) == {
        "detail": "there is no address /api/nothing",
        "hint": None,
    }
    assert client.put("/api/reports/list", headers=WRITE).status_code == 405
