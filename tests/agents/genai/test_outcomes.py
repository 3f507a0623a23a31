"""How tool calls ended, from the marks and the texts of both agents."""

from __future__ import annotations

import pytest

from agent_trace.agents._genai.outcomes import Outcome, Ran, outcome, unframed

NEW = "<untrusted_context>\nOutput: {}\nProcess Group PGID: 7\n</untrusted_context>"
OLD = "Command: {}\nDirectory: (root)\nOutput: {}\nError: (none)\nExit Code: {}\nSignal: 0\nProcess Group PGID: 7"


def test_a_command_that_went_well() -> None:
    assert outcome("shell", "success", NEW.format("fine"), "ls") == Outcome("fine", exit_code=0)
    assert outcome("shell", "success", NEW.format("(empty)"), "ls") == Outcome("", exit_code=0)
    assert outcome("shell", "success", OLD.format("ls", "fine", 0), "ls") == Outcome("fine", exit_code=0)


def test_a_command_that_failed_is_marked_as_a_success() -> None:
    new = NEW.format("no\nExit Code: 3")
    assert outcome("shell", "success", new, "make") == Outcome("no", exit_code=3, went_wrong=True)
    old = OLD.format("make", "no", 3)
    assert outcome("shell", "success", old, "make") == Outcome("no", exit_code=3, went_wrong=True)


def test_a_search_without_a_hit_did_not_fail() -> None:
    assert outcome("shell", "success", NEW.format("(empty)\nExit Code: 1"), "grep x y") == Outcome("", exit_code=1)


def test_a_signal_or_an_error_beside_the_output() -> None:
    killed = "Command: x\nDirectory: /\nOutput: o\nError: (none)\nExit Code: (none)\nSignal: SIGKILL"
    assert outcome("shell", "success", killed, "x") == Outcome("o", went_wrong=True)
    broken = "Output: o\nError: spawn x ENOENT\nExit Code: 1"
    assert outcome("shell", "success", broken, "grep x y") == Outcome("o", exit_code=1, went_wrong=True)


@pytest.mark.parametrize(
    ("text", "ran"),
    [
        ("Command: x\nDirectory: /\nStdout: out\nStderr: err\nExit Code: 0", Ran("out\nerr", 0)),
        ("Command: x\nDirectory: /\nStdout: (empty)\nStderr: err\nExit Code: 0", Ran("err", 0)),
        ("Command: x\nDirectory: /\nStdout: out\nExit Code: 0", Ran("out", 0)),
        ("Output: a\nExit Code: 5\nb", Ran("a\nExit Code: 5\nb", 0)),
        ("Output: a\nExit Code: -1", Ran("a", -1)),
        ("Output: a\nExit Code: twelve", Ran("a", None)),
        ("Command: x", None),
        ("Command moved to background (PID: 7).", None),
        ("", None),
    ],
)
def test_what_stands_around_an_output(text: str, ran: Ran | None) -> None:
    assert unframed(text) == ran


def test_what_is_not_trusted_is_unwrapped() -> None:
    assert outcome("mcp", "success", "<untrusted_context>\nHELLO\n</untrusted_context>", "") == Outcome("HELLO")
    assert outcome("mcp", "success", "<untrusted_context>\nHELLO", "").output == "<untrusted_context>\nHELLO"


def test_marked_failures() -> None:
    assert outcome("edit", "error", "no match", "") == Outcome("no match", failed=True)


@pytest.mark.parametrize(
    "text",
    [
        "Blocked: command substitution detected in shell command.",
        "Command was automatically cancelled because it exceeded the timeout of 5.0 minutes without output.",
    ],
)
def test_commands_that_did_not_run_to_their_end(text: str) -> None:
    assert outcome("shell", "success", text, "x") == Outcome(text, went_wrong=True)


def test_what_a_person_stopped_or_refused() -> None:
    stopped = "Command was cancelled by user before it could complete."
    assert outcome("shell", "success", stopped, "x") == Outcome(stopped, interrupted=True)
    refused = "[Operation Cancelled] Reason: User did not allow tool call"
    assert outcome("edit", "cancelled", refused, "") == Outcome(refused, refused=True)
    assert outcome("edit", "cancelled", "", "") == Outcome("", interrupted=True)
    denied = "Tool execution denied by policy."
    assert outcome("shell", "error", denied, "x") == Outcome(denied, failed=True, refused=True)


def test_a_sub_agent_that_did_not_reach_its_goal() -> None:
    said = "Subagent 'x' finished.\nTermination Reason: {}\nResult:\nnothing"
    assert outcome("agent", "success", said.format("MAX_TURNS"), "").went_wrong is True
    assert outcome("agent", "success", said.format("GOAL"), "").went_wrong is None
    assert outcome("agent", "success", "done", "").went_wrong is None
