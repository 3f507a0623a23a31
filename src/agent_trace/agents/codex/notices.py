"""What happened around the talk: headers, turns, errors, compactions, titles, reviews, permissions."""

from __future__ import annotations

import msgspec

from agent_trace.agents.codex import lineage
from agent_trace.agents.codex.calls import begin_turn, break_off
from agent_trace.agents.codex.fields import Record, number, part, text
from agent_trace.agents.codex.reader import Reader
from agent_trace.agents.codex.speech import attach, settle
from agent_trace.model.events import (
    Command,
    Compacted,
    ErrorRaised,
    Interrupted,
    Linked,
    ModelChanged,
    PermissionAnswered,
    SessionStarted,
    Titled,
)

_ANY = msgspec.json.Decoder()
_ANSWERS = frozenset({"approved", "denied"})


# ---- headers and turns


def hear_header(reader: Reader, header: Record) -> None:
    """The head of a rollout: the thread's own, said again at a resume, or that of a thread it was copied from."""
    state = reader.state
    is_first = not state.thread
    if not lineage.begin(state, header, reader.at):
        return
    source, told = header.get("source"), part(header, "source")
    starter, kind = lineage.starter_of(header), _agent_type(header)
    if is_first:
        state.is_agent = starter is not None or kind is not None or text(header, "thread_source") == "subagent"
        state.is_driven = source == "exec" or "exec" in told
        state.folder = text(header, "cwd")
    facts = (text(header, "cwd"), text(part(header, "git"), "branch"), text(header, "cli_version"))
    if facts == state.header and not is_first:
        return
    state.header = facts
    folder, branch, version = facts
    copying, state.is_copying = state.is_copying, False
    reader.tell(
        SessionStarted,
        reader.once(f"{reader.session}.start"),
        cwd=folder or None,
        branch=branch or None,
        version=version or None,
        starter=starter,
        agent_type=kind,
        commit=text(part(header, "git"), "commit_hash") or None,
    )
    forked = text(header, "forked_from_id")
    if is_first and forked and starter is None:
        reader.tell(Linked, f"{reader.session}.fork", how="fork", other=forked)
    state.is_copying = copying


def _agent_type(header: Record) -> str | None:
    """What kind of sub-agent it is, in Codex's words; None where it is none."""
    source = part(header, "source")
    kind = source.get("subagent")
    if isinstance(kind, str):
        return kind
    spawned = part(part(source, "subagent"), "thread_spawn")
    role = text(header, "agent_role") or text(spawned, "agent_role") or text(part(source, "subagent"), "other")
    return role or text(header, "agent_nickname") or None


def hear_turn(reader: Reader, context: Record) -> None:
    """What a turn works with."""
    reader.state.folder = text(context, "cwd") or reader.state.folder
    reader.state.asks_nobody = text(context, "approval_policy") == "never"
    begin_turn(reader)
    _use_model(reader, text(context, "model"))


def hear_settings(reader: Reader, event: Record) -> None:
    """Settings that were applied to the thread."""
    settings = part(event, "thread_settings")
    reader.state.tier = text(settings, "service_tier")
    _use_model(reader, text(settings, "model"))


def _use_model(reader: Reader, model: str) -> None:
    before = reader.state.model
    if not model or model == before:
        return
    reader.state.model = model
    if before:
        reader.tell(ModelChanged, f"{reader.name}.model", model=model)


def hear_start(reader: Reader, event: Record) -> None:
    """A turn begins: nothing of the one before is to come."""
    break_off(reader)
    reader.state.window = number(event, "model_context_window") or reader.state.window


def hear_end(reader: Reader, event: Record) -> None:
    """A turn is over; some end with an error."""
    settle(reader)
    if part(event, "error"):
        hear_error(reader, part(event, "error"))


def hear_abort(reader: Reader, event: Record) -> None:
    """A turn was broken off."""
    settle(reader)
    break_off(reader)
    reader.tell(Interrupted, f"{reader.name}.abort", text=text(event, "reason"))


def hear_error(reader: Reader, event: Record) -> None:
    """What the model's server, or Codex, could not do."""
    settle(reader)
    said = text(event, "message") or text(part(event, "error"), "message")
    reader.tell(ErrorRaised, f"{reader.name}.error", text=reader.cut(said), status=_status(event, said))


def _status(event: Record, said: str) -> int | None:
    """The HTTP status, where the error names it or is the server's answer."""
    info = part(event, "codex_error_info")
    for inner in info.values():
        found = number(inner, "http_status_code") if isinstance(inner, dict) else None
        if found is not None:
            return found
    try:
        answer = _ANY.decode(said) if said.startswith("{") else None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    return number(part(answer, "error"), "code") if isinstance(answer, dict) else None


# ---- the context, titles, reviews, permissions


def hear_compaction(reader: Reader, record: Record) -> None:
    """The context was summed up; the history that took its place repeats what stands above."""
    settle(reader)
    summary = text(record, "message")
    reader.tell(Compacted, f"{reader.name}.compacted", summary=reader.cut(summary))


def hear_rename(reader: Reader, event: Record) -> None:
    """The person gave the thread a name."""
    title = text(event, "thread_name").strip()
    if title:
        reader.tell(Titled, f"{reader.name}.title", title=title, by="person")


def hear_rollback(reader: Reader, event: Record) -> None:
    """The person went back behind some turns: they stay in the log."""
    turns = number(event, "num_turns")
    attach(reader, f"{reader.name}.rollback", "rollback", f"the last {turns} turns were taken back")


def hear_review(reader: Reader, event: Record) -> None:
    """A review begins."""
    said = text(event, "user_facing_hint") or text(event, "prompt")
    reader.tell(Command, f"{reader.name}.review", name="/review", text=reader.cut(said))


def hear_reviewed(reader: Reader, event: Record) -> None:
    """A review is over."""
    attach(reader, f"{reader.name}.review", "review", text(part(event, "review_output"), "overall_explanation"))


def hear_guardian(reader: Reader, event: Record) -> None:
    """The reviewer that answers in the person's place allowed or refused something."""
    decision = text(event, "status")
    if decision in _ANSWERS:
        reader.tell(PermissionAnswered, f"{reader.name}.permission", decision=decision, by="guardian")
