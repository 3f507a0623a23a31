"""The data of a page, packed while more of them are made: gzip in base64, as a browser unpacks it."""

from __future__ import annotations

import zlib
from base64 import b64encode
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor

LEVEL = 6
"""The highest level takes twice the time and spares two parts in a hundred."""
GZIP = zlib.MAX_WBITS | 16
AT_ONCE = 1 << 18
"""Bytes that are packed together."""
WAITING = 4
"""So many of these wait to be packed; who brings more of them waits too."""


class Packing:
    """Takes bytes and gives text; the same bytes give the same text, however they come."""

    def __init__(self) -> None:
        self._squeeze = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
        self._thread = ThreadPoolExecutor(1)  # zlib lets others run meanwhile, and takes a third of the time of all
        self._waiting: deque[Future[bytes]] = deque()
        self._heard: list[bytes] = []
        self._size = 0
        self._rest = b""
        self._done: list[bytes] = []

    def put(self, data: bytes) -> None:
        """Take some more."""
        self._heard.append(data)
        self._size += len(data)
        if self._size >= AT_ONCE:
            self._squeezed()

    def text(self) -> list[bytes]:
        """All of it, in pieces; nothing can be added then."""
        self._squeezed()
        while self._waiting:
            self._take(self._waiting.popleft().result())
        self._take(self._squeeze.flush())
        self._done.append(b64encode(self._rest))
        self._thread.shutdown()
        return self._done

    def _squeezed(self) -> None:
        self._waiting.append(self._thread.submit(self._squeeze.compress, b"".join(self._heard)))
        self._heard, self._size = [], 0
        while len(self._waiting) > WAITING:
            self._take(self._waiting.popleft().result())

    def _take(self, data: bytes) -> None:
        """Three bytes make four letters: what is left over waits for more."""
        data = self._rest + data
        whole = len(data) - len(data) % 3
        self._done.append(b64encode(data[:whole]))
        self._rest = data[whole:]
