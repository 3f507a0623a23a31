"""Plays a scenario with a real agent and keeps what really happened."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from tests.live.agents import PROGRAMS, Program, Run
from tests.live.programs import installed
from tests.live.repository import make_repository
from tests.live.script import Script, Step, scenario
from tests.live.server import Server, serving

STEP_S = 180
"""No prompt takes longer."""


class Played(msgspec.Struct, kw_only=True):
    """One prompt as it was played."""

    number: int
    prompt: str
    session: str | None
    code: int


class Truth(msgspec.Struct, kw_only=True):
    """What happened, and where its traces lie."""

    agent: str
    home: Path
    repository: Path
    steps: list[Played]
    server: Any
    """What was served: it is no longer running."""


def play(agent: str, name: str, live: Path) -> Truth:
    """One scenario from the beginning, in a HOME and a repository of its own."""
    program = PROGRAMS[agent]
    place = live / "runs" / f"{agent}-{name}"
    shutil.rmtree(place, ignore_errors=True)
    home, repository, out = (place / part for part in ("home", "demo", "out"))
    for folder in (home / ".tmp", home / "bin", out):
        folder.mkdir(parents=True)
    make_repository(repository)
    story = scenario(name, agent, repository)
    with serving(Script(story.threads)) as server:
        binary = installed(program, live)
        run = Run(home=home, repository=repository, out=out, url=server.url, binary=binary, options=story.options)
        program.prepare(run)
        played: list[Played] = []
        for number, step in story.steps:
            played.append(_step(program, run, number, step, played))
        _settle(server)
    return Truth(agent=agent, home=home, repository=repository, steps=played, server=server)


def environment(program: Program, run: Run) -> dict[str, str]:
    """Nothing of the caller's but the way to node and git."""
    path = f"{run.home}/bin:{os.environ['PATH']}"
    fixed = {"HOME": str(run.home), "PATH": path, "LANG": "C.UTF-8", "TERM": "xterm-256color", "TZ": "UTC"}
    person = {"TMPDIR": str(run.home / ".tmp"), "SHELL": "/bin/bash", "USER": "dev", "LOGNAME": "dev"}
    return {**fixed, **person, **program.environment(run)}


def _step(program: Program, run: Run, number: int, step: Step, played: list[Played]) -> Played:
    """Give one prompt and wait until the agent ends; whatever it started ends with it."""
    source = next((one for one in played if one.number == step.of), None)
    session = source.session if source is not None and step.mode != "new" else None
    words = [str(run.binary), *program.arguments(run, step, session)]
    said = run.out / f"{number:02d}.out"
    with said.open("wb") as out, said.with_suffix(".err").open("wb") as err:
        process = subprocess.Popen(
            words, cwd=run.repository, env=environment(program, run), stdin=subprocess.DEVNULL, stdout=out, stderr=err,
            start_new_session=True,
        )  # fmt: skip
        try:
            code = process.wait(STEP_S)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    named = program.session.search(said.read_text(encoding="utf-8", errors="replace"))
    found = named[1] if named else program.newest(run)
    return Played(number=number, prompt=step.prompt, session=found, code=code)


def _settle(server: Server) -> None:
    """Requests that are still being answered come to their end with the agent's."""
    with server.guard:
        assert server.served, "the agent asked nothing: see the files in its out folder"
