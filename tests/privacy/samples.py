"""Secrets that tests of doors, files and commands use; made at run time, so that no file holds one."""

from __future__ import annotations

from tests.privacy.shapes import Shape
from tests.privacy.table import SHAPES


def _shape(kind: str, *words: str) -> Shape:
    return next(one for one in SHAPES if one.kind == kind and all(word in one.name for word in words))


KEY = _shape("form", "anthropic").secret
"""An API key that is a secret wherever it stands."""
PEM = _shape("file", "rsa key").secret.encode() + b"\n"
PUTTY = _shape("file", "putty key").carrier.translate({ord("⟦"): "", ord("⟧"): ""}).encode()
PUTTY = PUTTY.replace(b"{}", _shape("file", "putty key").secret.encode()) + b"\n"
