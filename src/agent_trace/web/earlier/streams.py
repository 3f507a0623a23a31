"""Snapshots that are sent again whenever something changed, at most every two seconds."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import StreamingResponse

from agent_trace.app.workspace import Workspace
from agent_trace.errors import AgentTraceError
from agent_trace.web.asking import asking_of
from agent_trace.web.earlier.finding import Finder, finder_of
from agent_trace.web.live import Live

APART_S = 2.0
"""The least time between two snapshots."""
LOOK_S = 0.25
"""How often it is looked whether the server ends."""
ALIVE_S = 15.0
"""A line without meaning is sent after so much silence."""
EVENTS = "text/event-stream"


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """What a stream is made of."""

    kind: str
    """The name of its events."""
    version: Callable[[], object]
    """Differs when a snapshot would; None: it cannot be told."""
    make: Callable[[], bytes]
    """The JSON of a snapshot, as it is at this moment."""


async def snapshots(source: Source, is_over: Callable[[], bool]) -> AsyncIterator[bytes]:
    """The first one at once, then one whenever something changed; ends when the server does."""
    version: object = ()
    spoken = 0.0
    while not is_over():
        now = await run_in_threadpool(source.version)
        if now is None or now != version:
            version, spoken = now, time.monotonic()
            yield await run_in_threadpool(_said, source)
        elif time.monotonic() - spoken >= ALIVE_S:
            spoken = time.monotonic()
            yield b": still here\n\n"
        await _pause(is_over)


async def _pause(is_over: Callable[[], bool]) -> None:
    end = time.monotonic() + APART_S
    while not is_over() and time.monotonic() < end:
        await asyncio.sleep(min(LOOK_S, APART_S))


def _said(source: Source) -> bytes:
    """A snapshot as an event; what went wrong is one too, and the next one may go well."""
    try:
        return event(source.kind, source.make())
    except (AgentTraceError, OSError, sqlite3.Error) as error:
        return event("bridge_error", msgspec.json.encode({"message": str(error)}))


def event(kind: str, data: bytes) -> bytes:
    """One event on the wire."""
    return b"event: %s\ndata: %s\n\n" % (kind.encode(), data)


Make = Callable[[Finder], Callable[[Workspace], object]]
"""What is asked of a workspace, with a finder of this moment."""


def streamed(request: Request, kind: str, make: Make) -> StreamingResponse:
    """The answer of a stream's address."""
    asking = asking_of(request)
    live: Live = request.app.state.live
    source = Source(
        kind=kind,
        version=lambda: None if asking.in_memory else asking.mark.read(),
        make=lambda: msgspec.json.encode(asking.ask(make(finder_of(request)))),
    )
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return StreamingResponse(snapshots(source, lambda: live.changes.closed), media_type=EVENTS, headers=headers)
