"""What was produced as people read it: a verdict in few lines, tables of commits, pull requests, tests and edits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agent_trace.render.blocks import Block, Cell, Column, Fields, Table, Tone, cell, field
from agent_trace.render.numbers import clip, count, dollars
from agent_trace.reports._outcome import CommitRow, Produced, PullRow, TestRow, UndoneRow
from agent_trace.reports._words import many, relative

SHORT = 8
"""Characters of a sha that are shown."""
FATES = {"reset_away": "reset away", "squashed": "squashed"}
TONES: dict[str, Tone] = {"stands": "good", "merged": "good", "passed": "good", "failed": "bad", "closed": "dim"}


def verdict(one: Produced, *, whole: bool = False) -> Fields:
    """Whether it was productive, and by what, in few lines; `whole`: with what edit tools did."""
    value = {True: "yes", False: "no", None: "-"}[one.productive]
    items = [
        field("productive", value, one.why),
        field("commits", count(one.standing), _gone(one)),
    ]
    if one.pull_requests:
        items.append(field("pull requests", count(one.updated), _requests(one)))
    if one.tests:
        items.append(field("tests", one.tests[-1].result, _run(one.tests)))
    if whole:
        lines = f"+{count(one.lines_added)} -{count(one.lines_removed)}"
        items.append(field("edits", lines, f"{many(len(one.files), 'file')}, by edit tools"))
    if one.standing:
        items.append(field("cost per commit", dollars(one.cost_per_commit_usd)))
    if one.merged:
        items.append(field("cost per merged PR", dollars(one.cost_per_merged_usd)))
    return Fields(items=tuple(items))


def _gone(one: Produced) -> str:
    """What became of the others, and the lines of those that stand."""
    known = bool(one.standing) and one.commit_lines_added is not None
    lines = f"+{count(one.commit_lines_added)} -{count(one.commit_lines_removed)}" if known else ""
    gone = [FATES.get(row.fate, row.fate) for row in one.commits if not row.stands]
    away = ", ".join(f"{gone.count(fate)} {fate}" for fate in dict.fromkeys(gone))
    elsewhere = sum(row.stands and not row.counts for row in one.commits)
    return " · ".join(part for part in (lines, away, f"{elsewhere} counted elsewhere" if elsewhere else "") if part)


def _requests(one: Produced) -> str:
    told = [(one.opened, "opened"), (one.merged, "merged")]
    return ", ".join(f"{number} {what}" for number, what in told if number)


def _run(tests: Sequence[TestRow]) -> str:
    failed = sum(row.result == "failed" for row in tests)
    return f"{tests[-1].program} · {many(len(tests), 'run')}" + (f", {failed} failed" if failed else "")


def commit_table(rows: Sequence[CommitRow]) -> Table:
    """The commits in the order they were made."""
    return Table(
        columns=(
            Column(title="commit"),
            Column(title="branch", weight=3),
            Column(title="subject", stretch=True),
            Column(title="files", align="right", weight=4),
            Column(title="lines", align="right", weight=2),
            Column(title="fate"),
            Column(title="event", align="right", weight=5),
        ),
        rows=tuple(_commit(one) for one in rows),
        title="Commits",
    )


def _commit(one: CommitRow) -> tuple[Cell, ...]:
    tone: Tone = "plain" if one.stands and one.counts else "dim"
    lines = "?" if one.lines_added is None else f"+{count(one.lines_added)} -{count(one.lines_removed)}"
    fate = _fate(one) if one.counts else "counted elsewhere"
    sha = one.sha or (one.git.sha if one.git else None)  # one that was made quietly is known to git alone
    return (
        cell((sha or "?")[:SHORT], tone, value=sha or ""),
        cell(one.branch or "", tone),
        cell(clip(one.subject or "?", 200), tone),
        cell(count(one.files), tone),
        cell(lines, tone),
        cell(fate, TONES.get(fate.partition(",")[0], tone)),
        cell(str(one.event), tone),
    )


def _fate(one: CommitRow) -> str:
    """What the session did to it, and what git tells of it today."""
    own, today = FATES.get(one.fate, one.fate), one.git.words if one.git is not None else ""
    if not today or (not one.stands and today == "unreachable"):
        return own
    if one.fate == "stands" or own in today:
        return today
    return f"{own}, {today}"


def pull_table(rows: Sequence[PullRow]) -> Table:
    """The pull requests that were opened, updated or looked at; their titles where some are known."""
    titled = any(one.title for one in rows)
    columns = (
        Column(title="pull request"),
        Column(title="title", stretch=True),
        Column(title="state"),
        Column(title="what was done", weight=2),
    )
    return Table(
        columns=columns if titled else (columns[0], *columns[2:]),
        rows=tuple(line if titled else (line[0], *line[2:]) for line in map(_pull, rows)),
        title="Pull requests",
    )


def _pull(one: PullRow) -> tuple[Cell, ...]:
    tone: Tone = "plain" if one.updated else "dim"
    name = f"{one.repository or ''}#{one.number}" if one.number is not None else "?"
    acts = [word for word, did in (("opened", one.opened), ("merged", one.merged)) if did]
    done = ", ".join(acts) or ("updated" if one.updated else "looked at")
    return (
        cell(name, tone, value=one.url or name),
        cell(clip(one.title or "", 200), tone),
        cell(_state(one), TONES.get(one.today.state if one.today else one.state or "", tone)),
        cell(done, tone),
    )


def _state(one: PullRow) -> str:
    """As the forge said when it was asked, else as the session saw it last."""
    if one.today is None:
        return one.state or "?"
    return one.today.state + ("" if one.today.as_of is None else f" as of {one.today.as_of:%Y-%m-%d %H:%M}Z")


def test_table(rows: Sequence[TestRow]) -> Table:
    """The tests and checks in the order they were run."""
    return Table(
        columns=(
            Column(title="event", align="right"),
            Column(title="program", stretch=True),
            Column(title="purpose", weight=2),
            Column(title="passed", align="right", weight=1),
            Column(title="failed", align="right", weight=1),
            Column(title="result"),
        ),
        rows=tuple(
            (
                cell(str(one.event)),
                cell(one.program),
                cell(one.purpose, "dim"),
                cell("" if one.passed is None else count(one.passed)),
                cell("" if one.failed is None else count(one.failed)),
                cell(one.result, TONES.get(one.result, "plain")),
            )
            for one in rows
        ),
        title="Tests and checks",
    )


def undone_table(rows: Sequence[UndoneRow], cwd: str | None) -> Table:
    """Edits that the session took back itself."""
    return Table(
        columns=(
            Column(title="event", align="right"),
            Column(title="how"),
            Column(title="files", stretch=True),
            Column(title="lines", align="right"),
        ),
        rows=tuple(
            (
                cell(str(one.event)),
                cell(one.how),
                cell(", ".join(relative(path, cwd) for path in one.paths)),
                cell(f"+{count(one.lines_added)} -{count(one.lines_removed)}"),
            )
            for one in rows
        ),
        title="Taken back",
    )


def tables(one: Produced) -> Iterator[Block]:
    """Commits and pull requests, where there are any."""
    if one.commits:
        yield commit_table(one.commits)
    if one.pull_requests:
        yield pull_table(one.pull_requests)
