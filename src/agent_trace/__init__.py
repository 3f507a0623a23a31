"""agent-trace: the flight recorder for AI coding agents."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from agent_trace.privacy.masking import mask_event_data as mask_event_data

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Loads a public name when it is asked for: starting the program must not."""
    if name != "mask_event_data":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from agent_trace.privacy import masking

    return masking.mask_event_data
