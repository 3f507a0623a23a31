"""Telling a trajectory by its content."""

from __future__ import annotations

import re

_VERSION = re.compile(rb'"schema_version"\s*:\s*"ATIF-v\d')


def recognises(path: str, head: bytes) -> bool:
    """True for a JSON document that says which version of ATIF it has."""
    return (
        path.endswith(".json") and head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and bool(_VERSION.search(head))
    )
