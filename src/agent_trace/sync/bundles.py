"""Logs that are rewritten as a whole or lie in several files: each becomes a log of JSON lines."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

import msgspec

from agent_trace.model.agent import Agent, Bundle
from agent_trace.sync.found import Found
from agent_trace.sync.globs import PACKED, ending, stem, tail

Lines = Callable[[Mapping[str, bytes]], Iterable[bytes]]
_BOM = b"\xef\xbb\xbf"


def bundle_of(agent: Agent, path: str) -> Bundle | None:
    """What describes the bundle that a main file's path names; None where it is the path of a log of lines.

    A file that lies in no home (an export, a copy) is told by its ending alone; an agent that has no logs of lines at all
    needs not even that.
    """
    if not agent.bundles:
        return None
    name = path.replace("\\", "/")
    for one in agent.bundles:
        if tail(one.main).search(name):
            return one
    lines = max((len(ending(one)) for one in agent.files if name.endswith(ending(one))), default=0)
    found = [one for one in agent.bundles if name.endswith(ending(one.main)) and len(ending(one.main)) > lines]
    return max(found, key=lambda one: len(ending(one.main)), default=None if agent.files else agent.bundles[0])


def files_of(bundle: Bundle, main: str) -> list[str]:
    """The files of a bundle, the main one first."""
    folder, name = os.path.split(main)
    found = {main: None}
    for steps in bundle.beside:
        names = [stem(name)]
        for pattern in steps:
            here = sorted({file for one in names for file in _matching(folder, pattern, one)})
            found.update(dict.fromkeys(here))
            names = [stem(os.path.basename(file)) for file in here]
    return list(found)


def _matching(folder: str, pattern: str, name: str) -> Iterator[str]:
    import glob

    for file in glob.iglob(os.path.join(glob.escape(folder), pattern.replace("{stem}", glob.escape(name)))):
        if os.path.isfile(file):
            yield os.path.normpath(file)


def found_bundle(bundle: Bundle, agent: str, main: str) -> Found:
    """A bundle as the directory shows it: the size of all its files, and the time of the newest. Raises OSError."""
    all_ = [os.stat(file) for file in files_of(bundle, main)]
    newest = max(one.st_mtime_ns for one in all_)
    return Found(main, agent, sum(one.st_size for one in all_), newest, all_[0].st_ino)


def lines_of(bundle: Bundle, main: str, lines: Lines | None) -> Iterable[bytes]:
    """The lines that a bundle's files amount to. Raises OSError."""
    files = {file: unpacked(file) for file in files_of(bundle, main)}
    return (lines or plain_lines)(MappingProxyType(files))


def plain_lines(files: Mapping[str, bytes]) -> Iterator[bytes]:
    """A JSON document is one line; any other file is its lines."""
    for path, data in files.items():
        if path.endswith((".json", *(".json" + packed for packed in PACKED))):
            yield document(data)
        else:
            yield from data.split(b"\n")


def document(data: bytes) -> bytes:
    """A JSON document on one line; what is none stays as it is."""
    try:
        return msgspec.json.format(data.removeprefix(_BOM), indent=-1)
    except msgspec.DecodeError:
        return data


def unpacked(path: str) -> bytes:
    """A file's content, decompressed where its name says so. Raises OSError."""
    with open(path, "rb") as file:
        if path.endswith(".zst"):
            import zstandard

            try:
                return zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True).read()
            except zstandard.ZstdError as error:
                raise OSError(5, f"it cannot be decompressed: {error}", path) from error
        if path.endswith(".gz"):
            import gzip
            import zlib

            try:
                return gzip.GzipFile(fileobj=file).read()
            except (EOFError, zlib.error) as error:
                raise OSError(5, f"it cannot be decompressed: {error}", path) from error
        return file.read()
