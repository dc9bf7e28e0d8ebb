"""Run the application under uvicorn, as the settings say."""

from __future__ import annotations

import logging
import os
import resource
import secrets
import sys
from contextlib import suppress
from functools import partial
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import uvicorn

from localarea.errors import SettingError
from localarea.service.app import create_app
from localarea.service.auth.secret_key import read_secret
from localarea.service.first_visits import PREPARED
from localarea.service.logs.setup import log_config
from localarea.service.pages.rendering import load_templates
from localarea.service.server.compiled import compile_apart
from localarea.service.server.listening import require_free
from localarea.service.server.slow_clients import PatientProtocol
from localarea.service.server.workers import serve_forked
from localarea.service.state.memory import hold_little
from localarea.settings import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI

_SHORTEST_KEY: Final = 32


def run() -> None:
    """
    Serve until asked to stop.

    SettingError if others could reach a service that asks nobody to sign in, or its address is
    taken.
    """
    settings = read_settings()
    require_safe(settings)
    require_free(settings.host, settings.port)
    without_core_dumps()
    hold_little()
    logging.captureWarnings(capture=True)  # what libraries warn of is for the administrator
    if settings.workers > 1 and not (settings.secret_key or settings.secret_key_file):
        # A form of one process comes back to another, which must know the same key.
        os.environ["LOCALAREA_SECRET_KEY"] = secrets.token_urlsafe(48)
    how = how_to_serve(settings)
    if settings.workers > 1 and sys.platform == "linux":
        app = make_app()
        pages = (*PREPARED, lambda _state: load_templates())  # once for all copies
        ready = partial(app.state.localarea.prepare, pages, first=compile_apart)
        serve_forked(uvicorn.Config(app, **how), ready)
    else:
        uvicorn.run("localarea.service.server.server:make_app", factory=True, **how)


def make_app() -> FastAPI:
    """Make the application of a server: it prepares pages before anybody visits them."""
    settings = read_settings()
    # Of several processes none compiles: the one that they are copies of has done it.
    first = compile_apart if settings.workers == 1 else None
    return create_app(settings, prepared=PREPARED, first=first)


def without_core_dumps() -> None:
    """Prevent a core dump of this process: it would hold the addresses of homes."""
    with suppress(ImportError):  # not on Windows
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def how_to_serve(settings: Settings) -> dict[str, Any]:
    """Return how the server listens, and which proxies it trusts for a client's address."""
    return {
        "host": settings.host,
        "port": settings.port,
        "workers": settings.workers,
        "log_config": log_config(settings),
        "access_log": False,
        "server_header": False,
        "loop": "asyncio",  # uvloop is quicker, but lets a few of many connections wait for seconds
        "http": PatientProtocol,
        "forwarded_allow_ips": settings.trusted_proxies,
        "timeout_graceful_shutdown": settings.grace_s,
    }


def require_safe(settings: Settings) -> None:
    """Refuse to let others in where nobody has to sign in, or where signing in cannot work."""
    if settings.sign_in == "local":
        if not _is_loopback(settings.host):
            raise SettingError(
                f"{settings.host} can be reached from other machines, and nobody would have to "
                "sign in: set LOCALAREA_SIGN_IN=oidc (docs/sign-in.md), or listen on 127.0.0.1"
            )
        return
    faults = [*_missing(settings), *_unsafe(settings)]
    if faults:
        raise SettingError(
            "LOCALAREA_SIGN_IN=oidc needs more (docs/sign-in.md): " + "; ".join(faults)
        )


def _missing(settings: Settings) -> Iterator[str]:
    if not settings.oidc_issuer:
        yield "LOCALAREA_OIDC_ISSUER, the provider's address"
    if not settings.oidc_client_id:
        yield "LOCALAREA_OIDC_CLIENT_ID, by which the provider knows this service"
    if not read_secret(settings.oidc_client_secret, settings.oidc_client_secret_file):
        yield "LOCALAREA_OIDC_CLIENT_SECRET or LOCALAREA_OIDC_CLIENT_SECRET_FILE"
    key = read_secret(settings.secret_key, settings.secret_key_file) or ""
    if len(key) < _SHORTEST_KEY:
        yield (
            f"LOCALAREA_SECRET_KEY or LOCALAREA_SECRET_KEY_FILE, of {_SHORTEST_KEY} characters or "
            "more, such as: python -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    if not settings.public_url and not _is_loopback(settings.host):
        yield "LOCALAREA_PUBLIC_URL, the address at which people reach the service"


def _unsafe(settings: Settings) -> Iterator[str]:
    """Find addresses over which what is secret would travel in the open."""
    stated = {
        "LOCALAREA_OIDC_ISSUER": settings.oidc_issuer,
        "LOCALAREA_PUBLIC_URL": settings.public_url,
    }
    for name, address in stated.items():
        parts = urlsplit(address or "")
        if address and not (
            parts.hostname and (parts.scheme == "https" or _is_local_http(address))
        ):
            yield f"{name} must begin with https://"
    if urlsplit(settings.public_url or "").path not in ("", "/"):
        yield "LOCALAREA_PUBLIC_URL must be a host without a path after it"


def _is_local_http(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "http" and _is_loopback(parts.hostname or "")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
