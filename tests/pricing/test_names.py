"""The many ways to write one model."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_trace.pricing.names import asks_for_1m, matches, model_id, plain_name, region


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("claude-opus-4-5-20251101", "claude-opus-4-5"),
        ("claude-opus-4-5@20251101", "claude-opus-4-5"),
        ("Claude-Opus-4-5-20251101[1m]", "claude-opus-4-5"),
        ("claude-3-7-sonnet-latest", "claude-3-7-sonnet"),
        ("anthropic/claude-opus-4.5", "claude-opus-4-5"),
        ("openrouter/anthropic/claude-sonnet-4.5:thinking", "claude-sonnet-4-5"),
        ("claude-sonnet-4-5-thinking", "claude-sonnet-4-5"),
        ("anthropic.claude-opus-4-6-v1", "claude-opus-4-6"),
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5"),
        ("global.anthropic.claude-haiku-4-5-20251001-v1:0", "claude-haiku-4-5"),
        ("claude-4-opus-20250514", "claude-opus-4"),
        ("claude-4.5-sonnet", "claude-sonnet-4-5"),
        ("claude-5-fable", "claude-fable-5"),
        ("claude-3-5-sonnet-20241022", "claude-3-5-sonnet"),
        ("gpt-5-2025-08-07", "gpt-5"),
        ("azure/gpt-5.1-codex", "gpt-5.1-codex"),
        ("gemini-2.5-pro", "gemini-2.5-pro"),
        ("z-ai/GLM-4.6", "glm-4.6"),
        # a free tier and a model on one's own machine are not the vendor's model
        ("qwen/qwen3-coder:free", "qwen3-coder:free"),
        ("deepseek-r1:70b", "deepseek-r1:70b"),
        ("mistral-small:latest", "mistral-small:latest"),
        ("<synthetic>", "<synthetic>"),
        ("", ""),
    ],
)
def test_model_id(name: str, known: str) -> None:
    assert model_id(name) == known


letters = st.sampled_from("aclude-opus.45/@[1m]:v0 latfrnhi23gp\u0130")
names = st.text(letters, max_size=40) | st.text(max_size=20)


@given(names)
def test_model_id_changes_nothing_the_second_time(name: str) -> None:
    assert model_id(model_id(name)) == model_id(name)


def test_a_plain_name_keeps_its_date() -> None:
    assert plain_name(" OpenAI/GPT-4o-2024-05-13 ") == "gpt-4o-2024-05-13"


def test_region() -> None:
    assert region("bedrock/eu.anthropic.claude-opus-5") == "eu"
    assert region("global.anthropic.claude-opus-5") == ""
    assert region("claude-opus-5") == ""


def test_asks_for_1m() -> None:
    assert asks_for_1m("claude-sonnet-4-5[1M] ")
    assert not asks_for_1m("claude-sonnet-4-5")


def test_matches() -> None:
    assert matches("claude-opus-*", "Claude-Opus-5")
    assert matches("*", "")
    assert matches("gpt-5.5", "gpt-5.5")
    assert not matches("gpt-5.5", "gpt-5x5")
    assert not matches("claude-opus-*", "a claude-opus-5")
