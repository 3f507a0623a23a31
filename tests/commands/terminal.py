"""The program as a person runs it: words in, exit code and both streams out."""

from __future__ import annotations

import io
from typing import NamedTuple

import pytest

from agent_trace.cli.main import main


class Ran(NamedTuple):
    """How a run ended, and what it wrote."""

    code: int
    out: str
    err: str


class Terminal:
    """Runs the program in this process, in the environment of the test."""

    def __init__(self, streams: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self.streams, self.patch = streams, patch
        # on a busy machine its time may be up, and then it ends its process, which is the run of all tests
        patch.setattr("agent_trace.cli.commands.statusline.DEADLINE_S", 600.0)

    def run(self, *words: str, stdin: bytes = b"") -> Ran:
        """Run once."""
        self.streams.readouterr()
        with self.patch.context() as patched:
            patched.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin)))
            with pytest.raises(SystemExit) as left:
                main(words)
        written = self.streams.readouterr()
        return Ran(int(left.value.code or 0), written.out, written.err)
