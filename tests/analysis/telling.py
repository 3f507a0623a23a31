"""Sessions told in a few lines: what the literate rules of tests/rules are written in.

> text                     a prompt                  $ command      a shell command; its output follows
@ Tool kind path or text   another tool              & …            the same, asked for in the same breath
= 0   = 1   = ok   = failed   = refused   = interrupted   = none    how the step above ended
% item                     a plan's item begins      ~ 6m           time passes
! interrupted  ! error  ! compacted  ! denied        . text         the agent says something
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, cast

import msgspec

from agent_trace.model.events import (
    AssistantText,
    Command,
    Compacted,
    ErrorRaised,
    Event,
    FileRead,
    FileWrite,
    Interrupted,
    LlmResponse,
    SessionStarted,
    ToolCall,
    ToolResult,
    UserPrompt,
)
from agent_trace.model.session import Session
from agent_trace.model.tools import ToolKind
from agent_trace.model.usage import BillingClass, Usage

CWD = "/home/dev/demo"
MODEL = BillingClass(model="claude-opus-4-5-20251101")
RULES = Path(__file__).resolve().parents[1] / "rules"
MINUTE = 60_000


class Case(NamedTuple):
    """What a page says of one session."""

    session: Session
    expected: list[str]


def cases(page: str) -> dict[str, Case]:
    """The cases of a page under tests/rules, by their headings."""
    found: dict[str, Case] = {}
    for part in (RULES / page).read_text(encoding="utf-8").split("\n## ")[1:]:
        name, _, text = part.partition("\n")
        block = re.search(r"^```\n(.*?)\n```$", text, re.MULTILINE | re.DOTALL)
        assert block is not None, name
        found[name] = Case(
            session(block[1]), [line for line in re.findall(r"^\* (.*)$", text, re.MULTILINE) if line != "none"]
        )
    return found


def session(script: str) -> Session:
    """A session told in lines."""
    return Session("s", "made", tuple(Teller().tell(script.split("\n"))))


class Teller:
    """Turns lines into events; a second passes with each."""

    def __init__(self) -> None:
        self.at = 1_700_000_000_000
        self.steps = 0
        self.responses = 0
        self.plan: list[dict[str, str]] = []
        self._open: list[ToolCall] = []
        self._output: list[str] = []

    def tell(self, lines: list[str]) -> Iterator[Event]:
        yield SessionStarted(id="start", session="s", cwd=CWD, at=self.at)
        for number, line in enumerate(lines):
            mark, _, rest = line.partition(" ")
            if mark in ("$", "@", "&", ">", "=", "%", "~", "!", ".", "/") and line[:2] == f"{mark} ":
                yield from self._line(number, mark, rest)
            else:
                self._output.append(line.removeprefix("| "))

    def _line(self, number: int, mark: str, rest: str) -> Iterator[Event]:
        self.at += 1000
        here: dict[str, Any] = {"session": "s", "at": self.at}
        match mark:
            case ">":
                yield UserPrompt(id=f"p{number}", text=rest, size=len(rest), **here)
            case "/":
                yield Command(id=f"o{number}", name=f"/{rest}", **here)
            case ".":
                self.responses += 1
                yield self._response(here)
                yield AssistantText(id=f"t{number}", text=rest, size=len(rest), **here)
            case "~":
                self.at += int(rest.removesuffix("m")) * MINUTE
            case "!":
                yield from self._happened(number, rest, here)
            case "=":
                yield from self._ended(rest, here)
            case "%":
                yield from self._planned(rest, here)
            case "&":
                yield self._called(*rest.partition(" ")[::2], here)
            case _:
                self.responses += 1
                yield self._response(here)
                yield self._called(mark, rest, here)

    def _response(self, here: dict[str, Any]) -> LlmResponse:
        name = f"m{self.responses}"
        return LlmResponse(id=name, call=name, cls=MODEL, usage=Usage(input=100, output=50, cache_read=1000), **here)

    def _called(self, mark: str, rest: str, here: dict[str, Any]) -> ToolCall:
        self.steps += 1
        name = f"c{self.steps}"
        tool, kind, thing = ("Bash", "shell", rest) if mark == "$" else (*rest.split(" ", 2), "", "")[:3]
        command = thing.replace("␤", "\n")
        given = {"command": command} if kind == "shell" else _given(kind, thing)
        text = json.dumps(given)
        path = thing.partition(" ")[0] if kind in ("read", "write", "edit") else ""
        call = ToolCall(
            id=name, call=name, response=f"m{self.responses}", tool=tool, kind=cast(ToolKind, kind), input=text, size=len(text),
            title=command, paths=(path,) if path else (), **here,
        )  # fmt: skip
        self._open.append(call)
        self._output = []
        return call

    def _ended(self, rest: str, here: dict[str, Any]) -> Iterator[Event]:
        call = self._open.pop(0)
        word, _, said = rest.partition(" ")
        if word == "none":
            return
        code = int(word) if word.isdigit() else None
        failed = word == "failed" or bool(code)
        output = "\n".join([*self._output, *([said] if said else [])])
        changed = call.kind in ("write", "edit") and not failed
        self._output = []
        yield ToolResult(
            id=f"{call.id}.r", call=call.id, parent=call.id, tool=call.tool, output=output, size=len(output),
            failed=failed or word == "refused", refused=word == "refused", interrupted=word == "interrupted",
            exit_code=code, lines_added=int(changed), **here,
        )  # fmt: skip
        if call.kind == "read" and not failed:
            yield FileRead(id=f"{call.id}.f", path=call.paths[0], parent=f"{call.id}.r", **here)
        if changed and word == "ok":
            yield FileWrite(id=f"{call.id}.f", path=call.paths[0], parent=f"{call.id}.r", lines_added=1, **here)

    def _planned(self, item: str, here: dict[str, Any]) -> Iterator[Event]:
        self.responses += 1
        for one in self.plan:
            one["status"] = "completed"
        self.plan.append({"content": item, "status": "in_progress"})
        yield self._response(here)
        self.steps += 1
        text = json.dumps({"todos": self.plan})
        call = ToolCall(
            id=f"c{self.steps}", call=f"c{self.steps}", response=f"m{self.responses}", tool="TodoWrite", kind="plan",
            input=text, size=len(text), **here,
        )  # fmt: skip
        yield call
        yield ToolResult(id=f"{call.id}.r", call=call.id, parent=call.id, tool="TodoWrite", output="ok", size=2, **here)

    def _happened(self, number: int, what: str, here: dict[str, Any]) -> Iterator[Event]:
        match what:
            case "interrupted":
                yield Interrupted(id=f"i{number}", text="by the person", **here)
            case "error":
                yield ErrorRaised(id=f"e{number}", text="529 Overloaded", status=529, **here)
            case "again":
                yield ErrorRaised(id=f"e{number}", text="529 Overloaded", status=529, retry=1, **here)
            case "compacted":
                yield Compacted(id=f"k{number}", trigger="auto", before=150_000, after=20_000, **here)


def _given(kind: str, thing: str) -> dict[str, str]:
    name, _, rest = thing.partition(" ")
    match kind:
        case "read":
            return {"file_path": name, **({"offset": rest} if rest else {})}
        case "write" | "edit":
            return {"file_path": name, "new_string": rest}
        case "search":
            return {"pattern": thing}
        case _:
            return {"text": thing}


def place(found: Session) -> dict[int, int]:
    """The number of a call → which step of the story it is, from 1."""
    return {step.number: order for order, step in enumerate(found.steps, 1)}


def named(found: Session, number: int | None) -> str:
    """An event as the pages name it: `3` is the call of step 3, `3.r` its result, `p0` a prompt."""
    event = found.event(number or 0)
    if event is None:
        return "-"
    return event.id.removeprefix("c")


def shifted(event: Event, milliseconds: int) -> Event:
    """The same event at another time."""
    return msgspec.structs.replace(event, at=None if event.at is None else event.at + milliseconds)
