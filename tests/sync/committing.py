"""Logs of Claude Code in which shell commands are run, with what they printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SESSION = "aaaaaaaa-0000-4000-8000-00000000000{}"


class Log:
    """A log of Claude Code in which shell commands are run."""

    def __init__(self, home: Path, number: int = 1) -> None:
        self.key = SESSION.format(number)
        self.path = home / ".claude/projects/-home-you-shop" / f"{self.key}.jsonl"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.rows = 0
        self._row(type="user", message={"role": "user", "content": "please"})

    def _row(self, **row: Any) -> None:
        self.rows += 1
        name = f"{self.key[-1]}{self.rows:07x}-0000-4000-8000-000000000000"
        head = {"uuid": name, "sessionId": self.key, "cwd": "/home/you/shop", "version": "2.1.329", "gitBranch": "main"}
        head["timestamp"] = f"2026-11-18T09:{self.rows // 60:02d}:{self.rows % 60:02d}.000Z"
        with self.path.open("a") as file:
            file.write(json.dumps({**head, **row}) + "\n")

    def ran(self, command: str, output: str) -> None:
        """One shell command and what it printed."""
        name = f"t{self.key[-1]}{self.rows}"
        asked = {"type": "tool_use", "id": name, "name": "Bash", "input": {"command": command}}
        message = {"id": f"m{name}", "role": "assistant", "model": "claude-opus-5", "content": [asked]}
        self._row(type="assistant", requestId=f"r{name}", message={**message, "usage": {"input_tokens": 1}})
        result = {"type": "tool_result", "tool_use_id": name, "content": output}
        self._row(type="user", message={"role": "user", "content": [result]}, toolUseResult={"stdout": output})

    def committed(self, sha: str) -> None:
        self.ran(f"git commit -m 'feat: {sha}'", f"[main {sha}] feat: {sha}\n 1 file changed, 2 insertions(+)")
