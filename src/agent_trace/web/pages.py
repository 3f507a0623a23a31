"""The dashboard's files, where they were built; an honest page where they were not."""

from __future__ import annotations

import os
from html import escape

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from agent_trace.web.files import served

STATIC = os.path.join(os.path.dirname(__file__), "static")
HASHED = "/assets/"
"""Files below it bear a hash in their name: they never change."""
SESSIONS = "sessions/"
"""Below it are ids of sessions, which may hold a dot: no files."""
UNBUILT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>agent-trace</title></head>
<body><main><h1>The dashboard is not built</h1>
<p>This copy of agent-trace runs from a checkout in which the pages were not made yet. They are made by
<code>make dashboard</code>, and come with every wheel.</p>
<p>Everything that they would show is there: <a href="/docs">the addresses of the API</a>,
<a href="/api/reports/list?format=html">the sessions</a>, <a href="/api/reports/cost?format=html">what they cost</a>,
<a href="/api/reports/doctor?format=html">the state of this machine</a>.</p></main></body></html>
"""


def serve_pages(app: FastAPI, folder: str = "") -> None:
    """Everything that is no address of the API is a file of the dashboard, or a page of it."""
    folder = folder or STATIC

    @app.get("/{path:path}", include_in_schema=False)
    async def page(path: str, request: Request) -> Response:
        """A built file; for every other path the dashboard itself, which knows its own pages."""
        if path.split("/", maxsplit=1)[0] in ("api", "v1"):
            raise HTTPException(404, f"there is no address /{escape(path)}")
        found = await run_in_threadpool(_file, folder, path)
        if found is not None:
            return await run_in_threadpool(served, found, request, _kept(request.url.path))
        index = os.path.join(folder, "index.html")
        if "." in path.rpartition("/")[2] and not path.startswith(SESSIONS):
            raise HTTPException(404, "there is no such file")
        if not os.path.exists(index):
            return HTMLResponse(UNBUILT, headers={"Cache-Control": "no-store"})
        return await run_in_threadpool(served, index, request, _kept(""))


def _kept(path: str) -> dict[str, str]:
    """How long a browser may keep a file."""
    return {"Cache-Control": "public, max-age=31536000, immutable" if path.startswith(HASHED) else "no-cache"}


def _file(folder: str, path: str) -> str | None:
    """The built file of a path; None where there is none, or it would lie elsewhere."""
    if not path or "\0" in path:
        return None
    root = os.path.realpath(folder)
    found = os.path.realpath(os.path.join(root, path))
    return found if found.startswith(root + os.sep) and os.path.isfile(found) else None
