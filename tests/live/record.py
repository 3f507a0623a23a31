"""Plays a story and keeps what the agent wrote beside what really happened: `python -m tests.live.record claude commits`.

What is kept: the agent's own files in home.tar.xz (OpenCode's database as SQL), the repositories as bundles, and truth.json.
HOME and the repository are where the option says: their paths stand in the logs.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec

from tests.live.agents import PROGRAMS
from tests.live.history import Commit, bundle, commits
from tests.live.play import Place, Truth, play
from tests.live.server import Served
from tests.live.witness import Witness, codes

FILES: Mapping[str, tuple[str, ...]] = {
    "claude": (".claude/projects/*/*.jsonl", ".claude/projects/*/*/subagents/*"),
    "codex": (".codex/sessions/**/*.jsonl",),
    "gemini": (".gemini/tmp/demo/chats/**/*.jsonl", ".gemini/tmp/demo/.project_root"),
    "pi": (".pi/agent/sessions/*/*.jsonl",),
}
"""What a reader of the agent reads in its HOME."""
VENDORS: Mapping[str, frozenset[str]] = {
    "claude": frozenset(
        {"api-request-shape", "api-request-blob", "prompt_snapshot", "skill_listing", "agent_listing_delta"}
    ),
    "codex": frozenset({"session_meta", "world_state", "developer"}),
}
"""Rows that hold the vendor's own prompts: their texts and lists are cut."""
DATABASE = ".local/share/opencode/opencode.db"
KEPT_CHARACTERS, KEPT_ITEMS = 60, 2
TABLES = ("session", "message", "part")
SHELLS = {"Bash": "command", "bash": "command", "exec_command": "cmd", "run_shell_command": "command"}


def main() -> None:
    """Record one story with one agent."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("agent", choices=sorted(PROGRAMS))
    parser.add_argument("story")
    parser.add_argument("--live", type=Path, required=True, help="where the agents are installed")
    parser.add_argument("--stage", type=Path, required=True, help="an empty folder: HOME, with the repository in it")
    parser.add_argument("--corpus", type=Path, required=True, help="the folder that gets AGENT/VERSION/STORY")
    asked = parser.parse_args()
    place = Place(home=asked.stage, repository=asked.stage / "demo", out=asked.stage / ".out")
    truth = play(asked.agent, asked.story, asked.live, place, watched=True)
    keep(truth, asked.story, asked.corpus / asked.agent / PROGRAMS[asked.agent].version / asked.story)


def keep(truth: Truth, story: str, target: Path) -> None:
    """Write a folder of the corpus."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    witness = truth.witness
    assert witness is not None, "it was not watched"
    with tarfile.open(target / "home.tar.xz", "w:xz") as archive:
        for name, data in sorted(written(truth).items()):
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, BytesIO(data))
    told = told_of(truth, witness, story, target)
    (target / "truth.json").write_text(laid_out(told) + "\n", encoding="utf-8")


def laid_out(value: Any, depth: int = 0) -> str:
    """JSON with a line for every step, commit, request and call."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    flat = all(not isinstance(one, dict) and not _nested(one) for one in inner)
    if flat or (depth > 1 and isinstance(value, dict) and "session" in value):
        return json.dumps(value, ensure_ascii=False)
    pad = "\n" + " " * (depth + 1)
    if isinstance(value, dict):
        parts = [f"{json.dumps(name)}: {laid_out(one, depth + 1)}" for name, one in value.items()]
        return "{" + pad + ("," + pad).join(parts) + pad[:-1] + "}"
    return "[" + pad + ("," + pad).join(laid_out(one, depth + 1) for one in value) + pad[:-1] + "]"


def _nested(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(one, (dict, list)) for one in value)


def written(truth: Truth) -> dict[str, bytes]:
    """Path below HOME → what the agent wrote."""
    if truth.agent == "opencode":
        return {DATABASE.replace(".db", ".sql"): dumped(truth.home / DATABASE).encode()}
    paths = [path for one in FILES[truth.agent] for path in truth.home.glob(one) if path.is_file()]
    return {
        path.relative_to(truth.home).as_posix(): b"".join(
            cut(line, truth.agent) for line in path.read_bytes().splitlines(keepends=True)
        )
        for path in paths
    }


def told_of(truth: Truth, witness: Witness, story: str, target: Path) -> dict[str, Any]:
    """All that really happened; the repositories are bundled on the way."""
    sessions = {step.number: step.session for step in truth.steps}
    repositories: dict[str, Any] = {}
    for repository in witness.repositories():
        made = commits(witness, repository)
        for one in made:
            one.session = sessions.get(one.step)
        if made or repository == truth.repository:
            bundle(repository, made, target / f"{repository.name}.bundle")
            repositories[repository.name] = {"commits": [_plain(one) for one in made]}
    calls = list(called(truth, witness, repositories))
    forge = truth.home / ".forge.json"
    edits = [one for call in calls for one in call.get("edited", {}).values()]
    return {
        "agent": truth.agent,
        "version": PROGRAMS[truth.agent].version,
        "story": story,
        "steps": [msgspec.to_builtins(step) for step in truth.steps],
        "edit_tool_lines": {"added": sum(one[0] for one in edits), "removed": sum(one[1] for one in edits)},
        "repositories": repositories,
        "forge": json.loads(forge.read_text(encoding="utf-8")) if forge.exists() else None,
        "calls": calls,
    }


def _plain(one: Commit) -> dict[str, Any]:
    return {name: value for name, value in msgspec.to_builtins(one).items() if value is not None}


def called(truth: Truth, witness: Witness, repositories: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every tool call in the order in which they were asked for."""
    made: dict[int, list[str]] = {}
    for repository in repositories.values():
        for one in repository["commits"]:
            made.setdefault(one["request"], []).append(one["sha"])
    sessions = {step.number: step.session for step in truth.steps}
    asked = [(call, name, tool) for call in truth.server.served if call.whole for name, tool in call.tools]
    shells = [tool.input[SHELLS[tool.name]] for _, _, tool in asked if tool.name in SHELLS]
    ended = iter(codes(shells, witness.ended()))
    for call, name, tool in asked:
        then, _ = witness.after(call.number)
        found = {"id": name, "request": call.number, "step": then.step, "session": sessions[then.step]}
        found.update({"role": call.role, "tool": tool.name})
        if tool.name in SHELLS:
            code = next(ended)
            found.update({"command": tool.input[SHELLS[tool.name]], "code": code, "failed": code not in {0, None}})
        else:
            lines = edited(witness, call, tool.input)
            found.update({"failed": tool.fails and not lines, **lines})
        yield {**found, **({"commits": made[call.number]} if call.number in made and tool.name in SHELLS else {})}


def edited(witness: Witness, call: Served, given: Any) -> dict[str, Any]:
    """The lines that an edit or write tool changed, by file."""
    if any(tool.name in SHELLS for _, tool in call.tools):
        return {}
    named = given if isinstance(given, str) else " ".join(str(value) for value in given.values())
    found = {path: lines for path, lines in witness.edited(call.number).items() if path in named}
    return {"edited": {path: list(lines) for path, lines in found.items()}} if found else {}


def cut(line: bytes, agent: str) -> bytes:
    """A row; where it holds the vendor's own prompts, their beginnings only."""
    kinds = VENDORS.get(agent)
    if kinds is None or len(line) < 2 * KEPT_CHARACTERS:
        return line
    row = json.loads(line)
    parts = (
        row.get("type"),
        *(row.get(name, {}).get(what) for name, what in (("attachment", "type"), ("payload", "role"))),
    )
    if not kinds.intersection(parts):
        return line
    return json.dumps(shortened(row), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def shortened(value: Any) -> Any:
    """The beginnings of long texts and lists."""
    if isinstance(value, dict):
        return {name: shortened(one) for name, one in value.items()}
    if isinstance(value, list):
        return [shortened(one) for one in value[:KEPT_ITEMS]]
    long = isinstance(value, str) and len(value) > 2 * KEPT_CHARACTERS  # hashes and dates stay whole
    return value[:KEPT_CHARACTERS] + " …" if long else value


def dumped(path: Path) -> str:
    """OpenCode's sessions, messages and parts with their tables and indexes, as text."""
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(":memory:")) as copy:
        source.backup(copy)
        found = ["PRAGMA foreign_keys = OFF;"]
        marks = ", ".join("?" * len(TABLES))
        query = (
            f"SELECT sql FROM sqlite_master WHERE tbl_name IN ({marks}) AND sql IS NOT NULL ORDER BY type DESC, name"
        )
        found += [f"{sql};" for (sql,) in copy.execute(query, TABLES)]
        for table in TABLES:
            names = [row[1] for row in copy.execute(f"PRAGMA table_info({table})")]
            values = " || ', ' || ".join(f"quote({name})" for name in names)
            rows = copy.execute(f"SELECT {values} FROM {table} ORDER BY time_created, id")
            found += [f"INSERT INTO {table} VALUES ({row});" for (row,) in rows]
    return "\n".join(found) + "\n"


if __name__ == "__main__":
    main()
