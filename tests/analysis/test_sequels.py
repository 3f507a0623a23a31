"""The literate cases of what followed, seen from the other end than causes, and what belongs to somebody else."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from agent_trace.analysis.attempts import attempts
from agent_trace.analysis.causes import causes
from agent_trace.analysis.sequels import MOST, Sequel, sequels
from agent_trace.model.session import Session
from tests.analysis.telling import Case, cases, named, session

CASES = cases("understanding/sequels.md")
ENDS = {True: "worked", False: "failed", None: "unknown"}


def followed(found: Session) -> dict[int, Sequel]:
    tried = attempts(found)
    return sequels(found, tried, causes(found, tried))


def drawn(found: Session, one: Sequel) -> Iterator[str]:
    """A sequel as the page shows it."""
    if one.again is not None:
        yield f"again {named(found, one.again)} ({one.tries})"
    if one.mended is not None:
        yield f"mended {named(found, one.mended)}"
    if one.other is not None:
        yield f"other {named(found, one.other)} {ENDS[one.worked]}"
    if one.spoke is not None:
        yield f"spoke {named(found, one.spoke)}"
    if one.then is not None:
        yield f"then {named(found, one.then)}"
    if one.prompted is not None:
        yield f"prompted {named(found, one.prompted)}"
    if one.steps is not None:
        yield f"steps {one.steps}, failed {one.failed}"
    yield from (f"led {link.how} {named(found, link.source)}" for link in one.led)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_followed_is_what_the_page_says(case: Case) -> None:
    told = {number: ", ".join(drawn(case.session, one)) for number, one in sorted(followed(case.session).items())}
    assert [f"{named(case.session, number)} {words}" for number, words in told.items() if words] == case.expected


def test_of_what_was_copied_nothing_is_said_to_have_been_tried_again() -> None:
    told = session("> go\n$ make a\n= 1\n$ make a\n= 0")
    copied = Session("s", "x", tuple(msgspec.structs.replace(event, inherited=True) for event in told.events))
    found = followed(copied).values()
    assert [one.again for one in found if one.again or one.mended] == []
    assert [one.steps for one in found if one.steps is not None] == [0]


def test_of_many_that_it_led_to_the_first_are_told() -> None:
    changes = [line for name in range(MOST + 4) for line in (f"@ Edit edit d{name}/a.py", "= ok")]
    told = session("\n".join(["> go", "$ ls", *(f"d{name}/a.py" for name in range(4)), "= 0", *changes]))
    read = session("\n".join(["> go", "@ Read read a.py", "= ok", *["@ Edit edit a.py", "= failed no"] * (MOST + 2)]))
    assert len(followed(told)[told.steps[0].number].led) == 4
    assert [link.source for link in followed(read)[read.steps[0].number].led] == [
        step.number for step in read.steps[1 : MOST + 1]
    ]


def test_a_change_carries_the_file_only_where_the_failure_names_it() -> None:
    named_, unnamed = (
        session("\n".join(["> go", "$ pytest", line, "= 1", "@ Edit edit src/a.py", "= ok", "$ pytest", "= 0"]))
        for line in ("src/a.py:3: boom", "boom")
    )
    for told, note in ((named_, "src/a.py"), (unnamed, "")):
        links = followed(told)[told.steps[0].number].led
        assert [(one.source, one.note) for one in links if one.how == "change"] == [(told.steps[1].number, note)]


def test_a_change_that_failed_mended_nothing() -> None:
    told = session("> go\n$ pytest\n= 1\n@ Edit edit a.py\n= failed no\n$ pytest\n= 0")
    assert [one.how for one in followed(told)[told.steps[0].number].led] == ["retry"]
