"""A chat history as rows: each line with its session and its place in it, so that equal lines stay apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from agent_trace.agents._exported import holds_export
from agent_trace.agents._fields import as_json
from agent_trace.agents._narrating import stand_in

START = re.compile(r"# aider chat started at (\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)\s*")
NAMING = re.compile(r"####|> Tokens: ")
"""Up to the first such line, a session's lines make its name."""


def lines(files: Mapping[str, bytes]) -> Iterator[bytes]:
    """The rows of a history's sessions; lines that another program exported as they are."""
    for data in files.values():
        if holds_export(data, "aider"):
            yield from data.split(b"\n")
            continue
        content = data.decode("utf-8", "replace").replace("\r\n", "\n").removeprefix("\ufeff").removesuffix("\n")
        for session in _sessions(content.split("\n")):
            name = _name(session)
            for place, line in enumerate(session):
                if line.strip():
                    yield as_json({"table": "line", "session": name, "place": place, "text": line}).encode()


def _sessions(content: list[str]) -> Iterator[list[str]]:
    """The lines of each session, the first of them its start; what stands before the first start is one too."""
    held: list[str] = []
    for line in content:
        if START.fullmatch(line) and held:
            yield held
            held = []
        held.append(line)
    yield held


def _name(session: list[str]) -> str:
    """When it started, and a hash of how it began: two repositories may have started one in the same second."""
    head: list[str] = []
    for line in session:
        if line.strip():
            head.append(line.rstrip())
        if NAMING.match(line):
            break
    found = START.fullmatch(session[0])
    start = "{}{}{}-{}{}{}".format(*found.groups()) if found else "undated"
    return f"aider-{start}-{stand_in(*head)[:8]}"
