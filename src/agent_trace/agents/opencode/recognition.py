"""Telling OpenCode's files by their content: an export may have any name."""

from __future__ import annotations

import re

_EXPORT = re.compile(rb'\A\s*(?:Exporting session: \S*\s+)?\{\s*"info"\s*:\s*\{')
_SESSION = re.compile(rb'\A\s*\{\s*"id"\s*:\s*"ses_\w+"')
_OF_A_SESSION = (b'"projectID"', b'"directory"', b'"title"')


def recognises(path: str, head: bytes) -> bool:
    """True for an exported session and for a session's own file in the tree of older versions."""
    head = head.removeprefix(b"\xef\xbb\xbf")
    if _EXPORT.match(head):
        return b'"ses_' in head
    return _SESSION.match(head) is not None and all(name in head for name in _OF_A_SESSION)
