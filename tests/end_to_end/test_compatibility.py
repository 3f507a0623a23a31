"""Every form on docs/compatibility.md is run: what works, what others are called now, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent_trace.cli import forms as spellings
from agent_trace.cli.forms import canonical
from agent_trace.cli.refused import refusal
from tests.commands.terminal import Ran, Terminal
from tests.end_to_end.forms import AGENTS, PAGE, STATES, Row, called, furnish, promises, reads_as, rows
from tests.reports.recorded import FIX
from tests.reports.understood import GOLDEN

TEXT = PAGE.read_text(encoding="utf-8")
ROWS = rows(TEXT)
SERVING = frozenset(
    {
        "agent-trace status", "claude-tracer web", "cctracer --port 9000", "cctracer --host HOST", "cctracer --no-browser",
        "API_PORT", "DASHBOARD_PORT", "TEAM_AUTH_TOKEN",
    }
)  # fmt: skip


def is_served(row: Row) -> bool:
    """About the server: tests/web/test_serving.py runs these, tests/web/test_earlier_shapes.py asks every address."""
    return row.form in SERVING or row.form.startswith("GET ")


RUN = [row for row in ROWS if row.state in ("works", "renamed") and not is_served(row)]
REFUSED = [row for row in ROWS if row.state in ("planned", "declined") and row.is_command]
ABOUT_ONE = [row for row in RUN if "SESSION" in row.form and "NOTE" not in row.form and row.is_command]
PREFIX = {"planned": "planned; until then: ", "declined": "declined: "}
Furnished = tuple[Path, dict[str, str]]


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    """One home for all forms: they only read, or note something."""
    home = tmp_path_factory.mktemp("furnished")
    return home, furnish(home)


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Terminal:
    """Runs the program inside a recorded session, from a folder of the test's own."""
    (tmp_path / "work").mkdir()
    for name, value in (
        ("PWD", str(tmp_path / "work")),
        ("AGENT_TRACE_AUTHOR", "alice"),
        ("CLAUDE_CODE_SESSION_ID", FIX),
    ):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AGENT_TRACE_NOW", "2026-11-21T12:00:00Z")
    monkeypatch.setattr("click.launch", lambda _: 0)  # no window opens
    monkeypatch.chdir(tmp_path / "work")
    return Terminal(capsys, monkeypatch)


def at_home(terminal: Terminal, home: Path) -> None:
    """Sessions are looked for there."""
    terminal.patch.setenv("HOME", str(home))
    terminal.patch.setenv("USERPROFILE", str(home))


def run(terminal: Terminal, words: list[str]) -> Ran:
    """Run once, with an id where a note is named."""
    if "NOTE" not in words:
        return terminal.run(*words)
    made = json.loads(terminal.run("annotate", FIX, "14", "--note", "x", "--json").out)
    return terminal.run(*(made["annotation_id"] if word == "NOTE" else word for word in words))


@pytest.mark.parametrize("row", RUN, ids=lambda row: row.form)
def test_a_form_that_works(row: Row, terminal: Terminal, furnished: Furnished, tmp_path: Path) -> None:
    home, values = furnished
    form = row.form if row.state == "works" and row.is_command else row.here
    if called(form, values).environment:
        home = tmp_path / "home"
        values = furnish(home)
    at_home(terminal, home)
    environment, words = called(form, values)
    for name, value in environment.items():
        terminal.patch.setenv(name, value)
    assert list(promises(words, run(terminal, words), tmp_path / "work")) == []


@pytest.mark.parametrize("agent", AGENTS)
@pytest.mark.parametrize("row", ABOUT_ONE, ids=lambda row: row.form)
def test_a_form_about_a_session_of_another_agent(
    row: Row, agent: str, terminal: Terminal, furnished: Furnished
) -> None:
    home, values = furnished
    at_home(terminal, home)
    values = {**values, "SESSION": GOLDEN[agent][1], "OTHER": FIX}
    words = called(row.form if row.state == "works" else row.here, values).words
    assert list(promises(words, terminal.run(*words), Path.cwd())) == []


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: row.form)
def test_a_form_that_is_refused_says_what_to_do(row: Row, terminal: Terminal, furnished: Furnished) -> None:
    at_home(terminal, furnished[0])
    words = called(row.form, furnished[1]).words
    ran = terminal.run(*words)
    assert (ran.code, ran.out, "Traceback" in ran.err) == (2, "", False)
    assert ran.err.startswith("agent-trace: No such ") or ran.err.startswith("agent-trace: Invalid value ")
    assert ran.err.endswith(f"\n  {PREFIX[row.state]}{row.why}\n")


@pytest.mark.parametrize(
    "row", [row for row in RUN if row.state == "renamed" and row.is_command], ids=lambda row: row.form
)
def test_the_old_spelling_of_a_renamed_form(row: Row, terminal: Terminal, furnished: Furnished) -> None:
    """It means something of ours, or says the new one."""
    at_home(terminal, furnished[0])
    ran = terminal.run(*called(row.form, furnished[1]).words)
    assert (ran.code in (0, 2), "Traceback" in ran.err) == (True, False)
    assert ran.code == 0 or "\n  renamed: `" in ran.err
    assert ran.code == 0 or called(row.here, {}).words[0] in ran.err or "AGENT_TRACE_DIR" in ran.err


# ---------------------------------------------------------------- what variables and files do


def test_a_folder_of_traces_is_read(terminal: Terminal, tmp_path: Path) -> None:
    values = furnish(tmp_path / "home")
    at_home(terminal, tmp_path / "home")
    terminal.patch.setenv("AGENT_TRACE_DIR", values["TRACES"])
    found = {one["agent"] for one in json.loads(terminal.run("list", "--json").out)["sessions"]}
    assert found == {"claude", "traces", *AGENTS}


def test_a_folder_of_logs_and_a_database_elsewhere(terminal: Terminal, furnished: Furnished, tmp_path: Path) -> None:
    at_home(terminal, tmp_path)
    terminal.patch.setenv("CLAUDE_DIR", furnished[1]["DIR"])
    terminal.patch.setenv("SQLITE_DB_PATH", str(tmp_path / "mine.db"))
    assert json.loads(terminal.run("list", "--json").out)["count"] > 0
    assert (tmp_path / "mine.db").is_file()
    assert not (tmp_path / ".agent-trace/data.db").exists()


def test_privacy_of_a_repository_and_its_mode(terminal: Terminal, furnished: Furnished, tmp_path: Path) -> None:
    at_home(terminal, furnished[0])
    rules = "custom_patterns:\n  - pattern: 'COMPANY_SECRET_\\w+'\n    replacement: '[OURS]'\n    level: HIGH\n"
    for name in ("config", ".git"):
        (tmp_path / "work" / name).mkdir()
    (tmp_path / "work/config/privacy.yml").write_text(rules, encoding="utf-8")
    (tmp_path / "work/note.txt").write_text("say COMPANY_SECRET_1\n", encoding="utf-8")
    assert terminal.run("redact", "note.txt").out == "say [OURS]\n"
    terminal.patch.setenv("PRIVACY_MODE", "minimal")
    assert terminal.run("redact", "note.txt").out == "say COMPANY_SECRET_1\n"


def test_what_is_noted_by_others_is_listed(terminal: Terminal, tmp_path: Path) -> None:
    values = furnish(tmp_path / "home")
    at_home(terminal, tmp_path / "home")
    terminal.run("import", values["TRACES"])
    ran = terminal.run("annotate", "770df5b1", "--list", "--json")
    assert (ran.code, len(json.loads(ran.out)["annotations"])) == (0, 2)


# ---------------------------------------------------------------- the page


def test_every_row_has_a_state_and_what_it_needs() -> None:
    assert len(ROWS) > 400
    for row in ROWS:
        assert row.state in STATES, row
        assert row.here or row.state != "renamed", row
        assert row.here or row.state != "works" or row.is_command or is_served(row), row
        assert row.why or row.state not in ("planned", "declined"), row
        assert row.here.count("agent-trace") == bool(row.here), row


def test_no_form_stands_twice() -> None:
    forms = [row.form for row in ROWS if row.is_command]
    assert sorted(set(forms)) == sorted(forms)


@pytest.mark.parametrize(
    "row", [row for row in RUN if row.state == "works" and row.is_command], ids=lambda row: row.form
)
def test_what_a_form_becomes_is_what_the_page_says(row: Row) -> None:
    words = row.form.split()[3 if row.form.startswith("python") else 1 :]
    meant = canonical(words)
    assert row.here == ("agent-trace " + " ".join(meant) if meant != words else "")


def test_every_spelling_is_on_the_page() -> None:
    forms = [row.form.split()[1:] for row in ROWS if row.is_command]
    own = {("archive", "verify"), ("archive", "extract"), ("prices", "check"), ("prices", "update")}
    for words in spellings.WORDS.keys() - own:
        assert any(tuple(form[: len(words)]) == words for form in forms), words
    flags = {flag for table in (spellings.OPTIONS, spellings.SWITCHES, spellings.VALUES) for _, flag in table}
    for flag in flags | spellings.FLAGS.keys() | spellings.ALONE:
        assert any(flag in form for form in forms), flag
    for (_, flag), values in spellings.VALUES.items():
        for value in values:
            assert any(f"{flag} {value}" in " ".join(form) for form in forms), value


# ---------------------------------------------------------------- the spellings and the checks themselves


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("", ""),
        ("list", "list"),
        ("analyze session --session-id=ab --format=json", "findings ab --format=json"),
        ("show --session-id", "show --session-id"),
        ("standup --no-llm", "standup"),
        ("analyze session --agent claude --session-id ab", "findings ab"),
        ("findings --agent", "findings --agent"),
        ("cost ab --model=opus --csv", "session-cost ab --model=claude-opus-5 --format csv"),
        ("cost ab --model mine", "session-cost ab --model mine"),
        ("outcome --model opus", "outcomes --model opus"),
        ("diff a b --semantic --eval-config=x", "diff-outcome a b --json -o x"),
        ("capture session --inspect-file", "inspect --format markdown -o inspect-latest.md"),
        ("capture session --session-id a/b --inspect-file", "inspect a/b --format markdown -o inspect-a--b.md"),
        ("capture session --inspect-file --inspect-out=x", "inspect -o x --format markdown"),
        ("capture session --inspect-file --inspect-terminal", "inspect --inspect-file"),
    ],
)
def test_spellings(given: str, meant: str) -> None:
    assert canonical(given.split()) == meant.split()


@pytest.mark.parametrize(
    ("given", "begins"),
    [
        ("dashboard", "planned; until then: the overview"),
        ("dashboard annotate --date x", "planned; until then: `agent-trace annotate"),
        ("export x --format=otlp", "planned"),
        ("export x --format json", ""),
        ("replay --format diff", "declined"),
        ("replay --formt diff", ""),
        ("--port 1", ""),
        ("list --port 1", ""),
        ("retention clean --max-sessions 9", "declined: age"),
        ("retention clean --max-age-days 9", "renamed: `agent-trace forget"),
        ("nonsense", ""),
        ("", ""),
    ],
)
def test_what_is_said_of_a_refused_form(given: str, begins: str) -> None:
    said = refusal(given.split())
    assert said is None if not begins else said is not None and said.startswith(begins)


def test_an_unknown_command_is_no_form(terminal: Terminal) -> None:
    ran = terminal.run("lisst")
    assert (ran.code, "Did you mean 'list'?" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "ran", "count"),
    [
        (["list", "--json"], Ran(0, "{}", ""), 0),
        (["list", "--json"], Ran(0, "3", ""), 1),
        (["list"], Ran(0, "", ""), 1),
        (["list"], Ran(1, "x", ""), 1),
        (["list"], Ran(0, "x", "Traceback"), 1),
        (["list", "-o", "nowhere.txt"], Ran(0, "", ""), 1),
        (["lint", "--strict"], Ran(1, "x", ""), 0),
        (["cost", "--csv"], Ran(0, "one column\n", ""), 1),
        (["show", "--format", "html"], Ran(0, "text", ""), 1),
    ],
)
def test_a_broken_promise_is_noticed(words: list[str], ran: Ran, count: int, tmp_path: Path) -> None:
    assert len(list(promises(words, ran, tmp_path))) == count


def test_formats_are_told_apart() -> None:
    assert reads_as('{"a": 1}\n{"b": 2}', "ndjson")
    assert not reads_as("1", "ndjson")
    assert reads_as("a,b\n1,2\n", "csv")
    assert reads_as("<!DOCTYPE html>", "html")


def test_rows_are_read() -> None:
    page = "| form | is | here | why |\n|---|---|---|---|\n| `a \\| b` | works | `c` | d |\n\n| other | table |\n|---|---|\n| x | y |\n"
    assert rows(page) == [Row("a | b", "works", "c", "d")]
