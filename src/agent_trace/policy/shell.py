"""What a shell command would execute: its simple commands in order, and what its exit code tells of each of them.

A careful reading, not a shell: quotes, here-documents, substitutions, subshells, conditions, `cd`, wrappers (`sudo`,
`env`, `timeout` …) and `bash -c` are understood; variables are not looked up. It never fails, whatever the text is, and
takes time in proportion to its length. A text for another shell (PowerShell, cmd) comes out as words that mean little.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from agent_trace.policy.directories import joined
from agent_trace.policy.shell_syntax import parsed
from agent_trace.policy.shell_tree import (
    Chain,
    Connector,
    Group,
    Node,
    Pipeline,
    Redirection,
    Sequence,
    Simple,
    Word,
)
from agent_trace.policy.wrappers import Unwrapped, script_of, unwrapped

SCRIPTS = 3
"""`bash -c` inside `bash -c`: how deep it is looked into."""
NEAREST = 8
"""Of the commands that tell of another one, as many as are looked at."""


class Assignment(NamedTuple):
    name: str
    value: str


class Redirected(NamedTuple):
    """`2>&1` is operator `>&`, target `1`, number `2`."""

    operator: str
    target: str
    number: str


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """One program that would be started."""

    argv: tuple[str, ...]
    """Without wrappers; empty for an assignment or a redirection alone."""
    literal: tuple[bool, ...]
    """Per word: False where the shell would put something else in its place."""
    connector: Connector = ""
    """What leads to it from the command before."""
    assignments: tuple[Assignment, ...] = ()
    redirections: tuple[Redirected, ...] = ()
    documents: tuple[str, ...] = ()
    """Texts that it reads: here-documents and here-strings."""
    wrappers: tuple[str, ...] = ()
    """`sudo`, `env`, `xargs` … that stood before it."""
    directory: str | None = ""
    """Where it runs, seen from where the shell began; empty: there; None: not to be known."""
    nested: bool = False
    """Its output becomes part of another command."""
    conditional: bool = False
    """It runs if something holds, once per turn of a loop, or when a function is called."""
    piped: bool = False
    """Its output goes to another command."""
    behind: bool = False
    """Nobody waits for it."""

    @property
    def program(self) -> str:
        """Its name without directories."""
        return self.argv[0].rpartition("/")[2] if self.argv else ""


class Verdict(NamedTuple):
    """What the exit code of the whole tells of one command."""

    succeeded: bool | None = None
    """None: it could be either."""
    proofs: tuple[int, ...] = ()
    """Commands that run only if it succeeded."""
    refutations: tuple[int, ...] = ()
    """Commands that do not run if it succeeded."""


class Ran(NamedTuple):
    place: int


class Piped(NamedTuple):
    items: list[Shape]
    negated: bool
    strict: bool
    """`pipefail`: the whole succeeds only if all do."""


class Joined(NamedTuple):
    items: list[tuple[Connector, Shape]]


class Listed(NamedTuple):
    items: list[Shape]
    strict: bool
    """`set -e`: the whole succeeds only if all do."""


class Apart(NamedTuple):
    """Commands of which the exit code tells nothing."""

    items: list[Shape]


Shape = Ran | Piped | Joined | Listed | Apart


class Script(msgspec.Struct, frozen=True):
    """A command text as it would be executed."""

    commands: tuple[Command, ...]
    shape: Shape

    def verdicts(self, succeeded: bool | None) -> tuple[Verdict, ...]:
        """Per command what the success of the whole tells."""
        found = [Verdict()] * len(self.commands)
        _judge(self.shape, Verdict(succeeded), found)
        return tuple(found)


def read(text: str) -> Script:
    """The commands of a text that a shell is given."""
    reading = _Reading()
    shape = reading.sequence(parsed(text), _Place())
    return Script(tuple(reading.commands), shape)


class _Place(NamedTuple):
    """Under which circumstances a command stands."""

    nested: bool = False
    conditional: bool = False
    piped: bool = False
    behind: bool = False
    scripts: int = 0


class _Reading:
    """Walks a tree in the order of execution and remembers where a shell would be."""

    def __init__(self) -> None:
        self.commands: list[Command] = []
        self._directory: str | None = ""
        self._before: list[str | None] = []
        self._strict = self._pipefail = False

    def sequence(self, tree: Sequence, place: _Place, connector: Connector = "") -> Shape:
        items: list[Shape] = []
        strict = self._strict
        for link, node, behind in tree.items:
            own = place._replace(behind=True) if behind else place
            shape = self._node(node, own, link or connector)
            items.append(Apart([shape]) if behind else shape)
            strict = strict or self._strict
        return items[0] if len(items) == 1 else Listed(items, strict)

    def _node(self, node: Node, place: _Place, connector: Connector) -> Shape:
        match node:
            case Simple():
                return self._simple(node, place, connector)
            case Chain(items=links):
                return Joined([(link, self._node(item, place, link or connector)) for link, item in links])
            case Pipeline():
                return self._pipeline(node, place, connector)
            case Group():
                return self._group(node, place, connector)

    def _pipeline(self, node: Pipeline, place: _Place, connector: Connector) -> Shape:
        items: list[Shape] = []
        alone = len(node.items) == 1
        for number, item in enumerate(node.items):
            own = place._replace(piped=place.piped or number < len(node.items) - 1)
            before = self._directory
            items.append(self._node(item, own, "|" if number else connector))
            if not alone:
                self._directory = before
        return Piped(items, node.negated, self._pipefail)

    def _group(self, node: Group, place: _Place, connector: Connector) -> Shape:
        before, strict = self._directory, (self._strict, self._pipefail)
        shapes: list[Shape] = []
        for body in node.bodies:
            own = place._replace(conditional=place.conditional or body.conditional)
            shapes.append(self.sequence(body.sequence, own, connector))
        outer = [self._words([one.target], place) for one in node.redirections]
        if node.kind == "subshell":
            self._directory, (self._strict, self._pipefail) = before, strict
        if node.kind == "function":
            self._directory = before
        plain = node.kind in ("subshell", "braces")
        return shapes[0] if plain and not any(outer) else Apart([*(one for row in outer for one in row), *shapes])

    # ---- simple commands

    def _simple(self, node: Simple, place: _Place, connector: Connector) -> Shape:
        made = [*(value for _, value in node.assignments), *node.words, *(one.target for one in node.redirections)]
        nested = self._words(made, place)
        nested += [self.sequence(tree, place._replace(nested=True)) for one in node.redirections for tree in one.runs]
        bare = unwrapped([word.text for word in node.words])
        command = self._command(node, bare, place, connector)
        self.commands.append(command)
        own = self._own(command, Ran(len(self.commands) - 1), place)
        self._moved(command)
        return Listed([*(Apart([one]) for one in nested), own], strict=False) if nested else own

    def _words(self, words: list[Word], place: _Place) -> list[Shape]:
        inside = place._replace(nested=True)
        return [self._aside(tree, inside) for word in words for tree in word.runs]

    def _aside(self, tree: Sequence, place: _Place) -> Shape:
        """A substitution runs in a shell of its own."""
        before, strict = self._directory, (self._strict, self._pipefail)
        shape = self.sequence(tree, place)
        self._directory, (self._strict, self._pipefail) = before, strict
        return shape

    def _command(self, node: Simple, bare: Unwrapped, place: _Place, connector: Connector) -> Command:
        words = node.words[bare.start :]
        moved = joined(self._directory, bare.directory) if bare.directory else self._directory
        given = (
            *(Assignment(name, word.text) for name, word in node.assignments),
            *(Assignment(*one) for one in bare.given),
        )
        return Command(
            argv=tuple(word.text for word in words),
            literal=tuple(word.literal for word in words),
            connector=connector,
            assignments=given,
            redirections=tuple(Redirected(one.operator, one.target.text, one.number) for one in node.redirections),
            documents=tuple(_document(one) for one in node.redirections if one.operator.startswith("<<")),
            wrappers=bare.names,
            directory=moved,
            nested=place.nested,
            conditional=place.conditional,
            piped=place.piped,
            behind=place.behind,
        )

    def _own(self, command: Command, ran: Ran, place: _Place) -> Shape:
        """The command, or what it executes where it is a shell that was given a text."""
        text = script_of(command.program, command.argv[1:], command.documents)
        if text is None or place.scripts >= SCRIPTS:
            return ran
        before, kept, strict = self._directory, self._before, (self._strict, self._pipefail)
        self._directory, self._before = command.directory, []
        inner = self.sequence(parsed(text, place.scripts + 1), place._replace(scripts=place.scripts + 1))
        if command.program not in ("eval", "source", "."):
            self._directory, self._before, (self._strict, self._pipefail) = before, kept, strict
        return Listed([Apart([ran]), inner], strict=False)

    def _moved(self, command: Command) -> None:
        """What a command changes for those behind it."""
        words = command.argv[1:]
        match command.program:
            case "cd" | "chdir" | "pushd" | "Set-Location":
                self._change(command, [word for word in words if word in ("-", "") or not word.startswith("-")])
            case "popd":
                self._directory = self._before.pop() if self._before else None
            case "set":
                self._options(words)

    def _change(self, command: Command, targets: list[str]) -> None:
        before = self._directory
        literal = all(command.literal)
        if targets == ["-"]:
            self._directory = self._before.pop() if self._before else None
        elif not targets:
            self._directory = "~"
        else:
            self._directory = joined(before, targets[0]) if literal else None
        self._before = [*self._before[-NEAREST:], before]

    def _options(self, words: tuple[str, ...]) -> None:
        for place, word in enumerate(words):
            if word.startswith("-") and "e" in word[1:] and not word.startswith("--"):
                self._strict = True
            if word == "errexit" and words[place - 1] == "-o":
                self._strict = True
            if word == "pipefail":
                self._pipefail = True


def _document(one: Redirection) -> str:
    return one.body if one.body is not None else one.target.text


# ---- what an exit code tells


def _judge(shape: Shape, verdict: Verdict, found: list[Verdict]) -> None:
    match shape:
        case Ran(place=place):
            found[place] = verdict
        case Joined(items=links):
            _judge_chain(links, verdict, found)
        case Piped():
            _judge_pipe(shape, verdict, found)
        case Listed(items=items, strict=strict):
            all_done = Verdict(True) if strict and verdict.succeeded else Verdict()
            for number, item in enumerate(items):
                _judge(item, verdict if number == len(items) - 1 else all_done, found)
        case Apart(items=apart):
            for item in apart:
                _judge(item, Verdict(), found)


def _judge_pipe(shape: Piped, verdict: Verdict, found: list[Verdict]) -> None:
    if shape.negated:
        turned = None if verdict.succeeded is None else not verdict.succeeded
        verdict = Verdict(turned, verdict.refutations, verdict.proofs)
    others = Verdict(True) if shape.strict and verdict.succeeded else Verdict()
    for item in shape.items[:-1]:
        _judge(item, others, found)
    _judge(shape.items[-1], verdict, found)


def _judge_chain(links: list[tuple[Connector, Shape]], verdict: Verdict, found: list[Verdict]) -> None:
    """`a && b || c` from its end: what is known of the whole tells of its last part and of all before it."""
    for place in range(len(links) - 1, 0, -1):
        connector, shape = links[place]
        indexes = _indexes(shape)
        succeeded = verdict.succeeded
        if connector == "&&":
            _judge(shape, verdict._replace(succeeded=succeeded or None), found)
            verdict = Verdict(succeeded or None, (*indexes, *verdict.proofs)[:NEAREST], verdict.refutations)
        else:
            failed = None if succeeded is not False else False
            _judge(shape, Verdict(failed, (), verdict.refutations), found)
            verdict = Verdict(failed, (), (*indexes, *verdict.refutations)[:NEAREST])
    _judge(links[0][1], verdict, found)


def _indexes(shape: Shape) -> list[int]:
    """The first commands of a part."""
    if isinstance(shape, Ran):
        return [shape.place]
    items = [item for _, item in shape.items] if isinstance(shape, Joined) else shape.items
    found: list[int] = []
    for item in items:
        found += _indexes(item)
        if len(found) >= NEAREST:
            break
    return found
