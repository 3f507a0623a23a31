"""Everything a command works with: the configuration, the index, the agents, the prices, the clock."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timezone
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import msgspec

from agent_trace.app.index import LOCK_WAIT_S, REWRITTEN, SOON_S, inode_of, open_index, replaced
from agent_trace.app.keeping import keeping
from agent_trace.app.moments import zone
from agent_trace.config import Config
from agent_trace.errors import AgentTraceError, RewrittenError, UnreadableError, UsageError
from agent_trace.model.facts import Facts
from agent_trace.store.database import MEMORY, Database, is_busy, is_damage, is_shortage, open_database
from agent_trace.store.paths import HiddenPaths
from agent_trace.store.sources import due, mark_again
from agent_trace.sync.collector import seldom
from agent_trace.sync.keeping import Keeping
from agent_trace.sync.lock import lock
from agent_trace.sync.looking import look, remember_databases
from agent_trace.sync.members import Member, members
from agent_trace.sync.progress import FirstReport, Told
from agent_trace.sync.rawlog import RawLogs

if TYPE_CHECKING:
    from agent_trace.app.entries import Entry
    from agent_trace.model.annotations import Annotations
    from agent_trace.model.selection import Selection
    from agent_trace.pricing.book import Book
    from agent_trace.store.annotations import AnnotationFile
    from agent_trace.store.keyed_names import KeyedNames
    from agent_trace.sync.second import Listener, SecondReport

Say = Callable[[str], None]
Answer = TypeVar("Answer")


class Workspace:
    """Opened once a command; closed with it. What it has to say to the person goes through `say`."""

    def __init__(
        self,
        config: Config,
        *,
        environment: Mapping[str, str] = os.environ,
        say: Say = lambda _: None,
        now: datetime | None = None,
    ) -> None:
        self.config, self.environment, self.say = config, environment, say
        self.now = now or clock(environment)
        self.notes: list[str] = []
        self.db = self._open()
        self._prices = _written(self._prices_file)
        self.synced: FirstReport | None = None
        self.listed: Callable[[Selection], Sequence[Entry]] | None = None
        """The selected roots, hidden ones too, as a server holds them; None where nobody does."""

    # ---- what the person gave

    @property
    def given(self) -> Annotations | None:
        """Notes, labels and titles as they are now; None where there are none."""
        if not os.path.exists(self.config.annotations):
            return None
        try:
            return self.annotation_file.known
        except UnreadableError as error:
            if str(error) not in self.notes:
                self._note(str(error))
            return None

    @cached_property
    def annotation_file(self) -> AnnotationFile:
        from agent_trace.store.annotations import AnnotationFile

        return AnnotationFile(self.config.annotations)

    def _titles(self) -> Mapping[tuple[str, str], str]:
        given = self.given
        return {} if given is None else given.titles

    # ---- the index

    def _open(self) -> Database:
        db = open_index(self.config, self.now, self._note)
        self._inode = None if db.in_memory else inode_of(self.config.database)
        return self._with_files(db)

    def _with_files(self, db: Database) -> Database:
        """The person's titles lie beside the index; at tier 1 the paths of logs lie in a file of their own, too."""
        db.titles = self._titles
        if not db.in_memory and os.path.exists(self.config.sources):
            db.paths = HiddenPaths(self.config.sources)
        return db

    def recover(self, error: sqlite3.Error) -> None:
        """The index proved damaged in use: set it aside and begin again. Raises what it cannot mend."""
        if not is_damage(error) or self.db.in_memory:
            raise error
        self.db.close()
        why = f"the index {self.config.database} is damaged: {error}"
        self.db = self._with_files(replaced(self.config, self.now, self._note, why, self._inode))
        self._inode = inode_of(self.config.database)

    def mended(self, work: Callable[[], Answer]) -> Answer:
        """The result of `work`, done again from the start where the index proves damaged on the way.

        Some agents write a whole log anew with every step: where one did since the last sync, it is read again first.
        """
        for _ in range(REWRITTEN):
            try:
                return self._recovered(work)
            except RewrittenError as error:
                self._read_again(error.source)
        return self._recovered(work)

    def _read_again(self, source: int) -> None:
        """A log, whatever its size and time say of it."""
        with self.locked(wait_s=SOON_S) as held:
            if held:
                mark_again(self.db, [source])
        self.sync(wait_s=SOON_S)
        self.__dict__.pop("facts", None)

    def _recovered(self, work: Callable[[], Answer]) -> Answer:
        try:
            return work()
        except sqlite3.DatabaseError as error:
            self.recover(error)
            return work()

    def _note(self, text: str) -> None:
        self.notes.append(text)
        self.say(text)

    def close(self) -> None:
        self.db.close()

    @property
    def is_current(self) -> bool:
        """False where another file has taken the place of the index since, or the index is gone."""
        return self.db.in_memory or inode_of(self.config.database) == self._inode

    def renewed(self, config: Config, now: datetime) -> None:
        """Begin anew with the next question: another moment, and settings that show the same index otherwise."""
        prices = _written(self._prices_file)
        if config != self.config or prices != self._prices:
            self._prices = prices
            for name in ("facts", "book", "keeping", "annotation_file"):
                self.__dict__.pop(name, None)
        if config.homes != self.config.homes:
            self.__dict__.pop("members", None)
        self.__dict__.pop("facts", None)
        self.config, self.now, self.notes = config, now, []

    @cached_property
    def members(self) -> dict[str, Member]:
        found = members()
        for home in self.config.homes:
            if home.agent not in found:
                known = ", ".join(found)
                raise UsageError(f"homes in config.toml: no agent is called {home.agent!r}", hint=f"known: {known}")
            found[home.agent].also_in(home.path)
        return found

    @property
    def raw(self) -> RawLogs:
        readable = self.config.archive != "off" and not self.db.in_memory
        folder = self.config.archive_folder if readable else None
        return RawLogs(self.db, self.members, folder, keeps=self.config.archive == "on", keeping=self.keeping)

    @cached_property
    def keeping(self) -> Keeping:
        """What is kept of logs: the tier, and who masks them."""
        return keeping(self.config)

    @property
    def _lock_file(self) -> str | None:
        return None if self.db.in_memory else self.config.lock_file

    # ---- bringing it up to date

    def sync(self, told: Told = lambda _: None, *, wait_s: float = LOCK_WAIT_S) -> FirstReport:
        """The first tier: after this every sum is right.

        Where another process keeps the lock longer than `wait_s`, nothing is read and `synced` stays None.
        """
        with self.locked(wait_s=wait_s) as held:
            if not held:
                self._note("another agent-trace is still indexing: answering from what it has written so far")
                return FirstReport()
            try:
                self.synced = self._sync(told)
            except sqlite3.OperationalError as error:
                self.synced = self._sync_elsewhere(error, told)
            return self.synced

    def _sync(self, told: Told) -> FirstReport:
        from agent_trace.app.adoption import adopt_if_due
        from agent_trace.app.imports import imported

        self.keeping = keeping(self.config)  # another process may have had a session redacted since
        self._finish_forgetting()
        adopt_if_due(self)
        self._enforce()
        forgotten = self.tombstones
        is_forgotten = None if forgotten is None else lambda agent, name: (agent, name) in forgotten
        looked = look(self.db, self.members, self.environment, imported(self), is_forgotten=is_forgotten)
        if not looked.is_nothing:
            from agent_trace.sync.first import FirstTier

            self.keeping.masker_of((), ())  # a rule that is refused is named before anything is read
            with seldom():
                FirstTier(self.db, self.members, self.raw, told, is_forgotten=is_forgotten).run(looked)
            self._follow_merged()
        remember_databases(self.db, looked)
        self._retain()
        self._sum_days()
        return looked.report

    def _sum_days(self) -> None:
        from agent_trace.app.ledgers import sum_days

        sum_days(self)

    def _follow_merged(self) -> None:
        if self.given is None or self.db.in_memory:
            return
        from agent_trace.app.noted import follow_merged

        try:
            follow_merged(self)
        except AgentTraceError as error:
            self._note(f"notes about merged sessions are not moved yet: {error}")

    def _retain(self) -> None:
        if self.config.retention is None:
            return
        from agent_trace.app.forgetting import retain

        forgotten = retain(self)
        if forgotten:
            one = "1 session was forgotten: nobody went on with it"
            many = f"{forgotten} sessions were forgotten: nobody went on with them"
            self._note(f"{one if forgotten == 1 else many} for {self.config.retention} days")

    def _sync_elsewhere(self, error: sqlite3.OperationalError, told: Told) -> FirstReport:
        """The disk does not take what was read: the answer comes from memory, and is whole."""
        if is_busy(error):
            self._note(f"another process keeps the index busy ({error}): answering from what it holds")
            return FirstReport()
        if not is_shortage(error) or self.db.in_memory:
            raise error
        self._note(f"the index cannot be written ({error}): answering from memory, nothing is kept")
        self.db.close()
        self.db = self._with_files(open_database(MEMORY))
        return self._sync(told)

    def locked(self, *, wait_s: float = LOCK_WAIT_S) -> AbstractContextManager[bool]:
        """The right to write to the index; False where another process kept it."""
        return lock(self._lock_file, wait_s=wait_s, told=self._waiting if wait_s else lambda: None)

    def _enforce(self) -> None:
        """What is stored is what the person decided, before anything is added to it."""
        if not self._is_plain:
            from agent_trace.app.enforcement import enforce

            enforce(self)

    @property
    def _is_plain(self) -> bool:
        """All is kept as it is, and always was."""
        config = self.config
        is_plain = config.tier == 3 and config.redact == "off" and not os.path.exists(config.redactions)
        return is_plain and self.db.meta("privacy") is None

    @property
    def is_enforced(self) -> bool:
        """What is stored is what this process goes by; False where another one decided otherwise since."""
        if self._is_plain or self.db.in_memory:
            return True
        from agent_trace.app.enforcement import is_enforced

        return is_enforced(self)

    def _finish_forgetting(self) -> None:
        """What `forget` began and did not bring to its end."""
        if self.db.meta("forgetting") is None:
            return
        from agent_trace.app.forgetting import finish

        try:
            finish(self)
        except (AgentTraceError, OSError, sqlite3.OperationalError) as error:
            self._note(f"what was forgotten is not yet overwritten everywhere: {error}")

    @property
    def tombstones(self) -> KeyedNames | None:
        """What was forgotten; None where nothing ever was."""
        if not os.path.exists(self.config.tombstones):
            return None
        from agent_trace.store.keyed_names import read_names

        return read_names(self.config.tombstones)

    def _waiting(self) -> None:
        self.say("another agent-trace is indexing; waiting for it")

    def sync_text(
        self,
        told: Told = lambda _: None,
        *,
        only: Collection[int] | None = None,
        listener: Listener | None = None,
    ) -> SecondReport:
        """The second tier: full text and archive, of all logs or of `only` some, whose events a `listener` may hear."""
        from agent_trace.sync.second import SecondTier

        path = None if self.db.in_memory else self.config.text_lock_file
        with lock(path, wait_s=LOCK_WAIT_S, told=self._waiting) as held:
            self.keeping = keeping(self.config)
            tier = SecondTier(self.db, self.members, self.raw, archive=self.config.archive, told=told)
            if not held or not self.is_enforced:
                return tier.report
            tier.listener = listener
            try:
                with seldom():
                    return tier.run(only)
            except sqlite3.OperationalError as error:
                if not (is_shortage(error) or is_busy(error)):
                    raise
                self._note(f"the text cannot be indexed to its end ({error})")
                return tier.report

    @property
    def due(self) -> int:
        """Bytes of logs whose text is not yet searchable nor archived."""
        return due(self.db, keeps=self.raw.keeps) if self.config.tier > 1 else 0

    # ---- facts

    @cached_property
    def facts(self) -> Facts:
        where, name = zone(self.config.timezone, self.environment)
        return Facts(
            now=self.now, zone=where, zone_name=name, cost=self.config.cost, start_of_week=self.config.start_of_week,
            notes=tuple(self.notes),
        )  # fmt: skip

    @cached_property
    def book(self) -> Book:
        from agent_trace.pricing.book import Book
        from agent_trace.pricing.own import Discount, Override
        from agent_trace.pricing.shipped import shipped

        try:
            overrides = [msgspec.convert(one, Override, strict=False) for one in self.config.prices]
            discounts = [msgspec.convert(one, Discount, strict=False) for one in self.config.discounts]
        except (msgspec.ValidationError, ValueError) as error:
            raise UsageError(f"a price in config.toml makes no sense: {error}", hint="see docs/prices.md") from error
        own = self._updated_prices()
        if own is None:
            return Book.load(shipped(), overrides, discounts)
        return Book.load(own, overrides, discounts, hint="agent-trace prices update --reset")

    @property
    def _prices_file(self) -> str:
        return os.path.join(self.config.home, "prices.json")

    def _updated_prices(self) -> bytes | None:
        """The price book that `prices update` left, where there is one."""
        try:
            with open(self._prices_file, "rb") as file:
                return file.read()
        except OSError:
            return None

    def agent_names(self) -> Sequence[str]:
        return tuple(self.members)


def clock(environment: Mapping[str, str]) -> datetime:
    """The present, or the moment that AGENT_TRACE_NOW names: the demo's clock stands still."""
    text = environment.get("AGENT_TRACE_NOW")
    return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else datetime.now(timezone.utc)


def _written(path: str) -> int:
    """When a file was written, in nanoseconds; 0 where there is none."""
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return 0
