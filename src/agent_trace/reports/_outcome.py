"""What a session and all that it started produced: one shape for every report that tells of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from agent_trace.model.history import CommitFate
from agent_trace.model.summary import Summary
from agent_trace.reports._words import many

if TYPE_CHECKING:
    from agent_trace.analysis.outcome import Outcome
    from agent_trace.reports._scopes import SessionScope


class Today(msgspec.Struct, frozen=True, kw_only=True):
    """What a forge said of a pull request when it was asked."""

    state: str
    as_of: datetime | None


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored of one session."""

    session: str
    outcome: Outcome
    counts: tuple[bool, ...]
    """Of each commit, whether it counts here: another session may have made it first."""
    fates: tuple[CommitFate, ...] = ()
    """Of each commit what git tells of it today; none where nobody was asked."""
    today: tuple[Today | None, ...] = ()
    """Of each pull request what its forge said last; none where it was never asked."""


class CommitRow(msgspec.Struct, frozen=True, kw_only=True):
    """A commit that was made."""

    sha: str | None
    """As far as git printed it; null: it was not shown, or a rebase gave it another."""
    branch: str | None
    subject: str | None
    message: str | None
    how: str
    files: int | None
    lines_added: int | None
    lines_removed: int | None
    fate: str
    """What the session itself did to it: stands, rebased, reverted, amended, squashed, reset_away."""
    stands: bool
    counts: bool
    """False: another session made the same commit first, and it counts there."""
    amends: str | None
    directory: str | None
    at: datetime | None
    event: int
    """The number of the call that made it, as `replay` takes it."""
    prompt: str | None
    """The id of the event of its prompt."""
    model: str | None
    session: str
    git: CommitFate | None = None
    """What its repository tells of it today; null: it is not at hand. No count depends on it."""


class PullRow(msgspec.Struct, frozen=True, kw_only=True):
    """A pull request that was opened, updated or looked at."""

    url: str | None
    number: int | None
    repository: str | None
    host: str | None
    state: str | None
    """As the session last saw it."""
    title: str | None
    opened: bool
    updated: bool
    """Opened, edited, made ready, merged, closed or reopened."""
    merged: bool
    at: datetime | None
    session: str
    today: Today | None = None
    """As its forge said when it was asked (`outcome --refresh`); null: it was not. No count depends on it."""


class TestRow(msgspec.Struct, frozen=True, kw_only=True):
    """A test or a check that was run."""

    __test__ = False

    at: datetime | None
    event: int
    purpose: str
    program: str
    result: str
    passed: int | None
    failed: int | None
    session: str


class UndoneRow(msgspec.Struct, frozen=True, kw_only=True):
    """Edits that were taken back."""

    event: int
    how: str
    paths: tuple[str, ...]
    lines_added: int
    lines_removed: int
    session: str


class Produced(msgspec.Struct, frozen=True, kw_only=True):
    """What a session produced, its sub-agents included."""

    commits: tuple[CommitRow, ...] = ()
    """All that were made, those that do not stand any more among them."""
    pull_requests: tuple[PullRow, ...] = ()
    tests: tuple[TestRow, ...] = ()
    undone: tuple[UndoneRow, ...] = ()
    files: tuple[str, ...] = ()
    """Files that edit tools changed."""
    branch: str | None = None
    lines_added: int = 0
    """By edit tools, as git counts them."""
    lines_removed: int = 0
    commit_lines_added: int | None = 0
    """By standing commits, as far as git showed their counts; null where it showed none."""
    commit_lines_removed: int | None = 0
    standing: int = 0
    """Commits that stand, and count here."""
    opened: int = 0
    updated: int = 0
    """Pull requests that were opened or updated."""
    merged: int = 0
    productive: bool | None = None
    """null: the question does not arise; `why` says why."""
    why: str = ""
    cost_usd: Decimal | None = None
    cost_per_commit_usd: Decimal | None = None
    cost_per_merged_usd: Decimal | None = None


def produced(scope: SessionScope) -> Produced | None:
    """What is known of the session and of all that it started; None where nothing is."""
    made = scope.made()
    if not made or made[0].session != scope.summary.id:
        return None
    commits = tuple(_commits(made))
    pulls = tuple(_pulls(made))
    counted = [one for one in commits if one.stands and one.counts]
    summary, cost = scope.summary, scope.summary.total.cost_usd
    merged = sum(one.merged for one in pulls)
    return Produced(
        commits=commits,
        pull_requests=pulls,
        tests=tuple(_tests(made)),
        undone=tuple(_undone(made)),
        files=tuple(dict.fromkeys(path for one in made for path in one.outcome.files)),
        branch=summary.branch or made[0].outcome.branch,
        lines_added=sum(one.outcome.edit_lines.added for one in made),
        lines_removed=sum(one.outcome.edit_lines.removed for one in made),
        commit_lines_added=_sum([one.lines_added for one in counted]),
        commit_lines_removed=_sum([one.lines_removed for one in counted]),
        standing=len(counted),
        opened=sum(one.opened for one in pulls),
        updated=sum(one.updated for one in pulls),
        merged=merged,
        productive=summary.productive,
        why=_why(summary, made, counted),
        cost_usd=cost,
        cost_per_commit_usd=per(cost, len(counted)),
        cost_per_merged_usd=per(cost, merged),
    )


def per(cost: Decimal | None, number: int) -> Decimal | None:
    """Dollars for each of so many; None at 0."""
    return None if cost is None or not number else cost / number


def _sum(counts: Sequence[int | None]) -> int | None:
    known = [one for one in counts if one is not None]
    return sum(known) if known or not counts else None


def _why(summary: Summary, made: Sequence[Made], counted: Sequence[CommitRow]) -> str:
    if summary.parent is not None:
        return "a sub-agent: its root's question"
    if summary.productive is None and summary.goes_on:
        return "running"
    if counted:
        return f"{many(len(counted), 'commit')} stand{'s' if len(counted) == 1 else ''}"
    told = [one.outcome.productive for one in made if not one.outcome.standing]
    fitting = [one.why for one in told if one.value is summary.productive]
    return fitting[0] if fitting else "its commits count in the session that made them first"


def _commits(made: Iterable[Made]) -> Iterator[CommitRow]:
    for held in made:
        fates = held.fates or (None,) * len(held.counts)
        for one, counts, fate in zip(held.outcome.commits, held.counts, fates, strict=True):
            yield CommitRow(
                sha=one.sha,
                branch=one.branch,
                subject=one.subject,
                message=one.message,
                how=one.how,
                files=one.files,
                lines_added=one.lines_added,
                lines_removed=one.lines_removed,
                fate=one.fate,
                stands=one.stands,
                counts=counts,
                amends=one.amends,
                directory=one.directory,
                at=moment(one.at),
                event=one.number,
                prompt=one.prompt,
                model=one.model,
                session=held.session,
                git=fate,
            )


def _pulls(made: Iterable[Made]) -> Iterator[PullRow]:
    """Each pull request once, as it was seen last; what a session only looked at comes too."""
    found: dict[tuple[object, ...], PullRow] = {}
    for held in made:
        for place, one in enumerate(held.outcome.pull_requests):
            key = (one.url,) if one.url else (one.repository, one.number) if one.number else (held.session, place)
            row = PullRow(
                url=one.url,
                number=one.number,
                repository=one.repository,
                host=one.host,
                state=one.state,
                title=one.title,
                opened=one.created_here,
                updated=one.changed_here,
                merged=one.merged_here,
                at=moment(one.at),
                session=held.session,
                today=held.today[place] if held.today else None,
            )
            found[key] = _united(found[key], row) if key in found else row
    yield from found.values()


def _united(one: PullRow, other: PullRow) -> PullRow:
    first, last = sorted((one, other), key=lambda row: row.at or datetime.min.replace(tzinfo=timezone.utc))
    return msgspec.structs.replace(
        last,
        state=last.state or first.state,
        title=last.title or first.title,
        opened=one.opened or other.opened,
        updated=one.updated or other.updated,
        merged=one.merged or other.merged,
        session=one.session,
    )


def _tests(made: Iterable[Made]) -> Iterator[TestRow]:
    for held in made:
        for one in held.outcome.tests:
            yield TestRow(
                at=moment(one.at),
                event=one.number,
                purpose=one.purpose,
                program=one.program,
                result=one.result,
                passed=one.counts.passed,
                failed=one.counts.failed,
                session=held.session,
            )


def _undone(made: Iterable[Made]) -> Iterator[UndoneRow]:
    for held in made:
        for one in held.outcome.undone:
            yield UndoneRow(
                event=one.number,
                how=one.how,
                paths=one.paths,
                lines_added=one.lines_added,
                lines_removed=one.lines_removed,
                session=held.session,
            )


def moment(at: int | None) -> datetime | None:
    """UTC milliseconds as a moment."""
    return None if at is None else datetime.fromtimestamp(at / 1000, timezone.utc)
