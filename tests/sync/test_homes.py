"""Where agents keep their data on each system, by construction: fake platforms, fake environments."""

from __future__ import annotations

import ntpath
import os
import sys
from pathlib import Path

import pytest

from agent_trace import registry
from agent_trace.model.agent import Agent, Home
from agent_trace.sync.discovery import logs, unreadable
from agent_trace.sync.homes import candidates, homes, place, system_of

LINUX, MACOS, WINDOWS = "linux", "darwin", "win32"
POSIX_USER = {"HOME": "/home/you"}
WINDOWS_USER = {
    "USERPROFILE": "C:\\Users\\you",
    "APPDATA": "C:\\Users\\you\\AppData\\Roaming",
    "LOCALAPPDATA": "C:\\Users\\you\\AppData\\Local",
    "HOME": "/c/Users/you",
}
NOVA = Agent(
    name="nova",
    title="Nova",
    homes=(
        Home(path="$NOVA_HOME", variable="NOVA_HOME"),
        Home(path="$XDG_DATA_HOME/nova", variable="XDG_DATA_HOME"),
        Home(path="~/.local/share/nova", system="linux"),
        Home(path="~/Library/Application Support/Nova", system="macos"),
        Home(path="$APPDATA/Nova/User", variable="APPDATA", system="windows"),
        Home(path="~/.nova"),
    ),
    files=("sessions/*.jsonl",),
)


def found(platform: str, **environment: str) -> list[str]:
    user = WINDOWS_USER if platform == WINDOWS else POSIX_USER
    return [path for _, path in candidates(NOVA, {**user, **environment}, platform)]


@pytest.mark.parametrize(
    ("platform", "expected"),
    [
        (LINUX, ["/home/you/.local/share/nova", "/home/you/.nova"]),
        ("freebsd14", ["/home/you/.local/share/nova", "/home/you/.nova"]),
        (MACOS, ["/home/you/Library/Application Support/Nova", "/home/you/.nova"]),
        (WINDOWS, ["C:\\Users\\you\\AppData\\Roaming\\Nova\\User", "C:\\Users\\you\\.nova"]),
        ("cygwin", ["/home/you/.nova".replace("/", "\\")]),
    ],
)
def test_each_system_has_homes_of_its_own(platform: str, expected: list[str]) -> None:
    assert found(platform) == expected


def test_this_system_is_the_default() -> None:
    assert list(candidates(NOVA, POSIX_USER)) == list(candidates(NOVA, POSIX_USER, sys.platform))
    assert system_of() == system_of(sys.platform)


@pytest.mark.parametrize(
    ("platform", "text", "expected"),
    [
        (LINUX, "/data/nova", ["/data/nova"]),
        (LINUX, "/data/nova/", ["/data/nova"]),
        (LINUX, "/", ["/"]),
        (LINUX, "~", ["/home/you"]),
        (LINUX, "~/nova", ["/home/you/nova"]),
        (LINUX, "~nova", ["~nova"]),
        (LINUX, "/a:/b, /c,", ["/a", "/b", "/c"]),
        (MACOS, "/a:/b", ["/a", "/b"]),
        (WINDOWS, "D:\\nova;E:/nova\\", ["D:\\nova", "E:\\nova"]),
        (WINDOWS, "D:\\", ["D:\\"]),
        (WINDOWS, "~\\nova", ["C:\\Users\\you\\nova"]),
    ],
)
def test_a_variable_names_homes(platform: str, text: str, expected: list[str]) -> None:
    shown = found(platform, NOVA_HOME=text)
    assert shown[: len(expected)] == expected
    assert shown[len(expected) :] == found(platform)


def test_a_variable_that_is_part_of_a_path() -> None:
    assert found(LINUX, XDG_DATA_HOME="/data")[0] == "/data/nova"
    assert found(WINDOWS, XDG_DATA_HOME="E:\\data")[0] == "E:\\data\\nova"


@pytest.mark.parametrize("platform", [LINUX, MACOS])
def test_variables_of_another_system_mean_nothing(platform: str) -> None:
    assert found(platform, APPDATA="/roaming") == found(platform)


def test_one_variable_is_not_taken_for_another() -> None:
    agent = Agent(name="x", title="X", homes=(Home(path="$X_DIR", variable="X_DIR"), Home(path="$X_D/x")), files=("*",))
    assert [path for _, path in candidates(agent, {"X": "/wrong", "X_DIR": "/right"}, LINUX)] == ["/right"]


def test_without_any_variable_the_account_tells(home: Path) -> None:
    assert [path for _, path in candidates(NOVA, {}, LINUX)][-1] == str(Path("~/.nova").expanduser())


@pytest.mark.parametrize("name", registry.names("agents"))
@pytest.mark.parametrize("platform", [LINUX, MACOS, WINDOWS])
def test_every_agent_has_a_home_on_every_system_it_runs_on(name: str, platform: str) -> None:
    """Nothing stays unexpanded, and no path mixes the separators of two systems."""
    agent: Agent = registry.load("agents", name).AGENT
    user = WINDOWS_USER if platform == WINDOWS else POSIX_USER
    named = {home.variable: f"{user.get('USERPROFILE', '/home/you')}/named" for home in agent.homes if home.variable}
    for environment in (user, {**user, **named}):
        paths = [path for _, path in candidates(agent, environment, platform)]
        assert [path for path in paths if "$" in path or "~" in path] == []
        wrong = "/" if platform == WINDOWS else "\\"
        assert [path for path in paths if wrong in path] == []
        absolute = ntpath.isabs if platform == WINDOWS else os.path.isabs
        assert [path for path in paths if not absolute(path)] == []


def test_a_home_counts_once(home: Path) -> None:
    (home / ".nova").mkdir()
    (home / "link").symlink_to(home / ".nova")
    environment = {"HOME": str(home), "NOVA_HOME": f"{home}/link/:{home}/.nova:{home}/nowhere"}
    assert homes(NOVA, environment, LINUX) == [os.path.realpath(home / ".nova")]


def test_a_folder_with_a_comma_in_its_name_is_one_home(home: Path) -> None:
    (home / "a,b:c").mkdir()
    assert homes(NOVA, {"HOME": "/nowhere", "NOVA_HOME": f"{home}/a,b:c"}, LINUX) == [f"{home}/a,b:c"]


def test_a_folder_with_a_dollar_sign_in_its_name_is_one_too(home: Path) -> None:
    (home / "a$x").mkdir()
    (home / "ab").mkdir()
    own = Agent(
        name="x", title="X", homes=(Home(path=f"{home}/a$x"), Home(path="~/a${x}"), Home(path="$y/z")), files=("*",)
    )

    def seen(**environment: str) -> list[str]:
        return homes(own, {"HOME": str(home), **environment}, LINUX)

    assert seen() == [f"{home}/a$x"]
    assert seen(x="b") == [f"{home}/a$x", f"{home}/ab"]
    (home / "a$x").rmdir()
    assert seen(x="b") == [f"{home}/ab"]
    assert seen(y=str(home)) == []


@pytest.mark.parametrize(
    ("path", "platform", "expected"),
    [
        ("~/nova", LINUX, "/home/you/nova"),
        ("$DATA/nova/", LINUX, "/data/nova"),
        ("${DATA}/nova", LINUX, "/data/nova"),
        ("/mnt/$nobody/nova", LINUX, "/mnt/$nobody/nova"),
        ("~/${nobody}", LINUX, "/home/you/${nobody}"),
        ("D:/$nobody", WINDOWS, "D:\\$nobody"),
        ("$nobody/nova", LINUX, None),
        ("~nobody/nova", LINUX, "~nobody/nova"),
    ],
)
def test_where_a_folder_lies_that_a_person_names(path: str, platform: str, expected: str | None) -> None:
    assert place(path, {**WINDOWS_USER, **POSIX_USER, "DATA": "/data"}, platform) == expected


def test_a_home_below_the_present_folder_is_remembered_whole(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "here").mkdir()
    monkeypatch.chdir(home)
    assert homes(NOVA, {"HOME": "/nowhere", "NOVA_HOME": "here"}, LINUX) == [f"{Path.cwd()}/here"]


@pytest.mark.parametrize(
    ("pattern", "shown"),
    [
        ("*.jsonl", ["top.jsonl"]),
        ("sessions/*.jsonl", ["sessions/a.jsonl"]),
        ("sessions/**/*.jsonl", ["sessions/a.jsonl", "sessions/x/b.jsonl", "sessions/x/y/c.jsonl"]),
        ("sessions/*/b.jsonl", ["sessions/x/b.jsonl"]),
        ("sessions/x/b.jsonl", ["sessions/x/b.jsonl"]),
        ("top.jsonl", ["top.jsonl"]),
        ("nowhere/**/*", []),
    ],
)
def test_logs_are_found_by_globs(home: Path, pattern: str, shown: list[str]) -> None:
    for name in ("top.jsonl", "sessions/a.jsonl", "sessions/x/b.jsonl", "sessions/x/y/c.jsonl", "sessions/a.json"):
        path = home / ".nova" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"{}\n")
    agent = Agent(name="nova", title="Nova", homes=NOVA.homes, files=(pattern,))
    seen = logs(agent, homes(agent, {"HOME": str(home), "NOVA_HOME": f"{home}/.nova/"}, LINUX))
    assert sorted(Path(one.path).relative_to(home / ".nova").as_posix() for one in seen) == shown


def test_a_home_may_be_a_file_that_is_a_log_itself(tmp_path: Path) -> None:
    agent = Agent(
        name="nova", title="Nova", homes=(Home(path="$NOVA_LOG", variable="NOVA_LOG"),), files=("*.nova.jsonl",)
    )
    for name in ("a.nova.jsonl", "b.jsonl"):
        (tmp_path / name).write_text("{}\n")
    roots = homes(agent, {"NOVA_LOG": str(tmp_path / "a.nova.jsonl")})
    assert [one.path for one in logs(agent, roots)] == [str(tmp_path / "a.nova.jsonl")]
    assert list(unreadable(roots)) == []
    assert logs(agent, homes(agent, {"NOVA_LOG": str(tmp_path / "b.jsonl")})) == []
    assert homes(agent, {"NOVA_LOG": str(tmp_path / "gone.nova.jsonl")}) == []
