"""A built file as an answer: compressed once for who takes that, and not sent again to who has it."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import os
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from agent_trace.web.squeezed import takes_gzip
from agent_trace.web.unchanged import known_already

PACKED = frozenset({".js", ".css", ".html", ".svg", ".json", ".map", ".txt", ".webmanifest"})
"""Endings of files that shrink; pictures and fonts are compressed already."""
LEAST = 512
"""Smaller files gain nothing."""
HELD = 128
"""Files that are held compressed; the dashboard has fewer."""


def served(path: str, request: Request, headers: dict[str, str]) -> Response:
    """A file that there is; 304 where the page has it already."""
    found = os.stat(path)
    stamp = (found.st_mtime_ns, found.st_size)
    headers = {**headers, "ETag": _tag(path, stamp), "Vary": "Accept-Encoding"}
    if known_already(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    ending = os.path.splitext(path)[1]
    if ending not in PACKED or found.st_size < LEAST or not takes_gzip(request):
        return FileResponse(path, headers=headers)
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return Response(_packed(path, stamp), media_type=kind, headers={**headers, "Content-Encoding": "gzip"})


def _tag(path: str, stamp: tuple[int, int]) -> str:
    """Weak: the same file in either form."""
    return f'W/"{hashlib.sha256(repr((os.path.basename(path), stamp)).encode()).hexdigest()[:24]}"'


@lru_cache(HELD)
def _packed(path: str, _stamp: tuple[int, int]) -> bytes:
    with open(path, "rb") as file:
        return gzip.compress(file.read(), 9, mtime=0)
