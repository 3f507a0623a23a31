"""A question about a log that its agent writes anew with every step, asked before that was read again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from agent_trace.app.choosing import choose
from agent_trace.app.index import REWRITTEN
from agent_trace.app.sessions import read_session
from agent_trace.app.workspace import Workspace
from agent_trace.errors import NotFoundError, RewrittenError
from agent_trace.model.events import LlmResponse
from tests.reports.small import Call, opened, write_log

SESSION = "11111111-0000-4000-8000-000000000001"
FIRST, THEN = "2026-11-21T09:00:00.000Z", "2026-11-21T09:00:05.000Z"


def written(home: Path, *outputs: int) -> Path:
    """The log, as of so many calls with so many tokens each."""
    calls = [Call(at, output=output) for at, output in zip((FIRST, THEN), outputs, strict=False)]
    return write_log(home, SESSION, "/home/dev/demo", calls)


@pytest.fixture
def workspace(home: Path) -> Iterator[Workspace]:
    """One that has read the log, which is written anew since: its call has become another, and one more came."""
    written(home, 500)
    with closing(opened(home)) as found:
        written(home, 700, 900)
        yield found


def outputs(workspace: Workspace) -> list[int | None]:
    session = read_session(workspace, choose(workspace, SESSION))
    return [one.usage.output for one in session.events if isinstance(one, LlmResponse)]


def test_it_is_read_again_first(workspace: Workspace) -> None:
    with pytest.raises(RewrittenError, match="was rewritten"):
        outputs(workspace)
    assert workspace.mended(lambda: outputs(workspace)) == [700, 900]


def test_it_is_read_again_while_it_goes_on_being_written(workspace: Workspace, home: Path) -> None:
    asked: list[int] = []

    def found() -> list[int | None]:
        asked.append(1)
        if len(asked) <= REWRITTEN:
            written(home, 700, 900 + len(asked))
        return outputs(workspace)

    assert workspace.mended(found) == [700, 900 + REWRITTEN]
    assert len(asked) == REWRITTEN + 1


def test_one_that_is_gone_is_not_waited_for(workspace: Workspace, home: Path) -> None:
    asked: list[int] = []
    written(home).unlink()

    def found() -> list[int | None]:
        asked.append(1)
        return outputs(workspace)

    with pytest.raises(NotFoundError, match="is gone") as raised:
        workspace.mended(found)
    assert not isinstance(raised.value, RewrittenError)
    assert asked == [1]


def test_it_is_read_again_where_size_and_time_say_nothing(home: Path) -> None:
    path = written(home, 500)
    before = path.stat()
    with closing(opened(home)) as workspace:
        written(home, 700)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert workspace.mended(lambda: outputs(workspace)) == [700]
