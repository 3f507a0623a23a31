"""Secondhand logs: what another tool wrote down of a session merges into that session where its own log is known.

A trace folder, or a trajectory, tells of a session that some agent has a log of. Counted beside that log it would double
every figure, and its writers cut, repeat or never knew the usage. So nothing of it is counted: it is archived, and its notes
and decisions show in the session. It does not matter which of the two is found first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from agent_trace.store.database import Database
from agent_trace.store.ingest import Heard, Ingest
from agent_trace.store.merged import merge_source, secondhand_sessions, session_named
from agent_trace.sync.members import Member

PREFIX = 16
"""Characters of an agent's id that agent-strace's hooks keep."""


def merge(
    db: Database, members: Mapping[str, Member], ingest: Ingest, heard: Sequence[Heard]
) -> tuple[list[Heard], set[int]]:
    """The passes that count, without those over secondhand logs of known sessions; and the sessions that this touched."""
    agents = {name for name, member in members.items() if member.agent.secondhand}
    own = [one for one in heard if one.agent not in agents]
    told = [one for one in heard if one.agent in agents]
    touched = _found_later(db, ingest, agents, own)
    here = {name: one for one in own for key in _known(one) for name in _names(key)}
    kept: list[Heard] = []
    for one in told:
        target = _target(db, ingest, agents, here, one)
        if target is None:
            kept.append(one)
        else:
            touched |= merge_source(db, one.source, target)
    return [*own, *kept], touched


def _target(db: Database, ingest: Ingest, agents: Iterable[str], here: Mapping[str, Heard], one: Heard) -> int | None:
    """The session that a secondhand log tells of, in this batch or in the index."""
    name = main_session(one.scan.parts)
    found = here.get(name)
    if found is not None:
        key = next(key for key in _known(found) if name in _names(key))
        return ingest.session(found.agent, key)
    return session_named(db, name, PREFIX, agents)


def _found_later(db: Database, ingest: Ingest, agents: Iterable[str], own: Sequence[Heard]) -> set[int]:
    """Secondhand sessions that were listed until the log of their own agent turned up."""
    touched: set[int] = set()
    listed = secondhand_sessions(db, agents) if own else {}
    if not listed:
        return touched
    for one in own:
        for key in _known(one):
            for name in _names(key):
                for source in listed.get(name, ()):
                    touched |= merge_source(db, source, ingest.session(one.agent, key))
    return touched


def main_session(keys: Iterable[str]) -> str:
    """The session that a log is about: sub-agents inside it have longer ids."""
    return min(keys, key=len, default="")


def _known(one: Heard) -> Iterator[str]:
    """The sessions of a log that hold something."""
    return (key for key, part in one.scan.parts.items() if part.content)


def _names(key: str) -> tuple[str, ...]:
    """What a secondhand log may call a session: by its id, by a sub-agent's own id, or by the beginning of either."""
    agent = key.partition("/agent-")[2]
    whole = (key, agent) if agent else (key,)
    return (*whole, *(name[:PREFIX] for name in whole if "/" not in name and len(name) > PREFIX))
