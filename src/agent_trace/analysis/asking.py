"""When a session's commits and pull requests were worked on, and by which model: from the calls that asked for them."""

from __future__ import annotations

import msgspec

from agent_trace.analysis.commits import Commit
from agent_trace.analysis.pull_requests import PullRequest
from agent_trace.model.events import LlmResponse, ToolCall
from agent_trace.model.session import Session


class Asking:
    """The time of each event, and the model that was at work then."""

    def __init__(self, session: Session) -> None:
        self._times: dict[str, int | None] = {}
        self._models: dict[str, str] = {}
        calls: dict[str, str] = {}
        model = ""
        for event in session.events:
            if isinstance(event, LlmResponse):
                model = event.cls.model if event.cls is not None and event.cls.model else model
                calls[event.call] = model
            asked = calls.get(event.response or "", model) if isinstance(event, ToolCall) else model
            self._times[event.id], self._models[event.id] = event.at, asked

    def commit(self, commit: Commit) -> Commit:
        """A commit with its model."""
        return msgspec.structs.replace(commit, model=self._models.get(commit.event) or None)

    def pull_request(self, one: PullRequest) -> PullRequest:
        """A pull request with its model and its last time."""
        times = [at for name in one.events if (at := self._times.get(name)) is not None]
        model = next((self._models[name] for name in one.events if self._models.get(name)), None)
        return msgspec.structs.replace(one, at=max(times, default=None), model=model)
