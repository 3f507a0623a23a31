"""Changed lines as git counts them, and where editors keep things."""

from __future__ import annotations

import pytest

from agent_trace.agents._changes import LONG, both, created, diffed, exchanged, exchanges, searched
from agent_trace.agents._diffs import UNCHANGED, Change
from agent_trace.agents._editors import EDITORS, storages


def counts(change: Change) -> tuple[int, int]:
    """Added and removed lines."""
    return change.added, change.removed


@pytest.mark.parametrize(("content", "lines"), [("", 0), ("a", 1), ("a\n", 1), ("a\nb", 2), ("a\n\n", 2), ("\n", 1)])
def test_a_created_file_adds_its_lines(content: str, lines: int) -> None:
    assert created(content) == Change(added=lines)


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("a\nb\nc\n", "a\nx\nc\n", (1, 1)),
        ("a", "a\nb", (1, 0)),
        ("a\nb", "", (0, 2)),
        ("", "a\nb", (2, 0)),
        ("same\n", "same\n", (0, 0)),
        ("a\nb\nc\nd", "b\nx\nd", (1, 2)),
        ("a\na\na", "a\na", (0, 1)),
        ("a\nb\nc\na\nb\nb\na\n", "c\nb\na\nb\na\nc\n", (2, 3)),
    ],
)
def test_a_replaced_piece_changes_the_lines_that_differ(old: str, new: str, changed: tuple[int, int]) -> None:
    assert counts(exchanged(old, new)) == changed


def test_of_long_pieces_only_the_ends_are_compared() -> None:
    old = "\n".join(f"old {number}" for number in range(LONG + 1))
    new = old.replace("old 3\n", "new 3\n").replace(f"old {LONG - 3}\n", "new\n")
    inner = LONG - 3 - 3 + 1
    assert counts(exchanged(old, new)) == (2, 2)
    assert counts(exchanged(f"{old}\n{old}", f"{new}\n{new}")) == (LONG + 1 + inner, LONG + 1 + inner)


UNIFIED = """Index: a.py
===================================================================
--- a.py
+++ a.py
@@ -1,2 +1,3 @@
 x
-y
+z
+--- not a head
diff --git a/b.py b/b.py
--- a/b.py
+++ b/b.py
@@ -1 +0,0 @@
-gone
"""


@pytest.mark.parametrize(
    ("diff", "changed"),
    [
        (UNIFIED, (2, 2)),
        (f"```diff\n{UNIFIED}```", (2, 2)),
        ("+a\n b\n-c", (1, 1)),
        ("", (0, 0)),
    ],
)
def test_lines_of_a_diff(diff: str, changed: tuple[int, int]) -> None:
    assert counts(diffed(diff)) == changed


def test_the_patch_is_the_diff_without_its_heads() -> None:
    assert diffed(UNIFIED).patch == "@@ -1,2 +1,3 @@\n x\n-y\n+z\n+--- not a head\n@@ -1 +0,0 @@\n-gone"


BLOCKS = """<<<<<<< SEARCH
:start_line:3
-------
a
=======
b
c
>>>>>>> REPLACE

------- SEARCH
d
=======
+++++++ REPLACE
"""


def test_blocks_that_have_a_piece_replaced() -> None:
    assert counts(searched(BLOCKS)) == (2, 2)
    assert searched("no block") == UNCHANGED


@pytest.mark.parametrize(
    "content",
    [
        "<<<<<<< SEARCH\na\n",
        "<<<<<<< SEARCH\na\n=======\nb\n",
        "=======\nb\n>>>>>>> REPLACE",
        "<<<<<<< SEARCH\na\n>>>>>>> REPLACE",
    ],
)
def test_a_block_that_is_not_whole_is_none(content: str) -> None:
    assert list(exchanges(content)) == []
    assert counts(searched(f"{content}\n{BLOCKS}")) == counts(searched(BLOCKS))


def test_blocks_that_nothing_closes_cost_no_more_than_others() -> None:
    assert list(exchanges("<<<<<<< SEARCH\n=======\n" * 20_000)) == []


def test_changes_add_up() -> None:
    found = both(Change(1, 2, "-a"), Change(3, 4, "+b"))
    assert (found, both(UNCHANGED, Change(1, 0, "+x"))) == (Change(4, 6, "-a\n+b"), Change(1, 0, "+x"))


def test_an_extension_has_a_folder_in_every_editor() -> None:
    homes = storages("a.b")
    assert all(home.path.endswith("/User/globalStorage/a.b") for home in homes)
    assert {system: sum(home.system == system for home in homes) for system in ("linux", "macos", "windows")} == {
        "linux": len(EDITORS) + 4,
        "macos": len(EDITORS),
        "windows": len(EDITORS),
    }
    assert {home.variable for home in homes if home.path.startswith("$")} == {"APPDATA"}
