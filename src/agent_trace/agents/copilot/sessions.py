"""Sessions and people: where the agent works, who asked for what, which sub-agents it started."""

from __future__ import annotations

from agent_trace.agents._untyped import JSON, NOTHING, count, inner, objects, several, text
from agent_trace.agents.copilot.reader import Reader
from agent_trace.model.events import (
    Attachment,
    ErrorRaised,
    Interrupted,
    Linked,
    ModelChanged,
    SessionEnded,
    SessionStarted,
    Titled,
    UserPrompt,
)

_NOTICE = "<system_notification"
_TYPED = frozenset({"", "user"})
"""What `source` says of a text that a person typed."""


def hear_begin(reader: Reader, data: JSON) -> None:
    """A session begins, or goes on in another process."""
    reader.begin(text(data, "sessionId"))
    _settle(reader, inner(data, "context"), data)
    _choose(reader, text(data, "selectedModel"), ".model")


def hear_context(reader: Reader, data: JSON) -> None:
    """The agent went to another folder or branch."""
    _settle(reader, data, {})


def _settle(reader: Reader, context: JSON, data: JSON) -> None:
    state = reader.state
    state.cwd = text(context, "cwd") or state.cwd
    state.branch = text(context, "branch") or state.branch
    reader.tell(
        SessionStarted,
        cwd=state.cwd,
        branch=state.branch,
        version=text(data, "copilotVersion") or None,
        starter=text(data, "detachedFromSpawningParentSessionId") or None,
    )


def hear_model(reader: Reader, data: JSON) -> None:
    """Another model answers from here on."""
    _choose(reader, text(data, "newModel"))


def _choose(reader: Reader, model: str, suffix: str = "") -> None:
    if model and model != reader.model:
        reader.choose(reader.session, model)
        reader.tell(ModelChanged, suffix, model=model)


def hear_title(reader: Reader, data: JSON) -> None:
    """The agent found a title."""
    title = text(data, "title")
    if title:
        reader.tell(Titled, title=title, by="agent")


def hear_error(reader: Reader, data: JSON) -> None:
    """The model could not be asked; what a hook said of it was said already."""
    if not reader.state.attempts:
        reader.tell(ErrorRaised, text=reader.cut(text(data, "message")), status=count(data, "statusCode"))
    reader.state.attempts = 0


def hear_hook(reader: Reader, data: JSON) -> None:
    """A hook runs: the only trace of a failed attempt to ask the model, where somebody put a hook on errors."""
    given = inner(data, "input")
    if text(data, "hookType") != "errorOccurred" or text(given, "errorContext") != "model_call":
        return
    words = text(inner(given, "error"), "message")
    found, _ = objects(words.encode("utf-8", "replace"))
    error = found[0] if found else NOTHING
    reader.state.attempts += 1
    reader.tell(
        ErrorRaised,
        text=reader.cut(text(error, "message") or words),
        status=count(error, "code"),
        retry=reader.state.attempts,
    )


def hear_abort(reader: Reader, data: JSON) -> None:
    """A turn was broken off."""
    reader.tell(Interrupted, text=reader.cut(text(data, "reason")))


def hear_clear(reader: Reader, data: JSON) -> None:
    """The conversation was cleared within its session."""
    reader.tell(Linked, how="clear", other=reader.session)


def hear_handoff(reader: Reader, data: JSON) -> None:
    """The session goes on from one that ran elsewhere."""
    other = text(data, "remoteSessionId")
    if other:
        reader.tell(Linked, how="resume", other=other)


# ---- people, and who speaks in their place


def hear_person(reader: Reader, data: JSON) -> None:
    """A text for the model, as it was before the agent put more into it."""
    words, source = text(data, "content"), text(data, "source")
    if reader.session != reader.main:
        reader.tell(UserPrompt, text=reader.cut(words), size=len(words), by="parent")
    elif words.startswith(_NOTICE):
        _attach(reader, "notification", words)
    elif source not in _TYPED or data.get("isAutopilotContinuation") is True:
        _attach(reader, source or "autopilot", words)
    else:
        by = "program" if inner(data, "crossSession") else "person"
        reader.tell(UserPrompt, text=reader.cut(words), size=len(words), by=by)
    for index, one in enumerate(several(data, "attachments")):
        shown = text(one, "path") or text(one, "filePath") or text(one, "displayName")
        _attach(reader, text(one, "type") or "file", shown, f".{index}")


def _attach(reader: Reader, kind: str, words: str, suffix: str = "") -> None:
    reader.tell(Attachment, suffix, kind=kind, text=reader.cut(words), size=len(words))


def hear_system(reader: Reader, data: JSON) -> None:
    """The agent's own instructions."""
    _attach(reader, "system prompt", text(data, "content"))


def hear_notification(reader: Reader, data: JSON) -> None:
    """The program tells the model what happened meanwhile."""
    _attach(reader, "notification", text(data, "content"))


def hear_skill(reader: Reader, data: JSON) -> None:
    """Instructions for one kind of work were loaded."""
    _attach(reader, "skill", text(data, "name"))


# ---- sub-agents


def hear_agent(reader: Reader, data: JSON) -> None:
    """A tool call started a sub-agent."""
    tool_id = text(data, "toolCallId")
    called = reader.state.tools.get(tool_id)
    agent = text(reader.record, "agentId") or tool_id
    if called:
        called.child = agent
    reader.choose(reader.child(agent), text(data, "model"))
    reader.tell(
        SessionStarted,
        session=reader.child(agent),
        cwd=reader.state.cwd,
        branch=reader.state.branch,
        starter=called.session if called else reader.main,
        agent_type=text(data, "agentName") or None,
    )


def hear_agent_end(reader: Reader, data: JSON) -> None:
    """A sub-agent came to its end."""
    tool_id = text(data, "toolCallId")
    called = reader.state.tools.get(tool_id)
    if called:
        called.run_ms = count(data, "durationMs")
    agent = text(reader.record, "agentId") or tool_id
    reason = text(data, "error") or "completed"
    reader.tell(SessionEnded, session=reader.child(agent), reason=reader.cut(reason))
