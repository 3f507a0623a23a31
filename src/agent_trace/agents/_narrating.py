"""Telling the events of a log record by record: what they are called, what led to them, which call a result belongs to.

For agents whose logs are messages with blocks of text, thinking, tool calls and results. What differs between them
stands in their own files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from agent_trace.agents._changes import created, exchanged
from agent_trace.agents._diffs import UNCHANGED, Change
from agent_trace.agents._exits import is_failure
from agent_trace.agents._fields import as_json
from agent_trace.agents._untyped import text
from agent_trace.model.events import (
    AssistantText,
    Attachment,
    ErrorRaised,
    Event,
    FileRead,
    FileWrite,
    Interrupted,
    LlmResponse,
    Origin,
    Thinking,
    ToolCall,
    ToolResult,
    Unknown,
    UserPrompt,
)
from agent_trace.model.scan import digest
from agent_trace.model.tools import EDITING, ToolKind
from agent_trace.model.usage import BillingClass, Usage, band

UNKNOWN = Usage()
"""What a call used that the log does not tell."""
UNSIGNED = 2**64 - 1
HELD = 4096
"""Names and open calls that are remembered between two pieces of a log."""
TELLING = (
    "command", "cmd", "script", "path", "file_path", "filePath", "target_file", "targetFile", "relativeWorkspacePath",
    "target_directory", "pattern", "regex", "glob_pattern", "globPattern", "search_term", "query", "url", "description",
    "prompt", "question", "instructions", "message", "name",
)  # fmt: skip
PATHS = (
    "path", "file_path", "filePath", "target_file", "targetFile", "relativeWorkspacePath", "target_directory",
    "targetDirectory", "file",
)  # fmt: skip
"""Arguments that tell a person what a call does, and those that name files: the first that is there."""


CONTENT = ("content", "contents", "file_text", "fileText")
OLD = ("old_string", "old_str", "oldString", "oldText", "search")
NEW = ("new_string", "new_str", "newString", "newText", "replace")
"""Arguments that hold a whole file, the text that an edit takes away, and what it puts in its place."""
FILING = EDITING | {"read"}
"""Kinds of tools of which a person wants to know the file."""
LONGEST = 2048
"""Characters of a command that are remembered until its exit code comes."""


class Called(msgspec.Struct, gc=False):
    """A tool call that may get a result."""

    id: str
    call: str
    """Its key: where an agent uses a tool-use id twice, the second is `~2`."""
    tool: str = ""
    kind: ToolKind = "other"
    path: str = ""
    command: str = ""
    results: int = 0
    added: int = 0
    """Lines that it was to add, as far as its arguments tell; so the next."""
    removed: int = 0


class ParseState(msgspec.Struct):
    """What must be known between two pieces of a log."""

    session: str = ""
    last: str | None = None
    at: int | None = None
    turn: int = 0
    step: int = 0
    tools: int = 0
    """Prompts so far, answers since the last one, and tool calls since then: names for what has none."""
    response: str | None = None
    """The call of the model that spoke last."""
    names: dict[str, int] = msgspec.field(default_factory=dict)
    """Name → how often it was used."""
    calls: dict[str, Called] = msgspec.field(default_factory=dict)


def planned(arguments: Mapping[str, Any], kind: ToolKind) -> Change:
    """What the arguments of a writing or editing tool say that it will change.

    A file that is written over counts as one that is created: what it held before is in no log.
    """
    old, new = text(arguments, *OLD), text(arguments, *NEW)
    if kind == "write" and not old:
        return created(text(arguments, *CONTENT))
    return exchanged(old, new) if kind in EDITING and (old or new) else UNCHANGED


def stand_in(*parts: str) -> str:
    """A name for what has none, from what it says."""
    return format(digest("\n".join(parts).encode("utf-8", "replace")) & UNSIGNED, "016x")


class Narrator:
    """Collects the events of one session; `take` turns to the next record."""

    def __init__(
        self,
        session: str,
        state: ParseState,
        kind: Callable[[str], ToolKind],
        *,
        clip: int | None,
        inherited: frozenset[int],
        source: int,
        portable: bool = False,
    ) -> None:
        self.session, self.state, self.kind = session, state, kind
        self.clip, self.inherited, self.source = clip, inherited, source
        self.portable = portable
        """Names are those of the session and, behind it, what a copy in another session has too."""
        self.is_child = False
        """The session is a sub-agent's: its prompts are its parent's."""
        self.origin = Origin(offset=0, length=0, source=source)
        self._out: list[Event] = []

    def take(self, offset: int, length: int, at: int | None = None) -> None:
        """Turn to the next record; without a time of its own it has that of the one before."""
        self.origin = Origin(offset=offset, length=length, source=self.source)
        if at is not None:
            self.state.at = at

    def told(self) -> Iterator[Event]:
        """What was collected since this was last asked."""
        found, self._out = self._out, []
        yield from found

    def cut(self, content: str) -> str:
        """As much of a text as was asked for."""
        return content if self.clip is None else content[: self.clip]

    def emit(self, event: type[Event], name: str, /, **fields: Any) -> str:
        """Collect an event under a name; a second one of that name is `~2`."""
        unique = self._unique(name)
        twin = unique.removeprefix(f"{self.session}.") if self.portable else ""
        is_copy = bool(self.inherited) and digest((twin or unique).encode("utf-8", "replace")) in self.inherited
        fields = {"parent": self.state.last, "at": self.state.at, **fields}
        self._out.append(
            event(id=unique, session=self.session, origin=self.origin, inherited=is_copy, twin=twin, **fields)
        )
        self.state.last = unique
        return unique

    def _unique(self, name: str) -> str:
        names = self.state.names
        number = names.pop(name, 0) + 1
        _remember(names, name, number)
        return f"{name}~{number}" if number > 1 else name

    # ---- what was said

    def prompt(self, name: str, content: str) -> None:
        """A text that a person, or a parent session, gave."""
        by = "parent" if self.is_child else "person"
        self.emit(UserPrompt, name, text=self.cut(content), size=len(content), by=by)

    def said(self, name: str, content: str) -> None:
        """What the model said; nothing where it said nothing."""
        if content.strip():
            self.emit(AssistantText, name, text=self.cut(content), size=len(content))

    def thought(self, name: str, content: str) -> None:
        """What the model thought."""
        if content.strip():
            self.emit(Thinking, name, text=self.cut(content), size=len(content))

    def attach(self, name: str, kind: str, content: str = "") -> None:
        """What was put before the model, or noted beside the talk."""
        self.emit(Attachment, name, kind=kind, text=self.cut(content), size=len(content))

    def failed(self, name: str, content: str) -> None:
        """What the API or the agent itself complained of."""
        self.emit(ErrorRaised, name, text=self.cut(content))

    def interrupted(self, name: str, content: str = "") -> None:
        """Somebody stopped it."""
        self.emit(Interrupted, name, text=self.cut(content))

    def unread(self, name: str, raw: str, reason: str) -> None:
        """A record that could not be understood."""
        self.emit(Unknown, name, raw=self.cut(raw), reason=reason)

    # ---- what was done

    def respond(self, name: str, call: str, model: str = "", usage: Usage = UNKNOWN, **fields: Any) -> None:
        """One request to a model."""
        cls = BillingClass(model=model, band=band(usage.prompt)) if model else None
        self.state.response = call
        self.emit(LlmResponse, name, call=call, cls=cls, usage=usage, **fields)

    def call(
        self, name: str, call: str, response: str | None, tool: str, arguments: object, kind: ToolKind | None = None
    ) -> None:
        """A tool call; its arguments are an object or JSON text."""
        told = arguments if isinstance(arguments, Mapping) else {}
        whole, kind, paths = as_json(arguments), kind or self.kind(tool), _paths(told)
        key = self._unique(f"call {call}").removeprefix("call ")
        unique = self.emit(
            ToolCall, name, call=key, response=response, tool=tool, kind=kind, input=self.cut(whole), size=len(whole),
            title=self.cut(text(told, *(PATHS if kind in FILING else ()), *TELLING)), paths=paths,
        )  # fmt: skip
        path = paths[0] if paths else ""
        asked = planned(told, kind)
        _remember(self.state.calls, call, Called(
            id=unique, call=key, tool=tool, kind=kind, path=path, command=text(told, "command", "cmd", "script")[:LONGEST],
            added=asked.added, removed=asked.removed,
        ))  # fmt: skip

    def planned(self, call: str) -> Change:
        """What a call was to change, for results that do not say what it did."""
        opened = self.state.calls.get(call)
        return Change(opened.added, opened.removed) if opened is not None else UNCHANGED

    def expect(self, call: str, change: Change) -> None:
        """What a call is to change, where its agent knows better."""
        opened = self.state.calls.get(call)
        if opened is not None:
            opened.added, opened.removed = change.added, change.removed

    def result(self, name: str, call: str, output: str, change: Change = UNCHANGED, **fields: Any) -> None:
        """What became of a tool call, and what that did to files."""
        opened = self.state.calls.get(call)
        if opened is not None:
            opened.results += 1
        failed, code = bool(fields.get("failed")), fields.get("exit_code")
        wrong = failed or (code is not None and is_failure(opened.command if opened else "", code))
        self.emit(
            ToolResult, f"{opened.id}.result" if opened else name, parent=opened.id if opened else self.state.last,
            call=opened.call if opened else call, tool=opened.tool if opened else "", output=self.cut(output), size=len(output),
            went_wrong=None if wrong == failed else wrong, lines_added=change.added, lines_removed=change.removed,
            patch=self.cut(change.patch), **fields,
        )  # fmt: skip
        if opened is not None and opened.path and opened.results == 1 and not wrong and not fields.get("refused"):
            self._file(opened, change)

    def _file(self, opened: Called, change: Change) -> None:
        if opened.kind == "read":
            self.emit(FileRead, f"{opened.id}.read", path=opened.path)
        elif opened.kind in EDITING:
            self.emit(
                FileWrite,
                f"{opened.id}.write",
                path=opened.path,
                lines_added=change.added,
                lines_removed=change.removed,
            )


def _paths(arguments: Mapping[str, Any]) -> tuple[str, ...]:
    found = text(arguments, *PATHS)
    return (found,) if found else ()


def _remember(held: dict[str, Any], name: str, value: object) -> None:
    """Keep the newest; a memory that only grew would be stored with every piece."""
    held[name] = value
    if len(held) > HELD:
        del held[next(iter(held))]
