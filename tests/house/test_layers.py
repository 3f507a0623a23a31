"""The import table and the purity of the core hold, and their checks can fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house.layers import agent_conditions, impurities, layer_breaches
from tests.house.source import ROOT
from tests.house.synthetic import plant_package


@pytest.mark.full
def test_rooms_import_only_what_the_table_allows() -> None:
    assert layer_breaches(ROOT) == []


@pytest.mark.full
def test_only_agents_know_agents() -> None:
    assert agent_conditions(ROOT) == []


@pytest.mark.full
def test_the_core_is_pure() -> None:
    assert impurities(ROOT) == []


@pytest.mark.parametrize(
    ("place", "statement", "finding"),
    [
        ("model/event.py", "from agent_trace.errors import UsageError", "model may not import errors"),
        ("pricing/book.py", "import agent_trace.analysis.phases", "pricing may not import analysis"),
        ("analysis/tree.py", "from ..render import blocks", "analysis may not import render"),
        ("reports/cost.py", "from .. import store", "reports may not import store"),
        ("store/__init__.py", "from ..pricing.book import Book", "store may not import pricing"),
        ("web/api.py", "from agent_trace.cli import main", "web may not import cli"),
        ("hook.py", "from agent_trace import errors", "hook may not import errors"),
        (
            "errors.py",
            "if TYPE_CHECKING:\n    from agent_trace.model.usage import Usage",
            "errors may not import model",
        ),
        ("render/text.py", "def draw():\n    from agent_trace.model.usage import Usage", "render may not import model"),
        ("cli/main.py", "import agent_trace.store", "cli may not import store"),
        ("reports/cost.py", "from agent_trace import __version__", "names of agent_trace itself"),
        ("kitchen/sink.py", "", "kitchen has no row"),
    ],
)
def test_a_forbidden_import_is_found(tmp_path: Path, place: str, statement: str, finding: str) -> None:
    breaches = layer_breaches(plant_package(tmp_path, {place: statement + "\n"}))
    assert [finding in breach for breach in breaches] == [True]


@pytest.mark.parametrize(
    ("place", "statement"),
    [
        ("model/event.py", "from .usage import Usage\nfrom agent_trace.model import tools"),
        ("model/__init__.py", "from .usage import Usage"),
        ("reports/cost.py", "from agent_trace.render.blocks import Table\nfrom ..pricing import book"),
        ("app.py", "from agent_trace import __version__, sync"),
        ("cli/commands/list.py", "import click\nfrom agent_trace.app import open_store"),
    ],
)
def test_an_allowed_import_is_no_finding(tmp_path: Path, place: str, statement: str) -> None:
    assert layer_breaches(plant_package(tmp_path, {place: statement + "\n"})) == []


@pytest.mark.parametrize(
    ("place", "code", "finding"),
    [
        ("model/event.py", "import os", "imports os"),
        ("agents/codex.py", "from os import path", "imports os.path"),
        ("render/text.py", "def draw():\n    import shutil", "imports shutil"),
        ("pricing/rates.py", "from importlib.resources import files", "imports importlib.resources.files"),
        ("pricing/rates.py", "from importlib import metadata", "imports importlib.metadata"),
        ("analysis/phases.py", "def now():\n    return datetime.now(UTC)", "calls datetime.now()"),
        ("analysis/phases.py", "TODAY = date.today()", "calls date.today()"),
        ("exports/csv.py", "def encode():\n    open('x')", "calls open()"),
        ("errors.py", "print('hello')", "calls print()"),
        ("registry.py", "import pathlib", "imports pathlib"),
    ],
)
def test_an_impurity_of_the_core_is_found(tmp_path: Path, place: str, code: str, finding: str) -> None:
    found = impurities(plant_package(tmp_path, {place: code + "\n"}))
    assert [finding in each for each in found] == [True]


def test_the_shell_may_do_what_the_core_may_not(tmp_path: Path) -> None:
    assert impurities(plant_package(tmp_path, {"store/files.py": "import os\nopen('x')\n"})) == []


@pytest.mark.parametrize(
    ("code", "findings"),
    [
        ("if agent == 'nova': pass", 1),
        ("if agent in ('nova', 'luna'): pass", 2),
        ("match agent:\n    case 'nova': pass", 1),
        ("agent = 'nova'", 1),
        ("def window(agent='nova'): pass", 1),
        ("FIRST = frozenset({'nova'})", 1),
        ("does = {'nova': draw}", 1),
        ("draw = does['nova']", 1),
        ("draw = does.get('nova')", 1),
        ("load('agents', 'nova')", 1),
        ("if model.startswith(('nova-', 'x')): pass", 1),
        ("if '.nova' in path: pass", 1),
        ("from agent_trace.agents.nova import parse", 1),
        ("from agent_trace.agents import luna", 1),
        ("import agent_trace.agents.luna.parse", 1),
        ("from agent_trace.agents import _rows", 0),
        ("if title == 'Nova': pass", 0),
        ("if word == 'supernova': pass", 0),
        ("text = 'as the agent nova says'", 0),
    ],
)
def test_a_question_for_an_agent_is_found(tmp_path: Path, code: str, findings: int) -> None:
    agents = {"agents/nova.py": "x = name == 'nova'\n", "agents/luna/__init__.py": "", "agents/_rows.py": ""}
    found = agent_conditions(plant_package(tmp_path, {**agents, "app/state.py": code + "\n"}))
    assert len(found) == findings


def test_prices_may_know_an_agent_by_name(tmp_path: Path) -> None:
    files = {"agents/nova.py": "x = name == 'nova'\n", "pricing/names.py": "x = name.startswith('nova-')\n"}
    assert agent_conditions(plant_package(tmp_path, files)) == []
