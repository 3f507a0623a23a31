"""What moved since somebody looked last: sessions whose rows changed, and those of which the person said something else."""

from __future__ import annotations

from agent_trace.app.workspace import Workspace
from agent_trace.model.annotations import Annotations
from agent_trace.model.selection import Name
from agent_trace.store.turns import Turn, roots_named, roots_of, turns


class Moving:
    """Remembers what it saw. The first look sees everything, and tells nothing of it."""

    def __init__(self) -> None:
        self._turns: dict[int, Turn] | None = None
        self._given = Annotations()
        self.is_still = False
        """Nothing at all was another in the last look: no session came, went or changed."""

    def look(self, workspace: Workspace) -> tuple[str, ...]:
        """The ids of the root sessions that changed since the last look, sorted."""
        before, self._turns = self._turns, turns(workspace.db)
        known, self._given = self._given, workspace.given or Annotations()
        if before is None:
            self.is_still = False
            return ()
        self.is_still = before == self._turns and known == self._given
        moved = [one for one, turn in self._turns.items() if before.get(one) != turn]
        said = () if known is self._given else _said(known, self._given)
        return tuple(sorted({*roots_of(workspace.db, moved), *roots_named(workspace.db, said)}))


def _said(before: Annotations, after: Annotations) -> set[Name]:
    """Sessions of which the person says something else."""
    found = {*(before.starred ^ after.starred), *(before.hidden ^ after.hidden)}
    names = {Name(*name) for name in (*before.titles, *after.titles)}
    found.update(name for name in names if before.titles.get(name) != after.titles.get(name))
    found.update(name for name in {*before.notes, *after.notes} if before.notes.get(name) != after.notes.get(name))
    return found
