"""Numbers of a JSON body: ``true`` and ``false`` are none, though Python counts them as 1 and 0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import field_validator
from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    from collections.abc import Callable


def _no_truth_value(value: Any) -> Any:
    if isinstance(value, bool):
        raise PydanticCustomError("truth_value", "it must be a number, not true or false")
    return value


def numbers(*fields: str) -> Callable[..., Any]:
    """Return a validator by which these fields of a model refuse ``true`` and ``false``."""
    return field_validator(*fields, mode="before")(_no_truth_value)
