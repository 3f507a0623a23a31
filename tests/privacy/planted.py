"""A home with logs of every agent, a canary in every text of them and in the names of their folders."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from tests.agents.unverified import CORPUS, made
from tests.privacy.planting import Planter
from tests.sync.stories import put

AIDER = r"^# aider chat started|^(?:>  *)?(?:Tokens|Cost): |^(?:<{5,}|={5,}|>{5,})|^```|Main model|Aider v|\^C again"
"""Lines of a chat history that tell what the others are."""


class Home(NamedTuple):
    """Planted logs."""

    folder: Path
    environment: Mapping[str, str]
    planters: Mapping[str, Planter]
    paths: frozenset[str]
    """Numbers of the canaries in names of folders."""


class Garden:
    """One agent's logs below a home."""

    def __init__(self, agent: str, home: Path, planter: Planter) -> None:
        self.agent, self.home, self.planter = agent, home, planter
        self.paths: set[str] = set()

    def named(self) -> str:
        """A part of a folder's name."""
        number, word = self.planter.word("name of a folder")
        self.paths.add(number)
        return word

    def source(self, name: str) -> bytes:
        return (CORPUS / self.agent / name).read_bytes()

    def log(self, source: str, target: str, *, torn: bool = True) -> None:
        """A log of lines."""
        put(self.home / target, self.planter.lines(self.source(source), source, torn=torn))

    def document(self, source: str, target: str) -> None:
        put(self.home / target, self.planter.document(self.source(source), source))

    def prose(self, source: str, target: str, spared: str) -> None:
        put(self.home / target, self.planter.prose(self.source(source), source, spared))

    def database(self, source: str, target: str) -> None:
        """A database, a canary in every text of every row."""
        path = self.home / target
        path.parent.mkdir(parents=True, exist_ok=True)
        if source.endswith(".sqlite"):
            path.write_bytes(self.source(source))
        else:
            made(CORPUS / self.agent / source, path)
        with closing(sqlite3.connect(path)) as connection, connection:
            names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for (table,) in names:
                if not table.startswith(("sqlite_", "_sqlx")):
                    self._table(connection, table)

    def _table(self, connection: sqlite3.Connection, table: str) -> None:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        for number, *values in connection.execute(f"SELECT rowid, * FROM {table}").fetchall():
            for column, value in zip(columns, values, strict=True):
                text = value.decode() if isinstance(value, bytes) else value
                if not isinstance(text, str) or column == "key":
                    continue
                planted = self.planter.value(text, f"{table}.{column}", column)
                if planted != text:
                    found = planted.encode() if isinstance(value, bytes) else planted
                    connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (found, number))


def _aider(garden: Garden) -> None:
    garden.prose("unverified/.aider.chat.history.md", f"work/{garden.named()}/.aider.chat.history.md", AIDER)


def _amp(garden: Garden) -> None:
    for number in (1, 2):
        name = f"T-11111111-aaaa-4bbb-8ccc-00000000000{number}.json"
        garden.document(f"unverified/threads/{name}", f".local/share/amp/threads/{name}")


def _atif(garden: Garden) -> None:
    name = garden.named()
    for end in ("", ".cont-1", ".summarization-1-summary"):
        garden.document(f"1.7/trial-1/agent/trajectory{end}.json", f"runs/{name}/agent/trajectory{end}.json")


def _claude(garden: Garden) -> None:
    folder = f".claude/projects/-home-dev-{garden.named()}"
    root = "0002b020-d7ba-49ca-8a12-3609b579424d"
    below = "2.1.197/fix/home/.claude/projects/-home-dev-demo"
    child = f"{root}/subagents/agent-a82fef3b7595f601c"
    garden.log(f"{below}/{root}.jsonl", f"{folder}/{root}.jsonl")
    garden.log(f"{below}/{child}.jsonl", f"{folder}/{child}.jsonl")
    garden.document(f"{below}/{child}.meta.json", f"{folder}/{child}.meta.json")
    for name in (
        "notices",
        "people",
        "permissions",
        "results",
        "unknown-types",
        "side-chains",
        "progress",
        "advisor",
        "resumed",
    ):
        garden.log(f"edges/{name}.jsonl", f"{folder}/{name}.jsonl", torn=name != "notices")
    garden.log("1.0.0/representative_messages.jsonl", f"{folder}/older.jsonl")
    titled = "2f98c247-df38-46e7-82cd-bd2457e71aa0.jsonl"
    garden.log(f"2.1.197/terminal/home/.claude/projects/-home-dev-demo/{titled}", f"{folder}/{titled}")


def _cline(garden: Garden) -> None:
    for task in ("0f3c2b1a-roo", "1730000000000", "1769053680585"):
        for path in sorted((CORPUS / f"cline/unverified/tasks/{task}").glob("*.json")):
            garden.document(f"unverified/tasks/{task}/{path.name}", f".cline/data/tasks/{task}/{path.name}")


def _codex(garden: Garden) -> None:
    day = f".codex/sessions/2026/11/{garden.named()}"
    name = "rollout-2026-11-21T05-27-12-01a1fc92-a9d3-7410-a1aa-743c0267bacf.jsonl"
    garden.log(f"0.169.0/short/home/.codex/sessions/2026/11/21/{name}", f"{day}/{name}")
    for edge in ("bare", "fork", "parent", "sums"):
        garden.log(f"edges/{edge}.jsonl", f"{day}/{edge}.jsonl")
    garden.database("0.169.0/fix/home/.codex/state_5.sqlite", ".codex/state_5.sqlite")


def _copilot(garden: Garden) -> None:
    name = "bafa83d0-dcf1-4807-a3e0-cd97092d98d6/events.jsonl"
    garden.log(f"1.0.102/short/{name}", f".copilot/session-state/{name}")
    for edge in ("credits", "early"):
        garden.log(f"edges/{edge}.jsonl", f".copilot/session-state/{edge}.jsonl")


def _cursor(garden: Garden) -> None:
    folder = f".cursor/projects/{garden.named()}/agent-transcripts"
    for name in ("c0ffee00-0001/c0ffee00-0001", "c0ffee00-0001/subagents/5b5b5b5b-0001"):
        garden.log(f"unverified/agent-transcripts/{name}.jsonl", f"{folder}/{name}.jsonl")
    garden.prose("unverified/agent-transcripts/c0ffee00-0002.txt", f"{folder}/c0ffee00-0002.txt", r"^\w+:$|^<|^\[")
    garden.database("unverified/global.json", ".config/Cursor/User/globalStorage/state.vscdb")
    garden.database("unverified/workspace.json", f".config/Cursor/User/workspaceStorage/{garden.named()}/state.vscdb")


def _gemini(garden: Garden) -> None:
    folder, below = f".gemini/tmp/{garden.named()}", "0.61.0/fix/home/.gemini/tmp/demo"
    child = "chats/91511fab-f8de-483b-b3fe-052e1c5381ec/1cb2f649-789d-4f68-a08c-0ce9400ddbc4.jsonl"
    for name in ("chats/session-2026-11-21T05-25-91511fab.jsonl", child):
        garden.log(f"{below}/{name}", f"{folder}/{name}")
    put(garden.home / folder / ".project_root", f"/home/dev/{garden.named()}".encode())


def _goose(garden: Garden) -> None:
    garden.database("unverified/sessions.sql", ".local/share/goose/sessions/sessions.db")
    name = "sessions/20250801_090000.jsonl"
    garden.log(f"unverified/{name}", f".local/share/goose/{name}", torn=False)


def _kodo(garden: Garden) -> None:
    garden.log("unverified/sessions/strangers.jsonl", f".kodo/sessions/{garden.named()}/strangers.jsonl")


def _opencode(garden: Garden) -> None:
    garden.database("1.18.33/fix/opencode.sql", ".local/share/opencode/opencode.db")
    garden.database("1.18.33/compact/opencode.sql", ".local/share/opencode/opencode-two.db")


def _pi(garden: Garden) -> None:
    folder = f".pi/agent/sessions/--{garden.named()}--"
    fix = "2026-11-21T05-25-57-259Z_01a1fc91-838a-71e7-8df6-8640de844cf8.jsonl"
    compact = "2026-11-21T05-26-02-888Z_01a1fc91-9987-7324-86fd-06deb65fedbb.jsonl"
    for source in (f"0.73.1/fix/{fix}", f"0.73.1/compact/{compact}", "edges/tree.jsonl", "edges/v1.jsonl"):
        garden.log(source, f"{folder}/{source.rpartition('/')[2]}")


def _qwen(garden: Garden) -> None:
    name = "ac9bf879-28c0-474d-9611-4f21531d260b.jsonl"
    source = f"0.15.10/fix/home/.qwen/projects/-home-dev-demo/chats/{name}"
    garden.log(source, f".qwen/projects/{garden.named()}/chats/{name}")


def _traces(garden: Garden) -> None:
    folder = f"traces/{garden.named()}"
    names = ("decorator/770df5b1c9634a20", "import/0002b020-d7ba-49ca-8a12-3609b579424d", "record/37b604f7d56448d8",
             "hooks-copilot/9368ec39-8c0d-4d")  # fmt: skip
    for source in names:
        target = f"{folder}/{source.rpartition('/')[2]}"
        garden.document(f"0.103.0/{source}/meta.json", f"{target}/meta.json")
        for file in ("events.ndjson", "annotations.jsonl"):
            if (CORPUS / "traces/0.103.0" / source / file).exists():
                garden.log(f"0.103.0/{source}/{file}", f"{target}/{file}", torn=False)


def _windsurf(garden: Garden) -> None:
    _, word = garden.planter.word("a conversation that nobody opens")
    put(garden.home / ".codeium/windsurf/cascade/one.pb", f"\x0a{word}".encode())


GARDENS: Mapping[str, Callable[[Garden], None]] = {
    "aider": _aider, "amp": _amp, "atif": _atif, "claude": _claude, "cline": _cline, "codex": _codex,
    "copilot": _copilot, "cursor": _cursor, "gemini": _gemini, "goose": _goose, "kodo": _kodo, "opencode": _opencode,
    "pi": _pi, "qwen": _qwen, "traces": _traces, "windsurf": _windsurf,
}  # fmt: skip


def planted(home: Path, planter: Callable[[str], Planter] = Planter) -> Home:
    """Logs of all agents below a home, and the environment in which they are found."""
    gardens = {name: Garden(name, home, planter(name)) for name in GARDENS}
    for name, plant in GARDENS.items():
        plant(gardens[name])
    (history,) = home.glob("work/*/.aider.chat.history.md")
    (traces,) = home.glob("traces/*")
    environment = {
        "AIDER_CHAT_HISTORY_FILE": str(history),
        "AGENT_TRACE_TRAJECTORIES": str(home / "runs"),
        "AGENT_TRACE_DIR": str(traces),
    }
    planters = {name: garden.planter for name, garden in gardens.items()}
    return Home(home, environment, planters, frozenset(path for garden in gardens.values() for path in garden.paths))
