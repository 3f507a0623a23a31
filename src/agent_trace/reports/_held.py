"""The texts that a context held or lost: files, memory files, results, each with its size, in words that may be told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from agent_trace.analysis.context import Text
from agent_trace.analysis.fallen import Fallen
from agent_trace.analysis.wording import relative
from agent_trace.model.events import Attachment, Compacted, SessionStarted, ToolResult
from agent_trace.model.session import Session, Step
from agent_trace.render.blocks import Cell, Column, Table, cell
from agent_trace.render.numbers import clip, count, tokens
from agent_trace.reports._pointed import Pointed
from agent_trace.reports._telling import WITHHELD

_NAME = 120
_ROWS = 12
"""Of a list so many are drawn, the largest; all stand in the JSON."""
TokensOf = Callable[[int], int]
"""Characters → tokens, estimated."""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """One text."""

    event: int
    what: str
    name: str
    """The command, the path, its first words; empty where that is withheld."""
    characters: int
    tokens: int
    """Estimated."""


class File(msgspec.Struct, frozen=True, kw_only=True):
    """A file whose text was read or attached."""

    path: str
    events: tuple[int, ...]
    characters: int
    """Of all its texts: what was read twice stands there twice."""
    tokens: int
    """Estimated."""
    back: bool = False
    """Of one that fell out: it stands in the window again."""


class Lost(msgspec.Struct, frozen=True, kw_only=True):
    """What left the context, by what it was."""

    what: str
    texts: int
    characters: int
    tokens: int
    """Estimated; below 0 what came in its place. What the log tells of the tokens before and behind is their sum."""


class Fell(msgspec.Struct, frozen=True, kw_only=True):
    """What left the context at a reset, without what the agent gave again since: memory files, skills, system prompts."""

    shares: tuple[Lost, ...]
    files: tuple[File, ...]


class Holdings(msgspec.Struct, frozen=True, kw_only=True):
    """The texts of a window that are worth naming."""

    memory: tuple[Held, ...] = ()
    files: tuple[File, ...] = ()
    results: tuple[Held, ...] = ()
    summary: str = ""


def holdings(asked: Pointed, texts: Sequence[Text], tokens_of: TokensOf) -> Holdings:
    """Memory files, files, other results and the summary among texts."""
    naming = _Naming(asked)
    files = {text.number for text in texts if naming.path(text.number) is not None}
    return Holdings(
        memory=tuple(naming.held(text, tokens_of) for text in texts if text.what == "memory files"),
        files=_files(naming, texts, tokens_of),
        results=_largest(
            naming.held(text, tokens_of)
            for text in texts
            if text.number not in files and isinstance(naming.whole.event(text.number), ToolResult)
        ),
        summary=naming.summary(texts),
    )


def what_fell(asked: Pointed, lost: Fallen, texts: Sequence[Text]) -> Fell:
    """What left the context, by what it was, and the files among it; `texts` are those in the window."""
    naming = _Naming(asked)
    sizes = {what: lost.size(what) for what in dict.fromkeys(one.what for one in lost.shares)}
    shares = (
        Lost(what=one.what, texts=one.texts, characters=sizes[one.what], tokens=one.tokens) for one in lost.shares
    )
    back = frozenset(path for text in texts if (path := naming.path(text.number)) is not None)
    return Fell(
        shares=tuple(shares),
        files=_files(naming, lost.texts, lost.tokens_of, back),
    )


def _files(
    naming: _Naming, texts: Iterable[Text], tokens_of: TokensOf, back: frozenset[str] = frozenset()
) -> tuple[File, ...]:
    found: dict[str, list[Text]] = {}
    for text in texts:
        path = naming.path(text.number)
        if path is not None:
            found.setdefault(path, []).append(text)
    made = (
        File(
            path=naming.told_path(ones[0].number),
            events=tuple(one.number for one in ones),
            characters=sum(one.size for one in ones),
            tokens=tokens_of(sum(one.size for one in ones)),
            back=path in back,
        )
        for path, ones in found.items()
    )
    return tuple(sorted(made, key=lambda one: (-one.characters, one.events)))


def _largest(held: Iterable[Held]) -> tuple[Held, ...]:
    return tuple(sorted(held, key=lambda one: (-one.characters, one.event)))


class _Naming:
    """Names of texts: what they are is seen in the whole session, what they are called in that which may be told."""

    def __init__(self, asked: Pointed) -> None:
        self.whole = asked.whole
        self._shown = asked.part.session
        self._cwd = asked.part.summary.cwd
        starts = (event.cwd for event in asked.whole.events if isinstance(event, SessionStarted) and event.cwd)
        self._folder = next(starts, self._cwd)
        self._steps = {step.call.call: step for step in asked.whole.steps}
        self._told = self._steps if self._shown is self.whole else {step.call.call: step for step in self._shown.steps}

    def held(self, text: Text, tokens_of: TokensOf) -> Held:
        """One text with its name."""
        name = self._name(text.number)
        told = "" if WITHHELD.fullmatch(name) else clip(relative(name, self._cwd), _NAME)
        return Held(event=text.number, what=text.what, name=told, characters=text.size, tokens=tokens_of(text.size))

    def path(self, number: int) -> str | None:
        """The file that a text was read from, from its folder on, however it was called; None: it is no text of a file."""
        found = self._path(self.whole, self._steps, number)
        return None if found is None else relative(found, self._folder)

    def told_path(self, number: int) -> str:
        """The same as it may be told."""
        return relative(self._path(self._shown, self._told, number) or "", self._cwd)

    def summary(self, texts: Iterable[Text]) -> str:
        """The summary that a compaction left among texts."""
        told = (self._shown.event(text.number) for text in texts)
        return next((event.summary for event in told if isinstance(event, Compacted)), "")

    def _path(self, session: Session, steps: dict[str, Step], number: int) -> str | None:
        match session.event(number):
            case ToolResult(call=call, failed=False) if call in steps and steps[call].call.kind == "read":
                return next(iter(steps[call].call.paths), None)
            case Attachment(kind="file", text=text):
                return text.partition("\n")[0] or None
            case _:
                return None

    def _name(self, number: int) -> str:
        event = self._shown.event(number)
        if isinstance(event, ToolResult):
            step = self._told.get(event.call)
            return event.tool if step is None else step.call.title or step.call.tool
        return event.text.partition("\n")[0] if isinstance(event, Attachment) else ""


# ---------------------------------------------------------------- tables


def held_table(title: str, held: Sequence[Held]) -> Table:
    """Texts, each with its size."""
    columns = (
        Column(title="event", align="right"),
        Column(title="what", stretch=True),
        Column(title="characters", align="right"),
        Column(title="tokens, est.", key="tokens", align="right"),
    )
    rows = tuple(
        (
            cell(f"#{one.event}", value=str(one.event)),
            cell(_said(one), value=one.name),
            *_sizes(one.characters, one.tokens),
        )
        for one in held[:_ROWS]
    )
    return Table(columns=columns, rows=rows, title=_titled(title, len(held)))


def files_table(title: str, files: Sequence[File]) -> Table:
    """Files, each with the size of its texts."""
    columns = (
        Column(title="file", stretch=True),
        Column(title="events", weight=1),
        Column(title="characters", align="right"),
        Column(title="tokens, est.", key="tokens", align="right"),
    )
    rows = tuple(
        (
            cell(f"{one.path} (back)" if one.back else one.path, value=one.path),
            cell(_events(one.events)),
            *_sizes(one.characters, one.tokens),
        )
        for one in files[:_ROWS]
    )
    return Table(columns=columns, rows=rows, title=_titled(title, len(files)))


def fell_table(fell: Fell) -> Table:
    """What left the context, by what it was."""
    columns = (
        Column(title="what", stretch=True),
        Column(title="texts", align="right"),
        Column(title="characters", align="right"),
        Column(title="tokens, est.", key="tokens", align="right"),
    )
    rows = tuple((cell(one.what), cell(count(one.texts)), *_sizes(one.characters, one.tokens)) for one in fell.shares)
    return Table(columns=columns, rows=rows)


def _sizes(characters: int, estimated: int) -> tuple[Cell, Cell]:
    return cell(count(characters), value=str(characters)), cell(tokens(estimated), value=str(estimated))


def _said(one: Held) -> str:
    """`Bash python3 -m unittest`: what gave the text, and what it was about."""
    tool = one.what.removeprefix("results of ")
    return one.name if one.what == "memory files" or one.name == tool else f"{tool} {one.name}".rstrip()


def _titled(title: str, number: int) -> str:
    return f"{title} (the {_ROWS} largest of {count(number)})" if number > _ROWS else title


def _events(events: Sequence[int]) -> str:
    more = f" +{len(events) - 3}" if len(events) > 3 else ""
    return ", ".join(f"#{one}" for one in events[:3]) + more
