"""doctor: what is found where, what is wrong, and what to do about it."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from agent_trace.config import load_config
from agent_trace.model.facts import Facts
from agent_trace.render.text import render_text
from agent_trace.reports import doctor
from agent_trace.reports._machine import (
    ArchiveState,
    Duplicate,
    Feature,
    HomeSeen,
    IndexState,
    LogChange,
    Machine,
    Setting,
    TornTail,
    Trouble,
    UnreadLine,
)
from agent_trace.reports._scopes import MachineScope
from agent_trace.store.keyed_names import read_names
from tests.reports.small import assert_golden
from tests.sync.program import run
from tests.sync.stories import chat, family, put, town
from tests.sync.tables import synced

NOW = datetime(2026, 11, 21, 12, tzinfo=timezone.utc)
FACTS = Facts(now=NOW)


def examined(home: Path, *words: str, **more: str) -> Any:
    return json.loads(run(home, "doctor", "--json", *words, environment=more)[0])


def texts(result: Any) -> list[str]:
    return [problem["text"] for problem in result["problems"]]


# ---------------------------------------------------------------- on a real home


def test_a_healthy_machine(home: Path) -> None:
    for story in family(1):
        story.write(home)
    run(home, "sync")
    found = examined(home, "--verify")
    assert found["problems"] == []
    machine = found["machine"]
    assert [
        (one["agent"], one["logs"], one["sessions"], one["versions"]) for one in machine["homes"] if one["found"]
    ] == [("claude", 2, 2, ["2.1.329"])]
    index, archive = machine["index"], machine["archive"]
    assert (index["logs"], index["sessions"], index["subagents"], index["in_memory"]) == (2, 1, 1, False)
    assert (index["damage"], index["due_bytes"], index["documents"] > 10, index["size"] > 0) == ("", 0, True, True)
    assert (archive["copies"], archive["verified"], archive["damaged"], archive["missing"]) == (2, True, [], [])
    assert all(one["present"] for one in machine["features"])
    assert "all is well" in run(home, "doctor")[0]


def test_unread_lines_have_a_place(home: Path) -> None:
    """A line counts from 1, in the log as it is, or in its archived copy."""
    lines = chat(1).lines
    lines.insert(5, b"no JSON\n")
    lines.insert(9, b"\n")
    lines.insert(12, b'{"type":"from-the-future"}\n')
    path = put(home / ".claude" / chat(1).path, b"".join(lines))
    run(home, "sync")
    places = [("line", 6, "not JSON", False), ("line", 13, "unknown record type 'from-the-future'", False)]
    assert unread(examined(home)) == places
    path.unlink()
    assert unread(examined(home)) == [(*place[:3], True) for place in places]


def unread(found: Any) -> list[tuple[str, int, str, bool]]:
    return [("line", one["line"], one["reason"], one["archived"]) for one in found["machine"]["unread"]]


def test_a_line_without_a_place(home: Path) -> None:
    """The log is gone and was never archived: the byte is known, the line is not."""
    path = put(home / ".claude" / chat(1).path, chat(1).data + b"no JSON\n")
    run(home, "sync", AGENT_TRACE_ARCHIVE="only-index")
    path.unlink()
    found = examined(home, AGENT_TRACE_ARCHIVE="only-index")
    assert [(one["line"], one["offset"]) for one in found["machine"]["unread"]] == [(None, len(chat(1).data))]
    assert texts(found) == [
        "1 line of logs could not be understood",
        "1 log is gone or rewritten and not wholly archived: their sums stay",
    ]


def test_logs_that_are_not_as_they_were(home: Path) -> None:
    paths = town(home)
    synced(home)
    paths[0].unlink()
    paths[2].write_bytes(chat(1, 2).data[9000:])
    put(paths[0].with_name("empty.jsonl"), b'{"type":"summary","summary":"x","leafUuid":"y"}\n')
    put(home / ".config" / "claude" / chat(3, 2).path, next(family(3)).data)
    machine = examined(home)["machine"]
    assert [(one["log"], one["what"], one["kept"]) for one in machine["changes"]] == [
        (str(paths[0]), "deleted", "archived"),
        (str(paths[2]), "rewritten", "in part"),
    ]
    assert [one["log"] for one in machine["torn"]] == [str(paths[4])]
    assert [Path(path).name for path in machine["without_session"]] == ["empty.jsonl"]
    assert [one["session"] for one in machine["duplicates"]] == [chat(3).session]


def test_what_is_due(home: Path) -> None:
    town(home, 2)
    assert "are not yet searchable" in texts(examined(home))[0]


def test_a_machine_without_agents(home: Path) -> None:
    assert texts(examined(home)) == ["no log of any agent was found"]


def test_a_home_that_cannot_be_written(home: Path) -> None:
    chat(1).write(home)
    found = examined(home, AGENT_TRACE_HOME="/dev/null/x")
    assert texts(found)[0] == "/dev/null/x cannot be written: every command reads all logs anew"
    assert found["machine"]["index"]["in_memory"]


def test_a_log_that_cannot_be_read(home: Path) -> None:
    chat(1).write(home)
    os.mkfifo(home / ".claude" / "projects" / "pipe.jsonl")
    run(home, "sync")
    found = examined(home)
    assert [one["reason"] for one in found["machine"]["unreadable"]] == ["not a regular file"]
    assert texts(found) == ["1 file or folder could not be read"]


def lose_a_copy(home: Path) -> None:
    next(home.rglob("*.zst")).unlink()


def spoil_a_copy(home: Path) -> None:
    path = next(home.rglob("*.zst"))
    data = bytearray(path.read_bytes())
    data[-30] ^= 1
    path.write_bytes(data)


def set_one_aside(home: Path) -> None:
    put(home / ".agent-trace" / "data.db.damaged-20260101T000000", b"x")


def spoil_the_index(home: Path) -> None:
    """A value that the table does not allow: every query answers, some of them wrong."""
    with closing(sqlite3.connect(home / ".agent-trace" / "data.db")) as db, db:
        db.execute("PRAGMA writable_schema = ON")
        db.execute(
            "UPDATE sqlite_master SET sql = replace(sql, 'recorded INTEGER)', 'recorded INTEGER NOT NULL)') "
            "WHERE name = 'call'"
        )
    db.close()


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lose_a_copy, "1 archived copy is missing or cut"),
        (spoil_a_copy, "1 archived copy is damaged"),
        (set_one_aside, "1 damaged index set aside"),
        (spoil_the_index, "the index is damaged"),
    ],
)
def test_harm_is_noticed(home: Path, harm: Callable[[Path], None], words: str) -> None:
    chat(1).write(home)
    run(home, "sync")
    harm(home)
    assert any(text.startswith(words) for text in texts(examined(home, "--verify")))


def test_where_the_configuration_comes_from(home: Path) -> None:
    chat(1).write(home)
    put(home / ".agent-trace" / "config.toml", b'archive = "only-index"\nstart_of_week = "sunday"\n')
    database = str(home / "there.db")
    found = examined(home, "--timezone", "Europe/Berlin", SQLITE_DB_PATH=database)
    settings = {one["name"]: (one["value"], one["origin"]) for one in found["machine"]["settings"]}
    assert settings["archive"] == ("only-index", "config.toml")
    assert settings["start_of_week"] == ("sunday", "config.toml")
    assert settings["timezone"] == ("Europe/Berlin", "a flag")
    assert settings["database"] == (database, "SQLITE_DB_PATH")
    assert settings["home"] == (str(home / ".agent-trace"), "AGENT_TRACE_HOME")
    assert settings["cost"] == ("priced", "default")
    plain = {one["name"]: one["origin"] for one in examined(home, AGENT_TRACE_ARCHIVE="on")["machine"]["settings"]}
    assert (plain["archive"], plain["timezone"]) == ("AGENT_TRACE_ARCHIVE", "TZ")


def test_forgotten_things_are_counted(home: Path) -> None:
    chat(1).write(home)
    chat(2).write(home)
    assert examined(home)["machine"]["forgotten"] == 0
    run(home, "forget", chat(1).session, "--yes")
    stones = read_names(load_config({"HOME": str(home)}).tombstones)
    assert stones is not None
    names = [("claude", chat(1).session), ("claude", str(home / ".claude" / chat(1).path))]
    assert [name in stones for name in names] == [True, True]
    assert examined(home)["machine"]["forgotten"] == len(stones.marks)


# ---------------------------------------------------------------- the report alone


HOMES = (
    HomeSeen(
        agent="claude", title="Claude Code", path="/home/you/.claude", variable="", found=True, logs=1204,
        size=512_000_000, sessions=1290, versions=("2.0.1", "2.1.4", "2.1.9", "2.1.329"), verified="2.1.197, 2.1.329",
    ),
    HomeSeen(
        agent="claude", title="Claude Code", path="/mnt/claude", variable="CLAUDE_CONFIG_DIR", found=False,
        verified="2.1.329",
    ),
    HomeSeen(
        agent="nova", title="Nova", path="/home/you/.nova", variable="", found=True, logs=3, size=4_100,
        sessions=2, versions=("0.4",),
    ),
    HomeSeen(agent="luna", title="Luna", path="/home/you/.luna", variable="", found=False, verified="1.0, 1.2"),
    HomeSeen(agent="sol", title="Sol CLI", path="/data/sol", variable="XDG_DATA_HOME", found=False),
    HomeSeen(agent="vela", title="Vela", path="/mnt/v", variable="VELA_HOME", named=True, found=False),
)  # fmt: skip


def sample() -> Machine:
    """A machine on which everything is wrong that can be."""
    logs = "/home/you/.claude/projects/-home-you-shop"
    return Machine(
        version="1.0.0",
        python="3.11.7 (/usr/bin/python3)",
        platform="Plan9-4",
        tested_platform=False,
        zone="Europe/Berlin",
        now=NOW,
        home="/home/you/.agent-trace",
        homes=HOMES,
        imported=("/backup/logs",),
        index=IndexState(
            path="/home/you/.agent-trace/data.db", in_memory=False, size=56_000_000, log_size=4_100_000, data_version=2,
            damage="row 7 missing from index call_at", logs=1205, sessions=800, subagents=490, calls=33_000,
            documents=110_000, masked_documents=512, due_bytes=7_900_000,
            set_aside=("/home/you/.agent-trace/data.db.damaged-20261120T101500",),
        ),
        archive=ArchiveState(
            path="/home/you/.agent-trace/archive", mode="on", copies=1204, size=89_000_000, raw_size=504_000_000,
            missing=(f"{logs}/lost.jsonl",), verified=True,
            damaged=(Trouble(path=f"{logs}/spoilt.jsonl", reason="the frame at byte 212 does not match its checksum"),),
        ),
        unread=tuple(
            UnreadLine(
                agent="claude", log=f"{logs}/odd.jsonl", line=None if number == 11 else 3 * number + 1, offset=90 * number,
                length=40, reason="unknown record type 'from-the-future'" if number % 3 else "not JSON", archived=False,
            )
            for number in range(12)
        ),
        torn=(TornTail(log=f"{logs}/running.jsonl", size=812),),
        changes=(
            LogChange(log=f"{logs}/old.jsonl", sessions=("old",), what="deleted", kept="archived"),
            LogChange(log=f"{logs}/older.jsonl", sessions=("older",), what="deleted", kept="sums only"),
            LogChange(log=f"{logs}/cut.jsonl", sessions=("cut",), what="rewritten", kept="in part"),
        ),
        without_session=(f"{logs}/empty.jsonl",),
        duplicates=(Duplicate(session="twice", logs=(f"{logs}/twice.jsonl", "/backup/logs/twice.jsonl")),),
        unreadable=(Trouble(path="/home/you/.claude/projects/secret", reason="Permission denied"),),
        forgotten=4,
        redacted=2,
        forgetting_unfinished=True,
        features=(Feature(name="SQLite", present=True, detail="3.40.1"), Feature(name="full text (FTS5)", present=False)),
        settings=(
            Setting(name="archive", value="on", origin="default"),
            Setting(name="timezone", value="Europe/Berlin", origin="config.toml"),
            Setting(name="prices", value="", origin="default"),
        ),
        notes=(),
    )  # fmt: skip


def drawn(machine: Machine, width: int, **options: bool) -> str:
    chosen = doctor.Options(**options)
    result = doctor.compute(MachineScope(facts=machine), chosen, FACTS)
    return "".join(f"{line}\n" for line in render_text(doctor.layout(result, chosen, FACTS), width=width))


@pytest.mark.parametrize("width", [80, 120])
def test_whole_outputs(width: int) -> None:
    assert_golden(f"doctor/all_wrong.{width}.txt", drawn(sample(), width))


def test_everything_is_named_on_request() -> None:
    assert "(10 of 12; --all names them all)" in drawn(sample(), 120)
    everything = drawn(sample(), 120, all=True)
    assert everything.count("odd.jsonl") == 12
    assert "--all" not in everything


def test_in_memory_nothing_is_due() -> None:
    machine = sample()
    memory = replace(machine, index=replace(machine.index, in_memory=True))
    found = [problem.text for problem in doctor.compute(MachineScope(facts=memory), doctor.Options(), FACTS).problems]
    assert "/home/you/.agent-trace cannot be written: every command reads all logs anew" in found
    assert [text for text in found if "searchable" in text or "SQLite" in text] == []
