"""
Several processes that share what one of them worked out.

The supervisor is uvicorn's, which watches its processes and begins a new one where one
ends. It starts each afresh, and each would hold tables, distances and options of its own,
some 500 MB; here they are copies of this process, made after it has worked all that out, so
they share its memory until they write to it. Linux only: elsewhere a process with threads
cannot be copied safely.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
from contextlib import suppress
from signal import SIGTERM
from socket import AF_INET, AF_INET6, IPPROTO_TCP, TCP_NODELAY
from typing import TYPE_CHECKING, Any, Final

from uvicorn._subprocess import subprocess_started
from uvicorn.supervisors import multiprocess

if TYPE_CHECKING:
    from collections.abc import Callable
    from socket import socket

    import uvicorn


_TOLD_OF_ITS_DEATH: Final = 1  # PR_SET_PDEATHSIG of Linux


def serve_forked(config: uvicorn.Config, prepare: Callable[[], None]) -> None:
    """
    Serve with as many processes as the configuration says, until asked to stop.

    ``config``: with the application itself, not its name. ``prepare``: works out what all share;
    whoever asks meanwhile waits.
    """
    listening = config.bind_socket()
    without_delay(listening)
    listening.listen(config.backlog)  # from now on, so that nobody is turned away meanwhile
    prepare()
    config.load()  # here for all, or each process would import and build the same for itself
    # There is no setting for how the supervisor starts its processes.
    setattr(multiprocess, "get_subprocess", _forked)  # noqa: B010 -- it is not among its names
    multiprocess.Multiprocess(config, [listening]).run()


def without_delay(listening: socket) -> None:
    """
    Have what is written to a connection of this socket sent at once.

    An answer is written in two parts, its head and its body, and TCP holds the second back until
    the client has acknowledged the first, which it puts off by some 40 ms. asyncio turns that off,
    but not for a socket that does not name its protocol, such as the server's shared one.
    Connections take the setting from the socket on which they came.
    """
    if listening.family in (AF_INET, AF_INET6):
        listening.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)


def _forked(config: uvicorn.Config, target: Callable[..., None], sockets: list[socket]) -> Any:
    arguments = {"config": config, "target": target, "sockets": sockets, "stdin_fileno": None}
    kwargs = {"parent": os.getpid(), "arguments": arguments}
    return multiprocessing.get_context("fork").Process(target=_begun, kwargs=kwargs)


def _begun(parent: int, arguments: dict[str, Any]) -> None:
    """
    Begin a copy, which Linux ends when the process ends that made it, however that comes about.

    Where that one is killed, nobody else would end its copies: they would go on answering, of an
    old version, and hold the port against the next start.
    """
    with suppress(OSError, AttributeError):  # a C library without it
        ctypes.CDLL(None).prctl(_TOLD_OF_ITS_DEATH, int(SIGTERM))
    if os.getppid() == parent:  # or it was killed before that was asked for
        subprocess_started(**arguments)
