"""Serve the dashboard and its API on this machine, and open it in the browser.

A home has one server: where it runs already, that one is opened. Only you can reach it: it listens on the loopback, and
on Linux it refuses processes of other users. --host names another address; that needs TEAM_AUTH_TOKEN.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import click

from agent_trace.config import Config, load_config
from agent_trace.errors import UnreachableError

if TYPE_CHECKING:
    from agent_trace.app.instance import Instance

WAIT_S = 60.0
"""How long a server of its own process may take to say where it is."""
PORTS = click.IntRange(0, 65535)

arguments = [
    click.Option(["--host"], default="127.0.0.1", show_default=True, help="The address to listen on."),
    click.Option(
        ["--port"], type=PORTS, default=3100, show_default=True, envvar="DASHBOARD_PORT",
        help="The dashboard and its API; 0: any that is free.",
    ),
    click.Option(
        ["--api-port"], type=PORTS, envvar="API_PORT",
        help="Addresses of an earlier dashboard's API, /v1/…; 8318, and none where that is taken.",
    ),
    click.Option(["--public-url"], default="", help="The address under which a proxy in front of it is asked."),
    click.Option(["--open/--no-browser", "opens"], default=None, help="Open the browser, or do not."),
    click.Option(["--headless"], is_flag=True, help="Serve, and open nothing: for machines without a screen."),
    click.Option(["--daemon"], is_flag=True, help="Serve in the background; `agent-trace stop` ends it."),
]  # fmt: skip


def run(
    host: str, port: int, api_port: int | None, public_url: str, opens: bool | None, headless: bool, daemon: bool
) -> None:
    """Serve until it is ended, or open the one that runs."""
    config = load_config()
    opens = has_screen() if opens is None and not headless else bool(opens) and not headless
    known = _running(config)
    if known is not None:
        _found(config, known, opens=opens)
    elif daemon:
        _found(config, _started(config, host, port, api_port, public_url), opens=opens)
    else:
        serve_here(config, host=host, port=port, api_port=api_port, public_url=public_url, opens=opens)


def here(config: Config) -> None:
    """Serve with what the environment says of ports, or open the one that runs."""
    opens, known = has_screen(), _running(config)
    if known is not None:
        _found(config, known, opens=opens)
        return
    port, api_port = os.environ.get("DASHBOARD_PORT", ""), os.environ.get("API_PORT", "")
    serve_here(
        config,
        port=int(port) if port.isdecimal() else 3100,
        api_port=int(api_port) if api_port.isdecimal() else None,
        opens=opens,
    )


def serve_here(
    config: Config, *, host: str = "127.0.0.1", port: int = 3100, api_port: int | None = None, public_url: str = "",
    opens: bool = False,
) -> None:  # fmt: skip
    """Serve in this process until it is ended."""
    from agent_trace.web.serving import API_PORT, Plan, serve

    def ready(address: str) -> None:
        click.echo(f"agent-trace serves {address} (Ctrl-C ends it)", err=True)
        if opens:
            open_page(address)

    plan = Plan(
        host=host,
        port=port,
        api_port=API_PORT if api_port is None else api_port,
        insists=api_port is not None,
        public_url=public_url,
    )
    if not serve(config, plan, ready):
        known = _running(config)
        if known is None:
            raise UnreachableError("another server of this home is just starting", hint="agent-trace status")
        _found(config, known, opens=opens)


def has_screen() -> bool:
    """Whether somebody sits here: a terminal, and a display where a browser could show."""
    if not sys.stdout.isatty():
        return False
    if sys.platform in ("win32", "darwin"):
        return not os.environ.get("SSH_CONNECTION")
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def open_page(address: str) -> None:
    """Show an address in the person's browser, where there is one."""
    import webbrowser

    try:
        webbrowser.open(address)
    except webbrowser.Error as error:
        click.echo(f"agent-trace: the browser cannot be opened ({error}): {address}", err=True)


def _running(config: Config) -> Instance | None:
    from agent_trace.app.instance import running

    return running(config)


def _found(config: Config, instance: Instance, *, opens: bool) -> None:
    from agent_trace.app.instance import address_of

    address = address_of(config, instance)
    click.echo(address)
    if opens:
        open_page(address)


def _started(config: Config, host: str, port: int, api_port: int | None, public_url: str) -> Instance:
    """A server in a process of its own, as soon as it says where it is."""
    words = ["serve", "--headless", "--host", host, "--port", str(port)]
    words += ["--api-port", str(api_port)] if api_port is not None else []
    words += ["--public-url", public_url] if public_url else []
    os.makedirs(config.home, mode=0o700, exist_ok=True)
    with open(os.open(config.server_log, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "agent_trace", *words],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd=config.home,
        )  # fmt: skip
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        found = _running(config)
        if found is not None:
            process.returncode = 0  # it is meant to outlive us
            return found
        if process.poll() is not None:
            break
        time.sleep(0.05)
    with open(config.server_log, encoding="utf-8", errors="replace") as log_text:
        said = log_text.read().strip()
    raise UnreachableError(
        said.removeprefix("agent-trace: ") or "the server does not start", hint=f"see {config.server_log}"
    )
