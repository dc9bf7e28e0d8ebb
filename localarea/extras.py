"""
The extras of the package: what only some of its users need, and what is said where one is missing.

`pyproject.toml` lists what each brings, and a test holds the two together.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from localarea.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Iterator

# What each extra is for, as a message begins.
PURPOSES: Final = {
    "maps": "maps and charts need",
    "record": "the record of decisions and contracts needs",
    "reports": "reports need",
    "roads": "roads of your own need",
    "layers": "reading vector files feature by feature needs",
    "service": "the service needs",
    "postgresql": "PostgreSQL needs",
    "cluster": "work on a cluster needs",
}


@contextmanager
def extra(name: str) -> Iterator[None]:
    """
    Import inside this what an extra brings, so that its absence says what to install.

    MissingExtraError if a package that is imported inside is not installed.
    """
    try:
        yield
    except MissingExtraError:
        raise
    except ModuleNotFoundError as error:
        package = (error.name or "a package").split(".")[0]
        raise MissingExtraError(PURPOSES[name], package, name) from error
