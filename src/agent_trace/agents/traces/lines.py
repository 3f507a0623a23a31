"""A trace folder as one log: what meta.json says, each event, each note."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

META = b'{"meta":'
"""How the line begins that meta.json becomes."""


def lines(files: Mapping[str, bytes]) -> Iterator[bytes]:
    """One line a record. The last line of a file that is still being written waits for its end."""
    for path, data in files.items():
        if path.endswith("meta.json"):
            yield META + _document(data) + b"}"
        else:
            yield from _whole(data.split(b"\n"))


def _document(data: bytes) -> bytes:
    """meta.json on one line; text where it is no JSON."""
    try:
        return msgspec.json.format(data, indent=-1)
    except msgspec.DecodeError:
        return msgspec.json.encode(data.decode("utf-8", "replace"))


def _whole(records: list[bytes]) -> list[bytes]:
    last = records[-1]
    if last.strip() and not _is_json(last):
        return records[:-1]
    return records


def _is_json(line: bytes) -> bool:
    try:
        msgspec.json.decode(line, type=msgspec.Raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return True
