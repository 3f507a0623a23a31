"""One commit counts once, over however many sessions: in the one that made it first.

Two sessions may tell of one commit: a resumed copy of a log, a fork whose history could not be told from its source's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from agent_trace.analysis.git_output import same
from agent_trace.analysis.outcome import Outcome

HEAD = 4
"""Characters of a sha: git shows no fewer, so two names of one commit agree in them."""
_NEVER = 2**62


class Claim(NamedTuple):
    """That a session made a commit."""

    session: str | int
    place: int
    """Of the commit among the session's, from 0."""
    event: str
    """The call that made it."""
    nth: int
    """Which of the commits of that call it is, from 0."""
    at: int | None
    """UTC milliseconds; None counts as later than all others."""
    sha: str | None
    order: str | int
    """Decides between equal times: the lower one made it."""


def counting(claims: Iterable[Claim]) -> set[tuple[str | int, int]]:
    """(session, place) of the claims that count.

    A commit is known again by its sha, cut wherever; one without, which a fork copied, by the call that made it and
    when: some agents number their calls anew in every session.
    """
    found: set[tuple[str | int, int]] = set()
    names: dict[str, list[str]] = {}
    copies: set[tuple[str, int, int | None]] = set()
    for one in sorted(claims, key=_rank):
        known = names.setdefault(one.sha[:HEAD], []) if one.sha is not None else []
        if (one.event, one.nth, one.at) not in copies and not any(same(one.sha or "", other) for other in known):
            found.add((one.session, one.place))
            known.append(one.sha or "")
        copies.add((one.event, one.nth, one.at))
    return found


def _rank(one: Claim) -> tuple[int, str, int, str]:
    order = f"{one.order:020}" if isinstance(one.order, int) else one.order
    return (one.at if one.at is not None else _NEVER, order, one.place, str(one.session))


def claims_of(name: str | int, outcome: Outcome, order: str | int) -> Iterator[Claim]:
    """What a session claims to have made."""
    seen: dict[str, int] = {}
    for place, one in enumerate(outcome.commits):
        nth = seen.get(one.event, 0)
        seen[one.event] = nth + 1
        yield Claim(name, place, one.event, nth, one.at, one.sha, order)


def counted_once(outcomes: Mapping[str, Outcome]) -> dict[str, Outcome]:
    """Several sessions' outcomes with each commit in one of them only; of equal times the session named first keeps it."""
    rows = [claim for order, (name, found) in enumerate(outcomes.items()) for claim in claims_of(name, found, order)]
    counts = counting(rows)
    return {
        name: msgspec.structs.replace(
            found, commits=tuple(one for place, one in enumerate(found.commits) if (name, place) in counts)
        )
        for name, found in outcomes.items()
    }
