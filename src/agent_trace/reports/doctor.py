"""What agent-trace found on this machine, what it keeps, and what is wrong.

Which folders were looked at for each agent and what was in them; the index, the archive and the text that is still due;
every line that could not be understood, with its file and line number; logs that are torn, gone, rewritten or hold no
session; sessions that stand in several homes; folders that cannot be read; the configuration in force and where each
value came from; what SQLite can do here. What is wrong is listed first, with what to do about it. Nothing is repaired
and nothing leaves the machine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated

import msgspec

from agent_trace.model.facts import Facts
from agent_trace.render.blocks import (
    AnyBlock,
    Cell,
    Column,
    Field,
    Fields,
    Heading,
    Note,
    Prose,
    Table,
    Tone,
    cell,
    field,
)
from agent_trace.render.numbers import count
from agent_trace.reports._agents import NOT_RUN, SYSTEMS, UNVERIFIED, shortened
from agent_trace.reports._machine import HomeSeen, Machine
from agent_trace.reports._scopes import MachineScope
from agent_trace.reports._sizes import size

SCOPE = "machine"
SHOWN = 10
"""Rows of a list, unless all are asked for."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    verify: Annotated[bool, msgspec.Meta(description="Check every archived frame and every page of the index too.")] = (
        False
    )
    all: Annotated[bool, msgspec.Meta(description="Name every line and log, not only the first of them.")] = False


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is wrong, or costs something, and what to do about it."""

    text: str
    hint: str = ""
    grave: bool = False
    """Figures or records may be missing because of it."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    problems: tuple[Problem, ...]
    """Empty: all is well."""
    machine: Machine
    unread_reasons: dict[str, int]
    """Reason → how many lines."""


def compute(scope: MachineScope, options: Options, facts: Facts) -> Result:
    machine = scope.facts
    reasons = Counter(one.reason for one in machine.unread)
    problems = sorted(_problems(machine), key=lambda problem: not problem.grave)
    return Result(problems=tuple(problems), machine=machine, unread_reasons=dict(reasons.most_common()))


def _problems(machine: Machine) -> Iterator[Problem]:
    yield from _of_the_index(machine)
    yield from _of_the_archive(machine)
    yield from _of_the_logs(machine)
    if not machine.tested_platform:
        yield Problem(
            text="agent-trace has been run on Linux only: here, nobody has tried it", hint="tell us what fails"
        )


def _of_the_index(machine: Machine) -> Iterator[Problem]:
    index = machine.index
    if index.in_memory:
        hint = "make it writable, or name another folder with AGENT_TRACE_HOME"
        yield Problem(
            text=f"{machine.home} cannot be written: every command reads all logs anew", hint=hint, grave=True
        )
    if index.damage:
        yield Problem(
            text=f"the index is damaged: {index.damage}",
            hint=f"move {index.path} away; the next command makes it again from logs and archive",
            grave=True,
        )
    if index.set_aside:
        hint = "delete them when you need them no more: " + ", ".join(index.set_aside)
        yield Problem(text=f"{_things(len(index.set_aside), 'damaged index', 'damaged indexes')} set aside", hint=hint)
    missing = [one.name for one in machine.features if not one.present]
    if missing and not index.in_memory:
        yield Problem(
            text=f"this SQLite lacks: {', '.join(missing)}", hint="use a Python with a newer SQLite", grave=True
        )
    if machine.forgetting_unfinished:
        hint = "close other agent-trace processes, then `agent-trace sync`"
        yield Problem(text="what was forgotten is not yet overwritten everywhere", hint=hint, grave=True)
    if index.due_bytes and not index.in_memory:
        yield Problem(text=f"{size(index.due_bytes)} of logs are not yet searchable", hint="`agent-trace sync` does it")


def _of_the_archive(machine: Machine) -> Iterator[Problem]:
    archive = machine.archive
    if archive.missing:
        text = f"{_things(len(archive.missing), 'archived copy is', 'archived copies are')} missing or cut"
        hint = "`agent-trace sync` makes them again where the logs are still there: " + ", ".join(archive.missing[:3])
        yield Problem(text=text, hint=hint, grave=True)
    if archive.damaged:
        text = f"{_things(len(archive.damaged), 'archived copy is', 'archived copies are')} damaged"
        yield Problem(text=text, hint="`agent-trace archive verify` names the sessions", grave=True)


def _of_the_logs(machine: Machine) -> Iterator[Problem]:
    if not any(one.logs for one in machine.homes) and not machine.index.logs:
        hint = "run an agent first, or `agent-trace import PATH`"
        yield Problem(text="no log of any agent was found", hint=hint)
    if machine.unreadable:
        text = f"{_things(len(machine.unreadable), 'file or folder', 'files and folders')} could not be read"
        yield Problem(text=text, hint="they are named below", grave=True)
    if machine.unread:
        text = f"{_things(len(machine.unread), 'line', 'lines')} of logs could not be understood"
        yield Problem(text=text, hint="they are named below; all others count")
    lost = sum(one.kept != "archived" for one in machine.changes)
    if lost:
        text = f"{_things(lost, 'log is', 'logs are')} gone or rewritten and not wholly archived: their sums stay"
        yield Problem(text=text, hint='`archive = "on"` in config.toml keeps logs from now on')


def _things(number: int, one: str, many: str) -> str:
    return f"{count(number)} {one if number == 1 else many}"


# ---------------------------------------------------------------- layout


def layout(result: Result, options: Options, facts: Facts) -> Iterator[AnyBlock]:
    machine, limit = result.machine, None if options.all else SHOWN
    for problem in result.problems:
        yield Note(text=problem.text, hint=problem.hint, tone="bad" if problem.grave else "warning")
    if not result.problems:
        yield Note(text="all is well", tone="good")
    yield from _homes(machine)
    yield from _table("Imported", (), [(path,) for path in machine.imported], limit)
    yield Heading(text="Index", level=2)
    yield Fields(items=tuple(_index(machine)))
    yield Heading(text="Archive", level=2)
    yield Fields(items=tuple(_archive(machine)))
    yield from _logs(result, limit)
    yield Heading(text="Configuration", level=2)
    yield Fields(items=tuple(field(one.name, one.value or "-", one.origin) for one in machine.settings))
    yield Heading(text="System", level=2)
    yield Fields(items=tuple(_system(machine)))


def _homes(machine: Machine) -> Iterator[AnyBlock]:
    """The homes of agents that are here, and those that somebody named; all other agents on one line."""
    here = {one.agent for one in machine.homes if one.found}
    shown = [one for one in machine.homes if one.agent in here or one.named]
    columns = (
        Column(title="agent"),
        Column(title="looked in", stretch=True),
        Column(title="logs", align="right"),
        Column(title="size", align="right", weight=4),
        Column(title="sessions", align="right"),
        Column(title="versions", weight=3),
        Column(title="verified", weight=2),
    )
    if shown:
        yield Table(title="Agents", columns=columns, rows=tuple(_home(one) for one in shown))
    absent = dict.fromkeys(one.title for one in machine.homes if one.agent not in {each.agent for each in shown})
    if absent:
        yield Prose(text=f"not found on this machine: {', '.join(absent)} (`agent-trace agents`)", tone="dim")


def _home(one: HomeSeen) -> tuple[Cell, ...]:
    tone: Tone = "plain" if one.found else "dim"
    return (
        cell(one.title, tone, value=one.agent),
        cell(one.path + (f" ({one.variable})" if one.variable else ""), tone, value=one.path),
        cell(count(one.logs) if one.found else "not there", tone),
        cell(size(one.size) if one.found else "", tone, value=str(one.size)),
        cell(count(one.sessions) if one.found else "", tone),
        cell(shortened(one.versions), tone, value=" ".join(one.versions)),
        cell(shortened(tuple(one.verified.replace(",", " ").split())) or UNVERIFIED, tone, value=one.verified),
    )


def _index(machine: Machine) -> Iterator[Field]:
    index = machine.index
    yield field(
        "file", index.path, "in memory: nothing is kept" if index.in_memory else f"data version {index.data_version}"
    )
    yield field("size", size(index.size), f"and {size(index.log_size)} in its write-ahead log")
    yield field("logs", count(index.logs))
    yield field("sessions", count(index.sessions), f"and {_things(index.subagents, 'sub-agent', 'sub-agents')}")
    yield field("calls", count(index.calls))
    masked = f"{count(index.masked_documents)} worn out" if index.masked_documents else ""
    yield field("searchable events", count(index.documents), masked)
    if machine.forgotten:
        yield field("tombstones", count(machine.forgotten), "of forgotten sessions and their logs")
    if machine.redacted:
        yield field("redacted", count(machine.redacted), "names of sessions and logs that are masked at every reading")


def _archive(machine: Machine) -> Iterator[Field]:
    archive = machine.archive
    verified = "every frame verified" if archive.verified and not archive.damaged else "`archive verify` checks it"
    yield field("folder", archive.path, f"archive = {archive.mode}")
    yield field("logs", count(archive.copies), f"{size(archive.size)} for {size(archive.raw_size)}")
    yield field(
        "state", f"{count(len(archive.damaged))} damaged" if archive.damaged else "nothing wrong seen", verified
    )


def _system(machine: Machine) -> Iterator[Field]:
    yield field("agent-trace", machine.version)
    yield field("Python", machine.python)
    yield field("platform", machine.platform, "" if machine.tested_platform else "not tried by its makers")
    others = [name for system, name in SYSTEMS.items() if system not in machine.tested]
    yield field(", ".join(others), NOT_RUN, "homes, paths and locks by construction")
    yield field("zone", machine.zone)
    for one in machine.features:
        yield field(
            one.name, "yes" if one.present and not one.detail else one.detail or "no", "" if one.present else "missing"
        )


def _logs(result: Result, limit: int | None) -> Iterator[AnyBlock]:
    machine = result.machine
    troubles = [(one.path, one.reason) for one in machine.unreadable]
    yield from _table("Could not be read", ("why",), troubles, limit)
    unread = [(one.log, "?" if one.line is None else str(one.line), one.reason) for one in machine.unread]
    yield from _table("Not understood", ("line", "why"), unread, limit)
    if unread:
        reasons = " · ".join(f"{reason}: {count(number)}" for reason, number in result.unread_reasons.items())
        yield Prose(text=reasons, tone="dim")
    torn = [(one.log, f"{size(one.size)} without an end") for one in machine.torn]
    yield from _table("Torn: being written, or cut off when the agent was killed", ("last line",), torn, limit)
    changes = [(one.log, one.what, one.kept) for one in machine.changes]
    yield from _table("Gone or rewritten: what was read of them stays", ("what", "kept"), changes, limit)
    bare = [(one,) for one in machine.without_session]
    yield from _table("Without any prompt, model call or tool call: no session", (), bare, limit)
    twice = [(log, one.session) for one in machine.duplicates for log in one.logs]
    yield from _table("Sessions in several logs: counted once", ("session",), twice, limit)


def _table(title: str, names: Sequence[str], rows: Sequence[Sequence[str]], limit: int | None) -> Iterator[Table]:
    """A list of files, each with what there is to say about it; where not all are shown, the title says so."""
    if not rows:
        return
    shown = rows[:limit]
    more = "" if len(shown) == len(rows) else f" ({count(len(shown))} of {count(len(rows))}; --all names them all)"
    columns = (Column(title="file"), *(Column(title=name) for name in names), Column(title="folder", stretch=True))
    yield Table(title=title + more, columns=columns, rows=tuple(map(_file_row, shown)))


def _file_row(row: Sequence[str]) -> tuple[Cell, ...]:
    folder, _, name = row[0].rpartition("/")
    return (cell(name, value=row[0]), *map(cell, row[1:]), cell(folder))
