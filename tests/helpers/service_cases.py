"""A service to test: in this process, or a real server on a free port for a browser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
import pytest
import uvicorn
from ready_processes import CLI, popen
from starlette.testclient import TestClient

from localarea.service import councils
from localarea.service.app import create_app
from localarea.service.auth.csrf import new_secret, token_of
from localarea.service.pages import check
from localarea.service.pages.files import files
from localarea.service.server.server import how_to_serve
from localarea.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from fastapi import FastAPI

    from localarea.datasets.store import DataStore

T = TypeVar("T")
REPOSITORY = Path(__file__).resolve().parents[2]
# A page of a service in this process waits until it can be shown, however busy the machine is; a
# test of the page that is shown meanwhile says how long.
for module in (councils, check, files):
    module.WAIT_S = 120.0  # type: ignore[misc]


def settings_in(folder: Path, **stated: Any) -> Settings:
    """Give settings under which nothing outside a folder is written."""
    values: dict[str, Any] = {
        "definitions_dir": folder / "definitions",
        "database_url": f"sqlite:///{folder / 'decisions.sqlite'}",
        **stated,
    }
    return Settings(**values)


@contextmanager
def service_in(folder: Path, **stated: Any) -> Iterator[TestClient]:
    """
    Run the application in this process; the client sends the token that a page would hold.

    A process has one application. Another may still be warming up here: what it does with the
    filters of warnings would meet what making this one does with them.
    """
    warmed_up()
    app = create_app(settings_in(folder, **stated))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        hold_token(client)
        yield client


def warmed_up() -> None:
    """Wait for applications of this process that still warm up."""
    for thread in threading.enumerate():
        if thread.name == "localarea-warm":
            thread.join()


@contextmanager
def listening(app: FastAPI, port: int = 0, lifespan: Any = "off") -> Iterator[int]:
    """Serve an application as ``localarea serve`` would, in a thread, and give its port."""
    how = how_to_serve(app.state.localarea.settings)
    port = port or free_port()
    how |= {"port": port, "lifespan": lifespan, "log_config": None, "workers": 1}
    server = uvicorn.Server(uvicorn.Config(app, **how))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield port
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def served_in(folder: Path, *, first: str = "/ready", **stated: Any) -> Iterator[str]:
    """
    Serve the application from a thread of this process, and give its address.

    What the session has worked out of the tables serves it, too, and no page is prepared that
    nobody asks for: a process of its own (:func:`server_in`) takes ten seconds more.
    """
    warmed_up()
    port = free_port()
    app = create_app(settings_in(folder, port=port, **stated))
    with listening(app, port, "on"):
        httpx.get(f"http://127.0.0.1:{port}{first}", timeout=300).raise_for_status()
        warmed_up()
        yield f"http://127.0.0.1:{port}"


def hold_token(client: TestClient) -> None:
    """Give a client of a service without sign-in the token that its pages would give it."""
    admission, secret = client.app.state.admission, new_secret()  # type: ignore[attr-defined]
    client.cookies.set(admission.names.csrf, admission.csrf_seal.sign(secret))
    client.headers["X-CSRF-Token"] = token_of(secret)


def routes_of(routes: Iterable[Any]) -> Iterator[str]:
    """Give method and path of every route, those of included routers too."""
    for route in routes:
        if hasattr(route, "effective_candidates"):
            yield from routes_of(route.effective_candidates())
            continue
        for method in sorted((getattr(route, "methods", None) or {"GET"}) - {"HEAD"}):
            yield f"{method} {route.path}"


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def set_to(tables: DataStore) -> dict[str, str]:
    """Give the settings of a process that answers from tables, and from what was made of them."""
    return {
        "LOCALAREA_DATA_DIR": str(tables.root),
        "LOCALAREA_CACHE_DIR": str(tables.cache_dir),
    }


def on(tables: DataStore) -> dict[str, Path]:
    """Give the settings of a service in this process that answers from tables."""
    return {"data_dir": tables.root, "cache_dir": tables.cache_dir}


@contextmanager
def server_in(
    folder: Path, *, first: str = "/ready", start: Any = popen, **environment: str
) -> Iterator[str]:
    """
    Run ``localarea serve`` as a process of its own, and give its address.

    ``first`` is asked for with much patience: on a fresh installation, what works the options
    out is compiled then, and a browser gives up before a busy machine is done.
    """
    port = free_port()
    env = {
        **os.environ,
        "LOCALAREA_DEFINITIONS_DIR": str(folder / "definitions"),
        "LOCALAREA_DATABASE_URL": f"sqlite:///{folder / 'decisions.sqlite'}",
        **environment,
    }
    command = [sys.executable, "-c", CLI, "serve", "--port", str(port)]
    with (folder / "server.log").open("w+") as log:
        process = start(command, stdout=log, stderr=log, env=env)
        try:
            _wait(process, f"http://127.0.0.1:{port}", folder / "server.log")
            httpx.get(f"http://127.0.0.1:{port}{first}", timeout=300).raise_for_status()
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                raise


def _wait(process: Any, address: str, log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            pytest.fail(f"the service ended at once:\n{log.read_text()}")
        try:
            if httpx.get(f"{address}/ready", timeout=30).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    pytest.fail(f"the service was not ready within a minute:\n{log.read_text()}")


def chromium_or_skip() -> str:
    """
    Find Debian's browser, or skip the test.

    The first draws the same pages with the same engine, and has no windows, profiles or tabs
    about them, which take half of the time that Chromium needs to load a page.
    """
    for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    pytest.skip("no Chromium here; ./scripts/browser installs it on Debian")


def asked_until(ask: Callable[[], T], holds: Callable[[T], object], *, most_s: float = 240) -> T:
    """
    Ask until the answer is as it should be in the end, and give it.

    The pauses grow: a question takes of the processor what the work that is waited for needs.
    """
    end, pause_s = time.monotonic() + most_s, 0.02
    while not holds(found := ask()):
        assert time.monotonic() < end, found
        time.sleep(pause_s)
        pause_s = min(1.5 * pause_s, 0.5)
    return found


def ended(client: TestClient, address: str) -> dict[str, Any]:
    """Wait until a file is checked, counted or looked at, or cannot be."""
    return asked_until(
        lambda: client.get(address).json(), lambda job: job["status"] not in ("waiting", "running")
    )


def ready(client: TestClient, address: str) -> Any:
    """Ask until it is worked out, as the answer says to."""
    for _ in range(600):
        answer = client.get(address)
        if answer.status_code not in {202, 503}:
            return answer
        time.sleep(0.2)
    raise AssertionError(answer.text)
