"""Of a word that stands nearly everywhere the entries that were indexed last are ranked, and more where these do not suffice."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from agent_trace.store import texts
from agent_trace.store.texts import Narrow, matching
from agent_trace.web.asking import Asking

ANY = Narrow()
EVER = {"since": -1, "until": 2**62}


def numbers(asking: Asking, limit: int, narrow: Narrow = ANY) -> list[tuple[str, int]]:
    with asking.workspace() as workspace:
        return [(one.session, one.number) for one in matching(workspace.db, "a OR the OR to", narrow, "", EVER, limit)]


def test_few_are_ranked_and_all_are_found(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = numbers(asking, 10_000)
    assert len(whole) > 20
    monkeypatch.setattr(texts, "RANKED", 5)
    assert numbers(asking, 10_000) == whole
    some = numbers(asking, 3)
    assert len(some) == 3
    assert set(some) <= set(whole)
    with asking.workspace() as workspace:
        rows = workspace.db.execute(
            "SELECT session.key, doc.number FROM text JOIN doc ON doc.id = text.rowid JOIN session ON session.id = doc.session "
            "WHERE text MATCH 'a OR the OR to' ORDER BY text.rowid DESC LIMIT 6"
        ).fetchall()
    assert set(some) <= set(rows)


def test_what_is_rare_is_found_among_all(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = Narrow(errors=True)
    whole = numbers(asking, 10_000, failed)
    assert whole
    monkeypatch.setattr(texts, "RANKED", 1)
    assert numbers(asking, len(whole), failed) == whole


def test_the_address_answers_alike(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    before = client.get("/api/reports/search?text=the&limit=2").json()
    monkeypatch.setattr(texts, "RANKED", 2)
    after = client.get("/api/reports/search?text=the&limit=2&kind=").json()
    assert (before["searched"], before["more"]) == (after["searched"], after["more"])
    assert len(after["hits"]) == 2
