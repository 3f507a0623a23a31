"""Whole commands timed against each other: alternating runs, the operating system's own account of each process."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple


class Run(NamedTuple):
    """One process: CPU seconds (user + system), wall seconds, peak memory in MB, exit code."""

    cpu: float
    wall: float
    peak: float
    code: int


class Contender(NamedTuple):
    """A command, and what is done before each of its runs (not timed)."""

    name: str
    command: Sequence[str]
    before: Callable[[], None] = lambda: None
    env: Mapping[str, str] = {}


def run(command: Sequence[str], env: Mapping[str, str]) -> Run:
    """Run a command to its end, its output thrown away."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, env=dict(env), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, use = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    return Run(use.ru_utime + use.ru_stime, wall, use.ru_maxrss / 1024, os.waitstatus_to_exitcode(status))


def alternate(contenders: Sequence[Contender], env: Mapping[str, str], rounds: int) -> dict[str, Run]:
    """Medians of `rounds` runs of each, in turn: A B C A B C …"""
    runs: dict[str, list[Run]] = {one.name: [] for one in contenders}
    for _ in range(rounds):
        for one in contenders:
            one.before()
            runs[one.name].append(run(one.command, {**env, **one.env}))
    return {name: _median(found) for name, found in runs.items()}


def _median(found: Sequence[Run]) -> Run:
    cpu, wall, peak = (statistics.median(one[index] for one in found) for index in range(3))
    return Run(cpu, wall, peak, max(one.code for one in found))
