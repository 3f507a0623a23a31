"""The syntax of POSIX shells and bash: a text in, a tree of words, pipelines, lists and groups out.

Total and linear: whatever the text is, a tree comes out and no character is looked at more than a few times. What is
left open at the end of the text ends there; what is nested deeper than any person writes is not looked into.
"""

from __future__ import annotations

import re

from agent_trace.policy.shell_tree import (
    Body,
    Chain,
    Connector,
    Group,
    GroupKind,
    Node,
    Pipeline,
    Redirection,
    Sequence,
    Simple,
    Word,
)
from agent_trace.policy.shell_words import DEEPEST, WordReader

_REDIRECTION = re.compile(r"&>>|&>|<<<|<<-|<<|<>|>>|>&|>\||<&|>|<")
_NUMBER = re.compile(r"\d{1,9}(?=[<>])")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\[[^\]\n]{0,99}\])?\+?=")
_FUNCTION = re.compile(r"[ \t]*\([ \t]*\)")
_BRACE_OR_QUOTE = re.compile(r"[{}'\"\\]")
_KINDS: dict[str, tuple[GroupKind, str, frozenset[str]]] = {
    "if": ("branch", "fi", frozenset({"then", "elif", "else"})),
    "while": ("loop", "done", frozenset({"do"})),
    "until": ("loop", "done", frozenset({"do"})),
}


def parsed(text: str, inside: int = 0) -> Sequence:
    """The tree of a whole text; one that stands inside others may be half as deep as the one around it."""
    return Reader(text, DEEPEST - DEEPEST // 2**inside).whole()


class Reader(WordReader):
    """Reads lists, pipelines and commands."""

    def whole(self) -> Sequence:
        """All commands; a closing sign that closes nothing is passed over."""
        found: list[tuple[Connector, Node, bool]] = []
        while True:
            found += self.sequence(frozenset()).items
            if self.at >= len(self.text):
                return Sequence(found)
            self.at += 2 if self.text.startswith(";;", self.at) else 1

    # ---- lists

    def sequence(self, closing: frozenset[str]) -> Sequence:
        """Chains up to a closing word in the place of a command, a closing parenthesis, `;;` or the end."""
        items: list[tuple[Connector, Node, bool]] = []
        self.depth += 1
        if self.depth > DEEPEST:
            self.at = len(self.text)
        connector: Connector = ""
        while not self._at_end_of_sequence(closing):
            node = self._chain()
            behind, ended = self._ended()
            if node is not None:
                items.append((connector, node, behind))
            if not ended:
                break
            connector = ended
        self.depth -= 1
        return Sequence(items)

    def _at_end_of_sequence(self, closing: frozenset[str]) -> bool:
        self.blank(newlines=True)
        if self.at >= len(self.text) or self.text[self.at] == ")" or self.text.startswith(";;", self.at):
            return True
        return self.peeked() in closing

    def _ended(self) -> tuple[bool, Connector]:
        """Whether the chain before runs behind, and what ended it; empty: nothing that another chain may follow."""
        self.blank()
        self.comment()
        sign = self.text[self.at : self.at + 1]
        if sign == "\n":
            self.newline()
            return False, "\n"
        if sign == "&":
            self.at += 1
            return True, "&"
        if sign == ";" and not self.text.startswith(";;", self.at):
            self.at += 1
            return False, ";"
        return False, ""

    def _chain(self) -> Node | None:
        items: list[tuple[Connector, Node]] = []
        connector: Connector = ""
        while True:
            node = self._pipeline()
            if node is not None:
                items.append((connector, node))
            self.blank()
            sign = self.text[self.at : self.at + 2]
            if sign not in ("&&", "||"):
                break
            connector = "&&" if sign == "&&" else "||"
            self.at += 2
            self.blank(newlines=True)
        if not items:
            return None
        return items[0][1] if len(items) == 1 else Chain(items)

    def _pipeline(self) -> Node | None:
        items: list[Node] = []
        negated = False
        while True:
            self.blank(newlines=bool(items))
            if not items and self.peeked() == "!":
                negated, self.at = not negated, self.at + 1
                continue
            node = self._command()
            if node is not None:
                items.append(node)
            self.blank()
            if self.text[self.at : self.at + 1] != "|" or self.text.startswith("||", self.at):
                break
            self.at += 2 if self.text.startswith("|&", self.at) else 1
        if not items:
            return None
        return items[0] if len(items) == 1 and not negated else Pipeline(items, negated)

    # ---- commands

    def _command(self) -> Node | None:
        if self.text.startswith("((", self.at):
            self.balanced()
            return None
        if self.text[self.at : self.at + 1] == "(":
            self.at += 1
            return self._closed("subshell", ")", [Body(False, self.sequence(frozenset()))])
        word = self.peeked()
        if word == "{":
            self.at += 1
            return self._closed("braces", "}", [Body(False, self.sequence(frozenset({"}"})))])
        if word in _KINDS:
            self.at += len(word)
            return self._compound(*_KINDS[word])
        if word in ("for", "select"):
            return self._loop()
        if word == "case":
            return self._case()
        return self._function(word) or self._simple()

    def _compound(self, kind: GroupKind, end: str, between: frozenset[str]) -> Group:
        bodies = [Body(False, self.sequence(between | {end}))]
        while (word := self.peeked()) in between:
            self.at += len(word)
            bodies.append(Body(True, self.sequence(between | {end})))
        return self._closed(kind, end, bodies)

    def _loop(self) -> Group:
        """`for x in words; do …; done`: the words are read and let go, what runs to make them is kept."""
        head = self._words_until({"do"})
        if self.peeked() == "do":
            self.at += 2
        return self._closed("loop", "done", [*head, Body(True, self.sequence(frozenset({"done"})))])

    def _words_until(self, ends: set[str]) -> list[Body]:
        runs: list[Sequence] = []
        while self.at < len(self.text):
            self.blank(newlines=True)
            if self.peeked() in ends or (not ends and self.text.startswith(")", self.at)):
                break
            before = self.at
            runs += self.word().runs
            if self.at == before:
                self.at += 1
        return [Body(False, one) for one in runs]

    def _case(self) -> Group:
        bodies = self._words_until({"in"})
        self.at += 2
        while self.at < len(self.text):
            self.blank(newlines=True)
            if self.peeked() == "esac":
                break
            self._pattern()
            bodies.append(Body(True, self.sequence(frozenset({"esac"}))))
            if self.text.startswith(";;", self.at):
                self.at += 2
                self.at += self.text.startswith("&", self.at)
        return self._closed("branch", "esac", bodies)

    def _pattern(self) -> None:
        self.at += self.text.startswith("(", self.at)
        while self.at < len(self.text) and self.text[self.at] not in ")\n":
            before = self.at
            self.word()
            self.at += self.at == before
        self.at += 1

    def _function(self, word: str) -> Group | None:
        """`name() {…}` and `function name {…}`: its body is there and does not run yet."""
        if word == "function":
            self.at += len(word)
            self.blank()
            self.word()
            matched = _FUNCTION.match(self.text, self.at)
            self.at = matched.end() if matched else self.at
        else:
            matched = _FUNCTION.match(self.text, self.at + len(word)) if word else None
            if matched is None:
                return None
            self.at = matched.end()
        self.blank(newlines=True)
        body = self._command() if self.text.startswith(("{", "("), self.at) else None
        return Group("function", [Body(True, Sequence([("", body, False)] if body is not None else []))], [])

    def _closed(self, kind: GroupKind, end: str, bodies: list[Body]) -> Group:
        """A group whose end and redirections are read too."""
        self.blank(newlines=True)
        if self.text.startswith(end, self.at):
            self.at += len(end)
        return Group(kind, bodies, self._redirections())

    def _redirections(self) -> list[Redirection]:
        found: list[Redirection] = []
        while True:
            self.blank()
            number = _NUMBER.match(self.text, self.at)
            digits = number.group() if number else ""
            operator = _REDIRECTION.match(self.text, self.at + len(digits))
            if operator is None or self.text.startswith(("<(", ">("), self.at):
                return found
            self.at = operator.end()
            found.append(self._redirection(operator.group(), digits))

    def _redirection(self, operator: str, number: str) -> Redirection:
        self.blank()
        found = Redirection(operator, self.word(), number)
        if operator in ("<<", "<<-"):
            self.waiting.append(found)
        return found

    def _simple(self) -> Simple | None:
        found = Simple([], [], [])
        while True:
            found.redirections += self._redirections()
            if self._at_end_of_command():
                break
            name = _NAME.match(self.text, self.at) if not found.words else None
            if name is not None:
                self.at = name.end()
                found.assignments.append((name.group().rstrip("+="), self._value()))
            else:
                found.words.append(self.word())
        return found if found.words or found.assignments or found.redirections else None

    def _at_end_of_command(self) -> bool:
        sign = self.text[self.at : self.at + 1]
        if sign == "#":
            self.comment()
            return True
        if sign and sign in "<>" and self.text[self.at + 1 : self.at + 2] == "(":
            return False
        return sign == "" or sign in "\n;&|()"

    def _value(self) -> Word:
        """What is assigned; an array's words become one text."""
        if self.text[self.at : self.at + 1] != "(":
            return self.word()
        start = self.at
        self.at += 1
        bodies = self._words_until(set())
        self.at += self.text.startswith(")", self.at)
        return Word(self.text[start : self.at], literal=False, runs=tuple(body.sequence for body in bodies))
