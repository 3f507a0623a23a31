"""How a step failed, and which line of its output says so."""

from __future__ import annotations

import pytest

from agent_trace.analysis.attempts import attempts
from agent_trace.analysis.faults import LINE, Fault, fault_of, refusals, telling, telling_of
from agent_trace.model.events import PermissionAnswered
from agent_trace.model.session import Session
from tests.analysis.telling import session


def fault(script: str, *answers: PermissionAnswered) -> Fault:
    """Of the last step of a story."""
    told = session(script)
    told = Session("s", "x", (*told.events, *answers))
    tried = {one.number: one for one in attempts(told)}
    step = told.steps[-1]
    return fault_of(step, tried.get(step.number), refusals(told).get(step.call.id))


def answered(decision: str, by: str) -> PermissionAnswered:
    return PermissionAnswered(id="a", session="s", parent="c1", decision=decision, by=by)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("$ make\n= 0", ""),
        ("$ make\n= none", ""),
        ("$ make\n= 2", "exit"),
        ("@ Read read a.py\n= failed no such file", "error"),
        ("$ make\n= interrupted", "interrupted"),
        ("$ make\nCommand timed out after 2m 0.0s\n= 143", "timeout"),
        ("@ Fetch fetch x\n= failed The operation timed out.", "timeout"),
        (
            "@ Run other x\nslow\n= failed terminated command after exceeding timeout 300 ms. Retry with a larger one.",
            "timeout",
        ),
        ("$ pytest\nrequests.exceptions.ReadTimeout: read timed out\n= 1", "exit"),
        ("$ pytest || true\n=== 1 failed, 2 passed in 0.1s ===\n= 0", "tests"),
        ("$ rm a\n= refused", "denied"),
        ("$ rm a\n= refused PreToolUse hook error: no deleting", "hook"),
        ("$ rm a\n= refused Permission to use Bash has been denied by your settings", "settings"),
        ("$ rm a\n= refused The user doesn't want to proceed with this", "refused"),
        ("$ rm a\n= refused rejected by user", "refused"),
        ("@ Ask ask Again?\n= refused The user dismissed this question", "refused"),
        ("$ rm a\n= refused The user has specified a rule which prevents you from using this", "settings"),
    ],
)
def test_how_a_step_failed(script: str, expected: Fault) -> None:
    assert fault(f"> go\n{script}") == expected


@pytest.mark.parametrize(
    ("decision", "by", "expected"),
    [
        ("reject", "user", "refused"), ("reject", "hook", "hook"), ("deny", "config", "settings"), ("reject", "mode", "settings"),
        ("reject", "somebody", "hook"), ("accept", "user", "hook"), ("reject", "user_abort", "refused"),
    ],
)  # fmt: skip
def test_who_is_recorded_to_have_refused_counts_for_more_than_words(decision: str, by: str, expected: Fault) -> None:
    assert fault("> go\n$ rm a\n= refused by a hook", answered(decision, by)) == expected


TRACE = """Exit code 1
======================================================================
FAIL: test_div (tests.T)
----------------------------------------------------------------------
Traceback (most recent call last):
  File "t.py", line 3, in test_div
KeyError: 'a'

During handling of the above exception, another exception occurred:

ValueError: no a
Ran 3 tests in 0.001s
FAILED (failures=1)"""


@pytest.mark.parametrize(
    ("output", "line"),
    [
        (TRACE, "ValueError: no a"),
        ("def test():\n>   assert 1 == 2\nE       assert 1 == 2\nE   AssertionError", "E assert 1 == 2"),
        ("cc a.c\na.c:3:5: error: expected ';'\na.c:9:1: error: unknown type\nmake: *** Error 1", "a.c:3:5: error: expected ';'"),
        ("src/a.ts(3,5): error TS2322: Type 'a' is not\nFound 1 error.", "src/a.ts(3,5): error TS2322: Type 'a' is not"),
        ("error[E0308]: mismatched types\n --> src/main.rs:4:5", "error[E0308]: mismatched types"),
        ("It finished.\nTermination Reason: ERROR_NO_TASK\nResult:", "Termination Reason: ERROR_NO_TASK"),
        ("fatal: not a git repository", "fatal: not a git repository"),
        ("slow\nthe shell ended it after exceeding timeout 300 ms", "the shell ended it after exceeding timeout 300 ms"),
        ("ok 1\nnot ok 2 - adds\nok 3", "not ok 2 - adds"),
        ("listing\ncat: x: No such file or directory\nmore", "cat: x: No such file or directory"),
        ("\x1b[31mbuilding\x1b[0m\n\x1b[1mwent wrong somehow\x1b[0m\nExit code 3", "went wrong somehow"),
        ("<tool_use_error>String was not there\nString: x</tool_use_error>", "String was not there"),
        ("---\n===\n12", ""),
        ("On branch main\nnothing to commit, working tree clean\n\nCommand exited with code 1", "nothing to commit, working tree clean"),
        ("app.py:1:8: F401 unused\nFound 2 errors.\n[*] 2 fixable", "Found 2 errors."),
        ("[main 1a2b3c4] feat: add mul\n 1 file changed\nfeature/mul", ""),
        ("feature/mul\n<shellId: 1 completed with exit code 3>\n(exit code: 3)\n[process exited with code 3]", ""),
        ("feature/mul\nFound 0 errors", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_the_line_that_says_it(output: str, line: str) -> None:
    assert telling(output, is_command="String" not in output) == line


@pytest.mark.parametrize("output", ["listing\nthe last words", "only words"])
def test_of_a_tool_that_is_no_command_the_first_line_stands_for_it(output: str) -> None:
    assert telling(output, is_command=False) == output.splitlines()[0]


BAD = "error: no a"


@pytest.mark.parametrize(
    ("command", "code", "output", "line"),
    [
        ("git commit -qm a && git branch --show-current && exit 3", 3, "feature/mul", "exit 3"),
        ("git commit -m 'fix: error: x' && exit 3", 3, "[main 1a2b3c4] fix: error: x", "exit 3"),
        ("make && exit 3", 2, BAD, BAD),
        ("make && exit 3", 2, "feature/mul", ""),
        ("make && exit 1", 1, BAD, BAD),
        ("make && exit 1", 1, "feature/mul", "exit 1"),
        ("make || exit 3", 3, BAD, BAD),
        ("make || exit 3", 3, "built", "exit 3"),
        ("make || { echo no; exit 3; }", 3, BAD, BAD),
        ("make\nexit 3\n", 3, BAD, "exit 3"),
        ("make; exit 3;", 3, BAD, "exit 3"),
        ("bash -c 'make; exit 3'", 3, BAD, BAD),
        ("exit 3", 3, "", "exit 3"),
        ("make; exit", 3, BAD, BAD),
        ("sexit 3", 3, "built", ""),
        ("echo exit 3", 3, "built", ""),
        ("pytest; exit 0", 0, "1 failed", "1 failed"),
        ("", 1, "", ""),
    ],
)
def test_a_command_line_that_ends_itself_says_so(command: str, code: int, output: str, line: str) -> None:
    assert telling_of(output, command, code) == line


def test_a_long_line_is_cut() -> None:
    assert len(telling("Error: " + "word " * 5000, is_command=True)) == LINE


@pytest.mark.parametrize(
    "output", ["a." * 50_000, "." * 100_000, "a" * 100_000, "error " * 20_000, "E" + " " * 100_000]
)
def test_a_hostile_line_takes_no_time(output: str) -> None:
    assert len(telling(output, is_command=True)) <= LINE
    assert len(telling_of(output, f"{output}; exit 1", 1)) <= LINE
