"""The shapes of the rule set beneath ours: each is found, what only begins like it stays, and its licence lies beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent_trace.privacy.masking import Masker
from agent_trace.privacy.secrets import kept
from agent_trace.privacy.secrets.shapes import Shape
from bench.near import PARSER, Spelling

MASKER = Masker()


def example(shape: Shape) -> str:
    """A secret of a shape: of several ways the first that is one."""
    tree = PARSER.parse(shape.pattern.pattern.replace(b"(?i:", b"(?:"))
    said = (Spelling(f"{shape.kind} {number}", many=False).spelled(tree) for number in range(50))
    return next(one.decode() for one in said if shape.span(one, 0) == (0, len(one)))


@pytest.mark.parametrize("shape", kept.SHAPES, ids=lambda shape: f"{shape.kind} {shape.prefix.decode()}")
def test_a_kept_shape_is_masked(shape: Shape) -> None:
    secret = example(shape)
    for text in (f"value {secret} x", f"NAME={secret}", f"?data={secret}&page=2"):
        assert secret not in MASKER.text(text)
    line = b'{"text": "' + secret.encode() + b'"}'
    assert secret.encode() not in MASKER.line(line)
    assert len(MASKER.line(line)) == len(line)


def test_names_that_begin_like_one_stay() -> None:
    text = "lip_sync_frame_2_of_video prf_results_of_the_first_10_runs tss_encoder_block_number_7_of_9 ion_channel_x"
    assert MASKER.text(text) == text


def test_there_are_some_and_their_licence_lies_beside_them() -> None:
    licence = Path(kept.__file__).with_suffix(".LICENSE").read_text(encoding="utf-8")
    assert len(kept.SHAPES) >= 40
    assert "MIT License" in licence
    assert "Copyright (c)" in licence
