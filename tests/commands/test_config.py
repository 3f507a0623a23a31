"""What decides a setting: the file, then the environment, then a flag."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent_trace.config import Config, load_config
from agent_trace.errors import UsageError


def configured(home: Path, text: str = "", **variables: str) -> Config:
    folder = home / ".agent-trace"
    folder.mkdir(exist_ok=True)
    (folder / "config.toml").write_text(text)
    return load_config({"AGENT_TRACE_HOME": str(folder), **variables})


def test_by_default_everything_is_kept_and_what_leaves_is_cut_down(home: Path) -> None:
    found = configured(home)
    assert (found.tier, found.leaving_tier, found.redact, found.privacy_mode) == (3, 2, "off", "moderate")
    assert (found.pii, found.retention) == ((), None)


def test_the_file_decides(home: Path) -> None:
    found = configured(home, 'tier = 2\nredact = true\npii = ["email"]\nretention = 90\nprivacy_mode = "strict"\n')
    assert (found.tier, found.redact, found.pii, found.retention, found.privacy_mode) == (
        2,
        "on",
        ("email",),
        90,
        "strict",
    )


@pytest.mark.parametrize(
    ("variable", "text", "field", "value"),
    [
        ("AGENT_TRACE_TIER", "1", "tier", 1),
        ("AGENT_TRACE_REDACT", "1", "redact", "on"),
        ("AGENT_TRACE_REDACT", "off", "redact", "off"),
        ("AGENT_TRACE_RETENTION", "30", "retention", 30),
        ("PRIVACY_MODE", "minimal", "privacy_mode", "minimal"),
        ("AGENT_TRACE_ARCHIVE", "off", "archive", "off"),
    ],
)
def test_a_variable_decides_above_the_file(home: Path, variable: str, text: str, field: str, value: object) -> None:
    assert getattr(configured(home, 'tier = 3\nredact = "on"\n', **{variable: text}), field) == value


@pytest.mark.parametrize(
    "text", ["tier = 4", "tier = 0", 'redact = "maybe"', "retention = 0", 'pii = ["name"]', 'privacy_mode = "lax"']
)
def test_what_makes_no_sense_is_refused(home: Path, text: str) -> None:
    with pytest.raises(UsageError, match="makes no sense"):
        configured(home, text)
