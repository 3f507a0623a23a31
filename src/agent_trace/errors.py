"""Every exception that agent-trace raises on purpose.

    AgentTraceError                     1
    ├── UsageError                      2   a flag, an argument or a value makes no sense
    │   └── AmbiguousSessionError       2   a prefix that several sessions share
    ├── NotFoundError                   3   a session, an event, a file or a model that is nowhere
    │   └── WithheldError               3   what the privacy tier does not keep
    ├── UnreadableError                 4   a file is there and cannot be understood
    │   ├── NewerStoreError             4   the database was written by a later version
    │   ├── CorruptStoreError           4   the database is damaged
    │   └── CorruptArchiveError         4   an archived frame does not match its checksum
    ├── UnreachableError                5   the network, another program or a lock did not answer
    └── GateError                       1   a check that may say no said no

The number is the exit code of the command line. A message says what happened and where; `hint` says what to do next.
"""

from __future__ import annotations


class AgentTraceError(Exception):
    """The root of the tree: `exit_code` for the shell, `hint` for the person."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(AgentTraceError):
    """The request makes no sense as it was written."""

    exit_code = 2


class AmbiguousSessionError(UsageError):
    """A prefix names several sessions; the message lists them."""


class NotFoundError(AgentTraceError):
    """What was asked for is not there."""

    exit_code = 3


class RewrittenError(NotFoundError):
    """A log no longer begins with what was read of it, and was not archived: read again, it says what it says now.

    `source`: the log, by its number in the index.
    """

    def __init__(self, message: str, source: int, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.source = source


class WithheldError(NotFoundError):
    """The tier keeps nothing of what was asked for; the agent's own file is not opened."""


class UnreadableError(AgentTraceError):
    """Something is there and cannot be read."""

    exit_code = 4


class NewerStoreError(UnreadableError):
    """The database belongs to a later version of agent-trace."""


class CorruptStoreError(UnreadableError):
    """The database file is damaged."""


class CorruptArchiveError(UnreadableError):
    """Archived bytes do not match what was written."""


class UnreachableError(AgentTraceError):
    """Another program, the network or a lock did not answer."""

    exit_code = 5


class GateError(AgentTraceError):
    """A gate (a check meant to fail a build) said no."""
