"""The records and the picture of one event: masked where the log is, withheld below tier 3."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from agent_trace.app.choosing import choose
from agent_trace.app.documents import Documents
from agent_trace.app.leaving import door
from agent_trace.app.one_event import image_of, numbered, records_of
from agent_trace.app.scopes import Request
from agent_trace.errors import NotFoundError, WithheldError
from agent_trace.reports.replay_document import Options
from tests.reports.small import Call, opened, write_log

SESSION = "aaaaaaaa-0000-4000-8000-000000000001"
KEY = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


@pytest.fixture
def log(home: Path) -> Path:
    """A session whose prompt holds a key."""
    path = write_log(home, SESSION, "/home/you/shop", [Call("2026-11-20T09:00:00")])
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    rows[0]["message"]["content"] = f"the key is {KEY}"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.mark.parametrize("redact", ["off", "on"])
def test_records_are_masked_where_the_log_is(log: Path, home: Path, redact: str) -> None:
    with closing(opened(home, redact=redact)) as workspace:
        row = choose(workspace, SESSION)
        with Documents().known(workspace, row) as known:
            records = [records_of(workspace, row, known, number) for number in range(1, known.total + 1)]
            assert (KEY in str(records)) == (redact == "off")
            with pytest.raises(NotFoundError, match="came with no picture"):
                image_of(workspace, row, known, 1)
            with pytest.raises(NotFoundError, match="no event 'nothing'"):
                numbered(known, "nothing")


def test_below_tier_three_there_are_none(log: Path, home: Path) -> None:
    with closing(opened(home, tier=2)) as workspace:
        row = choose(workspace, SESSION)
        with Documents().known(workspace, row) as known:
            for what in (records_of, image_of):
                with pytest.raises(WithheldError, match="withheld"):
                    what(workspace, row, known, 1)


def test_a_document_that_is_masked_on_its_way_holds_no_key(log: Path, home: Path) -> None:
    with closing(opened(home)) as workspace:
        documents = Documents()
        told = [
            documents.page(workspace, Options(full=full), Request(session=SESSION, door=passage))
            for passage in (None, door(workspace.config, leaves=False, redact=True))
            for full in (False, True)
        ]
    assert [KEY in str(one) for one in told] == [True, True, False, False]
