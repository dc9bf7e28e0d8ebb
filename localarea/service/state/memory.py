"""Memory of a process that serves for weeks: little is held, and what is free is given back."""

from __future__ import annotations

import ctypes
import gc
import os
import re
import sys
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import Any, Final

from localarea.datasets.storage.mapped import let_go

# Of glibc's mallopt(3): what is free at the end is returned from so many bytes on, what is as large
# is taken from the machine by itself, and threads share so many heaps. Where less is held on to,
# ten thousand verdicts take a half longer.
_MALLOPT: Final = ((-1, 32 << 20), (-3, 32 << 20), (-8, 2))
# Of Linux's madvise(2), from 5.4 on. Unlike MADV_DONTNEED it changes no byte: another thread may
# by now have something else at an address, such as a library that is being loaded.
_PAGEOUT: Final = 21
_SERVING: Final = Event()  # set where little is held; copies of the process have it too
_MAPPING: Final = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) (\S{4}) \S+ \S+ (\d+)", re.MULTILINE)
_CHANGED: Final = re.compile(r"^Anonymous: +(\d+) kB", re.MULTILINE)


def hold_little() -> None:
    """
    Have the C library and Arrow return what is free, from the start: some 100 MB after the options.

    To be called before anything is worked out. Elsewhere than on Linux with glibc they do as they
    always do, and Arrow does where the environment chooses its memory pool.
    """
    import pyarrow as pa

    _SERVING.set()
    mallopt = _of_glibc("mallopt")
    if mallopt is not None:
        for what, value in _MALLOPT:
            mallopt(what, value)
        if "ARROW_DEFAULT_MEMORY_POOL" not in os.environ:
            pa.set_memory_pool(pa.system_memory_pool())


def give_back() -> None:
    """
    Give back what large work left behind: after the options, some 200 MB.

    The C library and Arrow hold on to what was used, and what is mapped stays while there is room,
    in case it is needed again. For a service that has worked out what it will serve for weeks, that
    time does not come.
    """
    import pyarrow as pa

    let_go()
    gc.collect()
    pa.default_memory_pool().release_unused()
    trim = _of_glibc("malloc_trim")
    if trim is not None:
        trim(0)
    if (
        _SERVING.is_set()
    ):  # elsewhere, such as in a notebook, the libraries are about to be used again
        _let_go_of_libraries()


def _let_go_of_libraries() -> None:
    """
    Let the machine have the pages of libraries, such as the compiler's, until they are used again.

    Only of mappings that nothing was ever written to: they are read from the file again. Linux does
    it for those who may write to the file, and for pages that no other process shares.
    """
    madvise = _of_glibc("madvise")
    if madvise is None:
        return
    with suppress(OSError):
        text = Path("/proc/self/smaps").read_text(encoding="utf-8", errors="replace")
        found = list(_MAPPING.finditer(text))
        for one, after in zip(found, [*found[1:], None], strict=True):
            changed = _CHANGED.search(text, one.end(), after.start() if after else len(text))
            of_a_file = one[4] != "0" and "w" not in one[3] and one[3].endswith("p")
            if of_a_file and changed is not None and changed[1] == "0":
                start, end = int(one[1], 16), int(one[2], 16)
                madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), _PAGEOUT)


def _of_glibc(name: str) -> Any:
    """Return a function of the C library; None elsewhere than on Linux, or where it has none."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
