"""Own homes, prices and discounts, changed from a page: what a person wrote around them stays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from agent_trace.config import AgentHome, load_config
from agent_trace.web.asking import Asking
from tests.web.conftest import WRITE

PATH = "/api/v2/settings"
PRICE = {"model": "acme-ultra-9", "input": "1.20", "output": "4.80"}
WRITTEN = """\
# mine
cost = "best"

[[prices]]  # agreed in May
model = "a"
input = 1.50
output = 2
from = 2026-10-01
# keep this one

[[discounts]]
percent = 5

[[prices]]
model = "b"
input = 3
output = 4
"""


def rows(client: TestClient, key: str) -> list[dict[str, Any]]:
    (found,) = [one["rows"] for one in client.get(PATH).json()["tables"] if one["key"] == key]
    return list(found)


def put(client: TestClient, **changes: Any) -> tuple[int, dict[str, Any]]:
    answered = client.patch(PATH, json=changes, headers=WRITE)
    return answered.status_code, answered.json()


@pytest.fixture
def file(home: Path, recorded: Path) -> Path:
    assert home == recorded
    (home / ".agent-trace").mkdir(exist_ok=True)
    return home / ".agent-trace" / "config.toml"


def test_a_table_says_what_its_rows_have(client: TestClient) -> None:
    found = {one["key"]: one["fields"] for one in client.get(PATH).json()["tables"]}
    assert [(one["name"], one["type"], one["required"]) for one in found["homes"]] == [
        ("agent", "choice", True),
        ("path", "text", True),
    ]
    assert "claude" in found["homes"][0]["choices"]
    kinds = {one["name"]: one["type"] for one in found["prices"]}
    assert (kinds["model"], kinds["input"], kinds["cache_read"], kinds["from"]) == ("text", "number", "number", "date")


def test_rows_that_stay_keep_their_lines(client: TestClient, file: Path) -> None:
    file.write_text(WRITTEN)
    first, second = ({**PRICE, "model": "a", "input": "1.50", "output": "2", "from": "2026-10-01"}, PRICE)
    code, _ = put(client, prices=[first, second], author="Ada")
    assert code == 200
    assert file.read_text() == (
        '# mine\ncost = "best"\n\nauthor = "Ada"\n\n[[prices]]  # agreed in May\nmodel = "a"\ninput = 1.50\noutput = 2\n'
        "from = 2026-10-01\n# keep this one\n\n"
        '[[prices]]\nmodel = "acme-ultra-9"\ninput = 1.20\noutput = 4.80\n\n[[discounts]]\npercent = 5\n\n'
    )
    assert rows(client, "prices") == [{**first, "input": "1.5"}, {**second, "input": "1.2", "output": "4.8"}]
    assert load_config().author == "Ada"


def test_a_price_is_used_at_once(client: TestClient) -> None:
    before = client.get("/api/v2/sessions").json()
    model = before["sessions"][0]["models"][0]
    code, _ = put(client, prices=[{"model": model, "input": 1000, "output": 1000.5}])
    assert code == 200
    after = client.get("/api/v2/sessions").json()
    assert float(after["totals"]["total"]["cost_usd"]) > float(before["totals"]["total"]["cost_usd"])
    assert put(client, prices=None)[0] == 200
    assert client.get("/api/v2/sessions").json()["totals"] == before["totals"]


@pytest.mark.parametrize("folder", ["container", "a$x", "a${x}"])
@pytest.mark.parametrize("x", ["", "elsewhere"])
def test_a_home_is_read_and_one_that_is_taken_away_is_not_forgotten(
    folder: str, x: str, client: TestClient, asking: Asking, tmp_path: Path, recorded: Path, file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("x", x)
    log = next(path for path in sorted(recorded.rglob("*.jsonl")) if "agent-" not in path.name)
    lines = log.read_text().replace(log.stem, "0badcafe-0000-4000-8000-000000000001").splitlines(keepends=True)
    other = tmp_path / folder / ".claude" / "projects" / "-srv-app"
    other.mkdir(parents=True)
    text = "".join(
        line.replace('"uuid":"', '"uuid":"0b').replace('"parentUuid":"', '"parentUuid":"0b') for line in lines
    )
    (other / "0badcafe-0000-4000-8000-000000000001.jsonl").write_text(text)
    count = client.get("/api/v2/sessions").json()["count"]
    home = {"agent": "claude", "path": str(tmp_path / folder / ".claude")}
    assert put(client, homes=[home])[0] == 200
    assert load_config().homes == (AgentHome(**home),)
    seen = asked(client, asking)
    assert home["path"] in [one["path"] for one in client.get("/api/reports/doctor").json()["machine"]["homes"]]
    assert put(client, homes=[])[0] == 200
    assert (seen, asked(client, asking)) == (count + 1, count + 1)
    assert "homes" not in file.read_text()


def test_a_home_may_have_a_variable_that_must_be_set(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = {"agent": "claude", "path": "${PLACE}/x"}
    code, said = put(client, homes=[home])
    assert (code, said["detail"]) == (400, "row 1 of homes: a variable in '${PLACE}/x' is not set")
    (tmp_path / "x").mkdir()
    monkeypatch.setenv("PLACE", str(tmp_path))
    assert put(client, homes=[home])[0] == 200

    def told() -> list[tuple[str, bool]]:
        machine = client.get("/api/reports/doctor").json()["machine"]
        return [(one["path"], one["found"]) for one in machine["homes"] if one["named"]]

    assert (f"{tmp_path}/x", True) in told()
    monkeypatch.delenv("PLACE")
    assert ("${PLACE}/x", False) in told()


def asked(client: TestClient, asking: Asking) -> int:
    with asking.writing() as workspace:
        workspace.sync()
    found: int = client.get("/api/v2/sessions").json()["count"]
    return found


@pytest.mark.parametrize(
    ("changes", "detail", "hint"),
    [
        ({"prices": [{"model": "x", "input": -1, "output": 1}]}, "row 1 of prices", "a row has model, input, output, cache_read"),
        ({"prices": [PRICE, {"model": "x"}]}, "row 2 of prices", "a row has"),
        ({"prices": [{**PRICE, "inptu": 3}]}, "inptu", "a row has"),
        ({"prices": [{**PRICE, "model": " "}]}, "model is empty", ""),
        ({"prices": [{**PRICE, "model": "a\nb"}]}, "cannot be read", ""),
        ({"prices": [{**PRICE, "from": "2026-10-02", "until": "2026-10-01"}]}, "ends before it begins", "is after"),
        ({"prices": "none"}, "prices is a list", "each with model"),
        ({"discounts": [{"percent": 101}]}, "not between 0 and 100", "percent"),
        ({"homes": [{"agent": "nobody", "path": "/"}]}, "no agent is called 'nobody'", "known: "),
        ({"homes": [{"agent": "claude", "path": "there"}]}, "does not begin at the root", "use /"),
        ({"homes": [{"agent": "claude", "path": "/nowhere/at/all"}]}, "there is no /nowhere/at/all", "mount"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_a_hint(
    changes: dict[str, Any], detail: str, hint: str, client: TestClient, file: Path
) -> None:
    code, said = put(client, **changes)
    assert (code, detail in said["detail"], hint in (said["hint"] or "")) == (400, True, True), said
    assert not file.exists()


@pytest.mark.parametrize(
    "text",
    [
        'prices = [{model = "a", input = 1, output = 2}]\n',
        'author = """\n[[prices]]\n"""\n',
        '[[prices]]\nmodel = """\n[x]\n"""\ninput = 1\noutput = 2\n',
    ],
)
def test_a_file_that_is_written_in_another_way_is_left_alone(text: str, client: TestClient, file: Path) -> None:
    file.write_text(text)
    code, said = put(client, prices=[PRICE])
    assert (code, said["hint"]) == (400, "change it in an editor")
    assert file.read_text() == text


def test_a_row_in_the_file_that_makes_no_sense_is_named(client: TestClient, file: Path) -> None:
    file.write_text('[[prices]]\nmodel = "a"\n')
    code, said = put(client, prices=[PRICE])
    assert (code, said["hint"]) == (400, "mend it there first")
    assert "row 1 of prices in config.toml" in json.dumps(said)
