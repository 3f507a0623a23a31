"""What the person decided about copies: the tier, and which sessions are masked at every reading."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache, cached_property
from typing import TYPE_CHECKING

from agent_trace.config import Config
from agent_trace.store.keyed_names import KeyedNames, read_names
from agent_trace.sync.keeping import Keeping, Names

if TYPE_CHECKING:
    from agent_trace.privacy.masking import Masker


def keeping(config: Config) -> Keeping:
    """What is kept of logs. Nothing of the redaction is loaded where nothing is to be masked."""
    if config.redact == "off" and not os.path.exists(config.redactions):
        return Keeping(tier=config.tier)
    return Keeping(tier=config.tier, masker_of=Maskers(config))


class Maskers:
    """Who masks which log; the same rules are compiled once."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._of_files = cache(self._made)
        self._files = cache(self._found)

    def __call__(self, names: Names, folders: Iterable[str]) -> Masker | None:
        """The masker of a log; None where it is to be kept as it is."""
        if self.config.redact == "off" and not self._is_chosen(names):
            return None
        return self._of_files(tuple(dict.fromkeys(file for folder in folders for file in self._files(folder))))

    def _is_chosen(self, names: Names) -> bool:
        return self._chosen is not None and any(name in self._chosen for name in names)

    @cached_property
    def _chosen(self) -> KeyedNames | None:
        return read_names(self.config.redactions)

    def _made(self, files: tuple[str, ...]) -> Masker:
        from agent_trace.app.redaction import masker_of_files

        return masker_of_files(self.config, files)

    def _found(self, folder: str) -> tuple[str, ...]:
        from agent_trace.app.redaction import repository_rules

        return repository_rules(folder)
