"""Homes with sessions that waste something: the cases of tests/rules as an agent's logs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from agent_trace.app.workspace import Workspace
from tests.analysis.told_sessions import cases, log, pages
from tests.reports.small import opened

WASTEFUL = "11111111-aaaa-4000-8000-000000000001"
CLEAN = "22222222-bbbb-4000-8000-000000000002"
DEAR = "33333333-cccc-4000-8000-000000000003"
UNPRICED = "44444444-dddd-4000-8000-000000000004"
_STORY = (
    ("edit_cascade", "three refusals, whatever is read in between"),
    ("retry_loop", "a build that fails four times"),
    ("polling", "sleeping before each look"),
    ("permission_stall", "five minutes for a search"),
)


def case(rule: str, name: str) -> tuple[str, ...]:
    """The lines of a case."""
    return cases(pages()[rule])[name].lines


def write(home: Path, name: str, lines: Sequence[str]) -> Path:
    """Puts a session's log where its agent would."""
    path, rows = log(lines, name=name)
    whole = home / ".claude" / path
    whole.parent.mkdir(parents=True, exist_ok=True)
    whole.write_bytes(b"".join(row + b"\n" for row in rows))
    return whole


@contextmanager
def judged_home(home: Path) -> Iterator[Workspace]:
    """One session with several findings and a sub-agent, a clean one, a dear one, and one without a price."""
    write(home, WASTEFUL, [line for one in _STORY for line in case(*one)])
    write(home, WASTEFUL, case("subagent_overhead", "to read one file"))
    write(home, CLEAN, case("retry_loop", "one repetition may meet a passing trouble"))
    write(home, DEAR, [*case("cache_miss", "a pause longer than five minutes"), *case("cache_miss", "another model")])
    write(home, UNPRICED, case("cache_miss", "a model without a price"))
    with home_as_it_is(home) as workspace:
        yield workspace


@contextmanager
def home_as_it_is(home: Path) -> Iterator[Workspace]:
    """A home whose logs were written already."""
    workspace = opened(home)
    try:
        yield workspace
    finally:
        workspace.close()
