"""A home of several agents that tell more or less: dollars of their own, credits, calls without tokens, no calls at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Literal

import msgspec

from agent_trace.app.workspace import Workspace
from agent_trace.model.agent import Agent, Home
from agent_trace.model.events import Event, LlmResponse, SessionStarted, ToolCall, ToolResult, UserPrompt
from agent_trace.model.usage import BillingClass, Usage
from agent_trace.sync.members import Member, members
from tests.reports.small import Call, opened, write_log
from tests.sync import parrot

CLAUDE = "aaaaaaaa-0000-4000-8000-000000000001"
THRIFTY, TWIN = "019abcde-1c40-7000-8000-000000000001", "019abcde-9f02-7000-8000-000000000002"
"""Two that began in the same minute."""
CHILD = "019abcdf-0000-7000-8000-000000000003"
BLIND, MUTE, QUIET = "ses_blind1", "mute-1", "mute-2"
UNKNOWN = Usage()
START = 1_795_251_600_000
"""2026-11-21, 09:00 UTC."""


def agent(name: str, usage: Literal["call", "session", "none"] = "call", *, cost: bool = False) -> Member:
    """An agent in one file, without a fast reader."""
    module = ModuleType(name)
    home = (Home(path=f"~/.{name}"),)
    vars(module).update(
        AGENT=Agent(name=name, title=name.title(), homes=home, files=("*.jsonl",), usage=usage, cost=cost)
    )
    vars(module)["parse"] = parrot.parse
    return Member(module)


def write(home: Path, name: str, session: str, *events: Event) -> None:
    """A log of one of them."""
    path = home / f".{name}" / f"{session}.jsonl"
    path.parent.mkdir(exist_ok=True)
    rows = (msgspec.structs.replace(one, session=session, at=START + 1000 * n) for n, one in enumerate(events))
    path.write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))


def response(
    key: str,
    usage: Usage = UNKNOWN,
    model: str = "claude-opus-4-5",
    *,
    recorded_usd: str | None = None,
    credits: str | None = None,
) -> LlmResponse:
    """A model call."""
    cls = BillingClass(model=model)
    return LlmResponse(id=key, session="", call=key, usage=usage, cls=cls, recorded_usd=recorded_usd, credits=credits)


def tool(key: str, asked: str, *, failed: bool = False, child: str | None = None) -> Iterator[Event]:
    """A tool call and its result."""
    yield ToolCall(id=key, session="", call=key, response=asked, tool="run", kind="shell", title="make test")
    yield ToolResult(id=f"{key}.r", session="", call=key, tool="run", output="done", failed=failed, child=child)


def lay_out(home: Path) -> None:
    """One session of each sort; the thrifty one starts a sub-agent with an id of its own."""
    write_log(home, CLAUDE, "/home/you/shop", [Call("2026-11-21T08:00:00")])
    used, begun = (
        Usage(input=1000, output=500, cache_read=9000),
        SessionStarted(id="0", session="", cwd="/home/you/shop"),
    )
    write(
        home, "thrifty", THRIFTY,
        msgspec.structs.replace(begun, version="2.0"), UserPrompt(id="1", session="", text="Fix the parser"),
        response("t1", used, recorded_usd="0.5", credits="1.25"), *tool("t2", "t1", failed=True, child=CHILD),
        response("t3", used, "acme-ultra-9", recorded_usd="0.25"),
    )  # fmt: skip
    task = UserPrompt(id="4", session="", text="Look around", by="parent")
    write(
        home,
        "thrifty",
        CHILD,
        SessionStarted(id="5", session="", starter=THRIFTY),
        task,
        response("t6", used, credits="0.5"),
    )
    write(home, "thrifty", TWIN, begun, UserPrompt(id="7", session="", text="Now the lexer"), response("t8", used))
    write(
        home, "blind", BLIND,
        SessionStarted(id="10", session="", cwd="/home/you/docs"), UserPrompt(id="11", session="", text="Write the manual"),
        response("b1"), *tool("b2", "b1"), response("b3"),
    )  # fmt: skip
    write(home, "mute", MUTE, UserPrompt(id="20", session="", text="Draw a picture"), *tool("m1", "m0"))


@contextmanager
def fleet(home: Path, *only: str) -> Iterator[Workspace]:
    """That home, as one who has these agents sees it; all of them, where none is named."""
    workspace = opened(home)
    known = {
        **members(["claude"]),
        "thrifty": agent("thrifty", cost=True),
        "blind": agent("blind", "call"),
        "mute": agent("mute", "none"),
    }
    workspace.members = {name: member for name, member in known.items() if not only or name in only}
    workspace.sync()
    workspace.sync_text()
    try:
        yield workspace
    finally:
        workspace.close()
