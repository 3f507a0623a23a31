"""An agent without a fast reader is summed up from its events, and gives every surface what the others give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from agent_trace.app import workspace as rooms
from agent_trace.app.workspace import Workspace
from agent_trace.model.events import (
    ErrorRaised,
    Event,
    Interrupted,
    LlmResponse,
    SessionEnded,
    SessionStarted,
    ToolCall,
    ToolResult,
    UsageRecorded,
    UserPrompt,
)
from agent_trace.model.usage import BillingClass, Usage
from agent_trace.render.text import render_text
from agent_trace.reports import cost, doctor, show
from agent_trace.reports import list as list_report
from agent_trace.sync.members import Member
from tests.reports.recorded import asked
from tests.reports.small import ask, opened
from tests.sync import parrot

T = 1_795_000_000_000
OPUS = BillingClass(model="claude-opus-4-5-20251101")


def call(name: str, at: int, *, output: int = 1000, recorded: str | None = None) -> LlmResponse:
    """A model call of a million prompt tokens."""
    usage = Usage(input=1_000_000, output=output)
    return LlmResponse(id=name, session="s1", at=at, call=name, cls=OPUS, usage=usage, recorded_usd=recorded)


STORY: tuple[Event, ...] = (
    SessionStarted(id="0", session="s1", at=T, cwd="/home/you/shop", branch="main", version="1"),
    UserPrompt(id="1", session="s1", at=T + 1000, text="say\n hello", size=9),
    call("c1", T + 2000, output=10, recorded="0.123456789"),
    call("c1", T + 2500),
    ToolCall(id="3", session="s1", at=T + 3000, call="t1", response="c1", tool="Bash"),
    ToolResult(id="4", session="s1", at=T + 4000, call="t1", tool="Bash", failed=True),
    ToolCall(id="5", session="s1", at=T + 5000, call="t2", response="c1", tool="Edit"),
    ToolResult(id="6", session="s1", at=T + 906_000, call="t2", tool="Edit", lines_added=3, lines_removed=1),
    ToolCall(id="7", session="s1", at=T + 907_000, call="t3", response="c1", tool="Bash"),
    ToolResult(id="8", session="s1", at=T + 908_000, call="t3", tool="Bash", failed=True, refused=True),
    ToolResult(id="9", session="s1", at=T + 908_500, call="never-asked", tool="Bash"),
    ErrorRaised(id="10", session="s1", at=T + 909_000),
    call("c2", T + 910_000),
)


def write(path: Path, events: tuple[Event, ...], *more: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(line + b"\n" for line in (*map(msgspec.json.encode, events), *more)))


@pytest.fixture
def log(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(rooms, "members", lambda: {"parrot": Member(parrot)})
    return home / ".parrot" / "s1.jsonl"


def figures(workspace: Workspace) -> tuple[object, ...]:
    (one,) = ask(workspace, list_report).sessions
    total = one.total
    return (
        one.title,
        one.cwd,
        one.branch,
        one.prompts,
        one.lines_added,
        one.lines_removed,
        one.failed_steps,
        total.calls,
        total.tool_calls,
        total.errors,
        total.usage.input,
        total.usage.output,
        total.cost_usd,
        total.recorded_usd,
    )


EXPECTED = (
    *("say hello", "/home/you/shop", "main", 1, 3, 1, 1),
    *(2, 3, 2, 2_000_000, 2000, Decimal("10.05"), Decimal("0.123456789")),
)


def test_sums(home: Path, log: Path) -> None:
    write(log, STORY, b"{broken")
    workspace = opened(home)
    assert figures(workspace) == EXPECTED
    (row,) = ask(workspace, cost, by="agent").rows
    assert (row.key, row.calls, row.cost_usd) == ("parrot", 2, Decimal("10.05"))
    shown = asked(workspace, show, "s1")
    assert (shown.unread_lines, [prompt.text for prompt in shown.prompt_list]) == (1, ["say\n hello"])
    workspace.close()


@pytest.mark.parametrize("cut", range(1, len(STORY)))
def test_a_log_that_grew(cut: int, home: Path, log: Path) -> None:
    write(log, STORY[:cut])
    opened(home).close()
    write(log, STORY, b"{broken")
    workspace = opened(home)
    assert figures(workspace) == EXPECTED
    workspace.close()


@pytest.mark.parametrize("kept", [1, 40, -2])
def test_a_line_that_was_still_being_written_is_read_when_it_is_whole(kept: int, home: Path, log: Path) -> None:
    write(log, STORY)
    whole = log.read_bytes()
    last = whole[:-1].rpartition(b"\n")[2]
    log.write_bytes(whole[: -len(last) - 1] + last[:kept])
    workspace = opened(home)
    shown = asked(workspace, show, "s1")
    assert (shown.total.calls, shown.unread_lines) == (1, 0)
    workspace.close()
    log.write_bytes(whole)
    workspace = opened(home)
    assert figures(workspace) == EXPECTED
    assert asked(workspace, show, "s1").unread_lines == 0
    workspace.close()


def test_a_last_line_that_is_no_torn_record_is_read(home: Path, log: Path) -> None:
    write(log, STORY)
    log.write_bytes(log.read_bytes()[:-1])
    workspace = opened(home)
    assert figures(workspace) == EXPECTED
    assert asked(workspace, show, "s1").unread_lines == 0
    workspace.close()
    log.write_bytes(log.read_bytes() + b"\nnonsense")
    workspace = opened(home)
    assert asked(workspace, show, "s1").unread_lines == 1
    workspace.close()


def billed(name: str, credits: str, session: str = "s1") -> LlmResponse:
    """A model call that was billed in the vendor's own unit."""
    return LlmResponse(id=name, session=session, at=T, call=name, cls=OPUS, usage=Usage(output=1), credits=credits)


def account(name: str, credits: str | None) -> UsageRecorded:
    """The agent's own account of the session."""
    return UsageRecorded(id=name, session="s1", at=T + 1000, models={}, credits=credits)


@pytest.mark.parametrize("cut", [0, 1, 2, 3])
@pytest.mark.parametrize(
    ("events", "credits"),
    [
        ((account("a", "2"),), "2"),
        ((billed("c", "1.5"), account("a", "2")), "2"),
        ((billed("c", "1.5"), account("a", "1.5")), "1.5"),
        ((billed("c", "1.5"), account("a", "1")), "1.5"),
        ((billed("c", "1.5"), account("a", None)), "1.5"),
        ((billed("c", "1.5"), billed("d", "1", "s1/agent-a"), account("a", "3")), "3"),
        ((billed("c", "1.5"), account("a", "2"), billed("d", "1"), account("b", "3.25")), "3.25"),
        ((account("a", "2"), account("b", "2")), "2"),
    ],
)
def test_an_account_adds_the_credits_that_no_call_told(
    cut: int, events: tuple[Event, ...], credits: str, home: Path, log: Path
) -> None:
    write(log, (*STORY[:2], *events[:cut]))
    opened(home).close()
    write(log, (*STORY[:2], *events))
    workspace = opened(home)
    assert [one.credits for one in ask(workspace, list_report).sessions if one.id == "s1"] == [Decimal(credits)]
    workspace.close()


@pytest.mark.parametrize(
    "last",
    [
        SessionEnded(id="e", session="s1", at=T + 911_000),
        Interrupted(id="e", session="s1", at=T + 911_000),
        ToolCall(id="e", session="s1", at=T + 911_000, call="t9", response="c2", tool="Bash"),
    ],
)
def test_an_end_changes_no_money(last: Event, home: Path, log: Path) -> None:
    write(log, (*STORY, last))
    workspace = opened(home)
    assert figures(workspace)[-4:] == EXPECTED[-4:]
    workspace.close()


def test_a_fault_of_a_reader_hides_no_other_log(home: Path, log: Path) -> None:
    write(log, STORY)
    write(log.with_name("s2.jsonl"), STORY[:1], b'"boom"')
    workspace = opened(home)
    assert figures(workspace) == EXPECTED
    result = ask(workspace, doctor)
    text = "\n".join(render_text(doctor.layout(result, doctor.Options(), workspace.facts), width=200))
    assert "1 file or folder could not be read" in [problem.text for problem in result.problems]
    assert "s2.jsonl" in text
    assert "ZeroDivisionError" in text
    workspace.close()


def test_a_fault_found_while_text_is_read(home: Path, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(log, STORY)
    workspace = opened(home)

    def broken(path: str, rows: Iterable[tuple[int, bytes]], *given: object, **named: object) -> Iterator[Event]:
        yield STORY[1]
        raise KeyError("a fault")

    with monkeypatch.context() as patched:
        patched.setattr(parrot, "parse", broken)
        report = workspace.sync_text()
    assert [(one.path, one.reason) for one in report.problems] == [(str(log), "its reader failed: KeyError('a fault')")]
    assert figures(workspace) == EXPECTED
    assert (workspace.sync_text().problems, workspace.due) == ([], 0)
    workspace.close()
