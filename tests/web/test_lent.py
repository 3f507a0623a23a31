"""What one test does in the home with the recorded sessions, no other sees."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.web.lent import OURS, Lent, contents


@pytest.mark.parametrize("touch", ["append", "remove", "add", "ours", "nothing"])
def test_each_finds_it_as_it_was(touch: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lent = Lent(tmp_path)
    monkeypatch.setenv("HOME", str(lent.home))
    with lent.out() as home:
        planted = contents(home)
        lent.read()
        first = set(contents(home))
        assert first > set(planted)
        log = min(home.rglob("*.jsonl"))
        if touch == "append":
            log.write_bytes(log.read_bytes() + b"{}\n")
        elif touch == "remove":
            log.unlink()
        elif touch == "add":
            log.with_suffix(".other").touch()
        elif touch == "ours":
            (home / OURS / "config.toml").write_text("x")
    with lent.out() as home:
        assert contents(home) == planted
        lent.read()
        assert set(contents(home)) == first


def test_what_a_test_sets_up_before_the_logs_are_read_holds_and_is_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lent = Lent(tmp_path)
    monkeypatch.setenv("HOME", str(lent.home))
    for archived in ("on", "off", "on"):
        with lent.out() as home:
            if archived == "off":
                (home / OURS / "config.toml").write_text('archive = "off"\n')
            lent.read()
            assert bool(list((home / OURS).rglob("*.zst"))) == (archived == "on")
