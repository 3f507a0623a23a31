"""A conversation as databases and transcripts tell it alike: everything is named by its place in the talk.

The second answer to the third prompt is `3.2` in both, its call too, and the first tool since that prompt `3.tool1`: what
stands in two logs has one name and is counted once.
"""

from __future__ import annotations

from typing import Any

from agent_trace.agents._diffs import UNCHANGED, Change
from agent_trace.agents._narrating import UNKNOWN, Narrator
from agent_trace.model.usage import Usage


class Conversation:
    """Counts prompts, answers and tool calls while it tells them."""

    def __init__(self, narrator: Narrator) -> None:
        self.narrator, self.state = narrator, narrator.state

    @property
    def here(self) -> str:
        """The name of the place that the talk has reached."""
        return f"{self.narrator.session}.{self.state.turn}.{self.state.step}"

    def prompt(self, words: str) -> None:
        """A person's next text."""
        self.state.turn, self.state.step, self.state.tools = self.state.turn + 1, 0, 0
        self.state.calls.clear()
        self.narrator.prompt(f"{self.narrator.session}.{self.state.turn}", words)

    def answer(self, model: str = "", usage: Usage = UNKNOWN) -> None:
        """The model's next answer."""
        self.state.step += 1
        call = f"{self.narrator.session}/{self.state.turn}.{self.state.step}"
        self.narrator.respond(f"{self.here}.call", call, model, usage)

    def said(self, words: str) -> None:
        """Some of an answer's text."""
        self.narrator.said(f"{self.here}.text", words)

    def thought(self, words: str) -> None:
        """Some of its thinking."""
        self.narrator.thought(f"{self.here}.thinking", words)

    def attach(self, kind: str, words: str) -> None:
        """What was put before the model."""
        self.narrator.attach(f"{self.here}.{kind}", kind, words)

    def call(self, tool: str, arguments: object) -> str:
        """A tool call, and its key."""
        self.state.tools += 1
        key = f"{self.narrator.session}/{self.state.turn}.tool{self.state.tools}"
        name = f"{self.narrator.session}.{self.state.turn}.tool{self.state.tools}"
        self.narrator.call(name, key, self.state.response if self.state.step else None, tool, arguments)
        return key

    def result(self, key: str, output: str, change: Change = UNCHANGED, **fields: Any) -> None:
        """What became of it; a result that nothing waits for is named by its place."""
        name = f"{self.here}.result"
        self.narrator.result(name, key or name, output, change, **fields)

    def waiting(self) -> str:
        """The oldest call since the last prompt that has no result; empty: there is none."""
        return next((key for key, one in self.state.calls.items() if not one.results), "")
