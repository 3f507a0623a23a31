"""Sessions and logs that something was decided about, in a file that names none of them.

`forgotten`: what a person had forgotten, so that it does not come back while its log still lies where the agent left it.
`redacted`: what is to be masked at every reading. Such a file holds a key of its own and keyed hashes, nothing that
could be read. It is only ever appended to, and survives the index.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable

_KEY_BYTES = 32
_DIGEST_BYTES = 16


class KeyedNames:
    """The names of agents' sessions and logs, as keyed hashes."""

    def __init__(self, path: str, key: bytes, marks: set[bytes]) -> None:
        self.path, self.key, self.marks = path, key, marks

    def __contains__(self, name: tuple[str, str]) -> bool:
        return self._mark(*name) in self.marks

    def _mark(self, agent: str, name: str) -> bytes:
        text = f"{agent}\0{name}".encode("utf-8", "surrogatepass")
        return hashlib.blake2b(text, key=self.key, digest_size=_DIGEST_BYTES).digest()

    def add(self, names: Iterable[tuple[str, str]]) -> None:
        """Add (agent, name of a session or path of a log); they are on the disk before this returns."""
        fresh = [mark for mark in dict.fromkeys(self._mark(*name) for name in names) if mark not in self.marks]
        descriptor = os.open(self.path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            if not file.tell():
                file.write(self.key.hex().encode() + b"\n")
            file.write(b"\n" + b"".join(mark.hex().encode() + b"\n" for mark in fresh))
            file.flush()
            os.fsync(file.fileno())
        self.marks.update(fresh)


def read_names(path: str) -> KeyedNames | None:
    """The names in a file; None where there is none."""
    try:
        with open(path, "rb") as file:
            lines = file.read().split(b"\n")
    except OSError:
        return None
    key = _bytes(lines[0])
    if len(key) != _KEY_BYTES:
        return None
    return KeyedNames(path, key, {mark for mark in map(_bytes, lines[1:]) if len(mark) == _DIGEST_BYTES})


def open_names(path: str) -> KeyedNames:
    """The same; a new set with a new key where there was none."""
    return read_names(path) or KeyedNames(path, os.urandom(_KEY_BYTES), set())


def _bytes(line: bytes) -> bytes:
    """A line of hexadecimal digits; nothing for one that was cut off."""
    try:
        return bytes.fromhex(line.decode("ascii"))
    except ValueError:
        return b""
