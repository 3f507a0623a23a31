"""What `why` says of steps that failed, of refusals, and of sub-agents."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from agent_trace.app.scopes import Request, session_scope
from agent_trace.errors import NotFoundError
from agent_trace.model.session import Session
from agent_trace.reports import why
from tests.reports.recorded import TERMINAL, asked, drawn, run
from tests.reports.understood import GOLDEN, home_of


def test_what_failed_in_a_sub_agent_stands_behind_its_call(home: Path) -> None:
    recorded, session = GOLDEN["gemini"]
    with home_of(recorded, home) as workspace:
        result = asked(workspace, why, session, event="34")
        lines = drawn(why, result, workspace, event="34")
        assert result.followed.behind == ("34/13",)
        assert "In the sub-agent 1 event failed. Not tried again." in lines
        assert any(line.startswith("34/13") and "complete_task" in line for line in lines)
        scope = session_scope(workspace, why, why.Options(), Request(session=session))

        def gone(name: str) -> Session:
            raise NotFoundError(name)

        alone = msgspec.structs.replace(scope, read_child=gone)
        assert why.compute(alone, why.Options(event="34"), workspace.facts).followed.behind == ()


def test_a_command_line_that_ends_itself_behind_a_commit_says_so(home: Path) -> None:
    recorded, session = GOLDEN["gemini"]
    with home_of(recorded, home) as workspace:
        result = asked(workspace, why, session, event="58")
        lines = drawn(why, result, workspace, width=200, event="58")
    assert (result.followed.fault, result.followed.telling) == ("exit", "exit 3")
    words = " ".join(" ".join(lines).split())
    assert "exit code 3. The command line itself ends with `exit 3`: it asked for that code." in words


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ("50", "✗ The person refused it. The user doesn't want to proceed with this tool use."),
        ("44", "✗ It was interrupted before its end."),
        ("50", "← what was said to it next"),
    ],
)
def test_what_a_person_stopped(event: str, words: str, home: Path) -> None:
    with run("2.1.329/terminal", home) as workspace:
        lines = drawn(why, asked(workspace, why, TERMINAL, event=event), workspace, width=200, event=event)
    assert any(line.strip().startswith(words) for line in lines)


def test_what_mended_a_failure_is_named(home: Path) -> None:
    recorded, session = GOLDEN["claude"]
    with home_of(recorded, home) as workspace:
        result = asked(workspace, why, session, event="16")
        lines = drawn(why, result, workspace, width=200, event="16")
    found = [(one.event, one.path) for one in result.followed.led if one.how == "change"]
    assert found == [("39", "src/calc.py")]
    place = next(at for at, line in enumerate(lines) if "Edit src/calc.py" in line)
    assert "changed a file that the failure names" in lines[place + 1]
