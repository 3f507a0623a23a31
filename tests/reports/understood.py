"""Recorded sessions that the understanding reports are held to: seven agents, one broken log, and all the others."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timezone
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec

from agent_trace.app.workspace import Workspace
from agent_trace.model.agent import Agent, Home
from agent_trace.model.events import AnyEvent, Event, Origin
from agent_trace.sync.members import Member
from tests import stories
from tests.analysis.telling import session
from tests.reports.recorded import FIX
from tests.reports.small import copy_run, opened

CORPUS = Path(__file__).parents[1] / "corpus"
HOMES = (
    "claude/2.1.197/compact", "claude/2.1.197/fix", "claude/2.1.197/terminal", "claude/2.1.329/clear",
    "claude/2.1.329/down", "claude/2.1.329/fix", "claude/2.1.329/kill", "claude/2.1.329/terminal",
    "codex/0.169.0/compact", "codex/0.169.0/down", "codex/0.169.0/fix", "codex/0.169.0/short", "gemini/0.61.0/compact",
    "gemini/0.61.0/down", "gemini/0.61.0/fix", "qwen/0.15.10/compact",
    "qwen/0.15.10/down", "qwen/0.15.10/fix",
)  # fmt: skip
"""Recorded runs that keep the agent's home as it was."""
LOOSE = {
    "copilot/1.0.102": ".copilot/session-state", "pi/0.73.1": ".pi/agent/sessions/--home-dev-demo--",
    "opencode/1.18.33": ".local/share/opencode",
}  # fmt: skip
"""Recorded runs that keep logs alone → where in its home the agent has them."""
BARE = tuple(
    f"{version}/{path.parent.name}" for version in LOOSE for path in sorted((CORPUS / version).glob("*/truth.json"))
)
LATER = datetime(2026, 11, 22, 12, 0, tzinfo=timezone.utc)
"""After all of these sessions."""
STORY = "story-1"
OTHER = "story-2"
BROKEN = "broken"
"""A log with a line of garbage, killed in the middle of another one."""
GOLDEN: dict[str, tuple[str, str]] = {
    "claude": ("claude/2.1.329/fix", FIX),
    "codex": ("codex/0.169.0/fix", "01a1fc8f-fa7e-7320-8158-48da0e1cbeaf"),
    "gemini": ("gemini/0.61.0/fix", "91511fab-f8de-483b-b3fe-052e1c5381ec"),
    "opencode": ("opencode/1.18.33/edits", "ses_e00efb1f7ffe5ajrR7js95zDHd"),
    "pi": ("pi/0.73.1/commits", "01a1ff0b-8598-745c-8fbc-4d8735c762c2"),
    "qwen": ("qwen/0.15.10/fix", "ac9bf879-28c0-474d-9611-4f21531d260b"),
    "copilot": ("copilot/1.0.102/fix", "9368ec39-8c0d-4d29-9f83-afa6c2afc6b8"),
    "broken": (BROKEN, FIX),
}
"""The name of a golden file → where its session was recorded, and which it is."""


@contextmanager
def home_of(name: str, home: Path, *more: str) -> Iterator[Workspace]:
    """A recorded run as its agent left it; with others where more are named."""
    for one in (name, *more):
        _lay_out(one, home)
    workspace = opened(home, now=LATER)
    try:
        yield workspace
    finally:
        workspace.close()


def _lay_out(name: str, home: Path) -> None:
    if name == BROKEN:
        _break(home)
    elif name in HOMES:
        shutil.copytree(CORPUS / name / "home", home, dirs_exist_ok=True)
    elif name in BARE:
        _put(CORPUS / name, home / LOOSE[name.rpartition("/")[0]])
    else:
        stories.unpack(name, home)


def _put(run: Path, place: Path) -> None:
    place.mkdir(parents=True, exist_ok=True)
    for entry in run.iterdir():
        if entry.is_dir():
            shutil.copytree(entry, place / entry.name)
        elif entry.suffix == ".jsonl":
            shutil.copy(entry, place)
        elif entry.suffix == ".sql":
            with closing(sqlite3.connect(place / f"{entry.stem}.db")) as database:
                database.executescript(entry.read_text(encoding="utf-8"))


def _break(home: Path) -> None:
    copy_run("2.1.329/fix", home)
    path = next((home / ".claude" / "projects").rglob(f"{FIX}.jsonl"))
    for other in path.parent.glob("*.jsonl"):
        if other != path:
            other.unlink()  # a fork that goes on from here would own what it copied
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([*lines[:20], b'{"type":"assistant","message":{"con', *lines[20:40], lines[40][:60]]))
    shutil.rmtree(path.with_suffix(""))


TELLER = "teller"
_DECODER: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)


def parse(
    path: str,
    rows: Iterable[tuple[int, bytes]],
    state: Any = None,
    *,
    clip: int | None = 2048,
    inherited: frozenset[int] = frozenset(),
    source: int = 0,
) -> Iterator[Event]:
    """One event a line, of any kind."""
    for offset, line in rows:
        origin = Origin(offset=offset, length=len(line), source=source)
        yield msgspec.structs.replace(_DECODER.decode(line), origin=origin)


_IDS = ("id", "call", "response", "parent")


def _named(event: Event, name: str) -> Event:
    """The event of another session: with ids of its own, or it would be a copy."""
    ids = {} if name == STORY else {key: f"other-{found}" for key in _IDS if (found := getattr(event, key, None))}
    return msgspec.structs.replace(event, session=name, **ids)


@contextmanager
def told(script: str, home: Path, other: str = "") -> Iterator[Workspace]:
    """A home with one session, or two, of an agent that writes events as they are, told in lines."""
    (home / f".{TELLER}").mkdir()
    for name, lines in ((STORY, script), (OTHER, other)):
        events = [_named(event, name) for event in session(lines).events if lines]
        path = home / f".{TELLER}" / f"{name}.jsonl"
        path.write_bytes(b"".join(msgspec.json.encode(event) + b"\n" for event in events))
    module = ModuleType(TELLER)
    vars(module).update(
        AGENT=Agent(name=TELLER, title="Teller", homes=(Home(path=f"~/.{TELLER}"),), files=("*.jsonl",)), parse=parse
    )
    workspace = opened(home)
    workspace.members = {TELLER: Member(module)}
    workspace.sync()
    try:
        yield workspace
    finally:
        workspace.close()
