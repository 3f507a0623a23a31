"""Tool calls and what became of them, by four writers who each pair them in a way of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from agent_trace.agents.traces.records import Head, Record, Trace, beside, text, written
from agent_trace.agents.traces.tools import KINDS, headline, paths
from agent_trace.model.events import ErrorRaised, Event, ToolCall, ToolResult
from agent_trace.model.tools import ToolKind

A2A = "a2a_call"
_EXIT_CODE = re.compile(r"(?:Error: )?Exit code (\d{1,9})\b|<shellId: \S+ completed with exit code (\d{1,9})>\s*\Z")
"""As Claude Code's failing commands begin, and as Copilot's commands end."""
_MARKED = (
    "Exit code ", "Error: Exit code ", "<tool_use_error>", "File does not exist.", "File has not been read yet",
    "String to replace not found",
)  # fmt: skip
"""How a result begins that Claude Code had marked as an error: the importer drops the mark."""
_NO = re.compile(r"(?:^|[;&|]\s*)(?:test|\[|e?grep|rg|diff|cmp)\b[^;&|]*\Z")
"""Commands for which exit code 1 means no."""
_CHILD = re.compile(r"""['"]agent_?[iI]d['"]: ?['"]([\w-]+)['"]""")


class Opened(NamedTuple):
    """A call that waits for its result."""

    call: str
    event: str
    tool: str
    kind: ToolKind
    command: str


class Steps:
    """Pairs results with calls: by tool-use id, by the call's line, by the proxy's request id."""

    def __init__(self, trace: Trace) -> None:
        self.session = trace.session
        self.open: dict[str, Opened] = {}
        self.children: dict[str, str] = {}
        """Line of a call → the session of the sub-agent that it started."""
        for record in trace.records:
            if record.type in ("subagent_start", "subagent_stop"):
                self.starts(record)

    def starts(self, record: Record) -> None:
        """Remember whose call started a sub-agent that is a session of its own."""
        child = text(record.data.get("child_session_id"))
        if child and record.parent:
            self.children[record.parent] = child

    def call(self, record: Record, head: Head, response: str | None) -> Iterator[Event]:
        """A tool call."""
        data = record.data
        if data.get("event_subtype") == A2A:
            yield from self._agent_call(data, head, response)
            return
        tool, asked = text(data.get("tool_name")), data.get("arguments", {})
        named = asked if isinstance(asked, dict) else {}
        request = data.get("request_id")
        imported = text(request) if "source_uuid" in data else ""
        name = text(data.get("tool_use_id")) or imported or head["id"]
        proxied = request is not None and not imported
        kind: ToolKind = "mcp" if proxied or tool.startswith("mcp__") else KINDS.get(tool, "other")
        title = headline(named)
        opened = Opened(name, head["id"], tool, kind, title)
        self.open.update({name: opened, head["id"]: opened})
        if proxied:
            self.open[f"request {request}"] = opened
        asked_text = text(asked) if isinstance(asked, str) else written(asked)
        yield ToolCall(
            call=name,
            response=response,
            tool=tool,
            kind=kind,
            input=asked_text,
            size=len(asked_text),
            title=title,
            paths=paths(named),
            **head,
        )

    def _agent_call(self, data: Mapping[str, Any], head: Head, response: str | None) -> Iterator[Event]:
        """One line holds the call of another agent and its answer."""
        asked = {name: data[name] for name in ("method", "agent_id", "agent_url", "task", "cost_usd") if data.get(name)}
        given = written(asked)
        yield ToolCall(
            call=head["id"], response=response, tool=A2A, kind="agent", input=given, size=len(given),
            title=text(data.get("task")) or text(data.get("agent_id")), **head,
        )  # fmt: skip
        answer, ran = data.get("response"), data.get("duration_ms")
        told = text(data.get("error")) or (text(answer) if isinstance(answer, str) else written(answer or {}))
        yield ToolResult(
            call=head["id"], tool=A2A, output=told, size=len(told), failed=data.get("success") is False,
            run_ms=_run_ms(ran), child=text(data.get("sub_session_id")) or None,
            **beside(head, ".result", head["id"]),
        )  # fmt: skip

    def result(self, record: Record, head: Head) -> Iterator[Event]:
        """What a tool gave."""
        data = record.data
        output = text(data.get("result")) or text(data.get("content_preview"))
        marked = "context_stream" in data and output.startswith(_MARKED)
        yield self._result(record, head, self._opened(record), output, failed=marked)

    def error(self, record: Record, head: Head) -> Iterator[Event]:
        """A failed tool, or a failure of something else."""
        data = record.data
        said = text(data.get("error")) or text(data.get("message"))
        opened = self._opened(record)
        if opened is not None or "tool_name" in data:
            yield self._result(record, head, opened, said, failed=True)
        else:
            code = data.get("code")
            yield ErrorRaised(text=said, status=code if isinstance(code, int) else None, **head)

    def _opened(self, record: Record) -> Opened | None:
        request = record.data.get("request_id")
        names = (text(record.data.get("tool_use_id")), record.parent or "", f"request {request}")
        return next((found for name in names if (found := self.open.get(name)) is not None), None)

    def _result(self, record: Record, head: Head, opened: Opened | None, output: str, *, failed: bool) -> ToolResult:
        data = record.data
        name = opened.call if opened else text(data.get("tool_use_id")) or record.parent or head["id"]
        code = _exit_code(output) if opened and opened.kind == "shell" else None
        told = None if code is None else code != 0 and not (code == 1 and _NO.search(opened.command if opened else ""))
        timed = "tool_use_id" not in data and "tool_name" not in data
        return ToolResult(
            call=name,
            tool=text(data.get("tool_name")) or (opened.tool if opened else ""),
            output=output,
            size=len(output),
            failed=failed,
            exit_code=code,
            went_wrong=None if told in (None, failed) else told,
            run_ms=_run_ms(record.value.get("duration_ms")) if timed else None,
            child=self._child(opened, output),
            **beside(head, "", opened.event if opened else None),
        )

    def _child(self, opened: Opened | None, output: str) -> str | None:
        """The sub-agent that a call started: agent-strace linked it, or the agent's answer names it."""
        if opened is None:
            return None
        if opened.event in self.children:
            return self.children[opened.event]
        found = _CHILD.search(output) if opened.kind == "agent" else None
        return found.group(1) if found else None


def _exit_code(output: str) -> int | None:
    found = _EXIT_CODE.match(output) or _EXIT_CODE.search(output[-100:])
    return int(found.group(1) or found.group(2)) if found else None


def _run_ms(value: object) -> int | None:
    """A duration that a proxy or a decorator measured; a hook's holds the wait for a permission too."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e12:
        return None
    return round(value)
