"""Every report is an address, and says there what the command line says."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from fastapi.testclient import TestClient

from agent_trace import registry
from tests.commands.terminal import Terminal

WORDS = {"context": ("context", "5"), "search": ("search", "test"), "why": ("why", "5")}
QUERIES = {"context": "?event=5", "search": "?text=test", "why": "?event=5"}
SAME = sorted({name.replace("_", "-") for name in registry.names("reports")} - {"doctor", "who", "prices-check"})
"""All but those that ask of this machine or of git."""

BARE = frozenset({"replay-document"})
"""Answered without blanks."""


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return Terminal(capsys, monkeypatch)


@pytest.mark.parametrize("name", SAME)
def test_json_is_byte_for_byte_what_the_command_prints(name: str, client: TestClient, terminal: Terminal) -> None:
    printed = terminal.run(*WORDS.get(name, (name,)), "--json")
    answered = client.get(f"/api/reports/{name}{QUERIES.get(name, '')}")
    assert (answered.status_code, printed.code) == (200, 0)
    bare = name in BARE
    told = msgspec.json.format(answered.content, indent=2).decode() + "\n" if bare else answered.text
    assert (told, b": " in answered.content[:80]) == (printed.out, not bare)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (
            "cost?by=model&breakdown=1&since=2026-11-01",
            ("cost", "--by", "model", "--breakdown", "--since", "2026-11-01"),
        ),
        ("list?limit=1&sort=cost&order=asc", ("list", "--limit", "1", "--sort", "cost", "--order", "asc")),
        ("list?model=nothing", ("list", "--model", "nothing")),
        ("explain?session=latest~1", ("explain", "latest~1")),
        ("replay?limit=2&filter=tool_call", ("replay", "--limit", "2", "--filter", "tool_call")),
        ("list?tier=1", ("list", "--tier", "1")),
        ("cost?timezone=Asia/Tokyo&by=day", ("cost", "--timezone", "Asia/Tokyo", "--by", "day")),
    ],
)
def test_options_mean_what_flags_mean(
    query: str, words: tuple[str, ...], client: TestClient, terminal: Terminal
) -> None:
    printed = terminal.run(*words, "--json")
    assert client.get(f"/api/reports/{query}").text == printed.out


@pytest.mark.parametrize(("name", "status"), [("doctor", 200), ("who", 404), ("prices-check", 200)])
def test_reports_about_the_machine_answer(
    name: str, status: int, client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # no repository: nobody can say who made its last commit
    answered = client.get(f"/api/reports/{name}")
    assert (answered.status_code, "hint" in answered.json()) == (status, status == 404)


@pytest.mark.parametrize(
    ("form", "kind"),
    [("text", "text/plain"), ("markdown", "text/markdown"), ("html", "text/html"), ("csv", "text/csv")],
)
def test_a_report_has_other_forms(form: str, kind: str, client: TestClient) -> None:
    answered = client.get(f"/api/reports/cost?format={form}")
    assert answered.headers["content-type"].startswith(kind)
    assert answered.text.endswith("\n")


def test_a_page_for_others_is_masked_and_says_so(client: TestClient) -> None:
    page = client.get("/api/reports/list?format=html")
    assert "tier 2: paths, commands and diffs" in page.text
    assert "script-src" not in page.headers["content-security-policy"]
    assert "default-src 'none'" in page.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("list?colour=red", "there is no parameter 'colour'"),
        ("list?limit=-1", "limit is between 0 and 2147483647, not -1"),
        ("list?limit=many", "limit is a whole number, not 'many'"),
        ("list?starred=perhaps", "starred is true or false, not 'perhaps'"),
        ("list?sort=luck", "sort is one of"),
        ("list?repo=a&repo=b", "repo was given 2 times"),
        ("list?repo=%00", "repo holds a character that no text has"),
        ("list?agent=nobody", "no agent is called 'nobody'"),
        ("list?since=soon", "'soon' is no time"),
        ("list?timezone=Nowhere", "no time zone is called 'Nowhere'"),
        ("search", "the parameter 'text' is missing"),
        ("timeline?phase=x", "phase is a whole number, not 'x'"),
        ("session-cost?input_price=x", "Invalid decimal string"),
        ("explain?format=csv", "this report has no table to write as CSV"),
    ],
)
def test_a_question_without_sense_is_refused_in_words(query: str, detail: str, client: TestClient) -> None:
    answered = client.get(f"/api/reports/{query}")
    assert answered.status_code == 400
    assert detail in answered.json()["detail"]


def test_what_is_not_there_is_not_found(client: TestClient) -> None:
    answered = client.get("/api/reports/show?session=nothing")
    assert (answered.status_code, sorted(answered.json())) == (404, ["detail", "hint"])


def test_options_that_belong_to_a_terminal_are_no_parameters(client: TestClient) -> None:
    assert [
        client.get(f"/api/reports/{one}").status_code for one in ("show?raw=1", "replay?live=1", "outcome?refresh=1")
    ] == [400] * 3


def test_all_reports_are_named(client: TestClient) -> None:
    names = client.get("/api/reports").json()["reports"]
    assert names == sorted(name.replace("_", "-") for name in registry.names("reports"))
