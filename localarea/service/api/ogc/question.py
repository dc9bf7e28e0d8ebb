"""Which features are asked for: bbox, datetime, limit and offset, as OGC 17-069r4 has them."""

from __future__ import annotations

import math
import re
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from localarea.definitions.model import FOREVER
from localarea.errors import InputError

MOST: Final = 1000
#: Parameters as the standard states them; what the framework would write of them is replaced.
DEFINITIONS: Final[dict[str, dict[str, Any]]] = {
    "bbox": {
        "schema": {
            "type": "array",
            "minItems": 4,
            "maxItems": 6,
            "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
            "items": {"type": "number"},
        },
        "style": "form",
        "explode": False,
    },
    "datetime": {"schema": {"type": "string"}, "style": "form", "explode": False},
    "limit": {
        "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": 10},
        "style": "form",
        "explode": False,
    },
}
# RFC 3339, section 5.6; a day alone, which it calls full-date, is taken as well.
_DATE_TIME: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2}))?", re.ASCII
)
_OPEN: Final = ("", "..")


class ItemsQuery(BaseModel):
    """Which features."""

    model_config = ConfigDict(extra="forbid")

    bbox: str | None = Field(
        None,
        max_length=200,
        description="West,south,east,north in degrees: features that meet the box. Six numbers "
        "hold heights as well, which nothing here has.",
    )
    datetime: str | None = Field(
        None,
        max_length=100,
        description="A day or a time, or an interval FROM/TO, with `..` for an open end: features "
        "that hold then. What has no days always does.",
    )
    limit: int = Field(
        10, ge=1, description=f"Features on a page; never more than {MOST:,}, whatever is asked."
    )
    offset: int = Field(0, ge=0, le=1_000_000, description="Features before the page.")


def parse_box(text: str) -> list[float]:
    """Read a bounding box."""
    try:
        box = [float(part) for part in text.split(",")]
    except ValueError:
        box = []
    if len(box) == 6:  # with heights, which nothing here has
        low, high = box[2], box[5]
        box = [box[0], box[1], box[3], box[4]] if low <= high else []
    sound = (
        len(box) == 4
        and all(map(math.isfinite, box))
        and all(abs(box[place]) <= 180 for place in (0, 2))
        and -90 <= box[1] <= box[3] <= 90
    )
    if not sound:
        raise InputError("bbox must be west,south,east,north in degrees, such as 0.5,51.7,1.3,52.1")
    return box


def meets(one: list[float], box: list[float]) -> bool:
    """Return whether the box of a feature meets the box asked for."""
    west, south, east, north = box
    across = one[0] <= east and one[2] >= west
    if west > east:  # over the 180th meridian
        across = one[2] >= west or one[0] <= east
    return across and one[1] <= north and one[3] >= south


def parse_interval(text: str) -> tuple[str, str]:
    """Read a time or an interval, and return its first and last day."""
    first, slash, last = text.partition("/")
    if not slash:
        moment = _moment(first)
        return moment.date().isoformat(), moment.date().isoformat()
    if first in _OPEN and last in _OPEN:
        raise InputError("datetime must have a day at one end at least, such as 2026-04-01/..")
    begins = None if first in _OPEN else _moment(first)
    ends = None if last in _OPEN else _moment(last)
    if begins and ends and begins > ends:
        raise InputError("datetime must not end before it begins")
    return (
        begins.date().isoformat() if begins else date.min.isoformat(),
        ends.date().isoformat() if ends else FOREVER,
    )


def _moment(text: str) -> datetime:
    if _DATE_TIME.fullmatch(text):
        # A leap second is no second to Python.
        readable = text.upper().replace(":60", ":59")
        with suppress(ValueError, OverflowError):
            moment = datetime.fromisoformat(readable)
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    raise InputError(
        "datetime must be a day such as 2026-04-01, a time such as 2026-04-01T12:00:00Z, or an "
        "interval such as 2026-04-01/2026-06-30 or 2026-04-01/.."
    )


def holds(properties: dict[str, Any], first: str, last: str) -> bool:
    """Return whether something holds in an interval; what has no days holds on any."""
    begins = properties.get("effective_from", "")
    ends = properties.get("effective_to") or FOREVER
    return bool(begins <= last and ends >= first)
