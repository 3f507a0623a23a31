"""Keeping up: logs are watched, what is new is read within a second, and every page hears which sessions changed."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timezone

from agent_trace.app.moving import Moving
from agent_trace.app.running import look_at_running
from agent_trace.app.watching import Watched, watched
from agent_trace.errors import AgentTraceError
from agent_trace.web.asking import Asking
from agent_trace.web.changes import Changes

POLLS = "no more folders can be watched: all are looked at every second"
LOCK_S = 0.2
"""How long another process that reads is waited for."""
END_S = 3.0
"""How long a thread may take to end; one that takes longer goes with the process, and leaves nothing half done."""
TICK_S = 0.5
"""How often it is looked whether another process wrote to the index."""
LOOK_S = 15.0
"""How often all homes are looked at although nothing was heard: new agents, folders that cannot be watched."""
POLL_S = 1.0
"""The same where the system lets us watch no more folders."""
FOLLOW_S = 3.0
"""How often it is worked out what running sessions produced."""
QUIET_S = 3.0
"""After so long without anything new, text is indexed and what sessions produced is worked out."""
AGAIN_S = 30.0
"""… and not more often."""


class Ended(BaseException):
    """The server ends while logs are read: no fault of a log, so nothing that takes faults of logs may take it."""


class Live:
    """What runs beside the requests. Nothing of it waits for one, and no request waits for it."""

    def __init__(self, asking: Asking, *, watches: bool = True) -> None:
        self.asking, self.watches = asking, watches
        self.changes = Changes()
        self.started = datetime.now(timezone.utc)
        self.last_sync: datetime | None = None
        self.syncing = False
        self.polls = False
        """The system lets us watch no more folders."""
        self.notices: tuple[str, ...] = ()
        self.after: list[Callable[[], None]] = []
        """What is done after something changed, before it is told: answers are made again while nobody waits."""
        self._ending = threading.Event()
        self._wake = threading.Event()
        self._read = threading.Event()
        """Something may have been read: it is time to tell."""
        self._threads: list[threading.Thread] = []
        self._child: subprocess.Popen[bytes] | None = None
        self._heard = self._indexed = self._followed = 0.0
        self._moving = Moving()
        self._untold: set[str] = set()
        self._mark: tuple[int, ...] = ()
        self._watching: Watched | None = None
        self._watch_ends = threading.Event()

    @property
    def indexing(self) -> bool:
        """Text is being indexed, and it is worked out what sessions produced."""
        return self._child is not None and self._child.poll() is None

    # ---- from outside

    def begin(self) -> None:
        """Start keeping up. What is there before the first look is told as new when it is read."""
        self._tell()
        self._start(self._work, "keeping-up")
        self._start(self._telling, "telling")

    def wake(self) -> None:
        """There may be something new."""
        self._wake.set()

    def end(self) -> None:
        """Everything is to stop; nobody waits for it here."""
        self._ending.set()
        self._watch_ends.set()
        self._wake.set()
        self._read.set()
        self.changes.close()

    def finish(self) -> None:
        """Wait until it has stopped."""
        self.end()
        if self._child is not None and self._child.poll() is None:
            self._child.terminate()
            self._child.wait()
        for one in self._threads:
            one.join(END_S)

    def _start(self, work: Callable[..., None], name: str, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, name=name, daemon=True)
        self._threads = [one for one in self._threads if one.is_alive()]
        self._threads.append(thread)
        thread.start()

    # ---- the work

    def _work(self) -> None:
        looked = 0.0
        while not self._ending.is_set():
            woken = self._wake.is_set()
            self._wake.clear()
            now = time.monotonic()
            if woken or not looked or now - looked >= (POLL_S if self.polls else LOOK_S):
                looked = now
                self._look()
            self._look_at_running()
            self._index()
            self._read.set()
            self._wake.wait(TICK_S)

    def _telling(self) -> None:
        """Apart from the reading: a first look at years of logs is told batch by batch."""
        while not self._ending.is_set():
            self._read.wait(TICK_S)
            self._read.clear()
            self._tell()

    def _look(self) -> None:
        """Read what is new; what goes wrong is a notice, and is tried again."""
        self.syncing = True
        try:
            with self.asking.writing() as workspace:
                report = workspace.mended(lambda: workspace.sync(self._go_on, wait_s=LOCK_S))
                if workspace.synced is None:
                    self._wake.set()  # another process reads just now: soon again
                    return
                if report.read or report.gone:
                    self._heard = time.monotonic()
                self.notices = (*workspace.notes, *self._standing)
                self.last_sync = datetime.now(timezone.utc)
                self._watch(watched(workspace))
        except Ended:
            return
        except (AgentTraceError, OSError, sqlite3.Error) as error:
            self.notices = (str(error),)
        finally:
            self.syncing = False

    def _go_on(self, _progress: object) -> None:
        """Asked now and then while logs are read: what is not written yet is read again the next time."""
        if self._ending.is_set():
            raise Ended

    @property
    def _standing(self) -> tuple[str, ...]:
        return (POLLS,) if self.polls else ()

    def _look_at_running(self) -> None:
        """What the sessions that run produced so far, some seconds behind."""
        now = time.monotonic()
        if self.asking.in_memory or self._followed >= self._heard or now - self._followed < FOLLOW_S:
            return
        self._followed = now
        try:
            with self.asking.writing() as workspace:
                look_at_running(workspace)
        except (AgentTraceError, OSError, sqlite3.Error) as error:
            self.notices = (str(error),)

    def _tell(self) -> None:
        """Say which sessions changed, by us or by another process."""
        mark = self.asking.mark.read()
        if mark == self._mark:
            return
        try:
            self._untold.update(self.asking.ask(self._moving.look))
            for one in self.after:
                one()
        except (AgentTraceError, OSError, sqlite3.Error) as error:
            self.notices = (str(error),)
            return
        self._mark = mark
        if self._untold:
            self.changes.tell("sessions", ids=sorted(self._untold))
            self._untold = set()

    # ---- watching

    def _watch(self, found: Watched) -> None:
        if not self.watches or self.polls or found == self._watching:
            return
        self._watch_ends.set()
        self._watch_ends = threading.Event()
        self._watching = found
        if self._ending.is_set():
            return
        for folders, deep, awaited in (
            (found.deep, True, None),
            (found.flat, False, None),
            (found.above, False, found.awaited),
        ):
            if folders:
                self._start(self._hear, "watching", folders, deep, awaited, self._watch_ends)

    def _hear(
        self, folders: tuple[str, ...], deep: bool, awaited: frozenset[str] | None, ends: threading.Event
    ) -> None:
        """Wake who reads whenever something changes; look every second where no more folders can be watched.

        `awaited`: only what bears one of these names matters. The first look after a watch began finds what came before it.
        """
        from watchfiles import watch

        begun = False
        try:
            for changes in watch(
                *folders,
                watch_filter=None,
                debounce=100,
                step=20,
                rust_timeout=500,
                yield_on_timeout=True,
                raise_interrupt=False,
                stop_event=ends,
                recursive=deep,
                ignore_permission_denied=True,
            ):
                if not begun or any(awaited is None or os.path.basename(path) in awaited for _, path in changes):
                    begun = True
                    self._wake.set()
        except (OSError, RuntimeError) as error:
            if not ends.is_set():
                self.polls = True
                self.notices = (*self.notices, f"{POLLS}: {error}")

    # ---- what takes long

    def _index(self) -> None:
        """In a process of its own, so that no request shares its processor: full text, archive, what sessions produced."""
        if self.asking.in_memory or self.indexing:
            return
        now = time.monotonic()
        if now - self._heard < QUIET_S or (
            self._indexed and (self._indexed > self._heard or now - self._indexed < AGAIN_S)
        ):
            return
        self._indexed = now
        self._child = subprocess.Popen(
            [sys.executable, "-m", "agent_trace", "sync"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.asking.config.home,
            env={**os.environ, **self.asking.environment},
        )
        if os.name == "posix":
            os.setpriority(os.PRIO_PROCESS, self._child.pid, 10)
