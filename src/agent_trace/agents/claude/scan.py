"""The fast pass over a transcript: one look at every line, few fields decoded, all that a Summary and the ledger hold.

What it finds equals what `parse` finds (a test holds them together); it is a pass of its own because it is six times
faster, and the first answer about a year of logs waits for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from agent_trace.agents._clock import milliseconds
from agent_trace.agents._jsonl import is_torn, trim
from agent_trace.agents.claude.keys import row_key, row_name
from agent_trace.agents.claude.layout import place
from agent_trace.agents.claude.prompts import CLEAR, command_of, is_interruption, is_prompt, title_of
from agent_trace.agents.claude.rows import (
    Message,
    Row,
    blocks,
    decode,
    decode_all,
    progress,
    prompt_text,
    value,
)
from agent_trace.agents.claude.state import State
from agent_trace.agents.claude.tally import Tally
from agent_trace.agents.claude.words import KNOWN_TYPES, TITLES
from agent_trace.model.scan import (
    MAIN,
    PROGRESS,
    SIDE,
    CostRecord,
    Part,
    Scan,
    Unread,
    digest,
)

_SESSION = re.compile(rb'"sessionId"\s*:\s*"([^"\\\n]+)"')
_KINDS = ("inputTokens", "outputTokens", "cacheReadInputTokens", "cacheCreationInputTokens", "webSearchRequests")


class Scanner:
    """Reads a transcript piece by piece; `finish` gives what it found and what the next tail needs to know.

    Rows whose keys are in `skip` are inherited from another session: they set titles and nothing else.
    """

    def __init__(self, path: str, state: State | None = None, *, skip: frozenset[int] = frozenset()) -> None:
        self.scan, self.state, self.skip = Scan(), state or State(), skip
        self.later = self.state.started
        self.place = place(path)
        self.is_agent = self.place.agent_id is not None
        self.session = self.state.session or self.place.session
        self.line, self.at, self.offset = b"", 0, 0
        self.parts, self.rows = self.scan.parts, self.scan.rows
        self.tally = Tally(self.scan, self.state, self.session)
        self.handlers: dict[str, Callable[[Row, Part, str], None]] = {
            "assistant": self._assistant,
            "user": self._user,
            "progress": self._progress,
            "system": self._system,
            "attachment": self._attachment,
            "cost-state": self._cost,
            "custom-title": self._title,
            "ai-title": self._title,
            "summary": self._title,
        }

    def feed(self, data: bytes, offset: int, *, final: bool = True) -> None:
        """Read a piece that begins at `offset`, at the start of a line.

        With `final`, a last line without a newline counts if it is whole; else it waits for the rest.
        """
        self.state.started = True
        if self.is_agent and self.place.root is None and not self.state.session:
            self._name_root(data)
        end = data.rfind(b"\n") + 1
        body = data if end == len(data) else data[:end]
        rows = decode_all(body)
        if rows is None:
            self._line_by_line(body, offset)
        else:
            for row in rows:
                self._row(row)
        position = offset + end
        if final and end < len(data):
            position += self._tail(data[end:], position)
        self.scan.offset = position
        if self.state.summaries:
            self._settle_summaries(data)
        self.later = True

    def _line_by_line(self, body: bytes, position: int) -> None:
        for line in body.split(b"\n"):
            self._line(line, position)
            position += len(line) + 1

    def _settle_summaries(self, data: bytes) -> None:
        """A summary is a title only where its leaf stands in this session: most name another conversation."""
        for leaf, summary in list(self.state.summaries.items()):
            if re.search(rb'"uuid"\s*:\s*"' + re.escape(leaf.encode("utf-8", "replace")), data):
                self.scan.part(self.session).summary = summary
                del self.state.summaries[leaf]
            elif self.later:
                self.scan.again = True
                del self.state.summaries[leaf]

    def finish(self) -> tuple[Scan, State]:
        """What was found, and what the reader of the next tail must know."""
        return self.scan, self.state

    def _name_root(self, data: bytes) -> None:
        found = _SESSION.search(data)
        root = found.group(1).decode("utf-8", "replace") if found else ""
        self.session = f"{root}/agent-{self.place.agent_id}" if root else self.place.session
        self.state.session = self.tally.session = self.session

    def _tail(self, tail: bytes, position: int) -> int:
        """A last line without its newline: whole, or still being written."""
        if is_torn(tail):
            self.scan.torn = Unread(offset=position, length=len(tail), reason="unfinished line", session=self.session)
            return 0
        self._line(tail, position)
        return len(tail)

    def _line(self, line: bytes, position: int) -> None:
        self.line, self.offset = line, position
        self.tally.line = line
        rows, reason = decode(line)
        if reason and (reason != "empty" or trim(line)):
            self.scan.unread.append(Unread(offset=position, length=len(line), reason=reason, session=self.session))
        for row in rows:
            self._row(row)

    def _row(self, row: Row) -> None:
        state = self.state
        at = milliseconds(row.timestamp)
        if at is not None:
            state.last = at
        self.at = self.tally.at = state.last
        session = self.session if self.is_agent or not row.is_sidechain else self._side(row)
        part = self.parts.get(session) or self.scan.part(session)
        part.rows += 1
        name = row.uuid or row_name(None, row.type, row.timestamp, self.line, self.session)
        if name is not None:
            self.rows.append((name, at, _part_in_talk(row)))
        if self.skip and name is not None and self._is_inherited(row, part, name):
            return
        part.own += 1
        if at is not None:
            part.touch(at)
        if part.cwd is None:
            part.cwd = row.cwd
        part.branch = row.git_branch or part.branch
        part.version = row.version or part.version
        handler = self.handlers.get(row.type)
        if handler is not None:
            handler(row, part, session)
        elif row.type not in KNOWN_TYPES:
            self._unread(f"unknown record type {row.type!r}" if row.type else "no record type")

    def _unread(self, reason: str) -> None:
        self.scan.unread.append(Unread(offset=self.offset, length=len(self.line), reason=reason, session=self.session))

    # ---- whose row it is

    def _is_inherited(self, row: Row, part: Part, name: str) -> bool:
        if row_key(name) not in self.skip:
            return False
        part.content = part.content or row.type in ("user", "assistant")
        part.cwd = part.cwd or row.cwd
        part.branch = part.branch or row.git_branch or None
        if row.type in TITLES:
            self._title(row, part, self.session)
        elif part.first_prompt is None and row.type == "user":
            self._inherited_prompt(row, part)
        elif row.type == "assistant" and isinstance(row.message, Message):
            self._remember_tools(row, row.message)
        return True

    def _inherited_prompt(self, row: Row, part: Part) -> None:
        text = prompt_text(row)
        if self._counts_as_prompt(row, text):
            part.first_prompt = title_of(text)

    def _remember_tools(self, row: Row, message: Message) -> None:
        call = digest((message.id or row.uuid or "").encode("utf-8", "replace"))
        for block in blocks(message):
            if block.type == "tool_use" and block.id and block.name:
                self.state.open[block.id] = (block.name, self.at, call)

    def _side(self, row: Row) -> str:
        """The session of a row off the main thread of a main file: a sub-agent's, or an inline side chain's."""
        root = self.session.partition("/")[0]
        if row.agent_id:
            return f"{root}/agent-{row.agent_id}"
        sides, uuid = self.state.sides, row.uuid or ""
        first = sides.get(row.parent_uuid or "") or uuid or format(digest(self.line) & (2**64 - 1), "x")
        if uuid:
            sides[uuid] = first
            if len(sides) > State.SIDES:
                del sides[next(iter(sides))]
        return f"{root}/side-{first}"

    # ---- model calls

    def _assistant(self, row: Row, part: Part, session: str) -> None:
        rank = SIDE if row.is_sidechain or self.is_agent else MAIN
        self._response(row, part, session, rank)

    def _response(self, row: Row, part: Part, session: str, rank: int) -> None:
        message = row.message
        if isinstance(message, str) or message is None:
            part.content = part.content or isinstance(message, str)
            if message is None:
                self._unread("assistant row without a readable message")
            return
        part.content = True
        if message.model == "<synthetic>":
            return
        if message.usage is None and message.usage_unread:
            self._unread("usage without numbers")
            return
        call = self.tally.call(row, message, session, rank)
        part.tail = "answer"
        for block in blocks(message):
            if block.type in ("tool_use", "server_tool_use") and block.name is not None:
                self.tally.tool(block, call, row)
                part.tail = "tool"

    # ---- people

    def _user(self, row: Row, part: Part, session: str) -> None:
        message = row.message
        if isinstance(message, Message):
            results = [block for block in blocks(message) if block.type == "tool_result"]
            if results:
                part.content, part.tail = True, "result"
                for block in results:
                    self.tally.result(block, row, part)
                self._beside_results(row, part, session, message)
                return
        text = prompt_text(row)
        if is_interruption(text):
            part.tail = "interrupt"
        if (self.is_agent or row.is_sidechain) and part.task is None and text:
            part.task, part.content = title_of(text) or None, True
        if self._counts_as_prompt(row, text):
            self._prompt(row, part, session, text)
        elif not (part.content or row.is_meta) and command_of(text) == CLEAR:
            part.cleared = True

    def _beside_results(self, row: Row, part: Part, session: str, message: Message) -> None:
        """A text that was typed while tools ran stands in the row of their results (seen in 2.1.37)."""
        texts = [value(block.text) for block in blocks(message) if block.type == "text"]
        for text in texts:
            if isinstance(text, str) and self._counts_as_prompt(row, text):
                self._prompt(row, part, session, text)
                return

    def _counts_as_prompt(self, row: Row, text: str) -> bool:
        origin = row.origin
        return is_prompt(
            text,
            source=row.prompt_source,
            origin=origin if isinstance(origin, str) else origin.kind if origin else None,
            meta=bool(row.is_meta),
            summary=bool(row.is_compact_summary),
            side=self.is_agent or bool(row.is_sidechain),
            image=isinstance(row.message, Message) and any(one.type == "image" for one in blocks(row.message)),
        )

    def _prompt(self, row: Row, part: Part, session: str, text: str) -> None:
        part.content, part.tail = True, "prompt"
        if part.first_prompt is None:
            part.first_prompt = title_of(text)
        name = row_name(row.uuid, row.type, row.timestamp, self.line, self.session) or ""
        self.scan.prompts.append((row_key(name), session, self.at or None))

    def _attachment(self, row: Row, part: Part, session: str) -> None:
        if b"queued_command" not in bytes(row.attachment):
            return
        attached = value(row.attachment)
        if not isinstance(attached, dict) or attached.get("type") != "queued_command":
            return
        if attached.get("commandMode") != "prompt" or self.is_agent:
            return
        prompt = attached.get("prompt")
        self._prompt(row, part, session, prompt if isinstance(prompt, str) else "")

    # ---- the rest

    def _progress(self, row: Row, part: Part, session: str) -> None:
        inner = progress(row.data)
        if inner is None:
            return
        inner.git_branch, inner.uuid = row.git_branch, inner.uuid or row.uuid
        at = milliseconds(inner.timestamp)
        if at is not None:
            self.at = self.tally.at = at
        if inner.type == "assistant":
            self._response(inner, part, session, PROGRESS)
        elif inner.type == "user" and isinstance(inner.message, Message):
            for block in blocks(inner.message):
                if block.type == "tool_result":
                    self.tally.result(block, inner, part)

    def _system(self, row: Row, part: Part, session: str) -> None:
        if row.subtype == "api_error":
            part.api_errors += 1

    def _title(self, row: Row, part: Part, session: str) -> None:
        part = self.scan.part(self.session)
        if row.type == "custom-title":
            part.custom_title = row.custom_title or part.custom_title
        elif row.type == "ai-title":
            part.ai_title = row.ai_title or part.ai_title
        elif row.summary and row.leaf_uuid:
            self.state.summaries[row.leaf_uuid] = row.summary

    def _cost(self, row: Row, part: Part, session: str) -> None:
        models = value(row.model_usage)
        self.scan.records.append(
            CostRecord(
                session=self.session,
                at=self.state.last or None,
                models={name: _kinds(one) for name, one in models.items()} if isinstance(models, dict) else {},
                usd=bytes(row.total_cost_usd).decode("ascii", "replace") or "0",
                duration_ms=_whole(row.total_duration),
                broken=self.state.broken,
                began_ms=_whole(row.start_time),
            )
        )
        self.state.broken = False
        part.tail = "end"


def _part_in_talk(row: Row) -> int:
    """0: not part of the conversation; 1: an answer or a result; 2: where a person went on."""
    if row.type == "assistant":
        return 1
    if row.type != "user" or not isinstance(row.message, Message):
        return 0
    content = row.message.content
    return 1 if isinstance(content, list) and content and content[0].type == "tool_result" else 2


def _whole(milliseconds: float | None) -> int | None:
    return None if milliseconds is None else int(milliseconds)


def _kinds(one: object) -> list[int]:
    """Input, output, cache reads, five-minute and one-hour writes, searches of one model in a cost record."""
    if not isinstance(one, dict):
        return [0] * 6
    number = {name: one.get(name) for name in (*_KINDS, "cacheCreationEphemeral1hInputTokens")}
    whole = {name: got if isinstance(got, int) else 0 for name, got in number.items()}
    hour = whole["cacheCreationEphemeral1hInputTokens"]
    return [
        whole["inputTokens"],
        whole["outputTokens"],
        whole["cacheReadInputTokens"],
        whole["cacheCreationInputTokens"] - hour,
        hour,
        whole["webSearchRequests"],
    ]
