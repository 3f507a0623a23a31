"""What a logged model name means: one id for all the ways in which agents and clouds write the same model."""

from __future__ import annotations

import re
from functools import lru_cache

BEDROCK = re.compile(r"^(?:(?:us|eu|apac|jp|au|global)\.)?anthropic\.")
REGION = re.compile(r"(us|eu|apac|jp|au)\.anthropic\.")
VARIANT = re.compile(r"(?:-v\d+:\d+|:(?!free$|latest$)[a-z]\w*)$")
"""Bedrock's `-v1:0`, a router's `:thinking`. `:free` has no list price, `:30b` and `:latest` are local: they stay."""
DATE = re.compile(r"[-@](?:20\d{6}|20\d\d-\d\d-\d\d|latest)$")
NUMBER_FIRST = re.compile(r"^claude-([45](?:-\d)?)-(opus|sonnet|haiku|fable|mythos)$")


def plain_name(name: str) -> str:
    """The name in lower case, without the provider's path before it and without Claude Code's `[1m]` after it.

    A date stays: vendors have sold two snapshots of one name at two prices (gpt-4o-2024-05-13).
    """
    return name.strip().lower().rsplit("/", 1)[-1].removesuffix("[1m]")


def region(name: str) -> str:
    """The region of a Bedrock id (`us.anthropic.…` → `us`); empty for the global endpoint and everywhere else."""
    found = REGION.search(name.lower())
    return found[1] if found else ""


def asks_for_1m(name: str) -> bool:
    """Whether Claude Code ran the model with its window of a million tokens, which it writes behind the id."""
    return name.strip().lower().endswith("[1m]")


def matches(pattern: str, name: str) -> bool:
    """Whether a name is what the pattern describes; `*` stands for any characters, everything else for itself."""
    return re.fullmatch(".*".join(map(re.escape, pattern.lower().split("*"))), name.lower()) is not None


@lru_cache(maxsize=4096)
def model_id(name: str) -> str:
    """The id under which the price book knows a logged name; a name it does not know comes back shortened.

    `claude-opus-4-5-20251101`, `claude-opus-4-5@20251101`, `anthropic/claude-opus-4.5`, `claude-opus-4-5[1m]`,
    `us.anthropic.claude-opus-4-5-20251101-v1:0` and `claude-4.5-opus` are all `claude-opus-4-5`. Applying it twice
    changes nothing.
    """
    shorter = _shorten(name)
    while shorter != name:
        name, shorter = shorter, _shorten(shorter)
    return name


def _shorten(name: str) -> str:
    name = plain_name(name)
    bedrock = BEDROCK.sub("", name)
    if bedrock != name:
        bedrock = re.sub(r"-v\d+$", "", bedrock)  # newer Bedrock ids end without the `:0`
    name = DATE.sub("", VARIANT.sub("", bedrock))
    if not name.startswith("claude-"):
        return name
    return NUMBER_FIRST.sub(r"claude-\2-\1", name.replace(".", "-")).removesuffix("-thinking")
