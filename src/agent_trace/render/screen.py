"""A terminal as the text renderer sees it: how wide, with colour or not, with Unicode or not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from agent_trace.render.blocks import Tone
from agent_trace.render.characters import ascii_form, harmless, one_line
from agent_trace.render.measure import cut, display_width, wrap

_RULE = re.compile(r" *([=_*~#+─═-])\1{19,}")
"""A line that a program draws across the screen."""

SGR: dict[Tone, str] = {"dim": "2", "strong": "1", "good": "32", "warning": "33", "bad": "31", "accent": "36"}
"""The terminal's own colours, so that every theme stays readable; plain text has none."""


class Span(NamedTuple):
    """A piece of a line in one tone; its text is safe already."""

    text: str
    tone: Tone = "plain"


class Glyphs(NamedTuple):
    """The characters that lines, trees and bars are drawn with."""

    rule: str
    double_rule: str
    branch: str
    last_branch: str
    trunk: str
    ellipsis: str
    bar: str
    bar_ends: tuple[str, ...]
    """Parts of a bar's last cell, from the thinnest to the widest."""


UNICODE = Glyphs("─", "═", "├─ ", "└─ ", "│  ", "…", "█", ("▏", "▎", "▍", "▌", "▋", "▊", "▉"))
ASCII = Glyphs("-", "=", "|- ", "`- ", "|  ", "...", "#", ())


class Screen(msgspec.Struct, frozen=True, kw_only=True):
    """Where text is drawn; turns strings of any origin into safe ones and spans into finished lines."""

    width: int
    color: bool = False
    unicode: bool = True

    @property
    def glyphs(self) -> Glyphs:
        """The characters this screen can show."""
        return UNICODE if self.unicode else ASCII

    def flat(self, text: str) -> str:
        """A harmless string for a single line."""
        return self._shown(one_line(text))

    def lines(self, text: str) -> list[str]:
        """The harmless lines of a text with tabs expanded; trailing newlines make no lines."""
        return [line.expandtabs(4) for line in self._shown(harmless(text)).rstrip("\n").split("\n")]

    def wrapped(self, text: str, width: int) -> Iterator[str]:
        """The harmless lines of a text, each in pieces of at most `width` cells."""
        for line in self.lines(text):
            yield from wrap(line, width)

    def indented(self, text: str, indent: int) -> Iterator[str]:
        """Finished lines of a text, wrapped and with blanks in front."""
        room = self.width - indent
        for line in self.lines(text):
            if _RULE.fullmatch(line):  # as wide as there is room: a stub of it below would say nothing
                yield self.line(Span(" " * indent + line[:room]))
                continue
            for piece in wrap(line, room):
                yield self.line(Span(" " * indent + piece))

    def cut(self, text: str, width: int) -> str:
        """A safe line, shortened with this screen's ellipsis."""
        return cut(text, width, self.glyphs.ellipsis)

    def line(self, *spans: Span) -> str:
        """A finished line: never wider than the screen, no blanks at its end."""
        pieces = list(self._trimmed(spans))
        while pieces and not pieces[-1].text.rstrip():
            pieces.pop()
        if pieces:
            pieces[-1] = Span(pieces[-1].text.rstrip(), pieces[-1].tone)
        return "".join(map(self._painted, pieces))

    def _shown(self, text: str) -> str:
        return text if self.unicode else ascii_form(text)

    def _trimmed(self, spans: Iterable[Span]) -> Iterator[Span]:
        room = self.width
        for span in spans:
            size = display_width(span.text)
            if size > room:
                yield Span(self.cut(span.text, room), span.tone)
                return
            yield span
            room -= size

    def _painted(self, span: Span) -> str:
        code = SGR.get(span.tone)
        if not self.color or not code or not span.text.strip():
            return span.text
        return f"\x1b[{code}m{span.text}\x1b[0m"
