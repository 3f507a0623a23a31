"""User messages: what people and parents asked, and what OpenCode put beside it."""

from __future__ import annotations

import re
from typing import Literal

from agent_trace.agents.opencode.fields import Json, flag, group, text
from agent_trace.agents.opencode.records import Message, Part
from agent_trace.agents.opencode.story import Story
from agent_trace.model.events import Attachment, Command, Compacted, ModelChanged, UserPrompt

_SHELL = "The following tool was executed by the user"
"""The whole text of a message that stands for a command which the person ran past the model."""
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)


def hear_prompt(story: Story, message: Message, place: int, *, is_child: bool) -> None:
    """One user message: at most one prompt, and an event for each other part."""
    words = [part for part in message.parts if _is_said(part.data)]
    if words:
        hear_model(story, message, text(group(message.data, "model"), "modelID"), place)
        whole = "\n".join(text(part.data, "text") for part in words)
        said = unquoted(whole)
        by: Literal["person", "program", "parent"] = "parent" if is_child else "person" if said == whole else "program"
        head = story.head(message, message, message.created)
        story.asked[message.id] = story.add(UserPrompt(**head, text=story.cut(said), size=len(said), by=by), place)
    for part in message.parts:
        if part not in words:
            _hear_part(story, message, part, place)


def unquoted(said: str) -> str:
    """A prompt as it was typed: `opencode run` puts an argument that holds a space between quotes before it sends it."""
    found = _QUOTED.fullmatch(said)
    return said if found is None or " " not in found.group(1) else found.group(1).replace('\\"', '"')


def hear_model(story: Story, message: Message, model: str, place: int) -> None:
    """The person chose another model than before."""
    if model and story.model and model != story.model:
        head = story.head(message, message, message.created, ".model", ".model")
        story.add(ModelChanged(**head, model=model), place)
    story.model = model or story.model


def _is_said(part: Json) -> bool:
    return text(part, "type") == "text" and not flag(part, "synthetic") and not flag(part, "ignored")


def _hear_part(story: Story, message: Message, part: Part, place: int) -> None:
    data = part.data
    head = story.head(message, part, message.created, twin=part.twin)
    name: str | None
    match text(data, "type"):
        case "compaction":
            name = story.add(Compacted(**head, trigger="auto" if flag(data, "auto") else "manual"), place)
        case "subtask":
            command, task = text(data, "command"), story.cut(text(data, "prompt"))
            name = story.add(Command(**head, name=f"/{command}" if command else text(data, "agent"), text=task), place)
        case "agent":
            found = text(data, "name")
            name = story.add(Attachment(**head, kind="agent", text=story.cut(found), size=len(found)), place)
        case "file":
            name = story.attach(message, part, data, message.created, place)
        case "text" if text(data, "text") == _SHELL:
            story.shell.add(message.id)
            return
        case "text":
            found, kind = text(data, "text"), "synthetic" if flag(data, "synthetic") else "ignored"
            name = story.add(Attachment(**head, kind=kind, text=story.cut(found), size=len(found)), place)
        case _:
            name = story.doubt(message, part, place)
    if name is not None:
        story.asked.setdefault(message.id, name)
