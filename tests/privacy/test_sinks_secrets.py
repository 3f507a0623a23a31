"""Secrets in every text of every agent's log: with `redact = on` no piece of one is in any file of ours, at any tier."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.privacy.planted import GARDENS, Home, planted
from tests.privacy.planted_secrets import SecretPlanter
from tests.privacy.shapes import windows
from tests.privacy.sinks import contents
from tests.sync.tables import dump, workspace

pytestmark = pytest.mark.full

FIGURES = ("usage", "tool", "prompt", "unlogged")


@pytest.fixture(scope="module")
def secretive(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return planted(tmp_path_factory.mktemp("secret"), SecretPlanter)


@cache
def synced_into(folder: Path, tier: int, redact: str, environment: tuple[tuple[str, str], ...]) -> Path:
    """Our home after a sync."""
    name = f"{redact}{tier}"
    more = {**dict(environment), "AGENT_TRACE_TIER": str(tier), "AGENT_TRACE_REDACT": redact}
    opened = workspace(folder, name, None, **more)
    opened.sync()
    opened.sync_text()
    opened.close()
    return folder / name


def ours(home: Home, tier: int = 3, redact: str = "on") -> Path:
    return synced_into(home.folder, tier, redact, tuple(home.environment.items()))


def planter_of(home: Home, agent: str) -> SecretPlanter:
    found = home.planters[agent]
    assert isinstance(found, SecretPlanter)
    return found


def found_in(home: Home, folder: Path) -> dict[str, set[str]]:
    """Agent → the shapes of which a piece stands in our files."""
    data = b"\n".join(contents(folder).values()).lower()
    found: dict[str, set[str]] = {name: set() for name in GARDENS}
    for size, wanted in _pieces(home).items():
        for piece in occurring(data, wanted, size):
            for agent, shape in wanted[piece]:
                found[agent].add(shape)
    return found


def occurring(data: bytes, wanted: Collection[bytes], size: int) -> Iterator[bytes]:
    """Those of the wanted pieces, all of one size, that stand in the data.

    Only every `step`th place is looked at: wherever a piece stands, one of its first `step` places is such a one, and
    there begins a part of it that is known.
    """
    part = size // 2 + 1
    step = size - part + 1
    parts = {piece[at : at + part] for piece in wanted for at in range(step)}
    for near in range(0, len(data) - part + 1, step):
        if data[near : near + part] in parts:
            yield from (
                piece for at in range(max(near - step + 1, 0), near + 1) if (piece := data[at : at + size]) in wanted
            )


def _pieces(home: Home) -> dict[int, dict[bytes, set[tuple[str, str]]]]:
    """Size → every piece of that size of every secret, with the agents in whose logs it is."""
    found: dict[int, dict[bytes, set[tuple[str, str]]]] = defaultdict(lambda: defaultdict(set))
    for agent in home.planters:
        for shape in planter_of(home, agent).used:
            for piece in windows(shape):
                lowered = piece.lower().encode()
                found[len(lowered)][lowered].add((agent, shape.name))
    return found


def test_every_place_of_a_piece_is_seen() -> None:
    """Of any size, at any place, up to the very end."""
    for size in range(1, 14):
        piece = bytes(range(65, 65 + size))
        for at in range(20):
            for rest in (b"", b"-" * 7):
                assert set(occurring(b"." * at + piece + rest, {piece, b"x" * size}, size)) == {piece}
                assert not list(occurring(b"." * at + piece[:-1] + rest, {piece}, size))


def test_they_would_be_seen(secretive: Home) -> None:
    """Without redaction nearly every shape of every agent is in our files."""
    found = found_in(secretive, ours(secretive, redact="off"))
    for agent in GARDENS:
        planted_there = {shape.name for shape in planter_of(secretive, agent).used}
        assert len(planted_there - found[agent]) <= len(planted_there) // 50, agent


@pytest.mark.parametrize("tier", [3, pytest.param(2, marks=pytest.mark.full), pytest.param(1, marks=pytest.mark.full)])
def test_no_piece_of_one_is_stored(secretive: Home, tier: int) -> None:
    found = found_in(secretive, ours(secretive, tier))
    assert {agent: shapes for agent, shapes in found.items() if shapes} == {}


def test_no_figure_depends_on_it(secretive: Home) -> None:
    """Masked or not: the same calls, tools and prompts."""
    before = dump(ours(secretive, redact="off") / "data.db", root=secretive.folder, only=FIGURES)
    after = dump(ours(secretive) / "data.db", root=secretive.folder, only=FIGURES)
    assert {name: len(rows) for name, rows in before.items()} == {name: len(rows) for name, rows in after.items()}
