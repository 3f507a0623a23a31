"""One session of a chat history: prompts, what the model said, and what Aider said of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from agent_trace.agents._clock import milliseconds
from agent_trace.agents._diffs import UNCHANGED, Change
from agent_trace.agents._narrating import UNKNOWN, Narrator
from agent_trace.agents.aider.edits import edit_of, edits
from agent_trace.agents.aider.lines import START
from agent_trace.agents.aider.tokens import COST, TOKENS, cost, usage
from agent_trace.model.events import Command, ModelChanged, SessionStarted

Kind = Literal["start", "prompt", "notice", "reply"]
MODEL = re.compile(r"(?:Main model|Model): (\S+)")
VERSION = re.compile(r"Aider v(\S+)")
FOLDER = re.compile(r"(?:Git|Cur) working dir: (.+)")
APPLIED = re.compile(r"Applied edit to (.+)")
FAILED = re.compile(r"The LLM did not conform to the edit format|.*SEARCH/REPLACE blocks? failed to match")
ERROR = re.compile(r"(?:litellm\.)?(?:[A-Z]\w*(?:Error|Exception)|Timeout): ")
STOPPED = "^C again to exit"
TALKING = frozenset({"/ask", "/code", "/architect", "/context", "/help"})
"""Commands whose argument is a text for the model."""
BLANK = "<blank>"
_DIGITS = re.compile(r"\d+")
REPORT = re.compile(rf"> {TOKENS.pattern}")
"""Of two lines only the second ends with blanks."""


class Line(NamedTuple):
    """A line of the file and where it stands."""

    place: int
    offset: int
    length: int
    text: str


class Part(NamedTuple):
    """Lines of one kind that follow each other."""

    kind: Kind
    lines: list[Line]

    @property
    def text(self) -> str:
        """Without marks; blank lines, which are no rows, are put back."""
        found = [self.lines[0].text]
        for before, line in zip(self.lines, self.lines[1:], strict=False):
            found += [""] * min(line.place - before.place - 1, 9) + [line.text]
        return "\n".join(found)


def parts(lines: Sequence[Line]) -> list[Part]:
    """A session's lines by kind. Aider ends its marked lines with two blanks: where some do, only those are marks."""
    is_marked = any(line.text.startswith((">", "####")) and line.text.endswith("  ") for line in lines)
    found: list[Part] = []
    for line in lines:
        kind = _kind(line.text, found[-1].kind if found else None, is_marked)
        if found and found[-1].kind == kind != "start" and _goes_on(found[-1], line):
            found[-1].lines.append(_bare(kind, line))
        else:
            found.append(Part(kind, [_bare(kind, line)]))
    return found


def _kind(line: str, before: Kind | None, is_marked: bool) -> Kind:
    if START.fullmatch(line):
        return "start"
    if (before == "notice" and COST.match(line)) or REPORT.match(line):
        return "notice"
    if is_marked and not line.endswith("  "):
        return "reply"
    return "prompt" if line.startswith("####") else "notice" if line.startswith(">") else "reply"


def _goes_on(part: Part, line: Line) -> bool:
    """Two prompts are two, a reply and what Aider says go on behind blank lines."""
    return part.kind != "prompt" or line.place == part.lines[-1].place + 1


def _bare(kind: Kind, line: Line) -> Line:
    mark = {"prompt": "####", "notice": ">"}.get(kind, "")
    return line._replace(text=line.text.removeprefix(mark).strip() if mark else line.text.rstrip())


class Chat:
    """Tells a session part by part."""

    def __init__(self, narrator: Narrator, lines: Sequence[Line], folder: str | None) -> None:
        self.narrator, self.parts, self.folder = narrator, parts(lines), folder
        self.model, self.call, self.count, self.edits = "", "", 0, 0
        self.asked: dict[str, Change] = {}

    def hear(self) -> None:
        """All events of the session."""
        for index, part in enumerate(self.parts):
            first = part.lines[0]
            self.narrator.take(first.offset, first.length)
            name = f"{self.narrator.session}.{first.place}"
            if part.kind == "start":
                self._start(name, part.text)
            elif part.kind == "prompt":
                self._prompt(name, part.text)
            elif part.kind == "reply":
                self._reply(name, part.text, self._notices(index))
            else:
                self._said(part)

    def _notices(self, index: int) -> Iterator[Line]:
        """What Aider says from here to the next prompt."""
        for place in range(index, len(self.parts)):
            part = self.parts[place]
            if part.kind in ("prompt", "start"):
                return
            if part.kind == "notice":
                yield from part.lines

    # ---- start and prompts

    def _start(self, name: str, line: str) -> None:
        self.narrator.state.at = milliseconds("{}-{}-{}T{}:{}:{}Z".format(*_DIGITS.findall(line)))
        self.narrator.emit(SessionStarted, name, cwd=self._first(FOLDER) or self.folder, version=self._first(VERSION))

    def _first(self, pattern: re.Pattern[str]) -> str | None:
        """What Aider says first of something."""
        said = (pattern.match(line.text) for part in self.parts if part.kind == "notice" for line in part.lines)
        return next((found.group(1) for found in said if found), None)

    def _prompt(self, name: str, words: str) -> None:
        self.call, self.asked = "", {}
        first, _, rest = words.partition(" ")
        if words.startswith("!"):
            self.narrator.emit(Command, name, name="!", text=self.narrator.cut(words[1:].strip()))
        elif first.startswith("/") and not (first in TALKING and rest.strip()):
            self.narrator.emit(Command, name, name=first, text=self.narrator.cut(rest.strip()))
        elif words.strip() and words != BLANK:
            self.narrator.prompt(name, words)

    # ---- what the model said

    def _reply(self, name: str, words: str, notices: Iterator[Line]) -> None:
        if not self.call:
            lines = list(notices)
            spent = next((index for index, line in enumerate(lines) if usage(line.text, self.model)), len(lines))
            self._respond(name, lines[spent : spent + 2])
        self.narrator.said(name, words)
        self.asked.update(edits(words))

    def _respond(self, name: str, lines: Sequence[Line]) -> None:
        """One message: its tokens stand on the first of these lines, its dollars there or on the next."""
        self.count += 1
        self.call = f"{self.narrator.session}/{self.count}"
        used = usage(lines[0].text, self.model) if lines else None
        told = [cost(line.text) for line in lines[:1]] + [
            cost(line.text) for line in lines[1:2] if COST.match(line.text)
        ]
        usd = next((one for one in told if one), None)
        self.narrator.respond(f"{name}.call", self.call, self.model, used or UNKNOWN, recorded_usd=usd)

    # ---- what Aider said

    def _said(self, part: Part) -> None:
        plain: list[str] = []
        for index, line in enumerate(part.lines):
            name = f"{self.narrator.session}.{line.place}"
            self.narrator.take(line.offset, line.length)
            if usage(line.text, self.model) is not None:
                if not self.call:
                    self._respond(name, part.lines[index : index + 2])
                self.call = ""
            elif not self._hear(name, line.text) and line.text and not COST.match(line.text):
                plain.append(line.text)
        if plain:
            self.narrator.attach(f"{self.narrator.session}.{part.lines[0].place}.notice", "notice", "\n".join(plain))

    def _hear(self, name: str, words: str) -> bool:
        """What means something; False for anything else."""
        if found := MODEL.match(words):
            self._switch(name, found.group(1))
        elif found := APPLIED.match(words):
            self._edit(name, found.group(1), edit_of(found.group(1), self.asked), "")
        elif FAILED.match(words):
            self._edit(name, "", UNCHANGED, words)
        elif ERROR.match(words):
            self.narrator.failed(name, words)
        elif words == STOPPED and self.call:
            self.narrator.interrupted(name, words)
        else:
            return False
        return True

    def _switch(self, name: str, model: str) -> None:
        if self.model and self.model != model:
            self.narrator.emit(ModelChanged, name, model=model)
        self.model = model

    def _edit(self, name: str, path: str, change: Change, failure: str) -> None:
        """An edit of the last reply, as a step: Aider took it out of the text itself."""
        self.edits += 1
        call = f"{self.narrator.session}/edit-{self.edits}"
        response = self.narrator.state.response
        self.narrator.call(name, call, response, "edit", {"path": path} if path else {})
        self.narrator.result(f"{name}.result", call, failure or f"Applied edit to {path}", change, failed=bool(failure))
