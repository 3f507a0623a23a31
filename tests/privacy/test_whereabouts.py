"""Who and where somebody is: homes, accounts and machines, in all the ways in which they are written."""

from __future__ import annotations

import pytest

from agent_trace.privacy.masking import Masker
from agent_trace.privacy.whereabouts import whereabouts

HERE = whereabouts(
    ["/home/alice", "/srv/people/bob", "C:\\Users\\Bob Smith", "/", ""],
    ["alice", "root", "", "me"],
    ["alices-box.lan", "localhost"],
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("/home/alice/x, /home/carol and /Users/dan/y", "~/x, ~ and ~/y"),
        ("/srv/people/bob/x but /srv/people/bobby", "~/x but /srv/people/bobby"),
        ("%2Fhome%2Falice%2Fx %2Fsrv%2Fpeople%2Fbob", "~%2Fx ~"),
        ("~/.claude/projects/-home-alice-app/x.jsonl", "~/.claude/projects/~-app/x.jsonl"),
        (r'C:\Users\dan\x {"p": "C:\\Users\\dan\\x"}', r'~\x {"p": "~\\x"}'),
        ("Alice on alices-box.lan, malice", "[REDACTED:user] on [REDACTED:host], malice"),
        ("root@localhost and me", "root@localhost and me"),
        ("src/home/page and /homes/x", "src~ and /homes/x"),
    ],
)
def test_nothing_tells_of_a_person(text: str, told: str) -> None:
    assert Masker(HERE).text(text) == told


def test_in_every_mode() -> None:
    assert Masker(HERE, mode="minimal").text("/home/alice/x") == "~/x"


def test_nobody_is_somebody() -> None:
    assert [rule.name for rule in whereabouts([], ["root"], [""])] == ["home"]
