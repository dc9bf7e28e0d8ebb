"""
Code compiled in a process of its own, before one that runs for weeks needs it.

To compile takes some 150 MB, which a process does not give back. numba keeps what was compiled in
files, so where a program was never run the compiling is done by a process that ends, and the one
that serves reads the files.
"""

from __future__ import annotations

import logging
import platform
import subprocess
import sys
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

import localarea
from localarea.atomic import write_whole
from localarea.hashing import text_sha256
from localarea.service.first_visits import PREPARED
from localarea.service.state.state import State
from localarea.settings import read_settings

if TYPE_CHECKING:
    from threading import Event

LOG = logging.getLogger(__name__)
_CHILD: Final = "from localarea.service.server.compiled import compile_all; compile_all()"
_LOOK_S: Final = 0.2  # between two looks at whether the service ends meanwhile


def compile_apart(closing: Event) -> None:
    """
    Compile in another process what this one will need, unless that was done.

    ``closing``: set if the service ends meanwhile; the other process ends too then.
    """
    marker, stamp = _marker(), _stamp()
    with suppress(OSError):
        if marker.read_text(encoding="utf-8") == stamp:
            return
    LOG.info("compiling for this machine, once: answers come in about a minute")
    if not _ran(closing):
        LOG.warning("nothing could be compiled apart: this process does it, and holds more memory")
        return
    with suppress(OSError):  # it is compiled; only the next start has to look again
        write_whole(marker, stamp.encode())


def compile_all() -> None:
    """Work out once what a service works out at its start, and forget it."""
    state = State(read_settings())
    state.warm_now()
    for page in PREPARED:
        page(state)


def _ran(closing: Event) -> bool:
    """Run the other process; False if it failed, or was ended."""
    with subprocess.Popen([sys.executable, "-c", _CHILD], stdout=subprocess.DEVNULL) as child:  # noqa: S603 -- our own words
        while True:
            with suppress(subprocess.TimeoutExpired):
                return child.wait(_LOOK_S) == 0
            if closing.is_set():
                child.terminate()


def _marker() -> Path:
    """Return the file beside the compiled code that says of what it was compiled."""
    from localarea.geo._nearest_kernel import nearest

    return Path(str(nearest.stats.cache_path)) / "localarea-compiled"


def _stamp() -> str:
    """Return a hash of what compiled code depends on: as numba, when each module was changed."""
    home = Path(localarea.__file__).parent
    modules = [(path, path.stat()) for path in sorted(home.rglob("*.py"))]
    told = [f"{path} {found.st_size} {found.st_mtime_ns}" for path, found in modules]
    with suppress(OSError):  # code is compiled for one kind of processor
        cpu = Path("/proc/cpuinfo").read_text(encoding="utf-8")
        told += sorted(
            {line for line in cpu.splitlines() if line.startswith(("model name", "flags"))}
        )
    return text_sha256("\n".join([sys.version, platform.machine(), version("numba"), *told]))
