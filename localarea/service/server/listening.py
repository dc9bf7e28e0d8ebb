"""Whether the address to listen on can be had, asked before anything is worked out."""

from __future__ import annotations

import errno
import os
import socket
from typing import Final

from localarea.errors import SettingError

_REMEDIES: Final = {
    errno.EADDRINUSE: "another program listens there: end it, or set another LOCALAREA_PORT",
    errno.EACCES: "set a LOCALAREA_PORT of 1024 or more, and let a proxy answer at the other",
    errno.EADDRNOTAVAIL: "this machine has no such address: correct LOCALAREA_HOST",
}


def require_free(host: str, port: int) -> None:
    """
    Refuse an address that cannot be listened on.

    SettingError naming the address, why, and what to do; the server says only that it is in use,
    and after it has worked everything out.
    """
    if port == 0:
        return
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as tried:
            if os.name == "posix":  # as the server does: what was closed just now is free
                tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except OSError as error:
        remedy = _REMEDIES.get(error.errno or 0, "correct LOCALAREA_HOST")
        raise SettingError(
            f"{host}, port {port}, cannot be listened on ({error.strerror}): {remedy}"
        ) from error
