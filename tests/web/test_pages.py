"""The dashboard's files, and an honest page where they were not built."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from agent_trace.web import pages
from agent_trace.web.app import create_app
from agent_trace.web.asking import Asking
from tests.web.conftest import ADDRESS


@pytest.fixture
def built(tmp_path: Path) -> TestClient:
    (tmp_path / "static" / "assets").mkdir(parents=True)
    (tmp_path / "static" / "index.html").write_text("<!doctype html><title>dashboard</title>")
    (tmp_path / "static" / "assets" / "main.abc.js").write_text("0")
    (tmp_path / "secret.txt").write_text("not yours")
    app = FastAPI()
    pages.serve_pages(app, str(tmp_path / "static"))
    return TestClient(app, base_url=ADDRESS)


def test_every_page_is_the_dashboard(built: TestClient) -> None:
    for path in ("/", "/sessions/abc", "/sessions/2026.11/v1.2", "/sessions/a%2Fagent-b.jsonl", "/cost?by=model"):
        answered = built.get(path)
        assert (answered.status_code, "dashboard" in answered.text) == (200, True)
        assert answered.headers["cache-control"] == "no-cache"


def test_a_file_with_a_hash_is_kept_for_ever(built: TestClient) -> None:
    answered = built.get("/assets/main.abc.js")
    assert (answered.text, answered.headers["cache-control"]) == ("0", "public, max-age=31536000, immutable")


@pytest.mark.parametrize(
    "path",
    [
        "/nothing.js",
        "/..%2Fsecret.txt",
        "/assets/..%2F..%2Fsecret.txt",
        "/%2Fetc%2Fhostname.txt",
        "/a%00.js",
        "/api/x",
        "/v1/y",
    ],
)
def test_nothing_else_is_a_file(path: str, built: TestClient) -> None:
    answered = built.get(path)
    assert (answered.status_code, "not yours" in answered.text) == (404, False)


def test_a_dashboard_that_is_not_built_says_so(asking: Asking, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pages, "STATIC", str(tmp_path))
    answered = TestClient(create_app(asking), base_url=ADDRESS).get("/sessions")
    assert answered.status_code == 200
    assert "The dashboard is not built" in answered.text


def test_the_addresses_are_told_without_a_script(client: TestClient) -> None:
    answered = client.get("/docs")
    assert "GET /api/v2/sessions" in answered.text
    assert "<script" not in answered.text
    assert "http://" not in answered.text.replace(ADDRESS, "")


def test_a_file_is_sent_compressed_and_once(built: TestClient, tmp_path: Path) -> None:
    script = "const a = 1;\n" * 200
    (tmp_path / "static" / "assets" / "long.abc.js").write_text(script)
    packed = built.get("/assets/long.abc.js")
    assert (packed.text, packed.headers["content-encoding"], packed.headers["vary"]) == (
        script,
        "gzip",
        "Accept-Encoding",
    )
    assert int(packed.headers["content-length"]) < len(script) / 10
    for refusing in ("identity", "gzip;q=0", ""):
        plain = built.get("/assets/long.abc.js", headers={"accept-encoding": refusing})
        assert (plain.text, "content-encoding" in plain.headers) == (script, False)
        assert plain.headers["etag"] == packed.headers["etag"]
    again = built.get("/assets/long.abc.js", headers={"if-none-match": packed.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    (tmp_path / "static" / "assets" / "long.abc.js").write_text(script + script)
    assert built.get("/assets/long.abc.js").text == script + script


def test_what_is_small_or_a_picture_is_sent_as_it_is(built: TestClient, tmp_path: Path) -> None:
    (tmp_path / "static" / "one.png").write_bytes(bytes(2000))
    for path in ("/one.png", "/assets/main.abc.js", "/"):
        assert "content-encoding" not in built.get(path).headers
