"""The recorded runs of Gemini CLI and Qwen Code, and how tests read their logs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from agent_trace.model.events import Event, LlmResponse, ToolCall, ToolResult
from agent_trace.model.session import by_session
from agent_trace.model.usage import NOTHING, Usage
from agent_trace.sync.members import members

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
Parse = Callable[..., Iterator[Event]]


class Truth(msgspec.Struct):
    """What really happened in a run, counted on the wire between agent and model."""

    calls: dict[str, int]
    """Role → calls that are in some file."""
    usage: dict[str, int]
    tools: dict[str, int]
    not_logged: dict[str, int]
    """Role → calls that are in no file."""
    lines_added: int
    lines_removed: int
    prompts: list[str]
    note: str = ""


class Figures(NamedTuple):
    """What a Summary and the ledger are made of."""

    calls: int
    usage: Usage
    tools: dict[str, int]
    lines: tuple[int, int]
    prompts: list[str]


def logs_of(agent: str) -> list[str]:
    """The logs of an agent's recorded runs, below the corpus."""
    return sorted(path.relative_to(CORPUS).as_posix() for path in (CORPUS / agent).rglob("*.jsonl"))


def runs_of(agent: str) -> list[str]:
    """The recorded runs: a HOME and what really happened in it."""
    return sorted(path.parent.relative_to(CORPUS).as_posix() for path in (CORPUS / agent).rglob("truth.json"))


def truth_of(run: str) -> Truth:
    """The truth of a run."""
    return msgspec.json.decode((CORPUS / run / "truth.json").read_bytes(), type=Truth)


def content(name: str) -> bytes:
    """The bytes of a log of the corpus."""
    return (CORPUS / name).read_bytes()


def lines(data: bytes) -> list[tuple[int, bytes]]:
    """What a reader is given: offsets and lines."""
    found, offset = [], 0
    for line in data.split(b"\n"):
        if line:
            found.append((offset, line))
        offset += len(line) + 1
    return found


def written(records: Iterable[Any]) -> bytes:
    """Records as the lines of a log; bytes stay as they are."""
    return b"".join((one if isinstance(one, bytes) else msgspec.json.encode(one)) + b"\n" for one in records)


def read_in_pieces(
    parse: Parse, state: Any, path: str, rows: Sequence[tuple[int, bytes]], cuts: Iterable[int], **how: Any
) -> list[Event]:
    """The events of a log that is read in pieces, its state stored in between."""
    found: list[Event] = []
    memory, start = state(), 0
    for end in [*sorted(cuts), len(rows)]:
        found += parse(path, rows[start:end], memory, **how)
        memory, start = msgspec.msgpack.decode(msgspec.msgpack.encode(memory), type=state), end
    return found


def figures(events: Iterable[Event], agent: str) -> Figures:
    """What the events add up to."""
    found = by_session(events, agent).values()
    steps = [step for session in found for step in session.steps]
    results = [step.result for step in steps if step.result is not None]
    tools: dict[str, int] = {}
    for step in steps:
        tools[step.call.tool] = tools.get(step.call.tool, 0) + 1
    return Figures(
        calls=sum(session.call_count for session in found),
        usage=sum((session.usage for session in found), NOTHING.usage),
        tools=tools,
        lines=(sum(one.lines_added for one in results), sum(one.lines_removed for one in results)),
        prompts=[prompt.text for session in found for prompt in session.prompts],
    )


def folded(agent: str, run: str) -> tuple[int, int, int]:
    """Calls, output tokens and tool calls of a run's logs as the first tier of a sync stores them, read line by line."""
    member = members([agent])[agent]
    calls, output, tools = 0, 0, 0
    for name in logs_of(agent):
        if not name.startswith(f"{run}/"):
            continue
        scanner = member.scanner(name, None)
        for offset, line in lines(content(name)):
            scanner.feed(line + b"\n", offset)
        scan, _ = scanner.finish()
        calls += len(scan.calls)
        output += sum(call.output or 0 for call in scan.calls.values())
        tools += len({(tool.call, tool.key) for tool in scan.tools})
    return calls, output, tools


def assert_agrees(run: str, events: Sequence[Event], agent: str) -> None:
    """The events of a run's logs add up to what really happened in it, and every tool call names a call of its own."""
    truth, found = truth_of(run), figures(events, agent)
    assert found.calls == sum(truth.calls.values())
    assert (found.usage.input or 0, found.usage.output or 0, found.usage.cache_read or 0) == (
        truth.usage["input"],
        truth.usage["output"],
        truth.usage["cache_read"],
    )
    assert (found.usage.cache_write_5m, found.usage.cache_write_1h) == (0, 0)
    assert found.tools == truth.tools
    assert found.lines == (truth.lines_added, truth.lines_removed)
    assert sorted(found.prompts) == sorted(truth.prompts)
    calls = {event.call for event in events if isinstance(event, LlmResponse)}
    assert {event.response for event in events if isinstance(event, ToolCall)} <= calls
    assert folded(agent, run) == (found.calls, truth.usage["output"], sum(truth.tools.values()))
    assert {event.parent for event in events if event.parent} <= {event.id for event in events}
    asked = {event.call for event in events if isinstance(event, ToolCall)}
    assert {event.call for event in events if isinstance(event, ToolResult)} == asked
