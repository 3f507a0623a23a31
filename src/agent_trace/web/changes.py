"""What changed, told to every page that listens; one that was away hears what it missed."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import msgspec

KEPT = 500
"""Changes that somebody who was away may still hear."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was told."""

    number: int
    kind: str
    data: bytes
    """JSON."""


class Changes:
    """Any thread may tell; any coroutine may listen."""

    def __init__(self) -> None:
        self.version = round(time.time() * 1000)
        """The number of the last change. It goes on growing over restarts, so that an old one is known to be old."""
        self._first = self.version
        self._kept: deque[Change] = deque(maxlen=KEPT)
        self._lock = threading.Lock()
        self._listeners: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}
        self.closed = False

    def tell(self, kind: str, **data: Any) -> int:
        """Tell everybody; its number."""
        with self._lock:
            self.version += 1
            told = msgspec.json.encode({"version": self.version, **data})
            self._kept.append(Change(number=self.version, kind=kind, data=told))
            number = self.version
        self._wake()
        return number

    def close(self) -> None:
        """Everybody stops listening."""
        self.closed = True
        self._wake()

    def _wake(self) -> None:
        with self._lock:
            listeners = list(self._listeners.items())
        for event, loop in listeners:
            with suppress(RuntimeError):  # its loop is closed: nobody listens there any more
                loop.call_soon_threadsafe(event.set)

    def since(self, number: int) -> list[Change] | None:
        """What was told after a number; None where that is not known any more."""
        with self._lock:
            oldest = self._kept[0].number - 1 if self._kept else self.version
            if number < oldest or number > self.version:
                return None
            return [one for one in self._kept if one.number > number]

    async def listen(self, after: int | None = None) -> AsyncIterator[Change]:
        """A greeting, what was missed, then every change when it is told; ends when the server does."""
        event = asyncio.Event()
        with self._lock:
            self._listeners[event] = asyncio.get_running_loop()
        try:
            number = self.version
            yield Change(number=number, kind="hello", data=msgspec.json.encode({"version": number}))
            missed = self.since(after) if after is not None else []
            if missed is None:
                yield Change(number=number, kind="reset", data=msgspec.json.encode({"version": number}))
            elif after is not None:
                number = after
            while True:
                event.clear()
                for one in self.since(number) or ():
                    number = one.number
                    yield one
                if self.closed:
                    return
                await event.wait()
        finally:
            with self._lock:
                self._listeners.pop(event, None)
