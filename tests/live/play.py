"""Plays a scenario with a real agent and keeps what really happened."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import Any

import msgspec

from tests.live.agents import PROGRAMS, Program, Run
from tests.live.programs import installed
from tests.live.repository import make_repository
from tests.live.script import Scenario, Script, Step, scenario
from tests.live.server import Server, serving
from tests.live.witness import Witness

STEP_S = 300
"""No prompt takes longer."""
HELD_S = 120
"""Nor does anybody take longer to be ready to look at it."""


class Played(msgspec.Struct, kw_only=True):
    """One prompt as it was played."""

    number: int
    prompt: str
    session: str | None
    code: int


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a play takes place."""

    home: Path
    repository: Path
    out: Path
    """For settings, and for what the agent says."""


class Truth(msgspec.Struct, kw_only=True):
    """What happened, and where its traces lie."""

    agent: str
    home: Path
    repository: Path
    steps: list[Played]
    server: Any
    """What was served: it is no longer running."""
    witness: Witness | None = None


def play(
    agent: str, name: str, live: Path, place: Place | None = None, *, watched: bool = False, held: Event | None = None
) -> Truth:
    """One scenario from the beginning, in a HOME and a repository of its own.

    `held`: the model answers once, and then not before it is set.
    """
    program = PROGRAMS[agent]
    place = place or place_of(live / "runs" / f"{agent}-{name}")
    for folder in (place.home / ".tmp", place.home / "bin", place.out):
        folder.mkdir(parents=True, exist_ok=True)
    make_repository(place.repository)
    story = scenario(name, agent, place.repository)
    furnish(story, place)
    witness = Witness(place.home, place.repository) if watched else None
    with serving(Script(story.threads)) as server:
        binary = installed(program, live)
        run = Run(
            home=place.home, repository=place.repository, out=place.out, url=server.url, binary=binary,
            options=story.options,
        )  # fmt: skip
        program.prepare(run)
        if held is not None:
            server.watch = lambda call: None if call.number == 1 else _wait(held)
        variables = environment(program, run)
        if witness is not None:
            variables.update(witness.prepare())
            server.watch = witness.look
        played: list[Played] = []
        for number, step in story.steps:
            if witness is not None:
                witness.step = number
            played.append(_step(program, run, number, step, played, variables))
        _settle(server)
    if witness is not None:
        witness.look()
    return Truth(
        agent=agent, home=place.home, repository=place.repository, steps=played, server=server, witness=witness
    )


def _wait(held: Event) -> None:
    assert held.wait(HELD_S), "nobody let it go on"


def place_of(folder: Path) -> Place:
    """A HOME, a repository and a folder for the rest, all of them new."""
    shutil.rmtree(folder, ignore_errors=True)
    return Place(home=folder / "home", repository=folder / "demo", out=folder / "out")


def furnish(story: Scenario, place: Place) -> None:
    """The programs and the history that a story begins with."""
    for name, source in story.programs.items():
        shutil.copy(Path(__file__).with_name(source), place.home / "bin" / name)
        (place.home / "bin" / name).chmod(0o755)
    if story.programs:  # shells that log in begin with a PATH of their own
        (place.home / ".profile").write_text('export PATH="$HOME/bin:$PATH"\n', encoding="utf-8")
    if not story.setup:
        return
    person = "[user]\n\tname = Dev Example\n\temail = dev@example.test\n[init]\n\tdefaultBranch = main\n"
    (place.home / ".gitconfig").write_text(person, encoding="utf-8")
    variables = {"HOME": str(place.home), "PATH": os.environ["PATH"]}
    subprocess.run(["bash", "-e", "-c", story.setup], cwd=place.repository, env=variables, check=True)


def environment(program: Program, run: Run) -> dict[str, str]:
    """Nothing of the caller's but the way to node and git."""
    path = f"{run.home}/bin:{os.environ['PATH']}"
    fixed = {"HOME": str(run.home), "PATH": path, "LANG": "C.UTF-8", "TERM": "xterm-256color", "TZ": "UTC"}
    person = {"TMPDIR": str(run.home / ".tmp"), "SHELL": "/bin/bash", "USER": "dev", "LOGNAME": "dev"}
    return {**fixed, **person, **program.environment(run)}


def _step(
    program: Program, run: Run, number: int, step: Step, played: list[Played], variables: Mapping[str, str]
) -> Played:
    """Give one prompt and wait until the agent ends; whatever it started ends with it."""
    source = next((one for one in played if one.number == step.of), None)
    session = source.session if source is not None and step.mode != "new" else None
    words = [str(run.binary), *program.arguments(run, step, session)]
    said = run.out / f"{number:02d}.out"
    with said.open("wb") as out, said.with_suffix(".err").open("wb") as err:
        process = subprocess.Popen(
            words, cwd=run.repository, env=variables, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
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
