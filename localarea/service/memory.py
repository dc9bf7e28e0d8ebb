"""Memory that is free within this process, given back to the machine."""

from __future__ import annotations

import ctypes
import gc
import sys

from localarea.datasets._mapped import let_go


def give_back() -> None:
    """
    Give back what large work left behind: after the options, some 120 MB.

    The C library and Arrow hold on to what was used, and what is mapped stays while there is room,
    in case it is needed again. For a service that has worked out what it will serve for weeks, that
    time does not come.
    """
    import pyarrow as pa

    let_go()
    gc.collect()
    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:  # glibc has it, musl does not
        trim(0)
