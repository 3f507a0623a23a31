"""The fast paths load what startup.toml lists and nothing else, and the check can fail."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import msgspec
import pytest

from agent_trace.cli.main import command_names
from tests.house.source import ROOT
from tests.house.startup import clean_environment, loaded_modules, surplus
from tests.house.synthetic import plant


class Way(msgspec.Struct, forbid_unknown_fields=True):
    """One start of the program, and what it may load."""

    module: str
    arguments: list[str]
    allowed: list[str]
    """Modules; `@name` stands for a set of them."""
    stdin: str = ""

    def exists(self) -> bool:
        """Whether the program has come so far."""
        if self.module.startswith("agent_trace.cli"):
            return self.arguments[0] in command_names()
        return importlib.util.find_spec(self.module) is not None


class Startup(msgspec.Struct, forbid_unknown_fields=True):
    """startup.toml."""

    paths: dict[str, Way]
    sets: dict[str, list[str]]

    def allowed(self, way: Way) -> list[str]:
        """The modules that a way may load, with the sets it names."""
        whole = [self.sets[name[1:]] if name.startswith("@") else [name] for name in way.allowed]
        return [module for part in whole for module in part]


STARTUP = msgspec.toml.decode((ROOT / "tests/house/startup.toml").read_bytes(), type=Startup)
SESSION = """\
{"type":"user","uuid":"u1","parentUuid":null,"sessionId":"s1","timestamp":"2026-11-18T09:00:00.000Z","cwd":"/home/you/shop",\
"version":"2.1.329","message":{"role":"user","content":"hello"}}
{"type":"assistant","uuid":"a1","parentUuid":"u1","sessionId":"s1","timestamp":"2026-11-18T09:00:02.000Z","cwd":"/home/you/shop",\
"version":"2.1.329","requestId":"r1","message":{"id":"m1","role":"assistant","model":"claude-opus-5","content":[{"type":"text",\
"text":"hello"}],"stop_reason":"end_turn","usage":{"input_tokens":3,"output_tokens":5}}}
"""


@pytest.mark.parametrize("name", [name for name, way in STARTUP.paths.items() if way.exists()])
def test_a_fast_path_loads_what_it_may(name: str, home: Path, tmp_path: Path) -> None:
    way = STARTUP.paths[name]
    plant(home, {".claude/projects/-home-you-shop/s1.jsonl": SESSION})
    loaded_modules("agent_trace.cli.main", ["list"], environ=clean_environment(), scratch=tmp_path)
    again = loaded_modules(way.module, way.arguments, environ=clean_environment(), scratch=tmp_path, stdin=way.stdin)
    assert surplus(again, STARTUP.allowed(way)) == []


def test_a_heavy_import_is_found(tmp_path: Path) -> None:
    plant(tmp_path, {"heavy.py": "import http.client\ndef main(): print('hello')\n"})
    loaded = loaded_modules("heavy", [], environ=clean_environment(), scratch=tmp_path)
    assert surplus(loaded, ["heavy"])[:1] != []
    assert {"http", "http.client", "email.message"} <= set(surplus(loaded, ["heavy"]))


def test_a_path_that_ends_badly_is_found(tmp_path: Path) -> None:
    plant(tmp_path, {"bad.py": "def main(): raise SystemExit(3)\n"})
    with pytest.raises(AssertionError, match="bad  left with 3"):
        loaded_modules("bad", [], environ=clean_environment(), scratch=tmp_path)


@pytest.mark.parametrize(
    ("loaded", "allowed", "left"),
    [
        (["json", "json.decoder", "_json"], ["json.*"], []),
        (["json", "json.decoder"], ["json"], ["json.decoder"]),
        (["jsonschema"], ["json.*"], ["jsonschema"]),
        (["agent_trace.web.api"], ["agent_trace.model.*"], ["agent_trace.web.api"]),
    ],
)
def test_the_list_covers_modules_and_packages(loaded: list[str], allowed: list[str], left: list[str]) -> None:
    assert surplus(loaded, allowed) == left
