"""The tree of a shell text: words, simple commands, pipelines, chains, sequences and groups."""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec

Connector = Literal["", "&&", "||", ";", "|", "&", "\n"]
GroupKind = Literal["subshell", "braces", "branch", "loop", "function"]


class Word(msgspec.Struct, gc=False):
    """One word with its quotes resolved."""

    text: str
    literal: bool = True
    """False: the shell would put something in its place (a variable, a command's output)."""
    quoted: bool = False
    runs: tuple[Sequence, ...] = ()
    """What runs to make it: command and process substitutions."""


class Redirection(msgspec.Struct, gc=False):
    """Where a command's input comes from or its output goes."""

    operator: str
    target: Word
    number: str = ""
    """The file descriptor, where one is named."""
    body: str | None = None
    """The text of a here-document."""
    runs: tuple[Sequence, ...] = ()
    """Substitutions inside that text."""


class Simple(msgspec.Struct, gc=False):
    """Assignments, words and redirections: what starts one program."""

    assignments: list[tuple[str, Word]]
    words: list[Word]
    redirections: list[Redirection]


class Pipeline(msgspec.Struct, gc=False):
    items: list[Node]
    negated: bool = False


class Chain(msgspec.Struct, gc=False):
    """Pipelines joined by && and ||; the first connector is empty."""

    items: list[tuple[Connector, Node]]


class Sequence(msgspec.Struct, gc=False):
    """Chains one after the other, each with what leads to it and whether it is left running behind."""

    items: list[tuple[Connector, Node, bool]]


class Body(NamedTuple):
    """A part of a group: whether it runs depends on something."""

    conditional: bool
    sequence: Sequence


class Group(msgspec.Struct, gc=False):
    kind: GroupKind
    bodies: list[Body]
    redirections: list[Redirection]


Node = Simple | Pipeline | Chain | Group
