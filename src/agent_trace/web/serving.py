"""Serving a home: the ports are taken, the door is set up, both apps run in one process until somebody ends them."""

from __future__ import annotations

import asyncio
import gc
import ipaddress
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import msgspec
import uvicorn
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from agent_trace import __version__
from agent_trace.app.instance import Instance, address_of, announce, claimed, token
from agent_trace.app.listing import Question
from agent_trace.config import Config
from agent_trace.errors import UnreachableError, UsageError
from agent_trace.web.app import create_app
from agent_trace.web.asking import Asking
from agent_trace.web.door import LOOPBACK, Door, hosts_of
from agent_trace.web.live import Live
from agent_trace.web.peers import can_tell
from agent_trace.web.routes import reports
from agent_trace.web.sockets import bound

PORT, API_PORT = 3100, 8318
GRACE_S = 1
"""How long an answer may still take when the server ends."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How a person wants to be served."""

    host: str = "127.0.0.1"
    port: int = PORT
    api_port: int | None = API_PORT
    """None: the addresses of an earlier tool are not served."""
    insists: bool = False
    """Whether the person named the API port: else it is left out where it is taken."""
    public_url: str = ""
    """Under which address a proxy in front of it is asked."""
    watches: bool = True


Ready = Callable[[str], None]
"""Hears the address to open: with the secret, where one is needed."""


def serve(config: Config, plan: Plan, ready: Ready, environment: Mapping[str, str] = os.environ) -> bool:
    """Serve until SIGTERM or SIGINT; False where another server of this home runs. Raises UnreachableError, UsageError."""
    door = door_for(config, plan, environment)
    with claimed(config) as held, ExitStack() as stack:
        if not held:
            return False
        pages = stack.enter_context(_listening(plan.host, plan.port, "--port"))
        api = _api_socket(stack, plan)
        asking = Asking(config, environment=environment)
        stack.callback(asking.close)
        live = Live(asking, watches=plan.watches)
        live.after.append(lambda: warm(asking))
        apps = [(create_app(asking, live=live, door=door), pages)]
        if api is not None:
            apps.append((create_app(asking, live=live, door=door, port="api"), api))
        instance = _instance(plan, pages, api)
        asyncio.run(_run(apps, live, lambda: _announce(config, instance, door, ready)))
    return True


def _announce(config: Config, instance: Instance, door: Door, ready: Ready) -> None:
    instance = msgspec.structs.replace(instance, needs_secret=door.needs_secret)
    announce(config, instance)
    ready(address_of(config, instance))


def door_for(config: Config, plan: Plan, environment: Mapping[str, str]) -> Door:
    """Who may come in under a plan. Raises UsageError for a host that others can reach and no token guards."""
    team = environment.get("TEAM_AUTH_TOKEN", "")
    if plan.host not in LOOPBACK and not team:
        raise UsageError(
            f"--host {plan.host} lets other machines in, and no token is set",
            hint="TEAM_AUTH_TOKEN=… agent-trace serve --host …, or leave --host out and tunnel: ssh -L 3100:127.0.0.1:3100",
        )
    public = urlsplit(plan.public_url)
    if plan.public_url and not (public.scheme in ("http", "https") and public.hostname):
        raise UsageError(f"--public-url {plan.public_url} is no address", hint="https://traces.example.org")
    names = [plan.host] if not is_anywhere(plan.host) else [socket.gethostname(), *_own_addresses()]
    return Door(
        hosts=hosts_of([*names, *([public.hostname] if public.hostname else [])]),
        origins=frozenset({f"{public.scheme}://{public.netloc}".lower()} if public.hostname else ()),
        uid=os.getuid() if can_tell() else None,
        secret=token(config),
        team=team,
        needs_secret=bool(team) or not can_tell(),
    )


def is_anywhere(host: str) -> bool:
    """Whether a host means every address of this machine."""
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def _own_addresses() -> list[str]:
    """The addresses of this machine, as far as its name leads to them."""
    try:
        return sorted({str(one[4][0]) for one in socket.getaddrinfo(socket.gethostname(), None)})
    except OSError:
        return []


@contextmanager
def _listening(host: str, port: int, option: str) -> Iterator[socket.socket]:
    found = bound(host, port, option=option)
    try:
        yield found
    finally:
        found.close()


def _api_socket(stack: ExitStack, plan: Plan) -> socket.socket | None:
    """The second port; where nobody asked for it and it is taken, there is none."""
    if plan.api_port is None:
        return None
    try:
        return stack.enter_context(_listening(plan.host, plan.api_port, "--api-port"))
    except UnreachableError:
        if plan.insists:
            raise
        return None


def _instance(plan: Plan, pages: socket.socket, api: socket.socket | None) -> Instance:
    port = int(pages.getsockname()[1])
    host = "127.0.0.1" if is_anywhere(plan.host) else plan.host
    return Instance(
        pid=os.getpid(),
        address=f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}",
        port=port,
        api_port=None if api is None else int(api.getsockname()[1]),
        version=__version__,
        started=time.time(),
    )


def warm(asking: Asking) -> None:
    """Work out the whole list, and what pages begin with or looked at lately, while nobody waits for it."""
    mark = asking.mark.read()
    asking.ask(lambda workspace: asking.listing.known(workspace, mark, Question()))
    asking.answers.renew()
    if not gc.get_freeze_count():
        reports.warm(asking)
        gc.collect()
        gc.freeze()  # the rows stay: looking for garbage among them again and again takes longer than an answer


class _Server(uvicorn.Server):
    """One port; signals come to all ports at once, and not through it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _run(apps: list[tuple[FastAPI, socket.socket]], live: Live, ready: Callable[[], None]) -> None:
    servers = [(_Server(_settings(app)), listens) for app, listens in apps]

    def end() -> None:
        live.end()
        for server, _ in servers:
            server.should_exit = True

    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        _on_signal(loop, name, end)
    await run_in_threadpool(time.monotonic)  # loads what threads need: the first request would wait 30 ms for it
    live.begin()
    try:
        running = asyncio.gather(*(server.serve(sockets=[listens]) for server, listens in servers))
        while not all(server.started for server, _ in servers) and not running.done():
            await asyncio.sleep(0.005)
        if not running.done():
            ready()
        await running
    finally:
        await asyncio.to_thread(live.finish)


def _on_signal(loop: asyncio.AbstractEventLoop, name: signal.Signals, end: Callable[[], None]) -> None:
    try:
        loop.add_signal_handler(name, end)
    except (NotImplementedError, RuntimeError):  # Windows, and threads of tests
        return


def _settings(app: FastAPI) -> uvicorn.Config:
    return uvicorn.Config(
        app, log_level="error", access_log=False, server_header=False, proxy_headers=False, ws="none", lifespan="off",
        http="h11", timeout_graceful_shutdown=GRACE_S, timeout_keep_alive=75,
    )  # fmt: skip
