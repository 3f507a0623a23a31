"""A turn as each vendor's API sends it: Anthropic Messages, OpenAI Chat Completions and Responses, Gemini."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any

import msgspec

from tests.live.script import Turn

PIECE = 24
"""Characters of a text that are streamed at once."""
Usage = Mapping[str, int]
Json = dict[str, Any]


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """A request and what it will be answered with."""

    number: int
    """Of all requests to this server, from 1: all ids are made of it."""
    model: str
    turn: Turn
    usage: Usage


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """An answer in a vendor's form."""

    message: str
    """The id of the message or response."""
    tools: tuple[str, ...] = ()
    """The ids of its tool calls; empty where the vendor has none."""
    whole: Json
    """For a request that does not stream."""
    events: tuple[tuple[str, Any], ...]
    """(event name or empty, data) for one that does."""
    headers: tuple[tuple[str, str], ...] = ()


def pieces(text: str, size: int = PIECE) -> list[str]:
    """A text in the parts in which it is streamed."""
    return [text[place : place + size] for place in range(0, len(text), size)]


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


# ---------------------------------------------------------------- Anthropic Messages


def anthropic(ask: Ask) -> Reply:
    """One content block after the other; the usage grows from the first event to the last."""
    key, use, turn = f"msg_01Demo{ask.number:018d}", ask.usage, ask.turn
    usage = {
        "input_tokens": use["fresh"],
        "cache_creation_input_tokens": use["write"],
        "cache_read_input_tokens": use["read"],
        "cache_creation": {"ephemeral_5m_input_tokens": use["write"], "ephemeral_1h_input_tokens": 0},
        "output_tokens": use["out"],
        "service_tier": "standard",
    }
    blocks = list(_blocks(ask))
    stop = "tool_use" if turn.tools else "end_turn"
    head = {"id": key, "type": "message", "role": "assistant", "model": ask.model, "stop_sequence": None}
    begun: Json = {**head, "content": [], "stop_reason": None, "usage": {**usage, "output_tokens": 1}}
    events: list[tuple[str, Any]] = [("message_start", {"type": "message_start", "message": begun})]
    for index, block in enumerate(blocks):
        events += _block_events(index, block)
    final = {name: value for name, value in usage.items() if name not in {"service_tier", "cache_creation"}}
    delta = {"stop_reason": stop, "stop_sequence": None}
    events += [("message_delta", {"type": "message_delta", "delta": delta, "usage": final})]
    events += [("message_stop", {"type": "message_stop"})]
    return Reply(
        message=key,
        tools=tuple(block["id"] for block in blocks if block["type"] == "tool_use"),
        whole={**head, "content": blocks, "stop_reason": stop, "usage": usage},
        events=tuple(events),
        headers=(("request-id", f"req_011Demo{ask.number:016d}"),),
    )


def _blocks(ask: Ask) -> Iterator[Json]:
    if ask.turn.thinking:
        signature = _encoded(f"signature-{ask.number}")
        yield {"type": "thinking", "thinking": ask.turn.thinking, "signature": signature}
    if ask.turn.text:
        yield {"type": "text", "text": ask.turn.text}
    for index, tool in enumerate(ask.turn.tools):
        key = f"toolu_01Demo{ask.number:012d}{index:06d}"
        yield {"type": "tool_use", "id": key, "name": tool.name, "input": tool.input}


def _block_events(index: int, block: Json) -> Iterator[tuple[str, Any]]:
    match block["type"]:
        case "thinking":
            empty: Json = {"type": "thinking", "thinking": "", "signature": ""}
            deltas = [{"type": "thinking_delta", "thinking": piece} for piece in pieces(block["thinking"])]
            deltas.append({"type": "signature_delta", "signature": block["signature"]})
        case "text":
            empty = {"type": "text", "text": ""}
            deltas = [{"type": "text_delta", "text": piece} for piece in pieces(block["text"])]
        case _:
            empty = {**block, "input": {}}
            written = pieces(json.dumps(block["input"]), 400)
            deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in written]
    place = {"index": index}
    yield "content_block_start", {"type": "content_block_start", **place, "content_block": empty}
    for delta in deltas:
        yield "content_block_delta", {"type": "content_block_delta", **place, "delta": delta}
    yield "content_block_stop", {"type": "content_block_stop", **place}


# ---------------------------------------------------------------- OpenAI Chat Completions


def chat(ask: Ask) -> Reply:
    """Deltas, then a chunk with the usage alone."""
    key, use, turn = f"chatcmpl-demo{ask.number:06d}", ask.usage, ask.turn
    calls = [_chat_call(ask.number, index) for index in range(len(turn.tools))]
    total = use["fresh"] + use["read"] + use["write"]
    usage = {
        "prompt_tokens": total,
        "completion_tokens": use["out"],
        "total_tokens": total + use["out"],
        "prompt_tokens_details": {"cached_tokens": use["read"]},
        "completion_tokens_details": {"reasoning_tokens": use["think"]},
    }
    for call, tool in zip(calls, turn.tools, strict=True):
        call["function"] = {"name": tool.name, "arguments": json.dumps(tool.input)}
    stop = "tool_calls" if calls else "stop"
    head: Json = {"id": key, "created": 1_795_000_000 + ask.number, "model": ask.model}
    message: Json = {"role": "assistant", "content": turn.text or None}
    message.update(
        {"reasoning_content": turn.thinking} if turn.thinking else {}, **({"tool_calls": calls} if calls else {})
    )
    choice = {"index": 0, "message": message, "finish_reason": stop}
    deltas: list[Json] = [{"role": "assistant", "content": ""}]
    deltas += [{"reasoning_content": piece} for piece in pieces(turn.thinking)]
    deltas += [{"content": piece} for piece in pieces(turn.text)]
    deltas += [{"tool_calls": [{"index": index, **call}]} for index, call in enumerate(calls)]
    chunks: list[Json] = [{"index": 0, "delta": delta, "finish_reason": None} for delta in deltas]
    chunks.append({"index": 0, "delta": {}, "finish_reason": stop})
    streamed = {**head, "object": "chat.completion.chunk"}
    return Reply(
        message=key,
        tools=tuple(str(call["id"]) for call in calls),
        whole={**head, "object": "chat.completion", "choices": [choice], "usage": usage},
        events=(
            *(("", {**streamed, "choices": [chunk]}) for chunk in chunks),
            ("", {**streamed, "choices": [], "usage": usage}),
            ("", "[DONE]"),
        ),
    )


def _chat_call(number: int, index: int) -> Json:
    return {"id": f"call_demo{number:06d}{index:02d}", "type": "function"}


# ---------------------------------------------------------------- OpenAI Responses


def responses(ask: Ask) -> Reply:
    """Items, each announced, streamed and done; the usage stands in the last event."""
    use, items = ask.usage, list(_items(ask))
    total = use["fresh"] + use["read"] + use["write"]
    usage = {
        "input_tokens": total,
        "input_tokens_details": {"cached_tokens": use["read"]},
        "output_tokens": use["out"],
        "output_tokens_details": {"reasoning_tokens": use["think"]},
        "total_tokens": total + use["out"],
    }
    key = f"resp_demo{ask.number:06d}"
    created = 1_795_000_000 + ask.number
    begun: Json = {"id": key, "object": "response", "created_at": created, "model": ask.model, "status": "in_progress"}
    begun.update(output=[], usage=None)
    done = {**begun, "status": "completed", "output": items, "usage": usage}
    events: list[tuple[str, Json]] = [("response.created", {"response": begun})]
    events += [("response.in_progress", {"response": begun})]
    for index, item in enumerate(items):
        events += _item_events(index, item)
    events += [("response.completed", {"response": done})]
    numbers = count()
    return Reply(
        message=key,
        tools=tuple(item["call_id"] for item in items if "call_id" in item),
        whole=done,
        events=tuple((kind, {"type": kind, "sequence_number": next(numbers), **data}) for kind, data in events),
    )


def _items(ask: Ask) -> Iterator[Json]:
    turn, number = ask.turn, ask.number
    if turn.thinking:
        summary = [{"type": "summary_text", "text": turn.thinking}]
        yield {
            "type": "reasoning",
            "id": f"rs_demo{number:06d}",
            "summary": summary,
            "encrypted_content": _encoded("x"),
        }
    if turn.text:
        content = [{"type": "output_text", "text": turn.text, "annotations": []}]
        head = {"type": "message", "id": f"msg_demo{number:06d}", "role": "assistant", "status": "completed"}
        yield {**head, "content": content}
    for index, tool in enumerate(turn.tools):
        place = f"{number:06d}{index:02d}"
        ids = {"call_id": f"call_demo{place}", "name": tool.name, "status": "completed"}
        if tool.kind == "custom":
            yield {"type": "custom_tool_call", "id": f"ctc_demo{place}", "input": tool.input, **ids}
            continue
        named = {"namespace": tool.namespace} if tool.namespace else {}
        yield {"type": "function_call", "id": f"fc_demo{place}", "arguments": json.dumps(tool.input), **ids, **named}


def _item_events(index: int, item: Json) -> Iterator[tuple[str, Json]]:
    place, opening = {"item_id": item["id"], "output_index": index}, dict(item)
    opening.update({"content": [], "status": "in_progress"} if item["type"] == "message" else {})
    opening.update({"summary": []} if item["type"] == "reasoning" else {})
    yield "response.output_item.added", {"output_index": index, "item": opening}
    match item["type"]:
        case "message":
            (part,) = item["content"]
            place["content_index"] = 0
            yield "response.content_part.added", {**place, "part": {**part, "text": ""}}
            for piece in pieces(part["text"]):
                yield "response.output_text.delta", {**place, "delta": piece}
            yield "response.output_text.done", {**place, "text": part["text"]}
            yield "response.content_part.done", {**place, "part": part}
        case "reasoning":
            (part,) = item["summary"]
            place["summary_index"] = 0
            yield "response.reasoning_summary_part.added", {**place, "part": {"type": "summary_text", "text": ""}}
            for piece in pieces(part["text"]):
                yield "response.reasoning_summary_text.delta", {**place, "delta": piece}
            yield "response.reasoning_summary_text.done", {**place, "text": part["text"]}
        case "function_call":
            yield "response.function_call_arguments.delta", {**place, "delta": item["arguments"]}
            yield "response.function_call_arguments.done", {**place, "arguments": item["arguments"]}
    yield "response.output_item.done", {"output_index": index, "item": item}


# ---------------------------------------------------------------- Gemini


def gemini(ask: Ask) -> Reply:
    """Parts of candidates; every piece repeats the usage, and tool calls have no ids."""
    use, turn = ask.usage, ask.turn
    total = use["fresh"] + use["read"] + use["write"]
    usage = {
        "promptTokenCount": total,
        "candidatesTokenCount": use["out"] - use["think"],
        "totalTokenCount": total + use["out"],
        "cachedContentTokenCount": use["read"],
        "thoughtsTokenCount": use["think"],
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": total}],
    }
    key = f"demoresponse{ask.number:06d}"
    groups: list[list[Json]] = [[{"text": turn.thinking, "thought": True}]] if turn.thinking else []
    groups += [[{"text": piece}] for piece in pieces(turn.text, 60)]
    calls = [{"functionCall": {"name": tool.name, "args": tool.input}} for tool in turn.tools]
    groups += [[{**call, "thoughtSignature": _encoded("signature")} for call in calls]] if calls else []
    groups = groups or [[{"text": "Done."}]]

    def part(parts: list[Json], stop: str = "") -> Json:
        candidate: Json = {"content": {"role": "model", "parts": parts}, "index": 0}
        candidate.update({"finishReason": stop} if stop else {})
        return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": ask.model, "responseId": key}

    return Reply(
        message=key,
        whole=part([one for group in groups for one in group], "STOP"),
        events=(*(("", part(group)) for group in groups[:-1]), ("", part(groups[-1], "STOP"))),
    )


def dialect(path: str) -> Callable[[Ask], Reply] | None:
    """Who answers a request to this path; None for what is no model call."""
    known = {"/messages": anthropic, "/chat/completions": chat, "/responses": responses, "enerateContent": gemini}
    if "count_tokens" in path or "countTokens" in path:
        return None
    return next((made for part, made in known.items() if part in path), None)
