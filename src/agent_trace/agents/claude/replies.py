"""Assistant rows: the model's calls, what it thought and said, and the tools it called."""

from __future__ import annotations

from agent_trace.agents.claude import rows
from agent_trace.agents.claude.entries import Block, Entry, Message, payload
from agent_trace.agents.claude.keys import nameless, stand_in
from agent_trace.agents.claude.parse_state import Called, Held, ParseState, remember, remember_tool
from agent_trace.agents.claude.reader import Reader
from agent_trace.agents.claude.results import hear_server_result
from agent_trace.agents.claude.rows import ApiUsage
from agent_trace.agents.claude.tools import KINDS, headline, paths
from agent_trace.agents.claude.usage import cache_writes, extras, reasoning, searches
from agent_trace.model.events import (
    AssistantText,
    Attachment,
    ErrorRaised,
    LlmResponse,
    ModelChanged,
    Thinking,
    ToolCall,
)
from agent_trace.model.scan import MAIN, SIDE
from agent_trace.model.tools import ToolKind
from agent_trace.model.usage import BillingClass, Usage, band

SYNTHETIC = "<synthetic>"
"""The model of rows that Claude Code itself wrote: they are no calls."""
STAND_INS = frozenset({"No response requested.", "(no content)"})
"""What it writes where an answer has to stand and the model gave none."""
NO_USAGE = ApiUsage()


def hear_reply(reader: Reader, entry: Entry) -> None:
    """One row of a model's answer."""
    message = entry.message
    if message is None:
        reader.unread("assistant row without a readable message")
    elif isinstance(message, str):
        _say(reader, f"{reader.row}.0", message)
    elif message.model == SYNTHETIC:
        _notice(reader, entry, message)
    elif message.usage is None and _has_usage(payload(reader.raw)):
        reader.unread("usage without numbers")
    else:
        call = respond(reader, entry, message, SIDE if entry.is_sidechain or reader.is_agent else MAIN)
        for index, block in enumerate(message.blocks):
            _block(reader, block, index, call)


def _has_usage(record: dict[str, object]) -> bool:
    message = record.get("message")
    return isinstance(message, dict) and message.get("usage") is not None


def _say(reader: Reader, name: str, text: str) -> None:
    """What the model said. Blocks of nothing but line ends stand in front of calls (seen in 2.1.42): nothing was said."""
    if not text.strip():
        return
    reader.emit(
        AssistantText(
            id=name,
            parent=reader.last,
            text=reader.cut(text),
            size=len(text),
            session=reader.session,
            at=reader.at,
            origin=reader.origin,
            side=reader.side,
            inherited=reader.is_copy,
        )
    )


def _notice(reader: Reader, entry: Entry, message: Message) -> None:
    """What Claude Code says in the model's place: mostly that the API failed."""
    name, text = f"{reader.row}.0", message.text
    if text in STAND_INS:
        cut = reader.cut(text)
        reader.emit(Attachment(id=name, parent=reader.last, kind="stand-in", text=cut, size=len(text), **reader.head))
        return
    if not entry.is_api_error_message:
        _say(reader, name, text)
        return
    status = entry.api_error_status
    reader.emit(ErrorRaised(id=name, parent=reader.last, text=reader.cut(text), status=status, **reader.head))


def _block(reader: Reader, block: Block, index: int, call: str) -> None:
    match block.type:
        case "tool_use" | "server_tool_use":
            call_tool(reader, block, call)
        case "text":
            _say(reader, f"{reader.row}.{index}", block.text or "")
        case "thinking" | "redacted_thinking":
            text = block.thinking or ""
            reader.emit(
                Thinking(
                    id=f"{reader.row}.{index}",
                    parent=reader.last,
                    text=reader.cut(text),
                    size=len(text),
                    session=reader.session,
                    at=reader.at,
                    origin=reader.origin,
                    side=reader.side,
                    inherited=reader.is_copy,
                )
            )
        case _:
            _rare_block(reader, block, index)


def _rare_block(reader: Reader, block: Block, index: int) -> None:
    name = f"{reader.row}.{index}"
    if block.type.endswith("_tool_result") and block.tool_use_id:
        hear_server_result(reader, block, block.tool_use_id)
    elif block.to is not None and block.to.model:
        reader.emit(ModelChanged(id=name, parent=reader.last, model=block.to.model, **reader.head))
    else:
        text = block.text or ""
        shown, size = reader.cut(text), len(text)
        reader.emit(Attachment(id=name, parent=reader.last, kind=block.type, text=shown, size=size, **reader.head))


# ---- model calls


def respond(reader: Reader, entry: Entry, message: Message, rank: int) -> str:
    """Report the call that a row belongs to, as far as it is new; its key."""
    usage = message.usage or NO_USAGE
    slot, key = _slot(reader, entry, message, rank)
    seen = Held(
        key=key,
        session=reader.session,
        request=entry.request_id,
        rank=rank,
        at=reader.at,
        last=reader.at or 0,
        spent=_spent(usage),
        billed=(message.model or "", usage.speed or "", usage.inference_geo or "", usage.service_tier or ""),
        stop=message.stop_reason,
        recorded=bytes(entry.cost_usd).decode("utf-8", "replace") or None,
        inherited=reader.is_copy,
    )
    name = key if message.id is not None else f"{reader.row}.response"
    held = _report(reader, slot, name, seen, "usage")
    if len(bytes(usage.iterations)) > len("null"):
        _report_extras(reader, slot, usage, held)
    return key


def _slot(reader: Reader, entry: Entry, message: Message, rank: int) -> tuple[str, str]:
    """Where the call is kept, and its key.

    A row without request id, or off the main thread, joins any call of its message id.
    """
    if message.id is None:
        key = entry.uuid or stand_in(nameless(reader.shown, reader.main))
        return key, key
    held = reader.state.calls.get(message.id)
    if held is None or held.request is None or entry.request_id is None or held.request == entry.request_id:
        return message.id, message.id
    if rank != MAIN or held.rank != MAIN:
        return message.id, message.id
    pair = f"{message.id}:{entry.request_id}"
    return pair, pair


def _spent(usage: ApiUsage) -> tuple[int | None, ...]:
    five, hour = cache_writes(usage)
    return (
        usage.input_tokens,
        usage.output_tokens,
        usage.cache_read_input_tokens,
        five,
        hour,
        reasoning(usage),
        searches(usage),
    )


def _weight(held: Held) -> tuple[int, int, int]:
    """What decides between rows of one call: output, then the input side, then the later row."""
    read, output, cached, five, hour, *_ = held.spent
    return (output if output is not None else -1, (read or 0) + (cached or 0) + (five or 0) + (hour or 0), held.last)


def _report(reader: Reader, slot: str, name: str, seen: Held, mend: str, *, counts: bool = True) -> Held:
    """Yield what a row tells of a call, the call itself or what is newer than what was told of it, and give the call.

    What mends a call has no number of its own, so nothing names it as its parent.
    """
    calls = reader.state.calls
    held = calls.get(slot)
    if held is not None and held.session != seen.session:
        _identify(held, seen)
        slot = f"{seen.session} {slot}"
        held = calls.get(slot)
    if held is None:
        remember(calls, slot, seen, ParseState.CALLS)
        reader.emit(_response(reader, name, seen, counts=counts))
        return seen
    if _absorb(held, seen):
        reader.out.append(_response(reader, f"{reader.row}.{mend}", held, counts=counts, continues=True))
    return held


def _absorb(held: Held, seen: Held) -> bool:
    """Unite a call with another of its rows; whether that changed anything to tell."""
    news = False
    if _weight(seen) > _weight(held):
        news = (seen.spent, seen.billed) != (held.spent, held.billed)
        held.spent, held.billed, held.last = seen.spent, seen.billed, seen.last
    if seen.at is not None and (held.at is None or seen.at < held.at):
        held.at, news = seen.at, True
    if seen.stop is not None and seen.stop != held.stop:
        held.stop, news = seen.stop, True
    if held.recorded is None and seen.recorded is not None:
        held.recorded, news = seen.recorded, True
    if held.inherited and not seen.inherited:
        held.inherited, news = False, True
    _identify(held, seen)
    return news


def _identify(held: Held, seen: Held) -> None:
    """The request id is that of the best-ranked row that has one."""
    if seen.rank < held.rank:
        held.rank, held.request = seen.rank, seen.request or held.request
    held.request = held.request or seen.request


def _response(reader: Reader, name: str, held: Held, *, counts: bool, continues: bool = False) -> LlmResponse:
    read, output, cached, five, hour, thought, searched = held.spent
    usage = Usage(
        input=read,
        output=output,
        cache_read=cached,
        cache_write_5m=five,
        cache_write_1h=hour,
        reasoning=thought,
        web_searches=searched,
    )
    model, speed, geo, tier = held.billed
    return LlmResponse(
        id=name,
        parent=reader.last,
        call=held.key,
        cls=BillingClass(model=model, speed=speed, geo=geo, tier=tier, band=band(usage.prompt)),
        usage=usage,
        recorded_usd=held.recorded,
        stop=held.stop,
        counts=counts,
        continues=continues,
        session=reader.session,
        at=held.at,
        origin=reader.origin,
        side=reader.side,
        inherited=reader.is_copy,
    )


def _report_extras(reader: Reader, slot: str, usage: ApiUsage, call: Held) -> None:
    """What the request billed besides itself: an advisor's answer, a compaction on the server."""
    for name, one in extras(rows.Message(usage=usage)):
        seen = Held(
            key=f"{call.key}:{name}",
            session=call.session,
            request=call.request,
            rank=call.rank,
            at=call.at,
            last=call.last,
            spent=_spent(one),
            billed=(
                one.model or call.billed[0],
                one.speed or "",
                one.inference_geo or "",
                one.service_tier or "",
            ),
            inherited=call.inherited,
        )
        _report(reader, f"{slot}:{name}", seen.key, seen, f"usage:{name}", counts=False)


# ---- tools


def kind_of_tool(name: str) -> ToolKind:
    """The kind of a tool by its name in the log."""
    return KINDS.get(name) or ("mcp" if name.startswith("mcp__") else "other")


def call_tool(reader: Reader, block: Block, call: str) -> None:
    """One tool call of an answer."""
    name = block.name
    if name is None:
        return
    tool_id = block.id or f"{reader.entry.uuid}:{name}"
    arguments = payload(block.input)
    text, places = bytes(block.input).decode("utf-8", "replace"), paths(arguments)
    tools = reader.state.tools
    event = ToolCall(
        id=tool_id + reader.nth(tool_id) if tool_id in tools else tool_id,
        parent=reader.last,
        call=tool_id,
        response=call,
        tool=name,
        kind=kind_of_tool(name),
        input=reader.cut(text),
        size=len(text),
        title=reader.cut(headline(arguments)),
        paths=places,
        session=reader.session,
        at=reader.at,
        origin=reader.origin,
        side=reader.side,
        inherited=reader.is_copy,
    )
    reader.emit(event)
    repeats = tools.get(tool_id)
    if repeats is None or repeats.results:
        called = Called(id=event.id, name=name, path=places[0] if places else "")
        remember_tool(tools, tool_id, called, ParseState.TOOLS)
