"""What is handed to others as one file or as transcripts: no piece of a secret, in no encoding; and what is asked beforehand."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agent_trace.app import kept_pages
from agent_trace.model.selection import Selection
from agent_trace.store.sessions import SessionRow, roots
from tests.commands.terminal import Terminal
from tests.privacy.contexts import text_of
from tests.privacy.planted import Home, planted
from tests.privacy.planted_secrets import SecretPlanter
from tests.privacy.table import SHAPES
from tests.privacy.test_sinks_secrets import _pieces, occurring
from tests.reports.small import Call, write_log
from tests.sync.tables import workspace

DATA = re.compile(r'<script id="agent-trace-data" type="application/gzip;base64">([A-Za-z0-9+/=]+)</script>')
SESSION = "aaaaaaaa-0000-4000-8000-000000000001"
SHORT = [shape for shape in SHAPES if "\n" not in text_of(shape, "env").whole]


def strings(value: Any) -> Iterator[str]:
    """Every text in a value, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, one in value.items():
            yield name
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)


def unpacked(page: str) -> str:
    """The data of a shared file: as JSON, and all texts as they are."""
    (data,) = DATA.findall(page)
    text = gzip.decompress(base64.b64decode(data)).decode()
    return "\n".join([text, *strings(json.loads(text))])


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path) -> Terminal:
    monkeypatch.chdir(home)
    monkeypatch.setenv("AGENT_TRACE_NOW", "2026-11-21T12:00:00Z")
    return Terminal(capsys, monkeypatch)


@pytest.fixture(scope="module")
def secretive(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return planted(tmp_path_factory.mktemp("shared"), SecretPlanter)


@pytest.fixture
def over(secretive: Home, terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """The program over logs of every agent with a secret in every field."""
    values = {
        **secretive.environment,
        "HOME": str(secretive.folder),
        "AGENT_TRACE_HOME": str(secretive.folder / "tier3"),
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    terminal.run("sync")
    return terminal


def largest(home: Home) -> list[SessionRow]:
    """The largest session of each agent."""
    opened = workspace(home.folder, "tier3", None, **home.environment)
    rows = sorted(roots(opened.db, Selection()), key=lambda row: (row.agent, row.prompts, row.key))
    opened.close()
    return list({row.agent: row for row in rows}.values())


def seen(home: Home, text: str) -> set[tuple[str, str]]:
    """Agent and shape of each piece of a secret that stands in a text."""
    data = text.lower().encode("utf-8", "replace")
    found: set[tuple[str, str]] = set()
    for size, wanted in _pieces(home).items():
        for piece in occurring(data, wanted, size):
            found |= wanted[piece]
    return found


@pytest.mark.full
def test_no_piece_of_a_secret_is_in_a_shared_file(secretive: Home, over: Terminal, home: Path) -> None:
    pages: list[str] = []
    for row in largest(secretive):
        ran = over.run("share", row.key, "-o", str(home / "one.html"), "--tier", "3", "--full", "--raw", "--no-sync")
        assert ran.code == 0, ran.err
        page = (home / "one.html").read_text()
        pages += [page, unpacked(page), ran.out, ran.err]
    assert len(pages) > 30
    assert seen(secretive, "\n".join(pages)) == set()


@pytest.mark.full
@pytest.mark.parametrize("words", [(), ("--full",)], ids=["cut", "full"])
def test_none_is_in_a_file_that_is_made_of_kept_pages(
    secretive: Home, over: Terminal, home: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    rows = largest(secretive)
    monkeypatch.setattr(kept_pages, "LONG", 0)
    opened = workspace(secretive.folder, "tier3", None, **secretive.environment)
    for row in rows:
        kept_pages.keep_pages(opened, row)
    assert [row.key for row in rows if kept_pages.kept_pages(opened, row) is None] == []
    opened.close()
    pages: list[str] = []
    for row in rows:
        ran = over.run("share", row.key, "-o", str(home / "one.html"), "--tier", "3", "--no-sync", *words)
        assert ran.code == 0, ran.err
        page = (home / "one.html").read_text()
        pages += [page, unpacked(page), ran.out, ran.err]
    assert len(pages) > 30
    assert seen(secretive, "\n".join(pages)) == set()


@pytest.mark.full
@pytest.mark.parametrize("form", ["markdown", "html"])
def test_no_piece_of_a_secret_is_in_a_transcript(secretive: Home, over: Terminal, home: Path, form: str) -> None:
    ran = over.run("transcript", "--all", "-o", str(home / "out"), "--tier", "3", "--format", form, "--no-sync")
    written = "\n".join(path.read_text() for path in (home / "out").iterdir())
    assert (ran.code, len(written) > 100_000) == (0, True)
    assert seen(secretive, f"{written}\n{ran.out}\n{ran.err}") == set()


# ---- beforehand


@pytest.fixture
def table(home: Path) -> Path:
    """One session with a prompt for each shape of the table."""
    path = write_log(home, SESSION, "/home/dev/app", [Call("2026-11-20T10:00:00")])
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    prompts = []
    for number, shape in enumerate(SHORT):
        text = f"prompt {number}\n{text_of(shape, 'env').whole}"
        prompts.append({**rows[0], "uuid": f"p-{number}", "message": {"role": "user", "content": text}})
    path.write_text("".join(json.dumps(row) + "\n" for row in [*prompts, rows[1]]))
    return path


def test_a_check_names_every_secret_and_writes_nothing(terminal: Terminal, table: Path, home: Path) -> None:
    ran = terminal.run("share", SESSION, "--check", "--json", "--tier", "3")
    told = json.loads(ran.out)
    found = {spot["event"] for spot in told["found"] if spot["kind"] not in ("home", "user", "host", "email")}
    document = json.loads(terminal.run("replay-document", SESSION, "--json").out)
    prompts = {event["number"] for event in document["events"] if event["kind"] == "user_prompt"}
    assert (ran.code, len(prompts), prompts - found) == (1, len(SHORT), set())
    assert list(home.glob("*.html")) == []
    assert sum(told["masked"].values()) > len(SHORT) // 2


def test_what_it_names_is_what_is_masked(terminal: Terminal, table: Path, home: Path) -> None:
    told = json.loads(terminal.run("share", SESSION, "--check", "--json", "--tier", "3").out)
    terminal.run("share", SESSION, "-o", "one.html", "--tier", "3")
    page = (home / "one.html").read_text()
    data = json.loads(gzip.decompress(base64.b64decode(DATA.findall(page)[0])))
    assert data["passage"]["masked"] == told["masked"]
    text = unpacked(page) + page
    assert [shape.name for shape in SHORT if shape.secret in text] == []
    assert "--check" not in text
