"""A task told: its notes, the talk, and what only the person saw."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from agent_trace.agents._fields import as_json, decoded, dollars, listed, moment
from agent_trace.agents._gathering import Row, Tables
from agent_trace.agents._narrating import UNKNOWN, Narrator
from agent_trace.agents._untyped import count, inner, text
from agent_trace.agents.cline.requests import Request, joined, measured, requests_of, usage_of
from agent_trace.agents.cline.talk import Talk, folder_of
from agent_trace.model.events import Compacted, SessionStarted

NEW_FILE = "newFileCreated"
_MILLISECONDS = re.compile(r"[0-9]{13}")
"""Cline calls a task by the time when it began."""


class Task:
    """Holds the rows of a task and tells them in their order."""

    def __init__(self, narrator: Narrator, tables: Tables) -> None:
        self.narrator = narrator
        self.notes = {key: one for row in tables.of("notes") for key, one in row.record.items()}
        self.lines = sorted(tables.of("talk"), key=lambda row: count(row.record, "place") or 0)
        self.seen = sorted(tables.of("seen"), key=lambda row: moment(row.record.get("ts")) or 0)
        requests = requests_of(tables)
        self.answers = joined(requests, self.lines)
        told = {request.name for request in self.answers.values()}
        self.others = [one for one in requests if one.name not in told]
        """Requests that brought no answer."""
        self.asides = [row for row in self.seen if _is_aside(row)]
        self.talk = Talk(narrator, _created(self.seen))

    def hear(self) -> None:
        """All events of the task."""
        self._start()
        for index, row in enumerate(self.lines):
            at = self._time(index)
            self._catch_up(at)
            self.narrator.take(row.offset, row.length, at)
            self._hear(row)
        self._catch_up(None)

    def _start(self) -> None:
        for row in [*self.lines, *self.seen][:1]:
            self.narrator.take(row.offset, row.length, self._began())
        folders = (folder_of(row.record.get("content")) for row in self.lines)
        versions = [text(one, "cline_version") for one in listed(self.notes.get("environment_history"))]
        self.narrator.is_child = bool(text(self.notes, "parentTaskId"))
        self.narrator.emit(
            SessionStarted,
            f"{self.narrator.session}.start",
            cwd=text(self.notes, "workspace") or next((one for one in folders if one), None),
            version=versions[-1] if versions else None,
            starter=text(self.notes, "parentTaskId") or None,
        )

    def _began(self) -> int | None:
        """When the person saw its first message; else as the notes, the talk or the task's id say."""
        told = [*(row.record.get("ts") for row in self.seen[:1]), self.notes.get("ts")]
        session = self.narrator.session
        born = moment(int(session)) if _MILLISECONDS.fullmatch(session) else None
        return next((found for found in map(moment, told) if found is not None), self._time(0) or born)

    def _time(self, index: int) -> int | None:
        """When a message came: its own time, else that of the request that brought it or that it went with."""
        for row in self.lines[index : index + 2]:
            request = self.answers.get(row.name)
            found = moment(row.record.get("ts")) or (request.at if request else None)
            if found is not None:
                return found
        return None

    def _catch_up(self, at: int | None) -> None:
        """What happened beside the talk until then; without a time, all the rest."""
        while self.others and (at is None or (self.others[0].at or 0) < at):
            self._fail(self.others.pop(0))
        while self.asides and (at is None or (moment(self.asides[0].record.get("ts")) or 0) < at):
            self._aside(self.asides.pop(0))

    # ---- the talk

    def _hear(self, row: Row) -> None:
        name = f"{self.narrator.session}.{row.name}"
        match row.record.get("role"):
            case "user":
                self.talk.hear_user(name, row.record.get("content"))
            case "assistant":
                self.talk.hear_answer(name, self._respond(row, name), row.record.get("content"))
            case role:
                reason = f"unknown role {as_json(role)}" if role else "no role"
                self.narrator.unread(name, as_json(row.record), reason)

    def _respond(self, row: Row, name: str) -> str:
        """The call behind an answer, and its key."""
        request, model = self.answers.get(row.name), text(inner(row.record, "modelInfo"), "modelId")
        if request is None:
            call, usage = f"{self.narrator.session}/answer-{row.name}", measured(row.record)
            self.narrator.respond(f"{name}.call", call, model, usage, recorded_usd=dollars(_cost(row)))
            return call
        call = f"{self.narrator.session}/{request.name}"
        usage = request.usage if request.usage is not UNKNOWN else measured(row.record)
        self.narrator.respond(f"{name}.call", call, request.model or model, usage, recorded_usd=request.usd)
        return call

    # ---- beside the talk

    def _fail(self, request: Request) -> None:
        """A request that brought no answer: it may have used tokens all the same."""
        name = f"{self.narrator.session}.request-{request.name}"
        self.narrator.take(request.row.offset, request.row.length, request.at)
        if request.usage is not UNKNOWN:
            self.narrator.respond(
                name, f"{self.narrator.session}/{request.name}", request.model, request.usage, recorded_usd=request.usd
            )
        if request.reason == "user_cancelled":
            self.narrator.interrupted(f"{name}.end", request.reason)
        elif request.reason or request.complaint:
            self.narrator.failed(f"{name}.end", request.complaint or request.reason)

    def _aside(self, row: Row) -> None:
        told, name = row.record, f"{self.narrator.session}.seen-{row.name}"
        self.narrator.take(row.offset, row.length, moment(told.get("ts")))
        if told.get("ask") == "api_req_failed":
            self.narrator.failed(name, text(told, "text"))
        elif told.get("say") == "subagent_usage":
            used = decoded(told.get("text"))
            info = used if isinstance(used, dict) else {}
            usd = dollars(info.get("cost"))
            self.narrator.respond(name, name, "", usage_of(info), recorded_usd=usd, counts=False)
        else:
            self.narrator.emit(Compacted, name, summary=self.narrator.cut(text(told, "text")))


def _is_aside(row: Row) -> bool:
    return row.record.get("ask") == "api_req_failed" or row.record.get("say") in ("subagent_usage", "condense_context")


def _cost(row: Row) -> object:
    return inner(row.record, "metrics").get("cost")


def _created(seen: list[Row]) -> frozenset[str] | None:
    """Files that were new, as the person saw it; None where nothing of the kind was written down."""
    told = list(chain.from_iterable(_tool(row) for row in seen))
    if not told:
        return None
    return frozenset(path for tool, path in told if tool == NEW_FILE and path)


def _tool(row: Row) -> Iterator[tuple[str, str]]:
    if "tool" in (row.record.get("say"), row.record.get("ask")):
        found = decoded(row.record.get("text"))
        if isinstance(found, dict):
            yield text(found, "tool"), text(found, "path")
