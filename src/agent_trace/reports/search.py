"""Finds text in everything that was said, run, read and answered, across all sessions of all agents.

Words are found in any order and any case; `"a phrase"` as it stands; `prefix*` any ending; `AND`, `OR`, `NOT` and
parentheses combine. Hits are ranked, each with its passage and its event number: `why SESSION N` and
`replay SESSION --since-event N` understand it. `--regex` goes through the records themselves instead, newest logs first.

Of each text the first 2 000 characters are searchable by words; `--regex` sees all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import msgspec

from agent_trace.model.facts import Facts
from agent_trace.render.blocks import Block, Entry, Note, Prose, Timeline
from agent_trace.render.numbers import clip, count
from agent_trace.reports._scopes import Hit, HitsScope

SCOPE = "hits"


class Options(msgspec.Struct, frozen=True, kw_only=True):
    tool: Annotated[str, msgspec.Meta(description="Only calls and results of this tool.")] = ""
    path: Annotated[str, msgspec.Meta(description="Only events about a path that holds this.")] = ""
    kind: Annotated[
        str, msgspec.Meta(description="Only events of this kind: user_prompt, tool_call, tool_result …")
    ] = ""
    errors: Annotated[bool, msgspec.Meta(description="Only what failed.")] = False
    session: Annotated[str, msgspec.Meta(description="Only this session.")] = ""
    regex: Annotated[bool, msgspec.Meta(description="TEXT is a regular expression.")] = False
    context: Annotated[int, msgspec.Meta(description="Lines of context around a match.", extra={"short": "-C"})] = 2


class Result(msgspec.Struct, frozen=True, kw_only=True):
    query: str
    hits: tuple[Hit, ...]
    more: bool
    """There are further hits: raise --limit."""
    searched: int
    """Events that can be searched."""


def steady(options: Options) -> bool:
    """Whether time alone changes nothing."""
    return True


def compute(scope: HitsScope, options: Options, facts: Facts) -> Result:
    return Result(query=scope.query, hits=scope.hits, more=scope.more, searched=scope.searched)


# ---------------------------------------------------------------- layout

_MARKS = {"user_prompt": "▶", "assistant_response": "·", "thinking": "~", "tool_call": "→", "tool_result": "←"}


def layout(result: Result, options: Options, facts: Facts) -> Iterator[Block]:
    if not result.hits:
        yield Note(text=f"nothing matches {result.query!r} in {count(result.searched)} events", tone="plain")
        return
    session, several = "", len({hit.agent for hit in result.hits}) > 1
    for hit in result.hits:
        if hit.session != session:
            session = hit.session
            agent = f"{hit.agent}  " if several else ""
            yield Prose(text=f"{session}  {agent}{clip(hit.title or '', 60)}", tone="strong")
        yield Timeline(entries=(_entry(hit, facts, options.context),))
    if result.more:
        yield Prose(text="there are more: raise --limit", tone="dim")


def _entry(hit: Hit, facts: Facts, context: int) -> Entry:
    when = "?" if hit.at is None else f"{hit.at.astimezone(facts.zone):%b %d %H:%M}"
    label = " ".join(word for word in (hit.kind.replace("_", " "), hit.tool, "failed" if hit.failed else "") if word)
    return Entry(
        number=str(hit.number),
        when=when,
        mark="✗" if hit.failed else _MARKS.get(hit.kind, "·"),
        label=label,
        text=hit.path or "",
        body=_around(hit.text, context),
        tone="bad" if hit.failed else "plain",
    )


def _around(text: str, context: int) -> str:
    """The lines of a passage that hold a match, with some around them."""
    lines = text.splitlines()
    wanted = {
        near
        for number, line in enumerate(lines)
        if "«" in line
        for near in range(number - context, number + context + 1)
    }
    kept = [line for number, line in enumerate(lines) if number in wanted]
    return "\n".join(kept or lines[: 2 * context + 1])
