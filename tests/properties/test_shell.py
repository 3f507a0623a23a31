"""The reader of shell commands over any text: it never fails, takes time in proportion, and gives words back as they were."""

from __future__ import annotations

import shlex

from hypothesis import given, settings
from hypothesis import strategies as st

from agent_trace.policy.git_command import git_command
from agent_trace.policy.shell import read

PIECES = st.sampled_from(
    "git commit -m cd a ; && || | & ( ) { } $( ` ' \" \\ \n < > << <<< <<-'E' E $ ${ } $(( )) # ! [[ ]] if then fi for do done in "
    "case esac ;; while function () = A= bash -c sudo env xargs eval 2>&1 \t é \x00 \ud800".split(" ")
)
TEXTS = st.lists(PIECES, max_size=40).flatmap(lambda parts: st.sampled_from([" ".join(parts), "".join(parts)]))
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)


@settings(max_examples=200)
@given(st.text() | TEXTS)
def test_any_text_is_read(text: str) -> None:
    script = read(text)
    assert len(script.verdicts(True)) == len(script.verdicts(None)) == len(script.commands)
    assert all(len(one.argv) == len(one.literal) for one in script.commands)
    assert all(git_command(one) is None or one.argv for one in script.commands)


@given(st.lists(WORDS, max_size=8))
def test_quoted_words_come_back(words: list[str]) -> None:
    (command,) = read(f"x {shlex.join(words)}").commands
    assert command.argv == ("x", *words)
    assert all(command.literal)


@given(st.lists(WORDS, max_size=4))
def test_quoted_words_come_back_from_an_inner_shell(words: list[str]) -> None:
    inner = shlex.join(["x", *words])
    assert read(shlex.join(["bash", "-c", inner])).commands[-1].argv == ("x", *words)
