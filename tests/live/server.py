"""A scripted model server on loopback that real coding agents talk to as if it were their vendor.

What it served is the truth that readers of the agents' logs are held to.
"""

from __future__ import annotations

import gzip
import json
import re
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec
import zstandard

from tests.live.replies import Ask, Reply, dialect
from tests.live.script import Chosen, Role, Script, Tool

SESSION_HEADERS = ("x-claude-code-session-id", "x-session-id", "session-id")
PAUSE_S = 0.001
"""Between two pieces of a stream."""


class Served(msgspec.Struct, kw_only=True):
    """One model call as it was answered."""

    number: int
    at: float
    model: str
    role: Role
    session: str | None
    """As the agent told it in a header, where it does."""
    status: int = 200
    aborted: bool = False
    """The client went away before the end."""
    message: str = ""
    usage: dict[str, int] = {}
    """input (without cache), output, cache_read, cache_write."""
    tools: list[tuple[str, Tool]] = []
    """Their ids, empty where the vendor has none, and what was asked for."""

    @property
    def whole(self) -> bool:
        """It was answered to its end."""
        return self.status == 200 and not self.aborted


class Server(ThreadingHTTPServer):
    """Serves one script."""

    daemon_threads = True

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script = script
        self.served: list[Served] = []
        self.failures: dict[str, bool] = {}
        """Tool call id → whether its result came back as a failure, where the vendor's form tells."""
        self.guard = threading.Lock()
        self.watch: Callable[[Served], None] | None = None
        """Told of every call before it is answered, while no tool is running."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def begin(self, model: str, chosen: Chosen, session: str | None) -> Served:
        """A record of a call that is about to be answered."""
        with self.guard:
            number = len(self.served) + 1
            record = Served(number=number, at=time.time(), model=model, role=chosen.role, session=session)
            self.served.append(record)
        return record


@contextmanager
def serving(script: Script) -> Iterator[Server]:
    """A server in a thread of its own."""
    server = Server(script)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Handler(BaseHTTPRequestHandler):
    """Takes requests in all dialects."""

    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing is printed."""

    def handle_one_request(self) -> None:
        """A client that went away is no trouble."""
        try:
            super().handle_one_request()
        except ConnectionError:
            self.close_connection = True

    def do_GET(self) -> None:
        """Lists of models, and whatever else an agent looks up."""
        model = {"id": "claude-sonnet-4-5", "object": "model", "type": "model", "owned_by": "script", "created": 0}
        known = {"object": "list", "data": [model], "models": []}
        self._json(known if "/models" in self.path else {"ok": True})

    def do_HEAD(self) -> None:
        """As a GET."""
        self.do_GET()

    def do_POST(self) -> None:
        """A model call, the counting of tokens, or something that is only acknowledged."""
        raw, path = self._body(), self.path.partition("?")[0]
        try:
            request = json.loads(raw) if raw else {}
        except ValueError:
            request = {}
        if "countTokens" in path or path.endswith("count_tokens"):
            self._json({"input_tokens": len(raw) // 4, "totalTokens": len(raw) // 4})
        elif dialect(path) is None or not isinstance(request, dict):
            self._json({})
        else:
            self._answer(request, path)

    # ---- a model call

    def _answer(self, request: dict[str, Any], path: str) -> None:
        self.server.failures.update(failures(request))
        session = next((self.headers[name] for name in SESSION_HEADERS if self.headers.get(name)), None)
        chosen = self.server.script.choose(request, session)
        named = re.search(r"/models/([^:]+):", self.path)
        record = self.server.begin(request.get("model") or (named[1] if named else ""), chosen, session)
        if self.server.watch is not None:
            self.server.watch(record)
        if chosen.turn.error:
            record.status = chosen.turn.error
            self._refuse(chosen, record.number)
            return
        usage = self.server.script.usage(chosen, request)
        made = dialect(path)
        assert made is not None
        reply = made(Ask(number=record.number, model=record.model, turn=chosen.turn, usage=usage))
        record.message, record.usage = reply.message, disjoint(usage, writes="/messages" in path)
        ids = reply.tools or [""] * len(chosen.turn.tools)
        record.tools = list(zip(ids, chosen.turn.tools, strict=True))
        record.aborted = True
        self._send(reply, stream=bool(request.get("stream")) or "stream" in self.path)
        record.aborted = False

    def _refuse(self, chosen: Chosen, number: int) -> None:
        kind = "overloaded_error" if chosen.turn.error == 529 else "api_error"
        error = {"type": kind, "message": chosen.turn.message, "code": chosen.turn.error}
        told = {"type": "error", "error": error, "request_id": f"req_err{number:06d}"}
        self._json(told, chosen.turn.error, (("retry-after", "1"),))

    def _send(self, reply: Reply, *, stream: bool) -> None:
        if not stream:
            self._json(reply.whole, 200, reply.headers)
            return
        self.send_response(200)
        fixed = (("Content-Type", "text/event-stream"), ("Cache-Control", "no-cache"), ("Transfer-Encoding", "chunked"))
        for name, text in (*fixed, *reply.headers):
            self.send_header(name, text)
        self.end_headers()
        for event, data in reply.events:
            time.sleep(PAUSE_S)
            text = data if isinstance(data, str) else json.dumps(data)
            self._chunk((f"event: {event}\n" if event else "") + f"data: {text}\n\n")
        self._chunk("")

    def _chunk(self, text: str) -> None:
        data = text.encode()
        self.wfile.write(b"%x\r\n" % len(data) + data + b"\r\n")
        self.wfile.flush()

    # ---- plumbing

    def _json(self, value: Any, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        for name, text in (("Content-Type", "application/json"), ("Content-Length", str(len(body))), *headers):
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            body = b"".join(self._chunks())
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        match self.headers.get("Content-Encoding", ""):
            case "gzip":
                return gzip.decompress(body)
            case "deflate":
                return zlib.decompress(body)
            case "zstd":
                return zstandard.ZstdDecompressor().decompressobj().decompress(body)
        return body

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline().strip() or b"0", 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()


def disjoint(usage: Mapping[str, int], *, writes: bool) -> dict[str, int]:
    """What was billed, in kinds that do not overlap; only one vendor tells what was written to its cache."""
    return {
        "input": usage["fresh"] + (0 if writes else usage["write"]),
        "output": usage["out"],
        "cache_read": usage["read"],
        "cache_write": usage["write"] if writes else 0,
    }


def failures(request: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """Tool results that a request carries in the one form that marks failures."""
    for message in request.get("messages") or []:
        content = message.get("content") if isinstance(message, dict) else None
        for part in content if isinstance(content, list) else []:
            if isinstance(part, dict) and part.get("type") == "tool_result":
                yield str(part.get("tool_use_id")), bool(part.get("is_error"))
