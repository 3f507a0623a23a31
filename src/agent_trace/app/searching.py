"""Finding text across all sessions: the full-text index, or a regular expression over the records themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from agent_trace.app.choosing import choose
from agent_trace.app.scopes import Request
from agent_trace.app.summaries import moment
from agent_trace.app.workspace import Workspace
from agent_trace.errors import NotFoundError, UsageError, WithheldError
from agent_trace.model.events import Event
from agent_trace.privacy.tiers import withheld
from agent_trace.reports._scopes import Hit, HitsScope
from agent_trace.store.choice import choice, milliseconds
from agent_trace.store.sources import SourceRow, sources
from agent_trace.store.texts import Found, Narrow, count_texts, every, matching
from agent_trace.sync.second import searchable

if TYPE_CHECKING:
    from agent_trace.app.leaving import Door

DEFAULT = 20
PASSAGE = 240
"""Characters of a passage around its first match."""
WORD = re.compile(r"\w+", re.UNICODE)


def search(workspace: Workspace, options: Any, request: Request) -> HitsScope:
    """Hits, best first; of a regular expression newest session first."""
    if workspace.config.tier == 1:
        raise WithheldError("withheld (tier 1): no text is kept that could be searched", hint="see docs/privacy.md")
    limit = DEFAULT if request.limit is None else request.limit or 2**31
    narrow = Narrow(
        tool=options.tool,
        path=options.path,
        kind=options.kind,
        errors=options.errors,
        session=choose(workspace, options.session).key if options.session else "",
    )
    chosen, values = choice(request.selection)
    values["since"] = milliseconds(request.selection.since, -1)
    values["until"] = milliseconds(request.selection.until, 2**62)
    texts = _Passages(workspace, request.door)
    if options.regex:
        pattern = _compiled(request.query)
        found = _by_pattern(every(workspace.db, narrow, chosen, values), pattern, texts)
    else:
        pattern = _terms(request.query)
        found = iter(matching(workspace.db, match_query(request.query), narrow, chosen, values, limit + 1))
    hits: list[Hit] = []
    titles = workspace.db.titles()
    for one in found:
        title = titles.get((one.agent, one.session), one.title)
        hits.append(_hit(one, title, texts.shown(one), pattern))
        if len(hits) > limit:
            break
    return HitsScope(
        query=request.query, hits=tuple(hits[:limit]), more=len(hits) > limit, searched=count_texts(workspace.db)
    )


def match_query(text: str) -> str:
    """What a person types as an FTS5 query: words, "phrases", prefix*, AND, OR, NOT, parentheses.

    Everything else (paths, code, punctuation) is searched as the words it consists of, as a phrase.
    """
    parts: list[str] = []
    for token in re.findall(r'"[^"]*"\*?|\(|\)|[^\s()]+', text):
        if token in ("AND", "OR", "NOT", "(", ")"):
            parts.append(token)
            continue
        star = "*" if token.endswith("*") else ""
        words = WORD.findall(token)
        if words:
            parts.append('"' + " ".join(words) + '"' + star)
    query = " ".join(parts)
    if not WORD.search(query.replace("AND", "").replace("OR", "").replace("NOT", "")):
        raise UsageError(f"{text!r} holds no word to search for", hint="use --regex for punctuation")
    if query.count("(") != query.count(")") or re.search(r"(^|\() ?(AND|OR|NOT)\b|(AND|OR|NOT) ?(\)|$)", query):
        raise UsageError(f"{text!r} is no whole query", hint='words, "a phrase", prefix*, AND, OR, NOT, ( )')
    return query


def _terms(text: str) -> re.Pattern[str]:
    """What to mark in a passage: the words asked for, phrases and prefixes."""
    wanted = [
        " ".join(WORD.findall(part))
        for part in re.findall(r'"[^"]*"|[^\s()]+', text)
        if part not in ("AND", "OR", "NOT")
    ]
    ends = [
        "" if part.endswith("*") else r"(?!\w)"
        for part in re.findall(r'"[^"]*"\*?|[^\s()]+', text)
        if part not in ("AND", "OR", "NOT")
    ]
    choices = [r"\W+".join(map(re.escape, one.split())) + end for one, end in zip(wanted, ends, strict=False) if one]
    return re.compile(r"(?<!\w)(?:" + "|".join(choices or ["$^"]) + ")", re.IGNORECASE)


def _compiled(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text, re.IGNORECASE)
    except re.error as error:
        raise UsageError(f"{text!r} is no regular expression: {error}") from error


def _by_pattern(entries: Iterator[Found], pattern: re.Pattern[str], texts: _Passages) -> Iterator[Found]:
    return (one for one in entries if pattern.search(texts.of(one)))


class _Passages:
    """Texts of entries, read again from the log or the archive; one log at a time is held."""

    def __init__(self, workspace: Workspace, door: Door | None = None) -> None:
        self.workspace, self.door = workspace, door
        self.source: SourceRow | None = None
        self.missing: set[int] = set()

    def of(self, one: Found) -> str:
        """The whole text behind an entry; empty where its log is gone and was not archived."""
        return self._read(one, None)

    def shown(self, one: Found) -> str:
        """The same as it may leave."""
        return self._read(one, self.door)

    def _read(self, one: Found, door: Door | None) -> str:
        source = self._source(one.source)
        if source is None:
            return ""
        tier = self.workspace.config.tier
        if tier < 3 and not source.form:  # only the agent's own file has it
            return withheld(tier)
        try:
            line = self.workspace.raw.record(source, one.offset, one.length)
        except (NotFoundError, OSError):
            return ""
        return self._text(source, one, line, door)

    def _source(self, number: int) -> SourceRow | None:
        if self.source is None or self.source.id != number:
            self.source = sources(self.workspace.db, [number]).get(number)
        return self.source

    def _text(self, source: SourceRow, one: Found, line: bytes, door: Door | None) -> str:
        member = self.workspace.raw.reader(source)
        events: list[Event] = list(
            member.parse(source.path, [(one.offset, line)], member.reader_state(None), clip=None)
        )
        if door is not None:
            events = [door.event(event, cwd=one.cwd) for event in events]
        for event in events:
            if event.id == one.event:
                return searchable(event, {})[0]
        same = [searchable(event, {})[0] for event in events]
        return "\n".join(text for text in same if text)


def _hit(one: Found, title: str | None, text: str, pattern: re.Pattern[str]) -> Hit:
    return Hit(
        session=one.session,
        agent=one.agent,
        title=title,
        cwd=one.cwd,
        number=one.number,
        event=one.event,
        at=moment(one.at),
        kind=one.kind,
        tool=one.tool,
        path=one.path,
        failed=bool(one.failed),
        text=passage(text, pattern),
    )


def passage(text: str, pattern: re.Pattern[str], size: int = PASSAGE) -> str:
    """The piece of a text around its first match, matches between « and »."""
    first = pattern.search(text)
    at = first.start() if first else 0
    start = max(0, at - size // 3)
    piece = text[start : start + size]
    marked = pattern.sub(lambda match: f"«{match.group(0)}»" if match.group(0) else "", piece)
    return ("…" if start else "") + marked + ("…" if start + size < len(text) else "")
