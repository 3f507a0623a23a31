"""Whole outputs of outcome and outcomes, and what they say where little is known."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import msgspec
import pytest

from agent_trace.analysis.commits import Commit
from agent_trace.analysis.outcome import Outcome, Productive
from agent_trace.analysis.pull_requests import PullRequest
from agent_trace.analysis.undone import Undone
from agent_trace.model.facts import Facts
from agent_trace.model.history import CommitFate
from agent_trace.model.summary import Share, Summary, Totals
from agent_trace.model.usage import Amounts
from agent_trace.pricing.book import Book
from agent_trace.pricing.shipped import shipped
from agent_trace.render.text import render_text
from agent_trace.reports import list as list_report
from agent_trace.reports import outcome, outcomes, show
from agent_trace.reports._outcome import Made, per, produced
from agent_trace.reports._outcome_tables import tables, undone_table, verdict
from agent_trace.reports._scopes import OutcomesScope, SessionScope, Work
from tests.reports.recorded import FIX, SUB_AGENT, asked, run
from tests.reports.small import NOW, ask, assert_golden, forms, opened
from tests.stories import unpack

FACTS = Facts(now=NOW)
LATER = datetime(2026, 11, 23, tzinfo=timezone.utc)
STORIES = {
    "commits": "claude/2.1.329/commits",
    "requests": "codex/0.169.0/requests",
    "edits": "gemini/0.61.0/edits",
    "places": "opencode/1.18.33/places",
}


def assert_whole(name: str, report: ModuleType, result: Any, options: Any, workspace: Any) -> None:
    for ending, text in forms(report, result, options, workspace):
        assert_golden(f"{name}.{ending}", text)


@pytest.mark.parametrize("name", STORIES)
def test_of_one_session(name: str, home: Path) -> None:
    unpack(STORIES[name], home)
    workspace = opened(home, now=LATER)
    assert_whole(f"outcome/{name}", outcome, asked(workspace, outcome, "latest"), outcome.Options(), workspace)
    workspace.close()


def test_of_a_sub_agent(home: Path) -> None:
    with run("2.1.329/fix", home) as workspace:
        found = asked(workspace, outcome, SUB_AGENT)
        assert found.outcome.why == "a sub-agent: its root's question"
        assert found.session.productive is None


@pytest.mark.parametrize("by", ["agent", "model", "project"])
def test_of_many_sessions(by: Literal["agent", "model", "project"], home: Path) -> None:
    for story in STORIES.values():
        unpack(story, home)
    workspace = opened(home, now=LATER)
    assert_whole(f"outcomes/{by}", outcomes, ask(workspace, outcomes, by=by), outcomes.Options(by=by), workspace)
    workspace.close()


def test_it_is_what_the_truth_says(home: Path) -> None:
    with run("2.1.329/fix", home) as workspace:
        found = asked(workspace, show, FIX).outcome
        assert [one.subject for one in found.commits] == ["fix: div by zero returns None", "feat: add mul"]
        assert [(one.program, one.result) for one in found.tests] == [("unittest", "failed"), ("unittest", "passed")]


# ---- made up


def summary(**more: Any) -> Summary:
    whole = Summary(id="s", agent="claude", total=Amounts(calls=1, cost_usd=Decimal(3)))
    return msgspec.structs.replace(whole, **more)


def scope(*made: Made, **more: Any) -> SessionScope:
    return SessionScope(
        summary=summary(**more),
        read=lambda: pytest.fail("nothing is to be read"),
        whole=lambda: pytest.fail("nothing is to be read"),
        read_child=lambda _: pytest.fail("nothing is to be read"),
        whole_child=lambda _: pytest.fail("nothing is to be read"),
        owns=lambda _: True,
        book=Book.load(shipped(), (), ()),
        made=lambda: made,
        unmade="withheld (tier 1)",
    )


def of(session: str, *commits: Commit, counts: tuple[bool, ...] | None = None, **more: Any) -> Made:
    found = Outcome(session=session, commits=commits, productive=Productive(bool(commits), "so"))
    whole = msgspec.structs.replace(found, **more)
    return Made(session=session, outcome=whole, counts=counts if counts is not None else (True,) * len(commits))


def commit(sha: str | None = "1234567890", **more: Any) -> Commit:
    return msgspec.structs.replace(Commit(event="e", number=4, sha=sha, message="feat: x"), **more)


def drawn(*blocks: Any) -> str:
    return "\n".join(render_text(blocks, width=80))


def test_nothing_is_known_of_it() -> None:
    found = outcome.compute(scope(), outcome.Options(), FACTS)
    assert (found.outcome, found.missing) == (None, "withheld (tier 1)")
    assert "withheld (tier 1)" in drawn(*outcome.layout(found, outcome.Options(), FACTS))
    assert produced(scope(of("s/agent-1", commit()))) is None


def test_a_commit_that_counts_in_another_session() -> None:
    one = produced(scope(of("s", commit(), counts=(False,)), productive=False))
    assert one is not None
    assert (one.standing, one.why) == (0, "its commits count in the session that made them first")
    text = drawn(verdict(one), *tables(one))
    assert "0  (1 counted elsewhere)" in text
    assert "12345678" in text


def test_a_commit_that_was_made_quietly_has_the_sha_that_git_gave_it() -> None:
    known = CommitFate(found="verified", sha="abcdef0123" * 4, became="merged")
    made = msgspec.structs.replace(of("s", commit(None)), fates=(known,))
    one = produced(scope(made))
    assert one is not None
    assert (one.commits[0].sha, one.standing) == (None, 1)
    text = drawn(*tables(one))
    assert "abcdef01" in text
    assert "merged" in text


def test_commits_of_sub_agents_are_the_sessions_own() -> None:
    one = produced(scope(of("s"), of("s/agent-1", commit(lines_added=2, lines_removed=1)), productive=True))
    assert one is not None
    assert (one.standing, one.commit_lines_added, one.cost_per_commit_usd) == (1, 2, Decimal(3))
    assert [row.session for row in one.commits] == ["s/agent-1"]


@pytest.mark.parametrize(("state", "why"), [("running", "running"), ("ended", "so")])
def test_why_there_is_no_verdict(state: str, why: str) -> None:
    made = of("s", productive=Productive(None, "so"))
    one = produced(scope(made, state=state))
    assert one is not None
    assert one.why == why


def test_a_pull_request_that_several_worked_on_is_one() -> None:
    url = "https://github.com/a/b/pull/1"
    opening = PullRequest(url=url, number=1, repository="a/b", state="open", title="One", created_here=True, at=5)
    merging = PullRequest(
        url=url, number=1, repository="a/b", state="merged", merged_here=True, changed_here=True, at=9
    )
    bare = (PullRequest(number=2, repository="a/b"), PullRequest())
    made = (of("s", pull_requests=(merging,)), of("s/agent-1", pull_requests=(opening, *bare)))
    one = produced(scope(*made))
    assert one is not None
    first = one.pull_requests[0]
    assert (first.state, first.title, first.opened, first.merged) == ("merged", "One", True, True)
    assert (one.opened, one.merged, one.updated) == (1, 1, 1)
    text = drawn(verdict(one), *tables(one))
    assert "1 opened, 1 merged" in text
    assert "looked at" in text
    assert "$3.00" in text


def test_edits_that_were_taken_back() -> None:
    undone = Undone(event="u", number=7, how="restore", paths=("/src/a.py",), lines_added=3, lines_removed=0)
    one = produced(scope(of("s", undone=(undone,))))
    assert one is not None
    assert "restore  a.py" in drawn(undone_table(one.undone, "/src"))


def test_dollars_for_each() -> None:
    assert per(Decimal(3), 2) == Decimal("1.5")
    assert per(Decimal(3), 0) is None
    assert per(None, 2) is None


def test_what_is_not_known_of_many() -> None:
    works = (
        Work(session="a", agent="claude", project="/p", known=False, productive=None),
        Work(session="b", agent="codex", project="", known=True, productive=True, commits=("",)),
    )
    share = Share(sessions=2, known=1, asked=1, productive=1, commits=1)
    whole = OutcomesScope(
        works=works, rows=(), share=share, totals=Totals(), unpriced=(), book=Book.load(shipped(), (), ())
    )
    found = outcomes.compute(whole, outcomes.Options(), FACTS)
    text = drawn(*outcomes.layout(found, outcomes.Options(), FACTS))
    assert [(row.key, row.known, row.commits) for row in found.rows] == [("codex", 1, 1), ("claude", 0, 0)]
    assert "what 1 session produced is not known" in text
    by_model = outcomes.compute(whole, outcomes.Options(by="model"), FACTS)
    assert [(row.key, row.sessions, row.commits, row.lines_added) for row in by_model.rows] == [("", 2, 1, None)]


def test_a_list_says_how_much_of_it_is_known() -> None:
    share = Share(sessions=3, known=2, asked=2, productive=1, commits=1, prs=0)
    text = drawn(*list_report.produced_by(share))
    assert "productive: 1 of 2" in text
    assert "what 1 session produced is not known" in text
    paid = Share(sessions=1, known=1, asked=1, productive=1, commits=2, prs_merged=1, cost_per_commit_usd=Decimal(1))
    merged = msgspec.structs.replace(paid, cost_per_merged_usd=Decimal(2))
    assert drawn(*list_report.produced_by(merged)) == "productive: 1 of 1 · $1.00 per commit · $2.00 per merged PR"
    assert "≥$1.00 per commit · ≥$2.00 per merged PR" in drawn(*list_report.produced_by(merged, 3))
    assert drawn(*list_report.produced_by(Share())) == ""
    found = list_report.Result(
        sessions=(summary(commits=1, prs=None),), totals=Totals(), unpriced=(), count=3, produced=share
    )
    assert "≥1" in drawn(*list_report.layout(found, list_report.Options(), FACTS))


def test_a_session_stands_under_every_model_it_used() -> None:
    work = Work(session="a", agent="claude", project="/p", known=True, productive=True, commits=("m1", "m2", "m2"))
    share = Share(sessions=1, known=1, asked=1, productive=1, commits=3)
    whole = OutcomesScope(
        works=(work,), rows=(), share=share, totals=Totals(), unpriced=(), book=Book.load(shipped(), (), ())
    )
    found = outcomes.compute(whole, outcomes.Options(by="model"), FACTS)
    assert [(row.key, row.sessions, row.commits) for row in found.rows] == [("m2", 1, 2), ("m1", 1, 1)]
    assert "a session stands in the row of every model" in drawn(*outcomes.layout(found, outcomes.Options(), FACTS))
