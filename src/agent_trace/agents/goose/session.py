"""A session told: its start, its messages with their calls, and what its own sums hold beyond them."""

from __future__ import annotations

from agent_trace.agents._fields import dollars, moment
from agent_trace.agents._narrating import Narrator
from agent_trace.agents._untyped import JSON, inner, text
from agent_trace.agents.goose.contents import hear_block
from agent_trace.agents.goose.rows import Log, Message, Spent, inferred_model, model_of, usage_of
from agent_trace.model.events import Compacted, SessionStarted, Titled, UsageRecorded
from agent_trace.model.usage import Usage

SUMS = ("input", "output", "cache_read", "cache_write_5m")
COLUMNS = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens")
"""Kinds of tokens that Goose adds up, and how its columns spell them."""


def hear_session(narrator: Narrator, log: Log) -> None:
    """All events of a session."""
    session = log.session.record if log.session else {}
    if log.session is not None:
        narrator.take(log.session.offset, log.session.length, moment(session.get("created_at")))
        _start(narrator, session)
    charges, others = log.charges()
    heads, spent = log.heads(), list(others)
    for message in log.messages:
        while others and (others[0].at or 0) <= (message.at or 0):
            _charge(narrator, others.pop(0))
        if message.name in heads:
            spent.append(_respond(narrator, message, charges.pop(message.name, None), model_of(session)))
        _hear(narrator, message)
    for one in others:
        _charge(narrator, one)
    _record(narrator, session, spent)


def _start(narrator: Narrator, session: JSON) -> None:
    starter, kind = text(session, "parent_session_id"), text(session, "session_type")
    narrator.is_child = bool(starter) or kind == "sub_agent"
    narrator.emit(
        SessionStarted,
        f"{narrator.session}.start",
        cwd=text(session, "working_dir") or None,
        starter=starter or None,
        agent_type=kind if narrator.is_child else None,
    )
    title = text(session, "name", "description")
    if title:
        by = "person" if session.get("user_set_name") in (1, True) else "agent"
        narrator.emit(Titled, f"{narrator.session}.title", title=title, by=by)


def _respond(narrator: Narrator, message: Message, charge: Spent | None, model: str) -> Spent:
    """The call behind an answer: as the ledger says, else as the message itself."""
    told = inner(message.metadata, "usage")
    spent = charge or Spent("", message.row, message.at, "", usage_of(told), dollars(told.get("cost")), False)
    spent = spent._replace(model=spent.model or inferred_model(message) or model)
    narrator.take(message.row.offset, message.row.length, message.at)
    name, call = f"{narrator.session}.{message.name}.call", f"goose/{message.name}"
    narrator.respond(name, call, spent.model, spent.usage, recorded_usd=spent.usd)
    return spent


def _hear(narrator: Narrator, message: Message) -> None:
    narrator.take(message.row.offset, message.row.length, message.at)
    for index, block in enumerate(message.content):
        hear_block(narrator, f"{narrator.session}.{message.name}.{index}", f"goose/{message.name}", message, block)


def _charge(narrator: Narrator, spent: Spent) -> None:
    """A call that is no message's: a compaction, a title, one whose answer is gone."""
    narrator.take(spent.row.offset, spent.row.length, spent.at)
    name = f"{narrator.session}.usage-{spent.name}"
    if spent.is_compaction:
        narrator.emit(Compacted, f"{name}.compaction", before=spent.usage.prompt or None, after=spent.usage.output)
    narrator.respond(name, f"{narrator.session}/usage-{spent.name}", spent.model, spent.usage, recorded_usd=spent.usd)


# ---- the session's own sums


def _record(narrator: Narrator, session: JSON, spent: list[Spent]) -> None:
    """What the session counted in all. Its sums name no model: what goes beyond the calls is that of the last one."""
    sums = {column: session.get(f"accumulated_{column}") for column in COLUMNS}
    total, models = usage_of(sums), dict[str, Usage]()
    for one in spent:
        models[one.model] = models.get(one.model, Usage()) + one.usage
    rest = _beyond(total, sum(models.values(), Usage()))
    usd = None if any(one.usd for one in spent) else dollars(session.get("accumulated_cost"))
    if not rest.tokens and usd is None:
        return
    model = model_of(session)
    models[model] = models.get(model, Usage()) + rest
    narrator.emit(UsageRecorded, f"{narrator.session}.record", models=models, usd=usd)


def _beyond(total: Usage, logged: Usage) -> Usage:
    """What the sums hold that no call does."""
    kinds = {kind: (getattr(total, kind), getattr(logged, kind)) for kind in SUMS}
    return Usage(**{kind: max(all_ - (seen or 0), 0) for kind, (all_, seen) in kinds.items() if all_ is not None})
