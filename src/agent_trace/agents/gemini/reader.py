"""The chat in hand: what is known of its session, its folder and its records."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from agent_trace.agents._clock import milliseconds
from agent_trace.agents._genai.telling import Teller, remember
from agent_trace.agents.gemini import place
from agent_trace.agents.gemini.state import ParseState
from agent_trace.model.events import SessionStarted, Titled
from agent_trace.model.scan import digest

GUESSES = 200
_FOLDER = re.compile(
    r"\*\*Workspace Directories:\*\*\s*- ([^\n]+)"
    r"|currently working in the directory: ([^\n]+)"
    r"|currently working in the following directories:\s*- ([^\n]+)"
)
_PATH = re.compile(r"(?<![\w.:/])/[^\s\"'`<>|:;,]{1,300}")
"""Something in a text that looks like a whole path."""


def key(text: str) -> int:
    """A short stand-in for a text."""
    return digest(text.encode("utf-8", "replace"))


class Reader(Teller):
    """Holds one line at a time; the handlers of its records emit the events."""

    def __init__(
        self, path: str, state: ParseState, *, clip: int | None, inherited: frozenset[int], source: int
    ) -> None:
        self.place = place(path)
        super().__init__(state.session or self.place.session, state, clip=clip, inherited=inherited, source=source)
        self.state = state
        self.spare: dict[int, int] | None = None
        """While all messages are written once more: who said what → how often that is still known from before."""
        self.is_summary = False
        """The message in hand is what a compaction put in the place of others."""

    @property
    def is_agent(self) -> bool:
        """The chat is a sub-agent's."""
        return self.state.is_agent or self.place.root is not None

    # ---- the session

    def name_session(self, session: str) -> None:
        """Take over the whole id from a header."""
        self.session = self.state.session = session

    def start(self, at: str) -> None:
        """A process has begun or gone on with the session: told with the next record."""
        if at == self.state.started and self.state.started:
            return
        self.begin()
        self.state.started, self.state.pending = at, True

    def begin(self, folder: str = "") -> None:
        """Tell that the session started, once its folder is known or something else comes."""
        state = self.state
        is_news = bool(folder) and not state.cwd
        state.cwd = state.cwd or folder
        if not (state.pending or is_news):
            return
        state.pending = False
        state.starts += 1
        self.emit(
            SessionStarted(
                id=f"{self.session}.start" + (f"~{state.starts}" if state.starts > 1 else ""),
                cwd=state.cwd or None,
                starter=self.place.root,
                **self.led_by(None, milliseconds(state.started)),
            )
        )

    def entitle(self, title: str) -> None:
        """The agent found a title, or wrote the same again."""
        if title and title != self.state.title:
            self.state.title = title
            self.emit(Titled(id=self.once(f"{self.session}.title"), title=self.cut(title), **self.head))

    def look_for_folder(self, text: str) -> None:
        """Chats without any folder have its hash: one of the whole paths in them leads there."""
        state = self.state
        if state.cwd or not state.project:
            return
        for path in _PATH.findall(text[:2000]):
            if state.guesses >= GUESSES:
                return
            state.guesses += 1
            self._try_folders(path.rstrip(".)]}"))

    def _try_folders(self, path: str) -> None:
        while path:
            if hashlib.sha256(path.encode("utf-8", "replace")).hexdigest() == self.state.project:
                self.begin(path)
                return
            path = path.rpartition("/")[0]

    # ---- what was told before

    def knows(self, name: str) -> bool:
        """Whether a record, or a tool call, was told."""
        return key(name) in self.state.known

    def learn(self, name: str, stage: int = 1) -> None:
        """Remember a record or a tool call."""
        remember(self.state.known, key(name), stage, ParseState.KNOWN)

    def stage(self, name: str) -> int:
        """How much of a tool call was told: nothing, the call, the result too."""
        return self.state.known.get(key(name), 0)

    def was_said(self, kind: str, words: str) -> bool:
        """Whether a message that is written once more repeats one told before; each of those once."""
        mark, spare = key(f"{kind}\n{words}"), self.spare
        if spare is None or not spare.get(mark):
            return False
        spare[mark] -= 1
        return True

    def say(self, kind: str, words: str) -> None:
        """Remember what a message said."""
        mark = key(f"{kind}\n{words}")
        remember(self.state.said, mark, self.state.said.get(mark, 0) + 1, ParseState.KNOWN)

    def is_old(self, name: str, kind: str, words: str) -> bool:
        """Whether a message was told: under this id, or, where all are written once more, under another."""
        is_known = self.knows(name)
        repeats = bool(words) and self.was_said(kind, words)
        self.learn(name)
        if is_known or repeats:
            return True
        if words:
            self.say(kind, words)
        return False


def folder_of(texts: Iterable[str]) -> str:
    """The folder that the first context names."""
    for text in texts:
        found = _FOLDER.search(text)
        if found:
            return next(one for one in found.groups() if one).strip()
    return ""
