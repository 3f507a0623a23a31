"""What is kept of logs, and in what form: the tier, and who masks which log before anything else reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import msgspec

from agent_trace.model.scan import Part, Scan

if TYPE_CHECKING:
    from agent_trace.privacy.masking import Masker
    from agent_trace.privacy.tiers import Tier
    from agent_trace.store.scrubbing import Masks

Names = Sequence[tuple[str, str]]
"""(agent, id of a session or path of a log)."""
MaskerOf = Callable[[Names, Iterable[str]], "Masker | None"]
"""Names of a log and of its sessions, and the folders they worked in → who masks it; None: nobody."""


def nobody(_names: Names, _folders: Iterable[str]) -> None:
    """Nothing is masked."""


class Keeping(msgspec.Struct, frozen=True, kw_only=True):
    """What the person decided about the copies that agent-trace makes."""

    tier: Tier = 3
    masker_of: MaskerOf = nobody

    @property
    def raw(self) -> bool:
        """Records are kept as they are, or masked; below tier 3 no state of a reader and no record is."""
        return self.tier == 3

    def narrow_part(self, part: Part) -> Part:
        """What is stored of what a log says of one session."""
        from agent_trace.privacy.tiers import tiered_part

        return tiered_part(part, self.tier)

    def narrow_reason(self, reason: str) -> str:
        """Why a line was not read, without what is quoted of it."""
        from agent_trace.privacy.tiers import tiered_reason

        return tiered_reason(reason, self.tier)

    def narrow_outcome(self, data: bytes, masker: Masks | None) -> bytes | None:
        """What is stored of what a session produced, as it may stay; None: it may not."""
        from agent_trace.analysis.digest import decoded, encoded, rewritten
        from agent_trace.privacy.tiers import tiered_record

        found = decoded(data) if self.tier > 1 else None
        if found is None:
            return None
        return encoded(
            tiered_record(found if masker is None else rewritten(found, masker.text), self.tier, leaving=False)
        )

    def narrow(self, scan: Scan) -> Scan:
        """The same scan, without what the tier does not keep."""
        if self.tier == 3:
            return scan
        scan.parts = {key: self.narrow_part(part) for key, part in scan.parts.items()}
        for one in scan.unread:
            one.reason = self.narrow_reason(one.reason)
        if self.tier == 1:
            for call in scan.calls.values():
                call.branch = None
        return scan


def masked(data: bytes, masker: Masker | None) -> bytes:
    """Whole lines of a log without their secrets: every line stays as long as it was."""
    return data if masker is None else masker.lines(data)


ALL = Keeping()
"""Everything, as it is."""
