"""The words of a shell text: quotes, escapes, expansions, here-documents, comments and space."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod

from agent_trace.policy.shell_tree import Redirection, Sequence, Simple, Word

DEEPEST = 20
"""Groups and substitutions inside each other; what lies deeper is skipped."""
BACKTICKS = 5
"""How many of these levels a text in backticks takes: it is read as a text of its own."""
_PLAIN = re.compile(r"[^ \t\r\n\\'\"`$;&|<>()]+")
_BLANK = re.compile(r"(?:[ \t\r]|\\\r?\n)+")
_VARIABLE = re.compile(r"\$(?:[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-])")
_QUOTED_RUN = re.compile(r"[^\"\\$`]+")
_BODY_RUN = re.compile(r"[^\\$`]+")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b", "E": "\x1b"}
_PARENTHESIS = re.compile(r"[()]")
_BRACE_OR_QUOTE = re.compile(r"[{}'\\]")


class WordReader(ABC):
    """A place in a text, the here-documents whose text is still to come, and how deep we are."""

    def __init__(self, text: str, depth: int = 0) -> None:
        self.text, self.at, self.depth = text, 0, depth
        self.waiting: list[Redirection] = []

    @abstractmethod
    def sequence(self, closing: frozenset[str]) -> Sequence:
        """The commands of a substitution: the grammar's business."""

    @abstractmethod
    def whole(self) -> Sequence:
        """The commands of the whole text: the grammar's business."""

    def word(self) -> Word:
        parts: list[str] = []
        found = Word("")
        while self.at < len(self.text):
            plain = _PLAIN.match(self.text, self.at)
            if plain is not None:
                parts.append(plain.group())
                self.at = plain.end()
                continue
            sign = self.text[self.at]
            if sign in "<>" and self.text.startswith("(", self.at + 1):
                self.at += 1
                parts.append(self._substitution(found))
            elif sign in "\\'\"$`":
                parts.append(self._special(sign, found))
            else:
                break
        found.text = "".join(parts)
        return found

    def _special(self, sign: str, word: Word) -> str:
        """A quoted or expanded piece of a word."""
        if sign == "\\":
            following = self.text[self.at + 1 : self.at + 2]
            self.at = min(self.at + 2, len(self.text))
            word.quoted = True
            return "" if following == "\n" else following
        if sign == "'":
            word.quoted = True
            return self._until("'", self.at + 1)
        if sign == '"':
            word.quoted = True
            self.at += 1
            return self._expanded(word, _QUOTED_RUN, '"')
        return self._dollar(word) if sign == "$" else self._backticks(word)

    def _until(self, end: str, start: int) -> str:
        """The text up to a sign, which is passed; all that is left where it does not come."""
        found = self.text.find(end, start)
        stop = found if found >= 0 else len(self.text)
        self.at = min(stop + 1, len(self.text))
        return self.text[start:stop]

    def _expanded(self, word: Word, run: re.Pattern[str], end: str) -> str:
        """Text in which substitutions are made: up to a closing quote, or all of it."""
        parts: list[str] = []
        while self.at < len(self.text):
            plain = run.match(self.text, self.at)
            if plain is not None:
                parts.append(plain.group())
                self.at = plain.end()
                continue
            sign = self.text[self.at]
            if sign == end:
                self.at += 1
                break
            if sign == "\\":
                following = self.text[self.at + 1 : self.at + 2]
                self.at = min(self.at + 2, len(self.text))
                parts.append("" if following == "\n" else following if following in '$`"\\' else sign + following)
            else:
                parts.append(self._dollar(word) if sign == "$" else self._backticks(word))
        return "".join(parts)

    def _dollar(self, word: Word) -> str:
        following = self.text[self.at + 1 : self.at + 2]
        if following == "'":
            word.quoted = True
            self.at += 2
            return self._ansi()
        if following == "(" and not self.text.startswith("$((", self.at):
            self.at += 1
            return self._substitution(word)
        if following in ("(", "{"):
            word.literal = False
            start = self.at
            self.at += 1
            self.balanced() if following == "(" else self._braces()
            return self.text[start : self.at]
        name = _VARIABLE.match(self.text, self.at)
        word.literal = word.literal and name is None
        self.at = name.end() if name else self.at + 1
        return name.group() if name else "$"

    def _substitution(self, word: Word) -> str:
        """`(…)` behind a $, < or >: its commands run; `$(cat <<EOF …)` is the text of that document."""
        start = self.at
        self.at += 1
        inner = self.sequence(frozenset())
        while self.text.startswith(";;", self.at):
            self.at += 2
            inner.items += self.sequence(frozenset()).items
        self.at += self.text.startswith(")", self.at)
        document = _document_of(inner)
        word.runs += (inner,)
        word.literal = word.literal and document is not None
        return document if document is not None else "$" + self.text[start : self.at]

    def _backticks(self, word: Word) -> str:
        start = self.at + 1
        end = start
        while end < len(self.text) and self.text[end] != "`":
            end += 2 if self.text[end] == "\\" else 1
        self.at = min(end + 1, len(self.text))
        inner = self.text[start:end]
        if self.depth < DEEPEST:
            word.runs += (self.inside(re.sub(r"\\([`\\$])", r"\1", inner)),)
        word.literal = False
        return f"$({inner})"

    def _ansi(self) -> str:
        parts: list[str] = []
        while self.at < len(self.text) and self.text[self.at] != "'":
            sign = self.text[self.at]
            if sign == "\\":
                sign = self.text[self.at + 1 : self.at + 2]
                parts.append(_ESCAPES.get(sign, sign))
                self.at += 1
            else:
                parts.append(sign)
            self.at += 1
        self.at = min(self.at + 1, len(self.text))
        return "".join(parts)

    def _braces(self) -> None:
        """Past `{…}`, braces and quotes in it respected."""
        open_ = 0
        for found in _BRACE_OR_QUOTE.finditer(self.text, self.at):
            if found.start() < self.at:
                continue
            sign, self.at = found.group(), found.end()
            open_ += (sign == "{") - (sign == "}")
            if sign == "\\":
                self.at += 1
            elif sign == "'":
                self._until("'", self.at)
            if not open_:
                return
        self.at = len(self.text)

    def balanced(self) -> None:
        """Past arithmetic in parentheses."""
        open_ = 0
        for found in _PARENTHESIS.finditer(self.text, self.at):
            open_ += 1 if found.group() == "(" else -1
            if not open_:
                self.at = found.end()
                return
        self.at = len(self.text)

    # ---- space

    def blank(self, *, newlines: bool = False) -> None:
        while True:
            found = _BLANK.match(self.text, self.at)
            self.at = found.end() if found else self.at
            sign = self.text[self.at : self.at + 1]
            if newlines and sign == "\n":
                self.newline()
            elif newlines and sign == "#":
                self.comment()
            else:
                return

    def comment(self) -> None:
        if self.text.startswith("#", self.at):
            end = self.text.find("\n", self.at)
            self.at = end if end >= 0 else len(self.text)

    def newline(self) -> None:
        """Past the end of a line and the here-documents that begin behind it."""
        self.at += 1
        waiting, self.waiting = self.waiting, []
        for one in waiting:
            one.body = self._document(one.target.text, tabs=one.operator == "<<-")
            if not one.target.quoted and self.depth < DEEPEST:
                one.runs = self._runs_in(one.body)

    def _document(self, delimiter: str, *, tabs: bool) -> str:
        lines: list[str] = []
        while self.at < len(self.text):
            end = self.text.find("\n", self.at)
            stop = end if end >= 0 else len(self.text)
            line = self.text[self.at : stop]
            self.at = min(stop + 1, len(self.text))
            line = line.lstrip("\t") if tabs else line
            if line.rstrip("\r") == delimiter:
                return "".join(lines)
            lines.append(f"{line}\n")
        return "".join(lines)

    def peeked(self) -> str:
        """The word at this place, where it has no quotes and nothing to expand."""
        found = _PLAIN.match(self.text, self.at)
        if found is None:
            return ""
        following = self.text[found.end() : found.end() + 1]
        return "" if following and following in "\\'\"$`" else found.group()

    def inside(self, text: str) -> Sequence:
        """The commands of a text that stands in this one."""
        return type(self)(text, self.depth + BACKTICKS).whole()

    def _runs_in(self, body: str) -> tuple[Sequence, ...]:
        word = Word("")
        type(self)(body, self.depth + BACKTICKS)._expanded(word, _BODY_RUN, "")
        return word.runs


def _document_of(inner: Sequence) -> str | None:
    """The text of `cat <<EOF …` where that is all there is."""
    node = inner.items[0][1] if len(inner.items) == 1 else None
    if not isinstance(node, Simple) or [word.text for word in node.words] != ["cat"] or len(node.redirections) != 1:
        return None
    body, runs = node.redirections[0].body, node.redirections[0].runs
    return None if body is None or runs else body.rstrip("\n")
