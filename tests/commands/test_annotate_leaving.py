"""What was noted, when it leaves: labels at tier 2, words at tier 3, secrets never; and what comes back with a trace."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.terminal import Terminal
from tests.privacy.samples import KEY
from tests.reports.recorded import FIX
from tests.reports.small import copy_run
from tests.reports.test_notes import ALL, EVENT, given, write


@pytest.mark.parametrize("report", ["annotations", "show", "replay"])
@pytest.mark.parametrize("form", ["html", "markdown"])
def test_a_page_has_labels_and_no_notes_but_where_it_is_shared(
    home: Path, terminal: Terminal, report: str, form: str
) -> None:
    copy_run("2.1.329/fix", home)
    write(home, [given(1, note=f"the key is {KEY}", event_id=EVENT, label="regression"), given(2, label="pass")])
    ran = terminal.run(report, FIX, "--format", form)
    is_shared = (report, form) == ("replay", "html")  # the file that `share` writes has what was said
    assert (ran.code, "the key is" in ran.out, "regression" in ran.out) == (0, is_shared, True)
    assert KEY not in ran.out
    whole = terminal.run(report, FIX, "--format", form, "--tier", "3")
    assert ("the key is" in whole.out, KEY in whole.out) == (True, False)
    figures = terminal.run(report, FIX, "--format", form, "--tier", "1")
    assert ("regression" in figures.out, "the key is" in figures.out) == (False, False)


def test_a_listing_that_leaves(home: Path, terminal: Terminal) -> None:
    copy_run("2.1.329/fix", home)
    write(home, ALL)
    ran = terminal.run("annotate", FIX, "--list", "--export-format", "markdown")
    assert ("worth the money" in ran.out, "regression" in ran.out) == (False, True)
    terminal.run("annotate", FIX, "--list", "-o", str(home / "notes.html"))
    assert "regression" in (home / "notes.html").read_text()
    assert "worth the money" in terminal.run("annotate", FIX, "--export-format", "text").out
    assert "Mend division" not in terminal.run("list", "--format", "html").out


# ---------------------------------------------------------------- exports


def exported(home: Path, terminal: Terminal, *words: str) -> list[dict[str, object]]:
    """The lines of annotations.jsonl that an export of the session writes."""
    ran = terminal.run("export", FIX, "--alone", "-o", str(home / "out"), *words)
    assert ran.code == 0
    return [json.loads(line) for line in (home / "out" / FIX / "annotations.jsonl").read_text().splitlines()]


def test_an_export_has_them_in_the_form_of_agent_strace(home: Path, terminal: Terminal) -> None:
    copy_run("2.1.329/fix", home)
    write(home, ALL)
    found = exported(home, terminal, "--tier", "3")
    assert [one["note"] or one["label"] for one in found][1:4] == ["pass", "interesting", "bookmark"]
    assert found[0]["label"] == "regression"
    assert (found[0]["event_id"], found[0]["offset_seconds"], found[0]["author"]) == (EVENT, 0.116, "you")
    assert all(set(one) == set(KEYS) and one["session_id"] == FIX for one in found)


KEYS = ("annotation_id", "session_id", "event_id", "offset_seconds", "label", "note", "author", "created_at")


def test_an_export_is_masked_and_cut_down(home: Path, terminal: Terminal) -> None:
    copy_run("2.1.329/fix", home)
    write(home, [given(1, note=f"the key is {KEY}", event_id=EVENT)])
    (one,) = exported(home, terminal, "--tier", "3")
    assert str(one["note"]).startswith("the key is [REDACTED")
    (one,) = exported(home, terminal)
    assert str(one["note"]).startswith("the key is [REDACTED")  # it was told there already
    (home / "out" / FIX / "annotations.jsonl").unlink()
    assert [one["note"] for one in exported(home, terminal)] == ["withheld (tier 2)"]
    terminal.run("export", FIX, "--alone", "-o", str(home / "figures"), "--tier", "1")
    assert not (home / "figures" / FIX / "annotations.jsonl").exists()


def test_what_comes_back_is_ours_and_not_another(home: Path, terminal: Terminal) -> None:
    copy_run("2.1.329/fix", home)
    write(home, [given(1, note="mine", event_id=EVENT)])
    exported(home, terminal, "--tier", "3")
    file = home / "out" / FIX / "annotations.jsonl"
    other = {**json.loads(file.read_text()), "annotation_id": "theirs", "note": "of another", "label": "odd"}
    file.write_text(file.read_text() + json.dumps(other) + "\n")
    assert terminal.run("import", str(home / "out")).code == 0
    found = json.loads(terminal.run("annotations", FIX, "--json").out)["annotations"]
    told = [(one["note"], one["label"], one["foreign"], one["event"]) for one in found]
    assert told == [("mine", "", False, "14"), ("of another", "odd", True, "14")]
    assert terminal.run("replay", FIX).out.count("mine") == 1
    assert len(exported(home, terminal, "--tier", "3")) == 2
    assert terminal.run("annotate", FIX, "--delete", "theirs").code == 3
