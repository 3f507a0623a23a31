"""Small sessions told in Markdown, as a coding agent's log in both of its forms: a row for each block, and united rows.

## name of the case
```
> the prompt                          a prompt
= 9000 + 1000 -> 50                   a model call: tokens read from the cache, tokens given anew, tokens answered
= 0 + 9000 1h -> 50 opus              … written to the cache for an hour; by another model
Bash: npm run build                   a step of that call: its tool and its main argument
Edit: a.py | old | new                … further arguments of an edit: the old text and the new one; `*20` repeats a line
Read: a.py | 10 | 20                  … of a reading: offset and limit
ok 4000: text                         its result, with the whole length where it is not the text's own
failed: text                          a result that the agent marked as failed
ran 60: text                          … after so many seconds
waited 300: text                      … after seconds in which it did not run
refused 300: text                     a refused permission, after seconds
. text                                the model says something
+ 10m                                 time passes
~ compact                             the context is compacted
~ clear                               … is emptied
~ deferred_tools_delta: a b c         the agent attaches something
~ task: text                          the first prompt of a sub-agent
```
* a sentence · 1,000 tokens · 5 s     what is found: one line each; `none` for nothing
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NamedTuple

from agent_trace.agents.claude.parse import parse
from agent_trace.model.session import Session

RULES = Path(__file__).resolve().parents[1] / "rules"
CWD = "/home/dev/demo"
START = datetime(2026, 11, 20, 9, tzinfo=timezone.utc)
MODELS = {"": "claude-sonnet-4-5-20250929", "opus": "claude-opus-4-5-20251101", "new": "claude-unheard-of"}
_CALL = re.compile(r"= (\d+) \+ (\d+)( 1h| in)? -> (\d+)(?: (\w+))?")
_RESULT = re.compile(r"(ok|failed|ran|waited|refused)(?: (\d+))?: ?(.*)")
_UNITS = {"s": 1, "m": 60, "h": 3600}


class Case(NamedTuple):
    """A session and what is found in it."""

    lines: tuple[str, ...]
    expected: tuple[str, ...]
    options: dict[str, str]


def pages() -> dict[str, Path]:
    """Rule → its page."""
    return {path.stem: path for path in sorted(RULES.glob("*.md"))}


def cases(page: Path) -> dict[str, Case]:
    """The cases of a page by their names."""
    found: dict[str, Case] = {}
    for part in page.read_text(encoding="utf-8").split("\n## ")[1:]:
        name, _, text = part.partition("\n")
        block = re.search(r"^```\n(.*?)\n```$", text, re.MULTILINE | re.DOTALL)
        expected = re.findall(r"^\* (.*)$", text, re.MULTILINE)
        options = dict(re.findall(r"^Option (\w+) = (\S+)$", text, re.MULTILINE))
        found[name] = Case(
            tuple(block[1].splitlines()) if block else (), tuple(one for one in expected if one != "none"), options
        )
    return found


def session(lines: Sequence[str], *, united: bool) -> Session:
    """The session that is read of such a log."""
    path, rows = log(lines, united=united)
    found = parse(path, [(place * 100_000, row) for place, row in enumerate(rows)], None)
    return Session("root", "claude", tuple(found))


def log(lines: Sequence[str], *, united: bool = False, name: str = "root") -> tuple[str, list[bytes]]:
    """Where the log of a session lies in its agent's home, and its lines."""
    telling = _Telling(name)
    for line in lines:
        telling.hear(line)
    path = f"projects/-p/{f'{name}/subagents/agent-a1' if telling.is_child else name}.jsonl"
    return path, [json.dumps(row).encode() for row in telling.rows(united=united)]


class _Telling:
    """Gathers messages: of the model with their blocks, and of the user with theirs."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._now = START
        self._messages: list[dict[str, Any]] = []
        self._count = 0
        self._open: list[str] = []
        self._patches: dict[str, list[str]] = {}
        self._results = 0
        self.is_child = False

    @property
    def _own_name(self) -> str:
        """Two logs of one session have no call in common."""
        return f"{self._name}_a1" if self.is_child else self._name

    def hear(self, line: str) -> None:
        kind, rest = line[:2], line[2:]
        if kind == "> ":
            self._user([{"type": "text", "text": rest}], text=rest)
        elif kind == "= ":
            self._call(line)
        elif kind == ". ":
            self._messages[-1]["blocks"].append({"type": "text", "text": rest})
        elif kind == "+ ":
            self._now += timedelta(seconds=int(rest[:-1]) * _UNITS[rest[-1]])
        elif kind == "~ ":
            self._other(rest)
        elif found := _RESULT.fullmatch(line):
            self._result(found[1], int(found[2] or 0), found[3])
        else:
            self._step(line)

    def _at(self, seconds: float = 1) -> str:
        self._now += timedelta(seconds=seconds)
        return self._now.isoformat().replace("+00:00", "Z")

    def _add(self, **message: Any) -> None:
        self._messages.append(message)

    def _user(self, blocks: list[dict[str, Any]], text: str | None = None, **beside: Any) -> None:
        self._add(type="user", at=self._at(), blocks=blocks, text=text, beside=beside)

    def _call(self, line: str) -> None:
        found = _CALL.fullmatch(line)
        assert found is not None, line
        fresh, how = int(found[2]), (found[3] or "").strip()
        kept = 0 if how == "in" else fresh
        hour = kept if how == "1h" else 0
        written = {"ephemeral_5m_input_tokens": kept - hour, "ephemeral_1h_input_tokens": hour}
        usage = {
            "input_tokens": fresh - kept,
            "output_tokens": int(found[4]),
            "cache_read_input_tokens": int(found[1]),
            "cache_creation_input_tokens": kept,
            "cache_creation": written,
        }
        self._open, self._results = [], 0
        self._add(type="assistant", at=self._at(), blocks=[], usage=usage, model=MODELS[found[5] or ""])

    def _step(self, line: str) -> None:
        tool, _, rest = line.partition(": ")
        self._count += 1
        name = f"toolu_{self._name}_{self._count}"
        self._open.append(name)
        given = _arguments(tool, [_repeated(one) for one in rest.split(" | ")])
        self._patches[name] = _patch(given)
        self._messages[-1]["blocks"].append({"type": "tool_use", "id": name, "name": tool, "input": given})

    def _result(self, how: str, figure: int, text: str) -> None:
        """Results come in the order of the steps."""
        name = self._open.pop(0)
        waited = figure if how in ("ran", "waited", "refused") else 0
        words = text.replace("\\n", "\n")
        words += "·" * (0 if waited else figure - len(words))
        beside: dict[str, Any] = {"toolUseResult": {"durationMs": figure * 1000 if how == "ran" else 500}}
        if how == "refused":
            beside = {
                "permissionDecision": {"decision": "reject", "source": "user_reject"},
                "toolUseResult": "rejected",
            }
            words = "The user doesn't want to proceed with this tool use. The tool use was rejected"
        if how == "ok" and self._patches[name]:
            beside["toolUseResult"]["structuredPatch"] = [{"lines": self._patches[name]}]
        block: dict[str, Any] = {"type": "tool_result", "tool_use_id": name, "content": words}
        if how in ("failed", "refused"):
            block["is_error"] = True
        seconds = waited if self._results else waited + 0.5
        self._results += 1
        self._add(type="user", at=self._at(seconds), blocks=[block], text=None, beside=beside)

    def _other(self, rest: str) -> None:
        kind, _, text = rest.partition(": ")
        if kind == "compact":
            facts = {"trigger": "manual", "preTokens": 9}
            self._add(type="system", subtype="compact_boundary", at=self._at(), compactMetadata=facts)
        elif kind == "clear":
            self._user([], text="<command-name>/clear</command-name>")
        elif kind == "task":
            self.is_child = True
            self._user([], text=text)
        else:
            self._add(type="attachment", at=self._at(), attachment={"type": kind, "addedNames": text.split()})

    # ---- rows

    def rows(self, *, united: bool) -> Iterator[dict[str, Any]]:
        """The log: in the united form a message is one row, and the results of one message are one row too."""
        messages = list(self._united()) if united else self._messages
        first = {**self._row(0, self._at()), "type": "user", "isMeta": True}
        yield {**first, "message": {"role": "user", "content": "begin"}}
        number = 0
        for place, message in enumerate(messages):
            blocks = message.get("blocks", [])
            parts = [blocks] if united or message["type"] != "assistant" or not blocks else [[one] for one in blocks]
            for part in parts:
                number += 1
                yield self._drawn(number, place, message, part)

    def _united(self) -> Iterator[dict[str, Any]]:
        held: dict[str, Any] | None = None
        for message in self._messages:
            plain = message["type"] == "user" and message["text"] is None and _is_plain(message["beside"])
            if plain and held is not None:
                held["blocks"] = [*held["blocks"], *message["blocks"]]
                continue
            held = dict(message) if plain else None
            yield held if held is not None else message

    def _row(self, number: int, at: str) -> dict[str, Any]:
        row: dict[str, Any] = {"sessionId": self._name, "uuid": f"{self._name}{number}", "timestamp": at, "cwd": CWD}
        return {**row, "isSidechain": self.is_child, **({"agentId": "a1"} if self.is_child else {})}

    def _drawn(self, number: int, place: int, message: dict[str, Any], blocks: list[dict[str, Any]]) -> dict[str, Any]:
        row = {**self._row(number, message["at"]), "type": message["type"]}
        if message["type"] == "assistant":
            told = {
                "id": f"msg_{self._own_name}_{place}",
                "role": "assistant",
                "model": message["model"],
                "content": blocks,
            }
            return {**row, "requestId": f"req_{self._own_name}_{place}", "message": {**told, "usage": message["usage"]}}
        if message["type"] == "user":
            content = message["text"] if message["text"] is not None else blocks
            return {**row, **message["beside"], "message": {"role": "user", "content": content}}
        return {**row, **{name: value for name, value in message.items() if name != "at"}}


def _is_plain(beside: dict[str, Any]) -> bool:
    """Whether nothing but a short run stands beside a result: what cannot be said of several results in one row."""
    return beside == {"toolUseResult": {"durationMs": 500}}


def _patch(given: dict[str, Any]) -> list[str]:
    """The changed lines of an edit of several lines."""
    old, new = str(given.get("old_string", "")), str(given.get("new_string", given.get("content", "")))
    if "\n" not in old + new:
        return []
    return [*(f"-{line}" for line in old.splitlines()), *(f"+{line}" for line in new.splitlines())]


def _repeated(text: str) -> str:
    bare, star, times = text.rpartition("*")
    return "\n".join(f"{bare}{place}" for place in range(int(times))) if star and times.isdigit() else text


def _arguments(tool: str, words: list[str]) -> dict[str, Any]:
    """A tool's arguments as the agent calls them."""
    first, rest = words[0], words[1:]
    match tool:
        case "Bash":
            return {"command": first, **({"run_in_background": True} if rest == ["background"] else {})}
        case "Edit":
            old, new = rest if len(rest) > 1 else ("a", "b")
            return {"file_path": f"{CWD}/{first}", "old_string": old, "new_string": new}
        case "Write":
            return {"file_path": f"{CWD}/{first}", "content": rest[0] if rest else "x"}
        case "Read":
            ranges = zip(("offset", "limit"), rest, strict=False)
            return {"file_path": f"{CWD}/{first}", **{name: int(one) for name, one in ranges}}
        case "Grep" | "Glob":
            return {"pattern": first}
        case "Task":
            return {"description": first, "prompt": first}
        case "WebFetch":
            return {"url": first, "prompt": "what is it"}
        case _:
            return {"query": first}
