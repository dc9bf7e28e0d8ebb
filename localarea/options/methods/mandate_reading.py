"""The reading of the mandate that a method for the region uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localarea.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localarea.options.council import Council
    from localarea.options.mandate_area import Reading


def mandate_reading(parameters: Mapping[str, Any], council: Council) -> Reading:
    """
    Return the reading that an option is asked for: the first, unless ``reading`` names another.

    SettingError if the council's file states no area of the mandate, or has no such reading.
    """
    area = council.mandate_area
    if area is None:
        raise SettingError(
            f"{council.title} has stated no area of its mandate, which this option is drawn from; "
            "add [mandate.area] to the council's file, or choose another option"
        )
    asked = parameters.get("reading", area.first.key)
    for reading in area.readings:
        if reading.key == asked:
            return reading
    keys = " or ".join(reading.key for reading in area.readings)
    raise SettingError(f"reading {asked!r} is not in the council's file; it must be {keys}")
