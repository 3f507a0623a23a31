"""agent-trace: the flight recorder for AI coding agents."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

__all__ = ["__version__", "mask_event_data"]

__version__ = "0.1.0"


def mask_event_data(
    data: dict[str, Any],
    *,
    secrets: bool = True,
    pii: Collection[str] = ("email", "phone", "card", "ssn", "arn"),
) -> dict[str, Any]:
    """A copy of an event's data in which secrets and personal data are markers: `[REDACTED:kind]`.

    Dictionaries, lists and texts are gone through at any depth, JSON within texts too; a key tells what its value is.
    Keys, numbers and everything else stay. `pii` names what of persons is masked besides secrets. The data itself is not
    changed. Raises ValueError for a kind that is not known.
    """
    from agent_trace.privacy.event_data import masked_data

    return masked_data(data, secrets=secrets, pii=pii)
