"""Answers that a page has already: a weak ETag of what they follow from, or of themselves."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from agent_trace.errors import AgentTraceError

if TYPE_CHECKING:
    from agent_trace.web.asking import Asking


MOST_BYTES = 32_000_000
MOST_WATCHED = 8
WATCHED_S = 60.0
"""So many answers that were asked for so lately are made again when something changes, before pages ask."""
BOOT = os.urandom(6).hex()
"""Counters of the index begin anew with each server."""


class Answers:
    """Bodies that were given lately, by the tag of what they follow from: what is asked again is not worked out again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: OrderedDict[str, Response] = OrderedDict()
        self._bytes = 0
        self._asked: OrderedDict[str, tuple[float, Callable[[], object]]] = OrderedDict()

    def asked(self, name: str, again: Callable[[], object]) -> None:
        """Somebody looks at this: `again` works it out, and holds it."""
        with self._lock:
            self._asked[name] = (time.monotonic(), again)
            self._asked.move_to_end(name)
            while len(self._asked) > MOST_WATCHED:
                self._asked.popitem(last=False)

    def renew(self) -> None:
        """Work out again what somebody looked at lately."""
        with self._lock:
            since = time.monotonic() - WATCHED_S
            wanted = [again for at, again in self._asked.values() if at >= since]
        for again in wanted:
            with suppress(AgentTraceError):  # who asks for it is told
                again()

    def given(self, tag: str) -> Response | None:
        """What was given under a tag."""
        with self._lock:
            if tag in self._held:
                self._held.move_to_end(tag)
            return self._held.get(tag)

    def keep(self, tag: str, answer: Response) -> Response:
        """Hold an answer, and let go of the oldest; its ETag is that of what it says."""
        answer.headers["ETag"] = f'W/"{hashlib.sha256(answer.body).hexdigest()[:24]}"'
        answer.headers["Cache-Control"] = "no-cache"
        with self._lock:
            if tag not in self._held:
                self._held[tag] = answer
                self._bytes += len(answer.body)
            while self._held and self._bytes > MOST_BYTES:
                self._bytes -= len(self._held.popitem(last=False)[1].body)
        return answer


def tag_of(asking: Asking, *parts: object) -> str:
    """Equal while all of these parts are, and the settings."""
    whole = "\n".join((BOOT, repr(asking.config), *map(repr, parts)))
    return f'W/"{hashlib.sha256(whole.encode("utf-8", "surrogateescape")).hexdigest()[:24]}"'


def minute(now: datetime) -> int:
    """What changes with the time where an answer is told as of now."""
    return int(now.timestamp() // 60)


def known_already(request: Request, tag: str) -> bool:
    """Whether the page says that it has this answer."""
    given = request.headers.get("if-none-match", "")
    return any(one.strip() in (tag, "*") for one in given.split(","))


def unchanged(tag: str) -> Response:
    """Nothing but the tag."""
    return Response(status_code=304, headers={"ETag": tag, "Cache-Control": "no-cache"})
