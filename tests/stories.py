"""The recorded stories of what sessions produced, laid out for tests: tests/corpus/OUTCOME.md says what they are."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import tarfile
from contextlib import closing
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).parent / "corpus" / "outcome"
RUNS = sorted(path.parent.relative_to(CORPUS).as_posix() for path in CORPUS.glob("*/*/*/truth.json"))
"""AGENT/VERSION/STORY."""
LOST = "refs/lost/"
"""Where a bundle names the commits that no branch holds."""


def truth(run: str) -> dict[str, Any]:
    """What really happened."""
    found: dict[str, Any] = json.loads((CORPUS / run / "truth.json").read_text(encoding="utf-8"))
    return found


def unpack(run: str, home: Path) -> None:
    """Put what the agent wrote where its readers look below a HOME."""
    with tarfile.open(CORPUS / run / "home.tar.xz") as archive:
        for entry in archive.getmembers():
            source = archive.extractfile(entry)
            assert source is not None, entry.name
            path = home / entry.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(source.read())
    for dump in home.rglob("opencode.sql"):
        with closing(sqlite3.connect(dump.with_suffix(".db"))) as database:
            database.executescript(dump.read_text(encoding="utf-8"))
        dump.unlink()


def clone(run: str, name: str, folder: Path) -> Path:
    """One of a run's repositories as the run left it: lost commits are there, and no name leads to them."""
    repository = folder / name
    subprocess.run(["git", "init", "-q", "-b", "none", str(repository)], check=True)
    git(repository, "fetch", "-q", str(CORPUS / run / f"{name}.bundle"), "refs/*:refs/*")
    for ref in git(repository, "for-each-ref", "--format=%(refname)", LOST).split():
        git(repository, "update-ref", "-d", ref)
    git(repository, "checkout", "-q", "main")
    return repository


def git(repository: Path, *words: str) -> str:
    """What git says."""
    return subprocess.run(["git", *words], cwd=repository, capture_output=True, text=True, check=True).stdout
