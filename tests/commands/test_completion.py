"""`completion`: scripts that shells understand and that ask the program."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from agent_trace.cli.commands.completion import INSTALL, SHELLS, VARIABLE
from tests.commands.terminal import Terminal


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_says_how_it_is_installed(terminal: Terminal, shell: str) -> None:
    ran = terminal.run("completion", shell)
    lines = ran.out.splitlines()
    assert f"# install: {INSTALL[shell]}" in lines[:2]
    assert VARIABLE in ran.out


def test_zsh_needs_its_first_line_first(terminal: Terminal) -> None:
    assert terminal.run("completion", "zsh").out.startswith("#compdef agent-trace\n")


@pytest.mark.parametrize("shell", [name for name in SHELLS if shutil.which(name)])
def test_the_shell_reads_it(terminal: Terminal, shell: str) -> None:
    script = terminal.run("completion", shell).out
    done = subprocess.run([shell, "-n"], input=script, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_another_shell_is_refused(terminal: Terminal) -> None:
    assert terminal.run("completion", "tcsh").code == 2


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("agent-trace pri", "prices"),
        ("agent-trace projects --so", "--sort"),
        ("agent-trace list --agent cla", "claude"),
        ("agent-trace agents cl", "claude"),
    ],
)
def test_the_program_answers_the_script(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, typed: str, offered: str
) -> None:
    monkeypatch.setenv(VARIABLE, "bash_complete")
    monkeypatch.setenv("COMP_WORDS", typed)
    monkeypatch.setenv("COMP_CWORD", str(len(typed.split()) - 1))
    assert f"plain,{offered}" in terminal.run().out.splitlines()
