"""Run the application under uvicorn, as the settings say."""

from __future__ import annotations

from ipaddress import ip_address

import uvicorn

from localarea.errors import SettingError
from localarea.service.logs import log_config
from localarea.settings import Settings


def run() -> None:
    """
    Serve until told to stop.

    Raises
    ------
    SettingError
        If others could reach a service that asks nobody to sign in.
    """
    settings = Settings()
    require_safe(settings)
    uvicorn.run(
        "localarea.service.app:create_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        log_config=log_config(settings),
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=settings.grace_s,
        forwarded_allow_ips="127.0.0.1",  # the proxy stands on this machine, or in its pod
    )


def require_safe(settings: Settings) -> None:
    """
    Refuse to let others in where nobody has to sign in.

    Raises
    ------
    SettingError
        If the address is reachable from other machines and sign-in is local.
    """
    if settings.sign_in == "local" and not _is_loopback(settings.host):
        raise SettingError(
            f"{settings.host} can be reached from other machines, and nobody would have to sign "
            "in: set LOCALAREA_SIGN_IN=oidc (docs/service.md), or listen on 127.0.0.1"
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
