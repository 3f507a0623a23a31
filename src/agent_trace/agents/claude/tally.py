"""Calls and tool calls as the fast pass counts them: one call over many rows, one result for each tool call."""

from __future__ import annotations

import re

import msgspec

from agent_trace.agents.claude.edits import changed_lines
from agent_trace.agents.claude.keys import nameless, stand_in
from agent_trace.agents.claude.rows import ApiUsage, Block, Message, Row
from agent_trace.agents.claude.state import State, refusal
from agent_trace.agents.claude.tools import EDITORS, STARTERS
from agent_trace.agents.claude.usage import cache_writes, extras, picodollars, reasoning, searches
from agent_trace.model.scan import GAP_MS, MAIN, CallSeen, Link, Part, ResultSeen, Scan, ToolSeen, digest

NO_USAGE = ApiUsage()
_AGENT_ID = re.compile(rb'"agentId"\s*:\s*"([^"\\]+)"')


class Tally:
    """Counts into a Scan. `at` and `line` are those of the row at hand."""

    def __init__(self, scan: Scan, state: State, session: str) -> None:
        self.scan, self.state, self.session = scan, state, session
        self.at, self.line = 0, b""
        self.previous: CallSeen | None = None
        self.previous_id: str | None = None

    def call(self, row: Row, message: Message, session: str, rank: int) -> CallSeen:
        """The call that a row belongs to, with what the row says of it."""
        usage = message.usage or NO_USAGE
        previous = self.previous
        is_same = message.id is not None and message.id == self.previous_id
        if previous is not None and is_same and row.request_id == previous.request:
            seen = previous
            self._again(seen, row, message, usage, session, rank)
        else:
            seen = self._find_call(row, message, usage, session, rank)
        if len(bytes(usage.iterations)) > len("null"):
            self._extras(message, seen)
        if seen.recorded is None and bytes(row.cost_usd):
            seen.recorded = picodollars(bytes(row.cost_usd))
        self.previous, self.previous_id = seen, message.id
        return seen

    def _find_call(self, row: Row, message: Message, usage: ApiUsage, session: str, rank: int) -> CallSeen:
        slot, key = self._slot(row, message, rank)
        seen = self.scan.calls.get(slot)
        if seen is not None:
            self._again(seen, row, message, usage, session, rank)
            return seen
        seen = self.scan.calls[slot] = CallSeen(
            key=key,
            request=row.request_id,
            session=session,
            rank=rank,
            at=self.at or None,
            branch=row.git_branch or None,
        )
        _measure(seen, message, usage, self.at)
        return seen

    def _again(self, seen: CallSeen, row: Row, message: Message, usage: ApiUsage, session: str, rank: int) -> None:
        """A further row of a call: the one with the most output counts."""
        output, held = usage.output_tokens, seen.output
        if output == held:
            if _is_better(seen, usage, self.at):
                _measure(seen, message, usage, self.at)
        elif held is None or (output is not None and output > held):
            _measure(seen, message, usage, self.at)
        if self.at and (seen.at is None or self.at < seen.at):
            seen.at = self.at
        if rank < seen.rank:
            seen.rank, seen.session = rank, session
            seen.request = row.request_id or seen.request
        seen.request = seen.request or row.request_id
        seen.branch = seen.branch or row.git_branch

    def _slot(self, row: Row, message: Message, rank: int) -> tuple[object, int]:
        """Where the call is kept in this pass, and its key.

        A row without request id, or off the main thread, joins any call of its message id.
        """
        if message.id is None:
            name = row.uuid or stand_in(nameless(self.line, self.session))
            return name, digest(name.encode("utf-8", "replace"))
        held = self.scan.calls.get(message.id)
        if held is None or held.request is None or row.request_id is None or held.request == row.request_id:
            return message.id, held.key if held is not None else digest(message.id.encode("utf-8", "replace"))
        if rank != MAIN or held.rank != MAIN:
            return message.id, held.key
        pair = f"{message.id}:{row.request_id}"
        return pair, digest(pair.encode("utf-8", "replace"))

    def _extras(self, message: Message, call: CallSeen) -> None:
        for name, one in extras(message):
            five, hour = cache_writes(one)
            slot = (call.key, name)
            seen = msgspec.structs.replace(
                call,
                key=digest(f"{call.key}:{name}".encode()),
                model=one.model or call.model,
                speed=one.speed or "",
                geo=one.inference_geo or "",
                tier=one.service_tier or "",
                input=one.input_tokens,
                output=one.output_tokens,
                cache_read=one.cache_read_input_tokens,
                cache_write_5m=five,
                cache_write_1h=hour,
                reasoning=reasoning(one),
                web_searches=searches(one),
                recorded=None,
                counts=0,
            )
            held = self.scan.calls.get(slot)
            if held is None:
                self.scan.calls[slot] = seen
            else:
                held.absorb(seen)

    # ---- tools

    def tool(self, block: Block, call: CallSeen, row: Row) -> None:
        """A tool that the call asked for."""
        name = block.name or ""
        tool_id = block.id or f"{row.uuid}:{name}"
        key = digest(tool_id.encode("utf-8", "replace"))
        self.scan.tools.append(ToolSeen(key=key, call=call.key, name=name, at=self.at or None))
        if call.tool is None:
            call.tool = name
        if block.type == "tool_use":
            self.state.open[tool_id] = (name, self.at, call.key)

    def result(self, block: Block, row: Row, part: Part) -> None:
        """What became of a tool call."""
        tool_id = block.tool_use_id or ""
        failed = block.is_error is True
        started = self.state.open.pop(tool_id, None)
        if started is None:
            return
        name, since, call = started
        if failed:
            self._failure(row, part, block, call)
        if since and self.at - since > GAP_MS:
            part.stretch(since, self.at)
        if name in EDITORS and not failed:
            added, removed = changed_lines(row.tool_use_result)
            part.lines_added += added
            part.lines_removed += removed
        elif name in STARTERS:
            self._link(row, call, tool_id)

    def _failure(self, row: Row, part: Part, block: Block, call: int) -> None:
        kind = refusal(row, block)
        if kind == "refused":
            part.refused += 1
        elif kind == "died":
            self.state.broken = True
        key = digest((block.tool_use_id or "").encode("utf-8", "replace"))
        self.scan.results.append(ResultSeen(tool=key, call=call, failed=True, step_failed=kind is None))

    def _link(self, row: Row, call: int, tool_id: str) -> None:
        found = _AGENT_ID.search(bytes(row.tool_use_result))
        if found:
            agent_id = found.group(1).decode("utf-8", "replace")
            self.scan.links.append(Link(agent_id=agent_id, call=call, tool_id=tool_id))


def _measure(seen: CallSeen, message: Message, usage: ApiUsage, at: int) -> None:
    """Take the figures of a row."""
    seen.last = at
    seen.model = message.model or ""
    seen.speed, seen.geo, seen.tier = usage.speed or "", usage.inference_geo or "", usage.service_tier or ""
    seen.input, seen.output = usage.input_tokens, usage.output_tokens
    seen.cache_read = usage.cache_read_input_tokens
    seen.cache_write_5m, seen.cache_write_1h = cache_writes(usage)
    seen.reasoning, seen.web_searches = reasoning(usage), searches(usage)


def _is_better(seen: CallSeen, usage: ApiUsage, at: int) -> bool:
    """Between rows of equal output: the larger input side, then the later one."""
    five, hour = cache_writes(usage)
    side = (usage.input_tokens or 0) + (usage.cache_read_input_tokens or 0) + (five or 0) + (hour or 0)
    return (side, at) > (seen.side, seen.last)
