"""Ids of options: their form, and the suffixes of contested places."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable


KEY: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


def split_option_id(option_id: str, contested: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    """
    Split the suffixes for contested places from an option's id.

    Parameters
    ----------
    option_id : str
        Id such as ``ttwa-official+ipswich``.

    Returns
    -------
    str
        The id without suffixes.
    tuple of str
        Suffixes with their signs, in the order written.

    Examples
    --------
    >>> split_option_id("ttwa-official-ipswich", ["ipswich"])
    ('ttwa-official', ('-ipswich',))
    """
    keys, base = tuple(contested), option_id
    endings: list[str] = []
    while True:
        ending = next((s + k for k in keys for s in "+-" if base.endswith(s + k)), None)
        if ending is None:
            return base, tuple(reversed(endings))
        base = base[: -len(ending)]
        endings.append(ending)
