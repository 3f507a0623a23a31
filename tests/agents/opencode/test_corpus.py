"""Every run of the corpus: its events are written down, they add up to the truth, and every shape of the store has them."""

from __future__ import annotations

import os
from collections import Counter
from decimal import Decimal

import msgspec
import pytest

from agent_trace.model.events import Event, LlmResponse, ToolCall
from agent_trace.model.session import Session, by_session
from agent_trace.model.usage import Usage
from tests.agents.opencode.golden import drawn, golden_of
from tests.agents.opencode.stores import CORPUS, RUNS, VERSION, heard_files, logs, sessions, tree, truth

EXPORTS = sorted((CORPUS / VERSION).rglob("export-*.json"))


@pytest.mark.parametrize("run", RUNS)
def test_events_are_those_written_down(run: str) -> None:
    found = drawn(run).encode()
    if os.environ.get("GOLDEN") == "1":
        golden_of(run).write_bytes(found)
    assert found == golden_of(run).read_bytes()


def test_every_run_is_read() -> None:
    assert {path.parent.name for path in CORPUS.rglob("opencode.sql")} == set(RUNS)


def calls(run: str) -> dict[str, LlmResponse]:
    """Every call of a run once: a fork holds copies."""
    return {call.call: call for session in sessions(run).values() for call in session.calls}


def copies(run: str) -> set[str]:
    """Names of events that stand in two sessions."""
    counts = Counter(name for session in sessions(run).values() for name in {_name(one) for one in session.events})
    return {name for name, count in counts.items() if count > 1}


def _name(event: Event) -> str:
    return event.twin or event.id


@pytest.mark.parametrize("run", RUNS)
def test_calls_and_tokens_are_those_on_the_wire(run: str) -> None:
    told, found = truth(run), calls(run)
    usage = sum((call.usage for call in found.values()), Usage())
    wire = {name: getattr(usage, name) or 0 for name in told["usage"]}
    models = Counter(call.cls.model for call in found.values() if call.cls and call.usage != Usage())
    assert (len(found), sum(call.usage == Usage() for call in found.values()), wire, dict(models)) == (
        told["calls"],
        told["without_usage"],
        told["usage"],
        told["models"],
    )


@pytest.mark.parametrize("run", RUNS)
def test_tools_errors_and_lines_are_those_that_happened(run: str) -> None:
    told = truth(run)
    steps = {step.call.twin: step for session in sessions(run).values() for step in session.steps}
    asked = [step for step in steps.values() if step.call.response is not None]
    results = [step.result for step in steps.values() if step.result is not None]
    assert {
        "tool_calls": len(asked),
        "errors": sum(one.failed for one in results),
        "failed_steps": sum(one.really_failed for one in results),
        "lines": {"added": sum(r.lines_added for r in results), "removed": sum(r.lines_removed for r in results)},
    } == {name: told[name] for name in ("tool_calls", "errors", "failed_steps", "lines")}


@pytest.mark.parametrize("run", RUNS)
def test_prompts_are_those_that_were_given(run: str) -> None:
    prompts = {one.twin: one.text for session in sessions(run).values() for one in session.prompts}
    assert sorted(prompts.values()) == sorted(truth(run)["prompts"])


@pytest.mark.parametrize("run", RUNS)
def test_recorded_dollars_are_the_sessions(run: str) -> None:
    for name, session in sessions(run).items():
        row = msgspec.json.decode(logs(run)[name][0])
        told = sum((Decimal(call.recorded_usd) for call in session.calls if call.recorded_usd), Decimal(0))
        assert float(told) == pytest.approx(row["cost"])


@pytest.mark.parametrize("run", RUNS)
def test_ids_are_unique_and_parents_are_events_of_the_session(run: str) -> None:
    for session in sessions(run).values():
        ids = [event.id for event in session.events]
        assert len(ids) == len(set(ids))
        assert {event.parent for event in session.events if event.parent is not None} <= set(ids)


@pytest.mark.parametrize("run", RUNS)
def test_every_tool_names_the_call_that_asked_for_it(run: str) -> None:
    for session in sessions(run).values():
        asked = {event.response for event in session.events if isinstance(event, ToolCall)} - {None}
        assert asked <= {call.call for call in session.calls}


@pytest.mark.parametrize("run", RUNS)
def test_nothing_is_left_unread(run: str) -> None:
    assert [one for session in sessions(run).values() for one in session.unread] == []


def test_a_fork_shares_names_and_calls_with_its_original_and_nothing_else() -> None:
    fork, original = (sessions("fix")[name] for name in ("ses_e036f8c3dffeTGUda2Jz9E3hsS", FIRST))
    shared = {_name(one) for one in original.events} - {f"{FIRST}.start", f"{FIRST}.title"}
    assert copies("fix") == shared
    assert {call.call for call in original.calls} < {call.call for call in fork.calls}
    assert [call.call.call for call in fork.steps][: len(original.steps)] == [one.call.call for one in original.steps]
    assert not {one.id for one in fork.events} & {one.id for one in original.events}


FIRST = "ses_e036fac22ffeR1LToDlRwa5OCN"


def test_a_sub_agent_names_its_parent_and_is_named_by_it() -> None:
    found = sessions("fix")
    (child,) = found[FIRST].children
    assert found[child].events[0] == msgspec.structs.replace(
        found[child].events[0], starter=FIRST, agent_type="general", cwd="/home/dev/demo", version=VERSION
    )
    assert found[child].prompts == ()


def test_what_was_taken_back_is_marked() -> None:
    found = sessions("served")["ses_e01e34882ffeXU8efnqbU6WrFZ"]
    assert [type(event).__name__ for event in found.events if event.side] == [
        "UserPrompt",
        "LlmResponse",
        "AssistantText",
    ]
    assert found.call_count == 2


@pytest.mark.parametrize("run", RUNS)
def test_the_tree_of_older_versions_gives_the_same_events(run: str) -> None:
    for name, files in tree(run).items():
        events = by_session(heard_files(files), "opencode")
        assert bare(events[name]) == bare(sessions(run)[name])


@pytest.mark.parametrize("path", EXPORTS, ids=lambda path: path.stem)
def test_an_export_gives_the_same_events(path: object) -> None:
    assert isinstance(path, type(CORPUS))
    name = path.stem.removeprefix("export-")
    events = by_session(heard_files({"elsewhere/notes": path.read_bytes()}), "opencode")
    assert bare(events[name]) == bare(sessions(path.parent.name)[name])


def bare(session: Session) -> list[Event]:
    """The events but for the place where they were heard and what only a database row tells."""
    return [msgspec.structs.replace(event, origin=None) for event in session.events]
