"""Messages of the talk: prompts, tool calls in blocks or in the text, and results in blocks or in the text."""

from __future__ import annotations

import re
from typing import NamedTuple

from agent_trace.agents._changes import searched
from agent_trace.agents._diffs import UNCHANGED, Change
from agent_trace.agents._fields import as_json, blocks, shown
from agent_trace.agents._narrating import Narrator
from agent_trace.agents._tags import pieces, without
from agent_trace.agents._untyped import JSON, inner, text
from agent_trace.agents.cline import AGENT

_RESULT = re.compile(r"\[(\w+)(?: .{0,20000}?)?\] Result:\s?", re.DOTALL)
SAID = ("task", "user_message", "feedback")
"""What a person said, inside what the program put around it."""
_FOLDER = re.compile(r"# Current (?:Working|Workspace) Directory \((.+?)\)")
_EXIT = re.compile(r"(?:[Ff]ailed with e|\(e|E)xit code:? (-?\d{1,10})")
_NOISE = ("<environment_details>", "# task_progress", "# TODO LIST", "# Todo List", "====")
FAILED = ("The tool execution failed with the following error:", "<error>")
DENIED = "The user denied this operation"
HEAD = 400
"""Characters of an output among which its verdict stands."""


class Asked(NamedTuple):
    """A tool call that waits for its result."""

    call: str
    tool: str


def folder_of(content: object) -> str | None:
    """The folder that a message names as the one it works in."""
    found = _FOLDER.search(shown(content))
    return found.group(1) if found else None


class Talk:
    """Tells the messages of a task; remembers which calls wait for a result."""

    def __init__(self, narrator: Narrator, created: frozenset[str] | None) -> None:
        self.narrator, self.created = narrator, created
        """Files that were new, as the person saw it; None: nothing says so."""
        self.waiting: list[Asked] = []

    # ---- answers

    def hear_answer(self, name: str, call: str, content: object) -> None:
        """What the model said and asked for."""
        found = blocks(content)
        in_text = not any(block.get("type") == "tool_use" for block in found)
        self.waiting = []
        for index, block in enumerate(found):
            self._block(f"{name}.{index}", call, block, in_text=in_text)

    def _block(self, name: str, call: str, block: JSON, *, in_text: bool) -> None:
        match block.get("type"):
            case "text" if in_text:
                self._text(name, call, text(block, "text"))
            case "text":
                self.narrator.said(name, text(block, "text"))
            case "thinking" | "reasoning":
                self.narrator.thought(name, text(block, "thinking", "text"))
            case "tool_use":
                self._call(name, call, text(block, "id") or name, text(block, "name"), inner(block, "input"))
            case "redacted_thinking" | "thoughtSignature" | "image" as word:
                self.narrator.attach(name, word)
            case word:
                self.narrator.unread(name, as_json(block), f"unknown block type {as_json(word)}" if word else "no type")

    def _text(self, name: str, call: str, words: str) -> None:
        """Older versions call tools by XML in the text."""
        thoughts = pieces(words, ("thinking",))
        for index, found in enumerate(thoughts):
            self.narrator.thought(f"{name}.thinking{index}", found.content.strip())
        rest = without(words, thoughts)
        calls = pieces(rest, AGENT.tools)
        self.narrator.said(name, without(rest, calls).strip())
        for index, found in enumerate(calls):
            arguments = {one.name: one.content.strip("\n") for one in pieces(found.content)}
            tool = f"{name}.tool{index}"
            self._call(tool, call, tool, found.name, arguments)

    def _call(self, name: str, call: str, own: str, tool: str, arguments: JSON) -> None:
        told = {key: one for key, one in arguments.items() if key != "task_progress"}
        self.narrator.call(name, own, call, tool, told)
        self.narrator.expect(own, self._change(own, tool, told))
        self.waiting.append(Asked(own, tool))

    def _change(self, call: str, tool: str, arguments: JSON) -> Change:
        if text(arguments, "diff"):
            return searched(text(arguments, "diff"))
        if AGENT.kind(tool) == "write" and self.created is not None:
            path = text(arguments, "path")
            is_new = any(path == one or path.endswith(f"/{one}") for one in self.created)
            return self.narrator.planned(call) if is_new else UNCHANGED
        return self.narrator.planned(call)

    # ---- what came back

    def hear_user(self, name: str, content: object) -> None:
        """Results, what a person said, and what the program put around both."""
        found = blocks(content)
        is_told = False
        for index, block in enumerate(found):
            own = f"{name}.{index}"
            if is_told:
                is_told = False
            elif block.get("type") == "tool_result":
                self._result(
                    own, text(block, "tool_use_id"), shown(block.get("content")), block.get("is_error") is True
                )
            elif block.get("type") == "text":
                is_told = self._said(own, text(block, "text").strip(), _output_of(found[index + 1 : index + 2]))
            else:
                self.narrator.attach(own, text(block, "type") or "unknown")

    def _said(self, name: str, words: str, following: str) -> bool:
        """Whether what follows was told too: older versions put a result into the block behind its heading."""
        result = _RESULT.match(words)
        asked = self._asked(result.group(1)) if result else None
        if result and asked is not None:
            output = words[result.end() :]
            self._result(name, asked.call, output or following, failed=False)
            return bool(following) and not output
        if not words.startswith(_NOISE) and not self._prompts(name, words) and words:
            self.narrator.attach(name, "context", words)
        return False

    def _prompts(self, name: str, words: str) -> bool:
        """Tell what a person said in a text; False where nobody said anything."""
        found = [one.content.strip() for one in pieces(words, SAID)]
        for index, one in enumerate(found):
            if one:
                self.narrator.prompt(f"{name}.said{index}", one)
        return bool(found)

    def _asked(self, tool: str) -> Asked | None:
        """The call that a result in the text belongs to: the oldest of that tool, else the oldest."""
        named = [one for one in self.waiting if one.tool in (tool, f"use_{tool}")]
        return next(iter(named or self.waiting), None)

    def _result(self, name: str, call: str, output: str, failed: bool) -> None:
        asked = next((one for one in self.waiting if one.call == call), None)
        if asked is not None:
            self.waiting.remove(asked)
        head = output[:HEAD]
        failed, refused = failed or head.startswith(FAILED), DENIED in head
        code = _EXIT.search(head) if asked is not None and AGENT.kind(asked.tool) == "shell" else None
        done = not failed and not refused
        self.narrator.result(
            f"{name}.result", call, output, self.narrator.planned(call) if done else UNCHANGED, failed=failed,
            exit_code=int(code.group(1)) if code else None, refused=refused,
        )  # fmt: skip
        self._prompts(name, output)


def _output_of(following: list[JSON]) -> str:
    """A block's text, where it can be what a tool put out."""
    found = next((text(block, "text") for block in following if block.get("type") == "text"), "")
    return "" if found.strip().startswith((*_NOISE, "[")) else found
