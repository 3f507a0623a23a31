"""`prices update`: another price book, checked whole, and the way back."""

from __future__ import annotations

import io
import json
import stat
import urllib.request
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.response import addinfourl

import pytest

from agent_trace.cli.commands import prices_update
from agent_trace.pricing.shipped import shipped
from tests.commands.terminal import Ran, Terminal
from tests.reports.small import Call, write_log

URL = "https://prices.example/book.json"


@pytest.fixture
def book() -> dict[str, Any]:
    """The shipped book with one price changed and one model more."""
    book: dict[str, Any] = json.loads(shipped())
    book["models"]["claude-opus-4-5"]["rows"][0]["input"] = "7"
    book["models"]["acme-ultra-9"] = {"vendor": "acme", "rows": [{"source": "acme", "input": "1", "output": "2"}]}
    return book


@pytest.fixture
def kept(home: Path) -> Path:
    return home / ".agent-trace" / "prices.json"


def updated(terminal: Terminal, home: Path, book: object) -> Ran:
    path = home / "book.json"
    path.write_text(book if isinstance(book, str) else json.dumps(book), encoding="utf-8")
    return terminal.run("prices-update", str(path))


def test_a_file_replaces_the_book(terminal: Terminal, home: Path, kept: Path, book: dict[str, Any]) -> None:
    ran = updated(terminal, home, book)
    count = len(book["models"])
    assert (ran.code, ran.out) == (0, f"wrote {kept}: {count} models, 1 new, 1 changed, 0 gone\n")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [path.name for path in kept.parent.iterdir()] == ["prices.json"]


def test_the_new_book_is_used_and_forgotten(terminal: Terminal, home: Path, kept: Path, book: dict[str, Any]) -> None:
    write_log(
        home, "aaaaaaaa-0000-4000-8000-000000000001", "/home/you/shop", [Call("2026-11-20T09:00:00", input=10**6)]
    )

    def price() -> str:
        return str(json.loads(terminal.run("prices", "--json").out)["prices"][0]["input"])

    assert price() == "5"
    updated(terminal, home, book)
    assert price() == "7"
    assert terminal.run("prices-update", "--reset").out.startswith(f"removed {kept}")
    assert price() == "5"


def test_a_second_update_is_held_against_the_first(terminal: Terminal, home: Path, book: dict[str, Any]) -> None:
    updated(terminal, home, book)
    del book["models"]["acme-ultra-9"]
    assert "0 new, 0 changed, 1 gone" in updated(terminal, home, book).out


def test_a_broken_book_is_replaced(terminal: Terminal, home: Path, kept: Path, book: dict[str, Any]) -> None:
    updated(terminal, home, book)
    kept.write_text("{}", encoding="utf-8")
    assert "1 new, 1 changed" in updated(terminal, home, book).out


def test_reset_without_an_update(terminal: Terminal) -> None:
    ran = terminal.run("prices-update", "--reset")
    assert (ran.code, ran.out) == (0, "the shipped price book is in use already\n")


@pytest.mark.parametrize("words", [(), ("book.json", "--reset")])
def test_one_book_or_reset(terminal: Terminal, words: tuple[str, ...]) -> None:
    assert terminal.run("prices-update", *words).code == 2


@pytest.mark.parametrize("text", ["", "[]", "{}", "no json", '{"models": {}}'])
def test_what_is_no_book_is_not_written(terminal: Terminal, home: Path, kept: Path, text: str) -> None:
    ran = updated(terminal, home, text)
    assert (ran.code, kept.exists()) == (4, False)
    assert "is no price book" in ran.err


def test_one_bad_entry_spoils_it(terminal: Terminal, home: Path, kept: Path, book: dict[str, Any]) -> None:
    book["models"]["claude-opus-5"]["rows"][0]["input"] = "cheap"
    ran = updated(terminal, home, book)
    assert (ran.code, kept.exists()) == (4, False)
    assert "claude-opus-5 is no price book" in ran.err


def test_a_book_without_models(terminal: Terminal, home: Path, book: dict[str, Any]) -> None:
    ran = updated(terminal, home, {**book, "models": {}})
    assert (ran.code, "holds no price of any model" in ran.err) == (4, True)


def test_a_bad_update_leaves_the_old_one(terminal: Terminal, home: Path, kept: Path, book: dict[str, Any]) -> None:
    updated(terminal, home, book)
    before = kept.read_bytes()
    updated(terminal, home, "{}")
    assert kept.read_bytes() == before


def test_files_that_cannot_be_read(terminal: Terminal, home: Path) -> None:
    large = home / "large.json"
    large.write_bytes(b" " * (prices_update.LIMIT + 1))
    assert [terminal.run("prices-update", str(path)).code for path in (home / "none.json", home, large)] == [3, 4, 4]


def test_a_home_that_cannot_be_written(
    terminal: Terminal, home: Path, monkeypatch: pytest.MonkeyPatch, book: dict[str, Any]
) -> None:
    (home / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("AGENT_TRACE_HOME", str(home / "file"))
    assert updated(terminal, home, book).code == 5
    assert terminal.run("prices-update", "--reset").code == 5


# ---------------------------------------------------------------- from an address


class Answer(addinfourl):
    """What a web server sends back."""

    msg = "as planned"


class Answers(urllib.request.HTTPSHandler):
    """A web server that gives one answer to each address."""

    handler_order = 1  # before the one that would go out

    def __init__(self, answers: dict[str, tuple[int, bytes | str]]) -> None:
        super().__init__()
        self.answers = answers

    def https_open(self, req: urllib.request.Request) -> Any:
        if req.full_url not in self.answers:
            raise ConnectionRefusedError("nobody listens")
        code, content = self.answers[req.full_url]
        headers = Message()
        if isinstance(content, str):
            headers["Location"] = content
            content = b""
        return Answer(io.BytesIO(content), headers, req.full_url, code)


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[int, bytes | str]]:
    """What the web holds: address → status and content, or where it leads."""
    answers: dict[str, tuple[int, bytes | str]] = {}
    real = prices_update.opener

    def opener() -> urllib.request.OpenerDirector:
        made = real()
        made.add_handler(Answers(answers))
        return made

    monkeypatch.setattr(prices_update, "opener", opener)
    return answers


def test_an_address(terminal: Terminal, web: dict[str, Any], kept: Path) -> None:
    web[URL] = (302, "https://prices.example/moved.json")
    web["https://prices.example/moved.json"] = (200, shipped())
    assert terminal.run("prices-update", URL).code == 0
    assert kept.read_bytes() == shipped()


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        ((302, "http://prices.example/book.json"), 5, "which is not https"),
        ((302, "file:///etc/passwd"), 5, "did not answer"),
        ((404, b""), 5, "did not answer"),
        ((200, b" " * (prices_update.LIMIT + 1)), 4, "has more than 5 MB"),
        ((200, b"<html>"), 4, "is no price book"),
        (None, 5, "nobody listens"),
    ],
)
def test_an_address_that_holds_no_book(
    terminal: Terminal, web: dict[str, Any], kept: Path, answer: Any, code: int, said: str
) -> None:
    if answer is not None:
        web[URL] = answer
    ran = terminal.run("prices-update", URL)
    assert (ran.code, said in ran.err, kept.exists()) == (code, True, False)


@pytest.mark.parametrize("url", ["http://prices.example/book.json", "file:///etc/passwd", "ftp://prices.example/x"])
def test_other_schemes_are_refused(terminal: Terminal, web: dict[str, Any], url: str) -> None:
    ran = terminal.run("prices-update", url)
    assert (ran.code, "only https:// is" in ran.err) == (2, True)


def test_an_address_that_makes_no_sense(terminal: Terminal) -> None:
    assert terminal.run("prices-update", "https://").code == 5


def test_a_damaged_book_tells_the_way_back(terminal: Terminal, home: Path, kept: Path, book: dict[str, Any]) -> None:
    updated(terminal, home, book)
    kept.write_bytes(kept.read_bytes()[:1000])
    ran = terminal.run("prices")
    assert ran.code == 4
    assert "agent-trace prices update --reset" in ran.err
    terminal.run("prices-update", "--reset")
    assert terminal.run("prices").code == 0
