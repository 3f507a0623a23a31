"""Small repositories for tests: real git, times that are given, nothing of the person's own settings."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

START = 1_795_000_000
"""UTC seconds of the first commit."""


class Repository:
    """A repository in a folder; each commit is one minute later than the last."""

    def __init__(self, folder: Path, *options: str, made: bool = True) -> None:
        self.folder = folder
        self.now = START
        if made:
            folder.mkdir(parents=True, exist_ok=True)
            subprocess.run(["git", "init", "-q", "-b", "main", *options, str(folder)], check=True)

    def git(self, *words: str, given: str | None = None) -> str:
        """What git says; it is an error if git fails."""
        when = f"{self.now} +0000"
        names = {"NAME": "Ada", "EMAIL": "ada@example.org", "DATE": when}
        own = {f"GIT_{who}_{name}": value for who in ("AUTHOR", "COMMITTER") for name, value in names.items()}
        words = ("-c", "protocol.file.allow=always", *words)
        ran = subprocess.run(
            ["git", *words], cwd=self.folder, env={**os.environ, **own}, input=given, capture_output=True, text=True,
            check=True,
        )  # fmt: skip
        return ran.stdout.strip()

    def write(self, name: str, text: str) -> None:
        """A file with this text."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def commit(self, message: str, **files: str) -> str:
        """Files by their names (`a_txt` is `a.txt`) in a commit, a minute later; its sha."""
        self.now += 60
        for name, text in files.items():
            self.write(name.replace("_", "."), text)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")
