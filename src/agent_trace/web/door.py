"""Who may come in: this machine's person alone. Host, Origin, the peer's uid, the token, what a write must bring."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

import msgspec
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent_trace.web.earlier.speaking import refused as form
from agent_trace.web.peers import uid_of

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
"""No script that is not a file of ours, no request that leaves this server."""
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ELSEWHERE = frozenset({"cross-site", "same-site"})
"""Where a page may be that asks, as browsers say it: another port of this host is `same-site`."""
COOKIE = "agent_trace"
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
MARK = "x-agent-trace"
"""A header that no form and no foreign page can send."""
GUARDED = frozenset({"api", "v1", "docs"})
"""How addresses begin that tell what the index holds."""
OPEN = frozenset({"/api/v2/login", "/v1/auth/check", "/api/auth/check"})
MOST = 1_000_000
"""Bytes of a body."""


class Door(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of who comes."""

    hosts: frozenset[str] = LOOPBACK
    """Names under which the server may be asked, without port."""
    origins: frozenset[str] = frozenset()
    """Whole origins beside those that equal the address asked: --public-url."""
    uid: int | None = None
    """The person's; None: a peer's uid is not asked."""
    secret: str = ""
    """The home's token, as Bearer or in the cookie: lets anybody in who holds it."""
    needs_secret: bool = False
    """The secret is required: another platform, another host, or the person said so."""
    team: str = ""
    """TEAM_AUTH_TOKEN: it opens everything too, and where it is set somebody must bring one of the two."""

    @property
    def secrets(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.secret, self.team)))


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """Why somebody is not let in."""

    status: int
    detail: str
    hint: str | None = None
    headers: dict[str, str] = {}


class Guard:
    """Stands before everything else."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self.app, self.door = app, door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass, or say why not."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        answering = _with_headers(send)
        refused = judged(self.door, scope)
        if refused is not None:
            said = form(scope["path"], refused.status, refused.detail, refused.hint, dict(refused.headers))
            await said(scope, receive, answering)
            return
        await self.app(scope, _limited(receive) if scope["method"] in WRITES else receive, answering)


def _limited(receive: Receive) -> Receive:
    """A body that does not say how long it is ends where it becomes too long."""
    seen = 0

    async def receiving() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > MOST:
            raise HTTPException(413, f"a body has at most {MOST:,} bytes")
        return message

    return receiving


def judged(door: Door, scope: Scope) -> Refused | None:
    """Why a request is refused; None: it may pass."""
    headers = Headers(scope=scope)
    return (
        _host(door, headers)
        or _origin(door, headers, scope)
        or _peer(door, headers, scope)
        or (_write(headers) if scope["method"] in WRITES else None)
    )


def _host(door: Door, headers: Headers) -> Refused | None:
    name = name_of(headers.get("host", ""))
    if name in door.hosts:
        return None
    return Refused(
        status=403, detail=f"this server is not called {name!r}", hint="use http://127.0.0.1, or --public-url"
    )


def name_of(host: str) -> str:
    """The name in a Host header, without its port and brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return (host.rpartition(":")[0] if host.count(":") == 1 else host).lower()


def _origin(door: Door, headers: Headers, scope: Scope) -> Refused | None:
    if headers.get("sec-fetch-site") in ELSEWHERE and headers.get("sec-fetch-mode") != "navigate":
        return Refused(status=403, detail="asked by a page of another origin")
    origin = headers.get("origin")
    if origin is None:
        return None
    own = f"{scope.get('scheme', 'http')}://{headers.get('host', '')}"
    if origin.lower() == own.lower() or origin.lower() in door.origins:
        return None
    return Refused(status=403, detail=f"asked by a page of {urlsplit(origin).netloc or 'an unknown origin'}")


def _peer(door: Door, headers: Headers, scope: Scope) -> Refused | None:
    if brings_token(door, headers):
        return None
    if not door.needs_secret:
        return _stranger(door, scope)
    if is_open(scope["path"]) or (brings_cookie(door, headers) and not _is_neighbour(door, scope)):
        return None
    return Refused(
        status=401,
        detail="the token of this home is required",
        hint="open the address that `agent-trace serve` printed, or send Authorization: Bearer TOKEN",
        headers={"WWW-Authenticate": "Bearer"},
    )


def _stranger(door: Door, scope: Scope) -> Refused | None:
    """Somebody else on this machine."""
    if door.uid is None:
        return None
    uid = uid_of(scope.get("client"), scope.get("server"))
    if uid == door.uid:
        return None
    who = "somebody who cannot be told" if uid is None else f"another user (uid {uid})"
    return Refused(status=403, detail=f"asked by {who}", hint="send Authorization: Bearer with the token of this home")


def _is_neighbour(door: Door, scope: Scope) -> bool:
    """Another user of this machine: browsers give a cookie to every port of a host, his too."""
    client = scope.get("client") or ("",)
    return client[0] in LOOPBACK and _stranger(door, scope) is not None


def holds(door: Door, headers: Headers) -> bool:
    """Whether a request brings a secret that opens this door, as Bearer or in the cookie."""
    return brings_token(door, headers) or brings_cookie(door, headers)


def brings_token(door: Door, headers: Headers) -> bool:
    """The token of the home, or the team's, as Bearer."""
    token = bearer(headers)
    return bool(token) and any(same(token, secret) for secret in door.secrets)


def brings_cookie(door: Door, headers: Headers) -> bool:
    """What the token was exchanged for."""
    given = cookie(headers)
    return bool(given and door.secret) and same(given, session_of(door.secret))


def session_of(secret: str) -> str:
    """What the cookie holds: it stands for the secret and does not tell it."""
    return hmac.new(secret.encode(), b"cookie", "sha256").hexdigest()


def is_open(path: str) -> bool:
    """Addresses that tell nothing of anybody: the pages themselves, what lets somebody in, whether somebody may come in."""
    first = path.split("/")[1]
    return first not in GUARDED or path in OPEN


def bearer(headers: Mapping[str, str]) -> str:
    """The token of an Authorization header; empty without one."""
    kind, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def cookie(headers: Mapping[str, str]) -> str:
    """The value of our cookie."""
    pairs = (one.strip().partition("=") for one in headers.get("cookie", "").split(";"))
    return next((value for name, _, value in pairs if name == COOKIE), "")


def same(given: str, secret: str) -> bool:
    """Whether two secrets are equal, in a time that tells nothing."""
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), secret.encode())


def _write(headers: Headers) -> Refused | None:
    if headers.get(MARK) != "1":
        return Refused(status=403, detail="a write needs the header X-Agent-Trace: 1")
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    length = headers.get("content-length")
    if kind != "application/json" and length not in (None, "0"):
        return Refused(status=415, detail="a write is JSON", hint="Content-Type: application/json")
    if length is not None and length.isdigit() and int(length) > MOST:
        return Refused(status=413, detail=f"a body has at most {MOST:,} bytes")
    return None


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending


def hosts_of(names: Iterable[str]) -> frozenset[str]:
    """Names under which a server may be asked: these, and those of the loopback."""
    return LOOPBACK | {name.strip("[]").lower() for name in names}
