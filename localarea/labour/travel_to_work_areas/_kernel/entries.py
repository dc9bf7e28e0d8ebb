"""
What Python calls of the compiled code.

numba keeps what it has compiled in a file, for the next process. It compiles a function again if
its own module has changed, and does not look at the modules of the functions that it calls. So
only these functions are kept, and the closure of each holds a digest of all modules of this
folder: numba compares what is in a closure.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numba

from localarea.labour.travel_to_work_areas._kernel import ledgers, search

if TYPE_CHECKING:
    from localarea.labour.travel_to_work_areas._kernel.arrays import Rules, World

kept = numba.njit(cache=True, nogil=True)


def digest_of(folder: Path) -> str:
    """Return a digest of the modules of a folder."""
    texts = [path.read_bytes() for path in sorted(folder.glob("*.py"))]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()


def made_for(sources: str) -> tuple[Any, Any, Any]:
    """Return the functions that Python calls, compiled again if ``sources`` has changed."""

    @kept
    def start(world: World, rules: Rules) -> None:
        len(sources)
        search.start(world, rules)

    @kept
    def advance(world: World, rules: Rules) -> int:
        len(sources)
        return search.advance(world, rules)

    @kept
    def open_ledgers(world: World, rules: Rules) -> None:
        len(sources)
        ledgers.open_ledgers(world, rules)

    return start, advance, open_ledgers


start, advance, open_ledgers = made_for(digest_of(Path(__file__).parent))
