"""The masker that the configuration asks for: built-in rules, the person's own, and those that a repository adds.

The person's rules lie in `config/privacy.yml` of the home. A repository's `config/privacy.yml` can only add rules, and they
hold for sessions that worked inside that repository: it is never read for its mode or for what it would switch off.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence

from agent_trace.app.choosing import git_root
from agent_trace.config import Config
from agent_trace.errors import UnreadableError
from agent_trace.privacy.masking import Masker
from agent_trace.privacy.rules import PiiKind, Rule, flag_rules, read_rules

IN_REPOSITORY = os.path.join("config", "privacy.yml")


def masker(
    config: Config,
    *,
    cwd: str | None = None,
    patterns: Sequence[str] = (),
    pii: Collection[PiiKind] | None = None,
    more: Sequence[Rule] = (),
) -> Masker:
    """The masker for what was done in a folder. UsageError for a rule that is none, with its file and line."""
    files = () if cwd is None else repository_rules(cwd)
    return masker_of_files(config, files, patterns=patterns, pii=pii, more=more)


def masker_of_files(
    config: Config,
    files: Iterable[str],
    *,
    patterns: Sequence[str] = (),
    pii: Collection[PiiKind] | None = None,
    more: Sequence[Rule] = (),
) -> Masker:
    """The same with the rules of some repositories' files, and with `more` that this answer asks for."""
    rules = [*(rule for file in (config.rules, *files) for rule in _rules(file)), *flag_rules(patterns), *more]
    return Masker(rules, mode=config.privacy_mode, pii=config.pii if pii is None else pii)


def repository_rules(folder: str) -> tuple[str, ...]:
    """The file of rules of the repository that a folder lies in, where there is one."""
    if not os.path.isabs(folder):
        return ()
    root = git_root(os.path.normpath(folder))
    file = None if root is None else os.path.join(root, IN_REPOSITORY)
    return () if file is None or not os.path.isfile(file) else (file,)


def _rules(file: str) -> tuple[Rule, ...]:
    try:
        with open(file, encoding="utf-8", errors="replace") as opened:
            return read_rules(opened.read(), file)
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise UnreadableError(f"the rules in {file} cannot be read: {error.strerror}") from error
