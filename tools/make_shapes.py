"""Writes src/agent_trace/privacy/secrets/kept.py: the shapes of a maintained rule set that ours do not cover.

The rules are those of Betterleaks (MIT) that the package kingfisher-secret-scanner carries; install it to run this:
`python -m tools.make_shapes`. Taken is a rule that tells a secret by a fixed beginning of four signs and more, with a
digit or a mark in it, and at least sixteen letters behind it. What needs a word beside it is left out, and so is what one
of our own shapes finds. Where names of programs could look alike, a digit and a capital letter are asked for.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from agent_trace.privacy.linear import RefusedError, over_text
from agent_trace.privacy.secrets import OWN
from agent_trace.privacy.secrets.shapes import Shape
from bench.near import PARSER, Spelling

KEPT = Path(__file__).parents[1] / "src" / "agent_trace" / "privacy" / "secrets" / "kept.py"
NOT = frozenset({"flutterwave_public_key"})
"""Rules of what is public."""
DRAWN = "(?=[a-z0-9_.-]{0,60}[A-Z])(?=[A-Za-z_.-]{0,60}[0-9])"
NAMES = re.compile(r"\[[^\]]*(?:_|\\w)")
"""Letters that names of programs have too."""
AROUND = re.compile(
    r"(?:\\b|\(\?:\^\|\[[^\]]+\]\))?\(?(?P<secret>.+?)\)?(?:\\b|\(\?:\\\\\?\[.*|\(\?:\[\^.*|\(\?:\$.*)?"
)
BEGIN = re.compile(r"(?:[A-Za-z0-9_/:-]|\\[.$/-])+")
LEAST = 16
EXAMPLES = 8


class Kept(NamedTuple):
    """A rule as one of our shapes."""

    kind: str
    prefix: str
    rest: str


def kept(rule: dict[str, Any]) -> Iterator[Kept]:
    """The rule as shapes; none for one that has no fixed beginning, is hidden, or has words beside it."""
    vendor, _, name = rule["id"].partition(".")
    kind = re.sub("[^a-z0-9]+", "_", name.partition(".")[0])
    met = AROUND.fullmatch(rule["pattern"])
    if vendor != "betterleaks" or not rule["visible"] or kind in NOT or not met or not _is_linear(rule["pattern"]):
        return
    ways = [met["secret"]] if "(" in met["secret"] else met["secret"].split("|")
    yield from (one for way in ways if (one := _shaped(kind, way)))


def _shaped(kind: str, secret: str) -> Kept | None:
    begun = BEGIN.match(secret)
    if not begun:
        return None
    prefix, rest = begun[0], secret[begun.end() :]
    if rest[:1] in {"{", "?", "*", "+"}:
        prefix, rest = prefix[:-1], prefix[-1] + rest
    if rest.startswith("(?i)"):
        rest = f"(?i:{rest[4:]})"
    one = Kept(kind, re.sub(r"\\(.)", r"\1", prefix), rest)
    if not _is_sure(one):
        return None
    return one._replace(rest=DRAWN + rest) if NAMES.search(rest) else one


def _is_linear(pattern: str) -> bool:
    try:
        over_text(pattern)
    except RefusedError:
        return False
    return True


def _is_sure(one: Kept) -> bool:
    if len(one.prefix) < 4 or not re.search("[0-9_.:/$-]", one.prefix) or not one.rest:
        return False
    try:
        re.compile(one.rest)
    except re.error:
        return False
    is_like_a_name = NAMES.search(one.rest) and "A-Z" not in one.rest and r"\w" not in one.rest
    return PARSER.parse(one.rest).getwidth()[0] >= LEAST and not is_like_a_name


def examples(one: Kept) -> Iterator[bytes]:
    """Secrets that the shape tells."""
    tree = PARSER.parse(re.sub(r"\(\?-?i:", "(?:", one.rest.removeprefix(DRAWN)))
    for number in range(EXAMPLES):
        yield one.prefix.encode() + Spelling(f"{one.kind} {number}", many=False).spelled(tree)


def is_new(one: Kept, known: tuple[Shape, ...]) -> bool:
    """Whether none of our shapes finds all of its secrets."""
    return not all(any(shape.span(said, _at(said, shape)) for shape in known) for said in examples(one))


def _at(said: bytes, shape: Shape) -> int:
    return max(said.find(shape.prefix), 0)


def written(rows: list[Kept], version: str) -> str:
    """The module."""
    head = f'''"""Shapes of a maintained rule set that ours do not cover; written by tools/make_shapes.py, not by hand.

From the rules of kingfisher-secret-scanner {version}, which are those of Betterleaks; their licence (MIT) lies beside
this file.
"""

from __future__ import annotations

from agent_trace.privacy.secrets.shapes import shape

LEAD, END = "[A-Za-z0-9_+/.-]{{8}}", "(?![A-Za-z0-9])"

SHAPES = (
'''
    body = "".join(f"    shape({row.kind!r}, {row.prefix!r}, {row.rest!r} + END, lead=LEAD),\n" for row in rows)
    return head + body + ")\n"


def main() -> None:
    """Read the installed rules and write the module."""
    rules = importlib.import_module("kingfisher_sdk").Rules(confidence="low")
    found = [one for said in rules.metadata() for one in kept(rules.detail(said["id"])) if is_new(one, OWN)]
    unique = {(one.prefix, one.rest): one for one in sorted(found)}
    version = importlib.import_module("importlib.metadata").version("kingfisher-secret-scanner")
    KEPT.write_text(written(sorted(unique.values()), version), encoding="utf-8")


if __name__ == "__main__":
    main()
