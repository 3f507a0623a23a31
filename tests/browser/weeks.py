"""Two weeks of somebody's sessions: rows in the form of Claude Code's log, the same on every machine.

They fill the pages of the dashboard: several projects, models and branches, prompts that were asked again and again,
tools that failed, commits, one session that runs, and one whose texts try to break out of the page.
"""

from __future__ import annotations

import json
import random
import uuid
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NamedTuple

NOW = datetime(2026, 11, 21, 5, 45, tzinfo=timezone.utc)
"""The clock of the server and of the pages."""
VERSION = "2.1.329"
HOSTILE = '"><img src=x onerror=window.broken=1><script>window.broken=1</script>{{7*7}}</title>'
"""What a transcript may hold."""
PROJECTS = ("shop", "billing-api", "docs-site", "infra")
TASKS = (
    ("Fix the rounding of refunds over several currencies", "fix/refunds", "src/refunds.py", "claude-sonnet-4-5-20250929"),
    ("Add pagination to the orders list", "feat/orders-page", "src/orders.py", "claude-sonnet-4-5-20250929"),
    ("Why is the checkout test flaky?", "main", "tests/test_checkout.py", "claude-opus-4-5-20251101"),
    ("Move the invoice templates to the new layout", "feat/invoices", "templates/invoice.html", "claude-sonnet-4-5-20250929"),
    ("Explain how webhooks are retried", "main", "src/webhooks.py", "claude-haiku-4-5-20251001"),
    ("Upgrade the linter and mend what it says", "chore/lint", "pyproject.toml", "claude-haiku-4-5-20251001"),
    ("The importer runs out of memory on large files", "fix/importer", "src/importer.py", "claude-opus-4-5-20251101"),
    ("Write a runbook for restoring a backup", "docs/runbook", "docs/restore.md", "claude-sonnet-4-5-20250929"),
    ("Rename customer to account everywhere", "refactor/account", "src/models.py", "claude-sonnet-4-5-20250929"),
    ("Make the health check answer while migrating", "fix/health", "src/health.py", "claude-opus-4-5-20251101"),
)  # fmt: skip


class Talk:
    """One session's log, row by row."""

    def __init__(self, name: str, cwd: str, branch: str, model: str, at: datetime) -> None:
        self.id = str(uuid.uuid5(uuid.NAMESPACE_URL, name))
        self.cwd, self.branch, self.model, self.at = cwd, branch, model, at
        self.rows: list[dict[str, Any]] = []
        self.context = 22_000

    def say(self, text: str) -> None:
        """What the person asks."""
        self._row("user", {"role": "user", "content": text}, promptSource="typed")

    def answer(self, text: str) -> None:
        """What the model says."""
        self._call([{"type": "text", "text": text}], output=max(40, len(text) // 3))

    def use(self, tool: str, given: dict[str, Any], result: str, told: Any = None, *, failed: bool = False) -> None:
        """A tool that the model asks for, and what it gives back."""
        key = f"toolu_{len(self.rows):04d}{self.id[:8]}"
        self._call([{"type": "tool_use", "id": key, "name": tool, "input": given}], output=180)
        block = {"type": "tool_result", "tool_use_id": key, "content": result, "is_error": failed}
        self._row("user", {"role": "user", "content": [block]}, toolUseResult=told if told is not None else result)

    def run(self, command: str, result: str, *, failed: bool = False) -> None:
        """A command."""
        told = f"Error: {result}" if failed else {"stdout": result, "stderr": "", "interrupted": False}
        self.use("Bash", {"command": command}, result, told, failed=failed)

    def read(self, path: str) -> None:
        """A file that is looked at."""
        self.use("Read", {"file_path": f"{self.cwd}/{path}"}, "1\tfirst line\n2\tsecond line")

    def edit(self, path: str, added: int, removed: int) -> None:
        """A file that is changed."""
        lines = [f"-old {n}" for n in range(removed)] + [f"+new {n}" for n in range(added)]
        patch = [{"oldStart": 1, "oldLines": removed, "newStart": 1, "newLines": added, "lines": lines}]
        told = {"filePath": f"{self.cwd}/{path}", "structuredPatch": patch, "userModified": False}
        given = {"file_path": f"{self.cwd}/{path}", "old_string": "old", "new_string": "new"}
        self.use("Edit", given, f"The file {self.cwd}/{path} has been updated successfully.", told)

    def commit(self, subject: str) -> None:
        """A commit, as git tells of it."""
        sha = uuid.uuid5(uuid.NAMESPACE_URL, self.id + subject).hex[:7]
        self.run(f'git commit -am "{subject}"', f"[{self.branch} {sha}] {subject}\n 1 file changed, 3 insertions(+)")

    def write(self, home: Path) -> None:
        """Put the log where its agent keeps it."""
        folder = home / ".claude/projects" / self.cwd.replace("/", "-")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{self.id}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in self.rows))

    def _call(self, content: list[dict[str, Any]], *, output: int) -> None:
        fresh, self.context = 900 + 7 * len(self.rows), self.context + 900 + output
        usage = {
            "input_tokens": 4, "cache_creation_input_tokens": fresh, "cache_read_input_tokens": self.context,
            "output_tokens": output, "service_tier": "standard",
        }  # fmt: skip
        number = f"{len(self.rows):04d}{self.id[:8]}"
        message = {
            "id": f"msg_{number}", "type": "message", "role": "assistant", "model": self.model, "content": content,
            "stop_reason": "tool_use" if content[0]["type"] == "tool_use" else "end_turn", "usage": usage,
        }  # fmt: skip
        self._row("assistant", message, requestId=f"req_{number}")

    def _row(self, kind: str, message: dict[str, Any], **more: Any) -> None:
        self.at += timedelta(seconds=7 + (len(self.rows) * 5) % 41)
        parent = self.rows[-1]["uuid"] if self.rows else None
        self.rows.append(
            {
                "parentUuid": parent, "isSidechain": False, "type": kind, "message": message, **more,
                "uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.id}/{len(self.rows)}")),
                "timestamp": self.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "userType": "external", "entrypoint": "cli", "cwd": self.cwd, "sessionId": self.id,
                "version": VERSION, "gitBranch": self.branch,
            }
        )  # fmt: skip


class Written(NamedTuple):
    """The ids of the sessions that tests ask for by what they are."""

    hostile: str
    running: str
    longest: str


def worked(talk: Talk, task: str, path: str, luck: random.Random, rounds: int) -> None:
    """Work as it goes: look, try, fail, mend, try again, commit."""
    talk.say(task)
    talk.read(path)
    for number in range(rounds):
        talk.run("python3 -m pytest -q", "1 failed, 41 passed in 3.02s", failed=True)
        talk.edit(path, luck.randint(2, 40), luck.randint(0, 12))
        for _ in range(luck.choice((0, 0, 0, 1, 4))):
            talk.read(path)
        for _ in range(luck.choice((0, 0, 0, 5))):
            talk.run(
                "python3 -m pytest -q tests/test_slow.py",
                "ERROR: file or directory not found: tests/test_slow.py",
                failed=True,
            )
        talk.run("python3 -m pytest -q", f"{42 + number} passed in 3.10s")
    talk.answer("All tests pass. Shall I commit this?")
    if luck.random() < 0.7:
        talk.say("Yes, commit it")
        talk.commit(task)
        talk.answer("Committed.")


def write(home: Path, *, days: int = 14, hostile: bool = True) -> Written:
    """Write two weeks of sessions into a home; without `hostile`, none that tries to break out."""
    luck = random.Random(7)
    for day in range(days, 0, -1):
        for nth in range(luck.choice((0, 1, 2, 3, 4) if day % 7 < 5 else (0, 0, 1))):
            task, branch, path, model = luck.choice(TASKS)
            at = NOW - timedelta(days=day, hours=-(2 + 3 * nth), minutes=luck.randint(0, 50))
            talk = Talk(f"{day}/{nth}", f"/home/dev/{luck.choice(PROJECTS)}", branch, model, at)
            worked(talk, task, path, luck, luck.randint(1, 9))
            talk.write(home)
    return Written(hostile=_hostile(home) if hostile else "", running=_running(home), longest=_longest(home, luck))


def _hostile(home: Path) -> str:
    talk = Talk("hostile", "/home/dev/shop", HOSTILE[:60], "claude-<b>sonnet</b>-4-5", NOW - timedelta(hours=3))
    talk.say(HOSTILE)
    talk.read(f"src/{HOSTILE[:40].replace('/', '-')}.py")
    talk.run(f"echo '{HOSTILE}'", HOSTILE, failed=True)
    talk.answer(f"[link](javascript:window.broken=1) {HOSTILE}")
    talk.write(home)
    return talk.id


def _running(home: Path) -> str:
    talk = Talk("running", "/home/dev/billing-api", "fix/vat", "claude-sonnet-4-5-20250929", NOW - timedelta(minutes=4))
    talk.say("The VAT of reverse charge invoices is wrong")
    talk.read("src/vat.py")
    talk.run("python3 -m pytest -q tests/test_vat.py", "2 failed, 9 passed in 0.61s", failed=True)
    talk.edit("src/vat.py", 6, 2)
    talk.write(home)
    return talk.id


def _longest(home: Path, luck: random.Random) -> str:
    task, branch, path, model = TASKS[6]
    talk = Talk("longest", "/home/dev/infra", branch, model, NOW - timedelta(days=2, hours=3))
    for part in ("", ": read in chunks", ": write in chunks", ": measure it"):
        worked(talk, task + part, path, luck, 5)
    talk.write(home)
    return talk.id
