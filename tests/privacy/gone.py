"""A home whose sessions say telling words, and what it takes to say that these are nowhere any more."""

from __future__ import annotations

import importlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from agent_trace.app.outcomes import look_at_quiet
from agent_trace.app.workspace import Workspace
from agent_trace.model.usage import plus
from tests.privacy.sinks import holding
from tests.sync.stories import Story, chat, put
from tests.sync.tables import SUMS, Dump, dump, workspace

SAID, WORKED = "xylophonist", "thylacine"
"""In what was said and returned (tier 3); in prompts, paths, commands, branches and titles (tier 2)."""
SECRET = "ghp_" + "J7q2Zx9LmN4tRb8VwKc3Ys6Hd1Fg5Pa0Ue2T"
NOW = "2026-11-21T00:00:00Z"
OURS = ".agent-trace"
GONE_AT: Mapping[int, tuple[str, ...]] = {1: (SAID, WORKED), 2: (SAID,), 3: ()}
"""What may be in no file of ours."""


def telling(number: int = 50) -> list[Story]:
    """A session with a sub-agent, and a fork of it, that say these words in every place a word can stand."""
    root, child = chat(number, 1), chat(number, 1, agent=f"{number:08x}")
    for story in (root, child):
        _tell(story)
    started = {"status": "completed", "agentId": child.agent}
    root.use("Task", {"description": WORKED, "prompt": WORKED}, f"the {SAID}", toolUseResult=started)
    root.title(f"the {WORKED}").cost(1.5)
    fork = root.fork(number + 40).prompt(f"{WORKED} again").say(f"{SAID} again")
    return [root, child, fork]


def _tell(story: Story) -> None:
    story.prompt(f"show the {WORKED} {SECRET}")
    story.say(f"the {SAID.upper()} knows {SECRET}")
    story.use("Bash", {"command": f"cat {WORKED}.txt # {SECRET}"}, f"{SAID} was here: {SECRET}")
    story.use("WebFetch", {"url": f"https://{SAID}.example"}, f"{SAID} {SECRET}", failed=True)
    story.edit(f"/home/you/{WORKED}.py", 3)
    story.reply({"type": "thinking", "thinking": f"{SAID} {SECRET}"})
    story.row(f"unheard {SAID} {SECRET}", text=f"{SAID} {SECRET}")
    for row in story.rows:
        row.update(cwd=f"/home/you/{WORKED}", gitBranch=f"{WORKED}-{SECRET}", zoo=f"{SAID} {SECRET}")


def telling_home(home: Path) -> list[Path]:
    """Sessions in files, one in a database, one in a folder that was imported; the first paths are those of `telling`."""
    paths = [story.write(home) for story in telling()]
    paths[1].with_suffix(".jsonl").touch()
    with paths[2].open("ab") as file:
        file.write(f"{SAID} {SECRET} is no JSON\n".encode())
    far = telling(60)[0]
    paths.append(put(home / WORKED / f"{far.session}.jsonl", far.data))
    paths.append(_database(home))
    return paths


def _database(home: Path) -> Path:
    """A session of OpenCode."""
    path = home / ".local/share/opencode/opencode.db"
    path.parent.mkdir(parents=True)
    sql = Path(__file__).parents[1] / "corpus/opencode/1.18.33/patches/opencode.sql"
    with closing(sqlite3.connect(path)) as db, db:
        db.executescript(sql.read_text(encoding="utf-8"))
        for number, text in db.execute("SELECT rowid, data FROM part").fetchall():
            db.execute("UPDATE part SET data = ? WHERE rowid = ?", (_told(json.loads(text)), number))
    return path


def _told(part: dict[str, Any]) -> str:
    kind = part.get("type")
    if kind == "reasoning":
        part["text"] += f" {SAID} {SECRET}"
    if kind == "tool" and "output" in part["state"]:
        part["state"]["output"] += f" {SAID} {SECRET}"
    return json.dumps({**part, "zoo": SAID})


# ---------------------------------------------------------------- looking at it


@contextmanager
def opened(home: Path, **more: str) -> Iterator[Workspace]:
    """A workspace over it."""
    environment = {"AGENT_TRACE_NOW": NOW, **more}
    found = workspace(home, OURS, None, **environment)
    try:
        yield found
    finally:
        found.close()


def settings(tier: int = 3, mode: str = "on", redact: str = "off") -> dict[str, str]:
    """What the person decided."""
    return {"AGENT_TRACE_TIER": str(tier), "AGENT_TRACE_ARCHIVE": mode, "AGENT_TRACE_REDACT": redact}


def sync(home: Path, **more: str) -> None:
    """Both tiers, to their end."""
    with opened(home, **more) as found:
        found.sync()
        found.sync_text()
        look_at_quiet(found)


def sums(home: Path) -> Dump:
    """What lists and prices are made of, without names and words, which a tier may withhold."""
    found = dump(home / OURS / "data.db", only=[name for name in SUMS if name not in ("part", "record")])
    told = {table: sorted((_numbers(table, row) for row in rows), key=repr) for table, rows in found.items()}
    return {**told, "usage": together(told["usage"])}


_WORDS: Mapping[str, tuple[int, ...]] = {
    "session": (6, 7, 8, 9, 20, 22), "call": (1, 8), "prompt": (1,), "usage": (3,), "unlogged": (3,),
}  # fmt: skip
"""Columns of words, of paths, of lines that are unread now, and whether a log is gone."""


def _numbers(table: str, row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(value for place, value in enumerate(row) if place not in _WORDS.get(table, ()))


def together(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Sums of all branches."""
    found: dict[tuple[Any, ...], list[int | None]] = {}
    for row in rows:
        held = found.setdefault(row[:4], [None] * len(row[4:]))
        for place, value in enumerate(row[4:]):
            held[place] = plus(held[place], value)
    return sorted(((*key, *held) for key, held in found.items()), key=repr)


def assert_nowhere(home: Path, *words: str, besides: str = "sources.db") -> None:
    """An AssertionError names the files in which one of these words still stands; paths may stand in one file."""
    for word in words:
        assert [name for name in holding(home / OURS, word) if name != besides] == [], word


def lose_index(home: Path) -> None:
    """The index is deleted."""
    for path in (home / OURS).glob("data.db*"):
        path.unlink()


def age_index(home: Path) -> None:
    """An older version wrote the index."""
    with closing(sqlite3.connect(home / OURS / "data.db")) as db, db:
        db.execute("PRAGMA user_version = 1")


def grow(paths: list[Path]) -> None:
    """The agents go on."""
    for path in paths[:4]:
        if path.exists():
            row = chat(7, 1).row(
                "user", message={"role": "user", "content": f"{WORKED} {SECRET}"}, promptSource="typed"
            )
            row.update(uuid=f"later-{path.stem}", zoo=f"{SAID} {SECRET}")
            with path.open("ab") as file:
                file.write(json.dumps(row).encode() + b"\n")


def leave(_paths: list[Path]) -> None:
    """The logs stay as they are."""


def rewrite(paths: list[Path]) -> None:
    """The logs lose their first rows."""
    for path in paths[:4]:
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[6:]))


def delete(paths: list[Path]) -> None:
    """The logs are gone."""
    for path in paths:
        path.unlink()


def touch(paths: list[Path]) -> None:
    """The logs are as they were, with other times."""
    for path in paths:
        os.utime(path, ns=(5, 5))


Change = Callable[[list[Path]], None]
CHANGES = (leave, pytest.param(touch, marks=pytest.mark.full), rewrite, delete)


class Killed(BaseException):
    """What a process hears last."""


def killing(monkeypatch: pytest.MonkeyPatch, where: str, name: str, number: int) -> None:
    """The process is killed at the `number`-th call of this function."""
    module = importlib.import_module(where)
    real, left = getattr(module, name), [number]

    def last(*arguments: Any, **more: Any) -> Any:
        left[0] -= 1
        if left[0] == 0:
            raise Killed
        return real(*arguments, **more)

    monkeypatch.setattr(module, name, last)
