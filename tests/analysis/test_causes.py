"""The literate cases of causes, and chains that end."""

from __future__ import annotations

import pytest

from agent_trace.analysis.attempts import attempts
from agent_trace.analysis.causes import Causes, causes
from agent_trace.model.events import Blocked, LlmResponse, PermissionAnswered
from agent_trace.model.session import Session
from tests.analysis.telling import Case, cases, named, session

CASES = cases("understanding/causes.md")


def traced(found: Session) -> Causes:
    return causes(found, attempts(found))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_step_comes_from_what_the_page_says(case: Case) -> None:
    found = traced(case.session)
    told = [
        " ".join(filter(None, (named(case.session, number), link.how, named(case.session, link.source), link.note)))
        for number, links in sorted(found.links.items())
        for link in links
        if not isinstance(case.session.event(number), LlmResponse)
    ]
    assert told == case.expected


def test_a_chain_begins_with_its_first_cause() -> None:
    found = CASES["a retry comes from the failure, an iteration from its change too"].session
    graph = traced(found)
    last = found.steps[-1].number
    assert [named(found, number) for number, _ in graph.chain(last)] == ["p0", "1", "1.r", "2", "2.r", "4"]
    assert graph.chain(1) == ((1, None),)
    assert {named(found, link.source) for _, link in graph.behind(last)} == {"p0", "1", "1.r", "2", "2.r", "3"}


def test_answers_of_permissions_and_blocked_calls() -> None:
    told = session("> go\n$ rm a\n= 0\n$ rm b\n= 0")
    answered = PermissionAnswered(id="a", session="s", parent="c1", decision="accept", by="user")
    blocked = Blocked(id="b", session="s", parent="c1", tool="Bash", reason="no")
    lost = PermissionAnswered(id="l", session="s", parent="gone", decision="accept")
    events = list(told.events)
    events[4:4] = [answered, blocked, lost]
    found = Session("s", "x", tuple(events))
    graph = traced(found)

    def links(name: str) -> list[tuple[str, str]]:
        number = found.number_of(next(event for event in found.events if event.id == name)) or 0
        return [(link.how, named(found, link.source)) for link in graph.links.get(number, ())]

    assert links("a") == links("b") == [("result", "1")]
    assert links("l") == []
    assert links("c2")[0] == ("denial", "b")


def test_of_many_ways_to_name_a_file_the_nearest_are_kept() -> None:
    lines = [f"src/d{number}/a.py" for number in range(9)]
    told = session(
        "\n".join(["> go", "$ ls", *lines, "= 0", "@ Read read src/d8/a.py", "= ok", "@ Read read src/d1/a.py", "= ok"])
    )
    graph = traced(told)
    hows = [[link.how for link in graph.links[step.number]] for step in told.steps]
    assert hows == [["prompt"], ["path", "prompt"], ["prompt"]]
