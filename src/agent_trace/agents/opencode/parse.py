"""The full reader of a session: its rows as events, in the order of time.

It never fails: a row that cannot be read, or is of a kind that is not known, becomes `Unknown` with the reason. What
is left out on purpose: snapshots of the files, the marks where a step begins and ends, the title that OpenCode gives a
session before it has one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from agent_trace.agents.opencode.fields import Json, group, packed, text, unpacked
from agent_trace.agents.opencode.gathering import gather
from agent_trace.agents.opencode.prompts import hear_model, hear_prompt
from agent_trace.agents.opencode.records import Message, Record, Rows, Unreadable
from agent_trace.agents.opencode.replies import hear_reply
from agent_trace.agents.opencode.results import hear_command
from agent_trace.agents.opencode.story import Story
from agent_trace.agents.opencode.twins import hashed, twins_of
from agent_trace.model.events import Event, Linked, SessionStarted, Titled, Unknown

CLIP = 2048
"""Characters of a text that an event holds, unless told otherwise."""
_NAMELESS = re.compile(r"(?:New|Child) session - \d{4}-\d\d-\d\dT[\d:.]+Z")
_AGENT = re.compile(r"\(@(.+) subagent\)$")
"""How the title of a sub-agent ends; versions before 1.3 name it nowhere else."""


def parse(
    path: str,
    rows: Iterable[tuple[int, bytes]],
    state: object = None,
    *,
    clip: int | None = CLIP,
    inherited: frozenset[int] = frozenset(),
    source: int = 0,
) -> Iterator[Event]:
    """The events of a whole log. Texts are cut to `clip` characters (None: whole).

    Records whose names are in `inherited` are copies from another session. `source` numbers the log among its session's.
    """
    found = gather(rows, source)
    session = found.session or _place(path)
    story = Story(session, twins_of(found.messages), clip=clip, inherited=inherited)
    if found.head is not None:
        _begin(story, found.head, found.messages)
    place = 0
    for message in found.messages:
        place = message.created or message.made or place
        _hear(story, message, place, is_child=_is_child(found))
    _hear_unreadable(story, found.unreadable, place)
    yield from story.events()


def _place(path: str) -> str:
    """The session that a path names."""
    return path.rpartition("#")[2] if "#" in path else path.replace("\\", "/").rpartition("/")[2].partition(".")[0]


def _is_child(rows: Rows) -> bool:
    return rows.head is not None and bool(text(rows.head.data, "parent_id"))


def _begin(story: Story, head: Record, messages: list[Message]) -> None:
    """What the session's own row says. A session that waited for its first prompt began with that.

    A fork is younger than the messages that it copied: it begins behind them.
    """
    data = head.data
    created = [one.created for one in messages[:1] if one.created is not None]
    at = max([*created, head.made or 0]) or None
    title = text(data, "title")
    kind = text(data, "agent") or "".join(_AGENT.findall(title))
    started = SessionStarted(
        id=f"{story.session}.start",
        session=story.session,
        at=at,
        origin=head.origin,
        cwd=text(data, "directory") or None,
        version=text(data, "version") or None,
        starter=text(data, "parent_id") or None,
        agent_type=kind or None if text(data, "parent_id") else None,
    )
    story.add(started, at or 0)
    if title and not _NAMELESS.fullmatch(title):
        titled = Titled(
            id=f"{story.session}.title", session=story.session, at=at, origin=head.origin, title=story.cut(title)
        )
        story.add(titled, at or 0)
    forked = text(data, "fork_session_id")
    if forked:
        link = Linked(
            id=f"{story.session}.link", session=story.session, at=at, origin=head.origin, how="fork", other=forked
        )
        story.add(link, at or 0)
    story.reverted = text(_revert(data), "messageID") or None


def _revert(data: Json) -> Json:
    return group(data, "revert") or unpacked(data.get("revert")) or {}


def _hear(story: Story, message: Message, place: int, *, is_child: bool) -> None:
    match text(message.data, "role"):
        case "user":
            hear_prompt(story, message, place, is_child=is_child)
        case "assistant":
            hear_reply(story, message, place)
        case "shell":
            hear_command(story, message, message.parts[0], place)
        case "model":
            hear_model(story, message, text(message.data, "modelID"), place)
        case role:
            raw = story.cut(packed(message.data).decode())
            reason = f"unknown message role {role!r}" if role else "a message without a role"
            story.add(Unknown(**story.head(message, message, message.created), raw=raw, reason=reason), place)


def _hear_unreadable(story: Story, found: list[Unreadable], last: int) -> None:
    """Lines that say nothing, named after their bytes."""
    uses: dict[str, int] = {}
    for one in found:
        name = hashed(story.session, one.raw)
        count = uses[name] = uses.get(name, 0) + 1
        event = Unknown(
            id=f"{name}.unread" if count == 1 else f"{name}~{count}.unread",
            session=story.session,
            at=one.made,
            origin=one.origin,
            raw=story.cut(one.raw),
            reason=one.reason,
        )
        story.add(event, one.made or last)
