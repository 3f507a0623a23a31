"""The repository speaks of itself alone, its news are short, its links lead somewhere; each check can fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house.documents import broken_links, changes_amiss, foreign_words, repository_files
from tests.house.source import ROOT
from tests.house.synthetic import plant


@pytest.mark.full
def test_no_file_names_a_machine_or_a_registry() -> None:
    assert foreign_words(ROOT) == []


def test_news_are_one_short_sentence_each() -> None:
    assert changes_amiss(ROOT) == []


def test_links_between_pages_lead_somewhere() -> None:
    assert broken_links(ROOT) == []


@pytest.mark.parametrize(
    "line",
    [
        "see /" + "work/main",
        "HOME=/" + "root/x",
        "https://pypi." + "org/simple",
        "registry.npmjs." + "org",
        "as ../shared/" + "numbers.md says",
    ],
)
def test_a_foreign_word_is_found(tmp_path: Path, line: str) -> None:
    plant(tmp_path, {"docs/page.md": f"fine\n{line}\n", "tests/corpus/log.jsonl": line})
    assert [finding.split(" ")[0] for finding in foreign_words(tmp_path)] == ["docs/page.md:2:"]


@pytest.mark.parametrize("line", ["~/{}/x", "src/{}/x", "$HOME/{}/x", "/{}shop/", "/re{}"])
def test_a_harmless_path_is_no_finding(tmp_path: Path, line: str) -> None:
    assert foreign_words(plant(tmp_path, {"docs/page.md": line.format("work")})) == []


def test_a_lock_file_that_names_hosts_is_found(tmp_path: Path) -> None:
    assert foreign_words(plant(tmp_path, {"uv.lock": ""})) == ["uv.lock: a lock file that names hosts"]


def test_binary_files_are_passed_over(tmp_path: Path) -> None:
    assert foreign_words(plant(tmp_path, {"picture.png": "\0 /" + "work/x"})) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("3.feature.md", "Costs are shown."),
        ("003.news.md", "Costs are shown."),
        ("003.feature.txt", "Costs are shown."),
        ("003.feature.md", "Costs are shown"),
        ("003.feature.md", "Costs are shown. They are right."),
        ("003.feature.md", "word " * 25 + "more."),
    ],
)
def test_bad_news_are_found(tmp_path: Path, name: str, text: str) -> None:
    plant(tmp_path, {f"changes.d/{name}": text, "changes.d/README.md": "Free text. Of any form"})
    assert len(changes_amiss(tmp_path)) == 1


def test_good_news_are_no_finding(tmp_path: Path) -> None:
    assert changes_amiss(plant(tmp_path, {"changes.d/003.feature.md": "Costs of 1.0.x logs are shown.\n"})) == []


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    page = "[a](docs/a.md#part) [b](docs/b.md) [web](https://example.com) [here](#part) `[c](c.md)`\n"
    plant(tmp_path, {"README.md": page, "docs/a.md": "[up](../README.md)"})
    assert broken_links(tmp_path) == ["README.md: docs/b.md is not there"]


def test_what_tools_leave_behind_is_no_file_of_the_repository(tmp_path: Path) -> None:
    plant(tmp_path, {".venv/x.py": "", ".git/config": "", "src/__pycache__/x.pyc": "", "dist/x.whl": ""})
    plant(tmp_path, {".ci/run": "", ".gitignore": "", "src/.claude/x.jsonl": ""})
    assert repository_files(tmp_path) == [".ci/run", ".gitignore", "src/.claude/x.jsonl"]
