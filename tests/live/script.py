"""What the model says: a scenario's threads in one agent's own words, and how far each of them was played.

A scenario is JSON: `threads`, each with a piece of the prompt that it `match`es and the `turns` that answer it, one a
request; `steps`, the prompts that are given one after the other. Token counts come from the size of a request and a cache
that holds what the thread's last request held, unless a turn states them.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec

from tests.live.verbs import native

Role = Literal["main", "subagent", "compaction", "title", "side"]
SCENARIOS = Path(__file__).with_name("scenarios")
COMPACTION = (
    "create a detailed summary of the conversation",
    "summary of the conversation so far",
    "context checkpoint compaction",
    "<state_snapshot>",
    "context checkpoint summary",
    "anchored summary",
    "continuing our conversation above",
    "context summarization assistant",
    "summarize the conversation",
)
"""Phrases by which the agents' own compaction calls are known."""
BODY = ("system", "messages", "tools", "input", "instructions", "contents", "systemInstruction")
LEAST_TOKENS, FRESH, LEAST_OUTPUT, CHARACTERS_A_TOKEN = 200, 3, 8, 4


class Tool(msgspec.Struct, frozen=True, kw_only=True):
    """A tool call in the words of one agent."""

    name: str
    input: Any
    kind: Literal["function", "custom"] = "function"
    namespace: str = ""
    fails: bool = False
    """The author knows that it will."""


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """One reply."""

    text: str = ""
    thinking: str = ""
    tools: tuple[Tool, ...] = ()
    usage: dict[str, int] = {}
    error: int = 0
    """A status to refuse the request with."""
    message: str = "Overloaded"


class Thread(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation as it will go."""

    match: str
    role: Role = "main"
    turns: tuple[Turn, ...]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A prompt."""

    prompt: str
    mode: Literal["new", "resume", "fork"] = "new"
    of: int = 1
    """The step whose session is gone on with."""
    only: tuple[str, ...] = ()
    permission: str = ""


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """A story for one agent."""

    name: str
    threads: tuple[Thread, ...]
    steps: tuple[tuple[int, Step], ...]
    """With their numbers in the story: an agent may leave some out."""
    options: dict[str, Any]
    programs: dict[str, str] = {}
    """Command → the file beside this module that plays it."""
    setup: str = ""
    """Shell lines that prepare the repository before the agent sees it."""


def scenario(name: str, agent: str, repository: Path) -> Scenario:
    """The story of that name as this agent plays it."""
    told = json.loads((SCENARIOS / f"{name}.json").read_text(encoding="utf-8"))
    steps = enumerate(msgspec.convert(told["steps"], tuple[Step, ...]), 1)
    return Scenario(
        name=name,
        threads=tuple(_thread(thread, agent, repository) for thread in told["threads"]),
        steps=tuple((number, step) for number, step in steps if agent in (step.only or (agent,))),
        options={**told.get("options", {}), **told.get("options_for", {}).get(agent, {})},
        programs=told.get("programs", {}),
        setup="\n".join(told.get("setup", ())),
    )


def _thread(thread: Mapping[str, Any], agent: str, repository: Path) -> Thread:
    turns = tuple(turn for told in thread["turns"] for turn in _turns(told, agent, repository))
    role = thread.get("role", "main")
    return Thread(match=thread["match"], role=role, turns=_ended(turns, agent) if role == "subagent" else turns)


def _turns(told: Mapping[str, Any], agent: str, repository: Path) -> Iterator[Turn]:
    """A turn, as often as it is repeated; none where the agent has no tool for what it does."""
    if agent not in told.get("only", (agent,)):
        return
    for number in range(told.get("repeat", 1)):
        turn = json.loads(json.dumps(told).replace("{i}", str(number)))
        asked = [call for call in turn.get("tools", []) if agent in call.get("only", (agent,))]
        tools = [msgspec.convert(call, Tool) for call in (native(one, agent, repository) for one in asked) if call]
        if tools or not turn.get("tools"):
            yield msgspec.convert({**turn, "tools": ()}, Turn) if not tools else _with(turn, tools)


def _with(turn: dict[str, Any], tools: list[Tool]) -> Turn:
    return msgspec.structs.replace(msgspec.convert({**turn, "tools": ()}, Turn), tools=tuple(tools))


def _ended(turns: tuple[Turn, ...], agent: str) -> tuple[Turn, ...]:
    """Sub-agents of some agents end with a tool call of their own."""
    done = native({"do": "done", "text": turns[-1].text or "Done."}, agent, Path())
    return turns if done is None else (*turns[:-1], Turn(tools=(msgspec.convert(done, Tool),)))


class Chosen(msgspec.Struct, frozen=True):
    """What answers a request."""

    thread: str
    role: Role
    turn: Turn


class Script:
    """A scenario while it is played. Several requests may come at once."""

    def __init__(self, threads: tuple[Thread, ...]) -> None:
        self.threads = threads
        self.lock = threading.Lock()
        self.played: dict[str, int] = {}
        self.prompts: dict[str, int] = {}
        self.last: dict[str | None, Thread] = {}
        """Session → the thread that answered last, for prompts that the agent wrote itself."""

    def choose(self, request: Mapping[str, Any], session: str | None) -> Chosen:
        """The thread whose piece of a prompt stands in the newest text of the user."""
        texts = list(user_texts(request))
        asked = (texts[-1] if texts else "") + ("" if request.get("tools") else _system(request))
        if any(phrase in asked.lower() for phrase in COMPACTION):
            turns = next((thread.turns for thread in self.threads if thread.role == "compaction"), ())
            return self._next("compaction", "compaction", turns, "<summary>The work so far.</summary>")
        if not request.get("tools"):
            return _aside(request, asked + " ".join(texts))
        for text in reversed(texts):
            for thread in self.threads:
                if thread.match in text:
                    self.last[session] = thread
                    return self._next(thread.match, thread.role, thread.turns)
        thread = self.last.get(session, Thread(match="unscripted", turns=()))
        return self._next(thread.match, "main", thread.turns if thread.role == "main" else ())

    def _next(self, key: str, role: Role, turns: tuple[Turn, ...], otherwise: str = "Done.") -> Chosen:
        with self.lock:
            place = self.played.get(key, 0)
            self.played[key] = place + 1
        return Chosen(key, role, turns[place] if place < len(turns) else Turn(text=otherwise))

    def usage(self, chosen: Chosen, request: Mapping[str, Any]) -> dict[str, int]:
        """fresh, read, write, out, think: disjoint, thinking aside, which is a part of out."""
        size = len(json.dumps({name: request.get(name) for name in BODY})) // CHARACTERS_A_TOKEN
        total, turn = max(LEAST_TOKENS, size), chosen.turn
        with self.lock:
            before = self.prompts.get(chosen.thread, 0)
            self.prompts[chosen.thread] = total
        read = min(before, total - FRESH)
        written = json.dumps([tool.input for tool in turn.tools])
        return {
            "fresh": FRESH,
            "read": read,
            "write": total - FRESH - read,
            "out": max(LEAST_OUTPUT, (len(turn.text) + len(turn.thinking) + len(written)) // CHARACTERS_A_TOKEN),
            "think": len(turn.thinking) // CHARACTERS_A_TOKEN,
            **turn.usage,
        }


def _aside(request: Mapping[str, Any], words: str) -> Chosen:
    """Calls without tools: titles, checks, and what else an agent asks beside the work."""
    role: Role = "title" if "title" in words[:20_000].lower() else "side"
    schema = _schema(request)
    text = "Fix division by zero" if schema is None else json.dumps(_dullest(schema))
    return Chosen(role, role, Turn(text=text))


def user_texts(request: Mapping[str, Any]) -> Iterator[str]:
    """All that the user's role said, oldest first, in any dialect."""
    messages = request.get("messages") or request.get("input") or request.get("contents") or []
    for message in messages if isinstance(messages, list) else [{"role": "user", "content": messages}]:
        if not isinstance(message, dict) or message.get("role") != "user":
            continue
        parts = message.get("content", message.get("parts"))
        for part in [parts] if isinstance(parts, str) else parts or []:
            text = part if isinstance(part, str) else part.get("text")
            if isinstance(text, str) and (isinstance(part, str) or part.get("type") in {None, "text", "input_text"}):
                yield text


def _system(request: Mapping[str, Any]) -> str:
    told = request.get("system") or request.get("instructions") or request.get("systemInstruction") or ""
    messages = [one for one in request.get("messages") or [] if isinstance(one, dict) and one.get("role") == "system"]
    return json.dumps(told) + " ".join(str(one.get("content")) for one in messages)


def _schema(request: Mapping[str, Any]) -> Any:
    """The JSON schema that the reply must keep to, if the request names one."""
    config = request.get("generationConfig") or {}
    named = (request.get("response_format") or {}).get("json_schema") or {}
    return config.get("responseJsonSchema") or config.get("responseSchema") or named.get("schema")


def _dullest(schema: Mapping[str, Any]) -> Any:
    """The value that changes least: such calls are checks of the agent's own."""
    kind = str(schema.get("type", "")).lower()
    if kind == "object":
        return {name: _dullest(part) for name, part in (schema.get("properties") or {}).items()}
    plain: dict[str, Any] = {"number": 0.1, "integer": 0, "boolean": False, "array": []}
    return plain.get(kind, (schema.get("enum") or ["none"])[0])
