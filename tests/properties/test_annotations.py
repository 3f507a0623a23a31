"""Whatever a person writes comes back, and a file that was cut anywhere keeps every line before the cut."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from agent_trace.app.annotations import LONGEST, _text
from agent_trace.model.annotations import Annotation, AnyGiven, Hidden, Renamed, Starred
from agent_trace.model.portable import is_note, note_event, note_record
from agent_trace.privacy.tiers import Tier, tiered_annotation, withheld
from agent_trace.store.annotations import AnnotationFile, encoded

WORDS = st.text(max_size=80).map(lambda text: _text("note", text))
LINE = st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=20)
HEAD = {"annotation_id": LINE, "agent": LINE, "session_id": LINE, "author": LINE, "created_at": st.floats(0, 4e9)}
NOTES = st.builds(
    Annotation,
    **HEAD,
    event_id=LINE,
    offset_seconds=st.none() | st.floats(-1e9, 1e9),
    label=LINE,
    note=WORDS,
    bookmark=st.booleans(),
)
FACTS = st.one_of(NOTES, st.builds(Renamed, **HEAD, title=LINE), st.builds(Starred, **HEAD), st.builds(Hidden, **HEAD))


@given(st.text(max_size=200))
def test_any_text_can_be_written_down(text: str) -> None:
    kept = _text("note", text)
    assert len(kept) <= LONGEST["note"]
    assert kept.encode("utf-8").decode("utf-8") == kept
    assert _text("note", kept) == kept


@given(st.lists(FACTS, max_size=6), st.integers(0, 10_000), FACTS)
def test_a_cut_file_keeps_what_stands_before_the_cut(facts: list[AnyGiven], cut: int, new: AnyGiven) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = AnnotationFile(f"{folder}/annotations.jsonl")
        file.change(lambda _: map(encoded, facts))
        data = Path(file.path).read_bytes() if facts else b""
        kept = data[: cut % (len(data) + 1)]
        Path(file.path).write_bytes(kept)
        whole = [one for one, end in zip(facts, _ends(facts), strict=True) if end <= len(kept)]
        assert list(file.known.rows) == whole
        file.change(lambda lines: [*(line.data for line in lines), encoded(new)])
        assert list(AnnotationFile(file.path).known.rows) == [*whole, new]
        file.change(lambda lines: [line.data for line in lines if line.given == new])
        assert set(AnnotationFile(file.path).known.rows) <= {new}


def _ends(facts: list[AnyGiven]) -> list[int]:
    """Where each line ends, its newline left out."""
    sizes = [len(encoded(one)) + 1 for one in facts]
    return [sum(sizes[: number + 1]) - 1 for number in range(len(sizes))]


@given(NOTES, st.sampled_from(get_args(Tier)))
def test_no_word_passes_below_its_tier(one: Annotation, tier: Tier) -> None:
    found = tiered_annotation(one, tier)
    allowed = {1: set[str](), 2: {one.label}, 3: {one.label, one.note, one.author}}[tier]
    assert {found.label, found.note, found.author} <= allowed | {"", withheld(1), withheld(2)}
    assert (found.annotation_id, found.event_id, found.bookmark) == (one.annotation_id, one.event_id, one.bookmark)


@given(NOTES)
def test_a_note_is_the_same_in_a_trace(one: Annotation) -> None:
    event = note_event(one)
    record = note_record(event, one.session_id)
    assert is_note(event)
    assert (record["annotation_id"], record["event_id"]) == (one.annotation_id, one.event_id)
    if not any(line.partition(": ")[0] in ("label", "author", "offset_seconds") for line in one.note.split("\n")):
        assert (record["note"], record["author"]) == (one.note, one.author)
        assert record["label"] == (one.label or ("bookmark" if one.bookmark else ""))
        assert record["offset_seconds"] == (one.offset_seconds or 0.0)
