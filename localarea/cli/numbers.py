"""Numbers on the command line: each in its range, and none that is not a number."""

from __future__ import annotations

import math
from typing import Any

import typer


def finite(value: Any) -> Any:
    """Refuse what a range lets through because it is no number: nan compares with nothing."""
    for number in value if isinstance(value, list | tuple) else (value,):
        if isinstance(number, float) and not math.isfinite(number):
            raise typer.BadParameter(f"{number} is not a number that can be used")
    return value
