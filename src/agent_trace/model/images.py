"""Images that a record of a log holds: as an address that carries them, whatever the record calls its fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

SIGNS = (b"base64", b"data:image/", b"image/")
"""A record without any of these holds no image."""
_TYPES = ("media_type", "mediaType", "mimeType", "mime_type", "mime")
_DATA = ("data", "base64", "content")
_KIND = re.compile(r"image/(?:png|jpeg|jpg|gif|webp)")
_ADDRESS = re.compile(r"data:image/(?:png|jpeg|jpg|gif|webp);base64,[A-Za-z0-9+/]+=*")
_BODY = re.compile(r"[A-Za-z0-9+/]{16,}=*")
DEEPEST = 40


def images(record: bytes) -> tuple[str, ...]:
    """The images of a record in their order, each as `data:image/…;base64,…`; none where it is no JSON."""
    if not any(sign in record for sign in SIGNS):
        return ()
    try:
        found = msgspec.json.decode(record)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ()
    return tuple(dict.fromkeys(_within(found, DEEPEST)))


def _within(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        if _ADDRESS.fullmatch(value):
            yield value
    elif isinstance(value, list) and depth:
        for one in value:
            yield from _within(one, depth - 1)
    elif isinstance(value, dict) and depth:
        kind = next((value[name] for name in _TYPES if isinstance(value.get(name), str)), "")
        body = next((value[name] for name in _DATA if isinstance(value.get(name), str)), "")
        if _KIND.fullmatch(kind) and _BODY.fullmatch(body):
            yield f"data:{kind};base64,{body}"
            return
        for one in value.values():
            yield from _within(one, depth - 1)
