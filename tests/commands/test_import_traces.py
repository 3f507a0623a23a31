"""A trace that merges into a session that is known is imported by that session's name."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.agents.traces.folders import CORPUS
from tests.commands.terminal import Terminal
from tests.reports.small import copy_run

ROOT = "942bf1b1-e31e-4f36-8359-80dd7740a467"
STRANGER = "770df5b1c9634a20"
"""A session of agent-strace's own decorator."""


def imported(terminal: Terminal, path: Path) -> list[str]:
    """The sessions that the import of one path names."""
    ran = terminal.run("import", str(path), "--json")
    assert ran.code == 0, ran.err
    (log,) = json.loads(ran.out)["logs"]
    names: list[str] = log["sessions"]
    return names


def test_the_session_that_a_trace_merged_into_is_named(home: Path, terminal: Terminal) -> None:
    copy_run("2.1.329/fix", home)
    store = home / "elsewhere"
    shutil.copytree(CORPUS / "0.103.0/hooks-claude" / ROOT[:16], store / ROOT[:16])
    shutil.copytree(CORPUS / "0.103.0/decorator" / STRANGER, store / STRANGER)
    assert imported(terminal, store / ROOT[:16]) == [ROOT]
    assert imported(terminal, store / STRANGER) == [STRANGER]
