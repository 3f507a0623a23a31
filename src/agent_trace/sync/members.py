"""Agents as the shell uses them: the declared value, its readers, and what stands in where it has no fast one."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from types import ModuleType
from typing import Any, Protocol

import msgspec

from agent_trace import registry
from agent_trace.model.agent import Agent, Home, Place
from agent_trace.model.events import Event
from agent_trace.model.scan import Scan
from agent_trace.sync.bundles import Lines, bundle_of
from agent_trace.sync.databases import MARK, database_of
from agent_trace.sync.reading import Pieces


def is_made(agent: Agent, path: str) -> bool:
    """True where a log is no file of lines (`databases`, `bundles`): it is always read as a whole."""
    return database_of(agent, path) is not None or bundle_of(agent, path) is not None


class Scanner(Protocol):
    """Reads a log piece by piece in the fast pass."""

    scan: Scan
    state: Any

    def feed(self, data: bytes, offset: int, *, final: bool = True) -> None: ...

    def finish(self) -> tuple[Scan, Any]: ...


class Member:
    """One agent's module."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module
        self.agent: Agent = module.AGENT

    def also_in(self, path: str) -> None:
        """Look for its logs below this folder, too."""
        self.agent = msgspec.structs.replace(self.agent, homes=(*self.agent.homes, Home(path=path)))

    @cached_property
    def fast_reader(self) -> ModuleType | None:
        """Where `Scanner` and its `State` are, if the agent has one: the member itself, or `scan` in its folder."""
        return self._room("scan", "Scanner")

    def _room(self, file: str, name: str) -> ModuleType | None:
        """The module that defines a name which an agent may do without: the member itself, or that file of its folder."""
        if not hasattr(self.module, "__path__"):
            return self.module if hasattr(self.module, name) else None
        try:
            return importlib.import_module(f"{self.module.__name__}.{file}")
        except ModuleNotFoundError as error:
            if error.name != f"{self.module.__name__}.{file}":
                raise
            return None

    @cached_property
    def reader(self) -> ModuleType:
        """Where `parse` is: the member itself, or `parse` in its folder, loaded only by what reads whole events."""
        if not hasattr(self.module, "__path__"):
            return self.module
        return importlib.import_module(f"{self.module.__name__}.parse")

    def scanner(self, path: str, state: bytes | None, *, skip: frozenset[int] = frozenset()) -> Scanner:
        """The agent's own fast reader, or one made of its full reader."""
        fast = self.fast_reader
        if fast is None:
            from agent_trace.sync.fold import FoldingScanner

            return FoldingScanner(self, path, state, skip=skip)
        remembered = msgspec.msgpack.decode(state, type=fast.State) if state else None
        scanner: Scanner = fast.Scanner(path, remembered, skip=skip)
        return scanner

    @cached_property
    def lines(self) -> Lines | None:
        """What turns a bundle's files into lines, where the agent has it."""
        room = self._room("lines", "lines")
        found: Lines | None = None if room is None else room.lines
        return found

    def whole_scan(self, path: str, stream: Callable[[], Pieces], *, skip: frozenset[int] = frozenset()) -> Scanner:
        """A scanner that has read a whole log; in one piece where something in it refers to what comes later."""
        scanner = self.scanner(path, None, skip=skip)
        if is_made(self.agent, path):
            scanner.feed(b"".join(data for _, data, _ in stream()), 0)
            return scanner
        for offset, data, last in stream():
            scanner.feed(data, offset, final=last)
        if scanner.scan.again:
            scanner = self.scanner(path, None, skip=skip)
            scanner.feed(b"".join(data for _, data, _ in stream()), 0)
        return scanner

    def reader_state(self, data: bytes | None) -> Any:
        """The full reader's memory, new or as it was stored."""
        kind = getattr(self.reader, "ParseState", None)
        if kind is None:
            return None
        return msgspec.msgpack.decode(data, type=kind) if data else kind()

    def parse(
        self,
        path: str,
        rows: Iterable[tuple[int, bytes]],
        state: Any = None,
        *,
        clip: int | None = 2048,
        inherited: frozenset[int] = frozenset(),
        source: int = 0,
    ) -> Iterator[Event]:
        """All events of a log, the `source`-th of its session, or of its tail where `state` remembers what came before."""
        events: Iterator[Event] = self.reader.parse(path, rows, state, clip=clip, inherited=inherited, source=source)
        return events

    def place(self, path: str) -> Place:
        if database_of(self.agent, path) is not None:
            return Place(session=path.rpartition(MARK)[2])
        own = getattr(self.module, "place", None)
        if own is not None:
            found: Place = own(path)
            return found
        name = path.replace("\\", "/").rpartition("/")[2]
        return Place(session=name.partition(".")[0])

    def recognises(self, path: str, head: bytes) -> bool:
        """True where a file looks like one of the agent's logs, by its name and its first bytes."""
        room = self._room("recognition", "recognises")
        return room is not None and bool(room.recognises(path, head))


def members(only: Iterable[str] = ()) -> dict[str, Member]:
    """The agents by name."""
    wanted = tuple(only)
    return {
        name: Member(registry.load("agents", name)) for name in registry.names("agents") if not wanted or name in wanted
    }
