"""Validate numbers on the command line."""

from __future__ import annotations

import math
from typing import Any

import typer


def finite(value: Any) -> Any:
    """Reject NaN and infinity, which pass the range check of an option."""
    for number in value if isinstance(value, list | tuple) else (value,):
        if isinstance(number, float) and not math.isfinite(number):
            raise typer.BadParameter(f"{number} is not a number that can be used")
    return value
