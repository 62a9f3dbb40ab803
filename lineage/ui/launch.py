"""Starts the explorer: a Streamlit server on this machine only, and the browser."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import webbrowser
from pathlib import Path

from lineage.errors import UsageError

HOST = "127.0.0.1"
_PORTS = 50
_WAIT_SECONDS = 60.0
_STOP_SECONDS = 5.0


def launch(store: str, *, port: int = 8501, open_browser: bool) -> int:
    """Serves the explorer until Ctrl-C.

    Args:
        store: the address of the store.
        port: where to listen; the next free port when it is taken.
        open_browser: whether to open the page.

    Returns:
        The exit status: 0 after Ctrl-C.

    Raises:
        UsageError: no port is free, or the page did not start.
    """
    chosen = free_port(port)
    if chosen != port:
        print(f"Port {port} is taken; using {chosen}.", flush=True)
    process = subprocess.Popen(
        command(chosen), env={**os.environ, "LINEAGE_STORE": absolute(store)}
    )
    try:
        _interrupt_on_termination()
        url = f"http://{HOST}:{chosen}"
        _wait_for(url, process)
        print(
            f"Lineage is at {url} (store: {_without_password(store)}). Stop it with Ctrl-C.",
            flush=True,
        )
        if open_browser:
            webbrowser.open(url)
        return process.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        _stop(process)


def command(port: int) -> list[str]:
    """The command that serves the page at this port."""
    options = {
        "server.address": HOST,
        "server.port": str(port),
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "server.enableXsrfProtection": "true",
        "server.enableCORS": "true",
        "server.allowedHosts": HOST,
        "browser.gatherUsageStats": "false",
        "client.showErrorDetails": "none",
        "client.toolbarMode": "viewer",
        "logger.level": "warning",
        "theme.light.primaryColor": "#2a62b8",
        "theme.dark.primaryColor": "#3a70c4",
    }
    return [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(Path(__file__).with_name("start.py")),
        *(f"--{name}={value}" for name, value in options.items()),
    ]


def absolute(store: str) -> str:
    """The store's address, meaning the same wherever the server runs."""
    return store if "://" in store else str(Path(store).expanduser().resolve())


def free_port(port: int) -> int:
    """The first free port from this one on.

    Raises:
        UsageError: none of the next ones is free.
    """
    for candidate in range(port, min(port + _PORTS, 65536)):
        with socket.socket() as probe:
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, candidate))
            except OSError:
                continue
            return candidate
    raise UsageError(f"no port from {port} on is free", remedy="Name another one with --port.")


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _WAIT_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):  # noqa: S310
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise UsageError("the page did not start", remedy="Its own messages are above.")


def _interrupt_on_termination() -> None:
    """Lets a request to terminate stop the server as well, as Ctrl-C does."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)


def _without_password(store: str) -> str:
    scheme, separator, rest = store.partition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}" if separator else store


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ends the server, firmly if it does not listen."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
