"""Why an event happened: links from each event back to what led to it, found in one pass.

A link always leads to a smaller number, so every chain ends. Where nothing better is known, a call leads back to the
prompt it was made for, and a text to what it answers. Only files that some call is about are looked for in texts, by an
index of their last names that keeps the nearest few mentions: the work grows with the log, not with its square.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

import msgspec

from agent_trace.analysis.attempts import Attempt
from agent_trace.model.events import (
    AssistantText,
    Blocked,
    Command,
    Compacted,
    ErrorRaised,
    Event,
    FileRead,
    FileWrite,
    Interrupted,
    LlmRequest,
    LlmResponse,
    PermissionAnswered,
    SessionStarted,
    Thinking,
    ToolCall,
    ToolResult,
    UserPrompt,
)
from agent_trace.model.session import Session
from agent_trace.policy.directories import joined

How = Literal[
    "result", "retry", "iteration", "denial", "read", "path", "prompt", "answer", "part", "interruption", "continuation",
    "sub-agent", "said", "change",
]  # fmt: skip
"""`result` of a call; `retry` after a failure; `iteration` after a failure and a change; `denial` made it go another way;
`read` before a write of the same file; `path` was named in an earlier text; `prompt` asked for it; `answer` to what came back;
`part` of what its call did, or of a person's command; `interruption` of something; `continuation` of what was compacted;
`sub-agent` started by a call; `said` right before it, in the same breath: the weakest, for it tells what was wanted and not
what it came from. `change` leads on alone: a file was edited between a failure and the success at the same."""

MENTIONS = 6
"""Of the ways in which files of one name were named, as many are kept."""
_WORD = re.compile(r"""[^\s"'`()<>\[\]{},;:|=*#]+""")
"""What may be a path: nothing that is put around or between paths in texts."""
_LONGEST = 2048


class Link(NamedTuple):
    """One event led to another."""

    source: int
    """The number of what came first."""
    how: How
    note: str = ""
    """The path as it was named, or that was read."""


class _Mention(NamedTuple):
    number: int
    words: str
    """The path as it was written there."""
    about: str
    """The file whose reading gave the text: naming itself is no news."""


class Causes(msgspec.Struct, frozen=True):
    """The causes of a session's events."""

    links: dict[int, tuple[Link, ...]]
    """The number of an event → what led to it, the strongest first."""

    def chain(self, number: int) -> tuple[tuple[int, Link | None], ...]:
        """From the first cause to the event: each with the link that leads to it from the one before."""
        found: list[tuple[int, Link | None]] = []
        while True:
            link = next(iter(self.links.get(number, ())), None)
            found.append((number, link))
            if link is None:
                return tuple(reversed(found))
            number = link.source

    def behind(self, number: int) -> tuple[tuple[int, Link], ...]:
        """All links that lead to an event, directly or over others: edges (to, link), the nearest first.

        What was said before a step answers all that came before: what led to that is not behind the step.
        """
        waiting, seen, found = [number], {number}, list[tuple[int, Link]]()
        for one in waiting:
            for link in self.links.get(one, ()):
                found.append((one, link))
                if link.source not in seen and link.how != "said":
                    seen.add(link.source)
                    waiting.append(link.source)
        return tuple(found)


def causes(session: Session, found: Sequence[Attempt]) -> Causes:
    """What led to each event of a session; `found` are its attempts."""
    tracing = _Tracing(session, found)
    return Causes({number: links for number, event in session.numbered if (links := tracing.hear(number, event))})


class _Tracing:
    """One pass over the log: what is known so far that a later event may come from."""

    def __init__(self, session: Session, found: Sequence[Attempt]) -> None:
        self._session = session
        self._attempts = {one.step.call.id: one for one in found}
        self._calls: dict[str, int] = {}
        """Tool-use id → the number of its call."""
        self._about = {event.id: _paths_of(event, self._attempts.get(event.id), cwd) for event, cwd in _calls(session)}
        """The files that each call is about."""
        self._names: dict[str, dict[str, _Mention]] = {
            _last_name(path): {} for paths in self._about.values() for path in paths
        }
        """The last name of a file → the ways in which it was named, and the text that did so last."""
        self._reads: dict[str, int] = {}
        """File → the number of the result that gave its content last."""
        self._prompt: int | None = None
        self._came: int | None = None
        """What came back to the model last: a prompt, a result."""
        self._denied: int | None = None
        """A refusal after which nothing was tried yet."""
        self._cwd: str | None = None
        self._said: dict[bool, int] = {}
        """What was said last since something came back, on the main thread and off it; a thought where nothing was said."""
        self._spoken: dict[str, int] = {}
        """Model call, by its key → what it said before the first call that it asked for."""
        self._commands: dict[str, int] = {}
        """Id of a person's command → its number: some run a tool of their own, which no model asked for."""

    def hear(self, number: int, event: Event) -> tuple[Link, ...]:
        """The links of an event, before what it says is remembered."""
        if isinstance(event, SessionStarted):
            self._cwd = event.cwd or self._cwd
        links = tuple(dict.fromkeys(self._links(number, event)))
        self._remember(number, event)
        return links

    def _links(self, number: int, event: Event) -> Iterator[Link]:
        match event:
            case ToolCall():
                yield from self._of_call(event)
            case ToolResult() | PermissionAnswered():
                yield from self._of_answer(number, event)
            case FileRead() | FileWrite():
                yield from self._parent(number, event, "part")
            case AssistantText() | Thinking() | LlmResponse() | LlmRequest():
                yield from self._last("answer")
            case Interrupted() | ErrorRaised():
                yield from self._last("interruption")
            case Blocked():
                yield from self._parent(number, event, "result")
            case Compacted():
                yield from self._last("continuation")
            case _:
                pass

    def _of_answer(self, number: int, event: ToolResult | PermissionAnswered) -> Iterator[Link]:
        call = self._calls.get(event.call) if isinstance(event, ToolResult) else None
        if call is None:
            yield from self._parent(number, event, "result")
        else:
            yield Link(call, "result")

    def _parent(self, number: int, event: Event, how: How) -> Iterator[Link]:
        parent = self._session.numbered_event(event.parent) if event.parent else None
        if parent is not None and parent.number < number:
            yield Link(parent.number, how)

    def _last(self, how: How) -> Iterator[Link]:
        if self._came is not None:
            yield Link(self._came, how)

    # ---- tool calls

    def _of_call(self, event: ToolCall) -> Iterator[Link]:
        command = self._commands.get(event.parent or "") if event.response is None else None
        if command is not None:
            yield Link(command, "part")
            return
        attempt = self._attempts.get(event.id)
        if attempt is not None and attempt.after is not None and attempt.after.result is not None:
            failed = self._session.number_of(attempt.after.result)
            if failed is not None and attempt.kind in ("retry", "iteration"):
                yield Link(failed, "retry" if attempt.kind == "retry" else "iteration")
                yield from self._of_change(attempt)
        if self._denied is not None:
            yield Link(self._denied, "denial")
        yield from sorted(self._of_paths(event), key=self._is_old)
        if self._prompt is None and self._came is not None:
            yield Link(self._came, "answer")
        said = self._spoken.get(event.response or "", self._said.get(event.side))
        if said is not None:
            yield Link(said, "said")

    def _of_paths(self, event: ToolCall) -> Iterator[Link]:
        paths = self._about.get(event.id, ())
        if event.kind in ("write", "edit"):
            yield from (Link(self._reads[path], "read", path) for path in paths if path in self._reads)
        yield from self._named(paths)
        if self._prompt is not None:
            yield Link(self._prompt, "prompt")

    def _is_old(self, link: Link) -> bool:
        """What was read or named before the prompt explains less than the prompt does."""
        return self._prompt is not None and link.source < self._prompt

    def _of_change(self, attempt: Attempt) -> Iterator[Link]:
        """An iteration comes from its change too."""
        change = self._session.numbered_event(attempt.change) if attempt.change else None
        if change is not None and change.number < attempt.number:
            yield Link(change.number, "iteration")

    def _named(self, paths: Sequence[str]) -> Iterator[Link]:
        """The nearest text that names each of the paths."""
        for path in paths:
            bare = _plain(path)
            for named, mention in reversed(self._names.get(_last_name(path), {}).items()):
                if mention.about != path and _is_end(bare, named):
                    yield Link(mention.number, "path", mention.words)
                    break

    # ---- what is remembered

    def _remember(self, number: int, event: Event) -> None:
        match event:
            case UserPrompt():
                self._prompt = self._came = number
                self._denied = None
                self._said.pop(event.side, None)
                self._mention(number, event.text)
            case Command():
                self._came = self._commands[event.id] = number
                self._denied = None
            case AssistantText() | Thinking():
                self._speak(number, event)
            case ToolCall():
                self._calls.setdefault(event.call, number)
                self._denied = None
                if event.response and event.side in self._said:
                    self._spoken.setdefault(event.response, self._said[event.side])
            case ToolResult():
                self._result(number, event)
            case Blocked():
                self._denied = number
            case Compacted():
                self._came = number
                self._mention(number, event.summary)
            case FileWrite(path=path):
                self._reads.pop(joined(self._cwd, path) or path, None)
            case _:
                pass

    def _speak(self, number: int, event: AssistantText | Thinking) -> None:
        before = self._session.event(self._said.get(event.side, 0))
        if event.text.strip() and not (isinstance(event, Thinking) and isinstance(before, AssistantText)):
            self._said[event.side] = number

    def _result(self, number: int, event: ToolResult) -> None:
        self._came = number
        self._said.pop(event.side, None)
        self._denied = number if event.refused else self._denied
        call = self._session.event(self._calls.get(event.call, 0))
        about = ""
        if isinstance(call, ToolCall) and call.kind == "read" and call.paths:
            about = joined(self._cwd, call.paths[0]) or call.paths[0]
            if not event.failed:
                self._reads[about] = number
        if not (isinstance(call, ToolCall) and call.kind in ("write", "edit")):
            self._mention(number, event.output, about)

    def _mention(self, number: int, text: str, about: str = "") -> None:
        for word in _WORD.findall(text[:_LONGEST]):
            if "." not in word and "/" not in word and "\\" not in word:
                continue
            words = _tidy(word.rstrip(".!?"))
            path = words.lower()
            known = self._names.get(path.rpartition("/")[2])
            if known is None:
                continue
            known.pop(path, None)
            known[path] = _Mention(number, words, about)
            if len(known) > MENTIONS:
                del known[next(iter(known))]


def _calls(session: Session) -> Iterator[tuple[ToolCall, str | None]]:
    """All tool calls, each with the directory that the session was in."""
    cwd: str | None = None
    for event in session.events:
        if isinstance(event, SessionStarted):
            cwd = event.cwd or cwd
        elif isinstance(event, ToolCall):
            yield event, cwd


def _tidy(path: str) -> str:
    return path.replace("\\", "/").strip().removeprefix("./").rstrip("/")


def _plain(path: str) -> str:
    return _tidy(path).lower()


def _last_name(path: str) -> str:
    return _plain(path).rpartition("/")[2]


def _paths_of(event: ToolCall, attempt: Attempt | None, cwd: str | None) -> tuple[str, ...]:
    """The files that a call is about, absolute where that is known."""
    found = [joined(cwd, path) or path for path in event.paths]
    for part in attempt.intention.parts if attempt is not None and event.kind == "shell" else ():
        bare = (target.removeprefix(">") for target in part.targets)
        found += [path for path in bare if path.startswith(("/", "~")) and "." in path.rpartition("/")[2]]
    return tuple(dict.fromkeys(found))


def _is_end(path: str, mention: str) -> bool:
    """Whether a mention may mean this path: the same, or its last parts."""
    bare = mention.lstrip("/")
    return path in (mention, bare) or path.endswith(f"/{bare}")
