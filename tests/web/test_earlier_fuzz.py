"""Whatever is asked of the earlier tools' addresses, no answer is a fault of ours, and each is as its schema says."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings

from agent_trace.web.app import Port, create_app
from agent_trace.web.door import Door
from tests.web.earlier import FIX, PROJECT, WRITE, asking_at, lay_out

EXAMPLES = 5
NAMES = {"h": PROJECT, "session": FIX, "session_id": FIX}


@pytest.mark.full
@pytest.mark.parametrize("port", get_args(Port))
def test_nothing_that_is_asked_breaks_them(port: Port, home: Path) -> None:
    import schemathesis  # the whole run alone has it

    lay_out(home, ("claude/2.1.329/fix",))
    with asking_at(home) as asking:
        app = create_app(asking, port=port, door=Door(hosts=frozenset({"testserver", "localhost"})))
        schema: Any = schemathesis.openapi.from_asgi("/api/openapi.json", app)
        schema = schema.include(tag=["tracer", "dashboard", "v1"]).exclude(path_regex="/stream$")
        operations = [found.ok() for found in schema.get_all_operations()]
        assert len(operations) > 10
        answered = [_ask(operation) for operation in operations]
        assert sum(200 in statuses for statuses in answered) > len(operations) // 2


def _ask(operation: Any) -> set[int]:
    """An address with strange words, and with the names of what there is."""
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import response_schema_conformance

    statuses: set[int] = set()

    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        for names in ({}, NAMES):
            case.path_parameters.update({name: one for name, one in names.items() if name in case.path_parameters})
            answer = case.call(headers=WRITE)
            assert answer.status_code < 500, (operation.path, answer.text)
            statuses.add(answer.status_code)
            case.validate_response(answer, checks=[not_a_server_error, response_schema_conformance])

    ask()
    return statuses
