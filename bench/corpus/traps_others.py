"""Traps of Gemini CLI, OpenCode and Pi."""

from __future__ import annotations

import datetime as dt

from bench.corpus.gemini import Gemini
from bench.corpus.opencode import OpenCode
from bench.corpus.pi import Pi
from bench.corpus.traps import Case, Group

case = Group()


@case("Gemini records are upserts: one id, several rows, last wins; thoughts are billed as output")
def gemini_upserts(c: Case) -> None:
    chat = Gemini(c.src, c.home, c.day())
    chat.prompt("a")
    chat.reply("one", c.u(input=4000, cache_read=6000, output=1000), thoughts=c.n(600), tools=2, failed=1, upserts=3)
    chat.set()
    chat.reply("two", c.u(input=5000, cache_read=6000, output=500), thoughts=0)
    chat.flush()


@case("Gemini resume: a second header and $set.messages rewrites all records with new ids and no tokens: keep the old")
def gemini_resume(c: Case) -> None:
    chat = Gemini(c.src, c.home, c.day())
    prompt = chat.prompt("a")
    reply = chat.reply("one", c.u(input=10_000, output=1000), thoughts=c.n(200))
    chat.header()
    bare = {k: v for k, v in reply.items() if k not in ("tokens", "model")}
    chat.set(messages=[dict(prompt, id=c.src.uuid()), dict(bare, id=c.src.uuid())])
    chat.prompt("b")
    chat.reply("two", c.u(input=3000, cache_read=9000, output=400))
    chat.flush()


@case("Gemini 2.5 Pro above 200k prompt")
def gemini_long(c: Case) -> None:
    chat = Gemini(c.src, c.home, c.day())
    chat.prompt("a")
    chat.reply("one", {"input": 100_000, "cache_read": 150_000, "output": c.n(1000)}, thoughts=100)
    chat.flush()


@case(
    "OpenCode: message and step-finish repeat usage and cost: count once; reasoning lies beside output; a child session"
)
def opencode_steps(c: Case) -> None:
    store = OpenCode(c.src, c.home)
    at = c.day()
    sid = store.session(at)
    store.prompt(sid, at, "a")
    store.reply(
        sid,
        at + dt.timedelta(seconds=3),
        c.u(input=7000, cache_read=1000, output=1000),
        reasoning=c.n(300),
        failed=False,
    )
    store.reply(sid, at + dt.timedelta(seconds=9), c.u(input=500, cache_read=8000, output=200), failed=True)
    child = store.session(at, parent=sid)
    store.prompt(child, at, "sub")
    store.reply(child, at + dt.timedelta(seconds=5), c.u(input=2000, output=100))
    store.flush()


@case("Pi: one row per message, input without cache, already priced by the agent")
def pi_session(c: Case) -> None:
    pi = Pi(c.src, c.home, c.day())
    pi.prompt("a")
    pi.reply("one", c.u(input=3000, cache_write_5m=4000, output=1000), failed=False)
    pi.reply("two", c.u(input=10, cache_read=7000, output=300), failed=True)
    pi.reply("three", c.u(input=10, cache_read=8000, output=200))
    pi.flush()
