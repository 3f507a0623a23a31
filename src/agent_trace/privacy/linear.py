"""The typed boundary to google-re2: patterns that are searched in linear time."""

from __future__ import annotations

import importlib
from typing import Any, Protocol, cast

MEMORY = 64 << 20
"""Bytes that the automaton of one pattern may take before it is begun anew."""


class Hit(Protocol):
    """Where a pattern was found."""

    def start(self) -> int:
        """The first byte."""

    def end(self) -> int:
        """The byte after the last."""


class Linear(Protocol):
    """A compiled pattern."""

    def search(self, text: bytes, pos: int = 0, endpos: int = ...) -> Hit | None:
        """The leftmost place at or after `pos` that ends at or before `endpos`."""


class RefusedError(ValueError):
    """google-re2 does not take the pattern; the message says why."""


def over_bytes(pattern: bytes) -> Linear:
    """A built-in pattern over bytes, whatever their encoding is."""
    re2 = _library()
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.max_mem = MEMORY
    return cast(Linear, re2.compile(pattern, options))


def over_text(pattern: str) -> Linear:
    """A pattern of the user over UTF-8: a dot is a character."""
    re2 = _library()
    options = re2.Options()
    options.log_errors = False
    try:
        return cast(Linear, re2.compile(pattern.encode(), options))
    except re2.error as refused:
        reason = refused.args[0]
        raise RefusedError(reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)) from None
    except UnicodeEncodeError:
        raise RefusedError("it is not Unicode") from None


def _library() -> Any:
    return importlib.import_module("re2")
