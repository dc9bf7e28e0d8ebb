"""Postcodes as places: the zone that each is in, and its own point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from localarea.errors import (
    InputError,
    OutsideCoverageError,
    PostcodeFormatError,
    PostcodeNotFoundError,
)
from localarea.places.place import Place

if TYPE_CHECKING:
    from localarea.datasets.store import DataStore
    from localarea.geo.postcodes import ParsedPostcode
    from localarea.places.gazetteer import Gazetteer

COUNTRY_AREA: Final = {
    "L": "the Channel Islands",
    "M": "the Isle of Man",
    "S": "Scotland",
    "N": "Northern Ireland",
}


def find_postcode(name: str, gazetteer: Gazetteer, store: DataStore | None) -> Place | None:
    """Find a postcode that is written to the letter."""
    parsed = _parsed(name)
    if parsed is None or parsed.corrected is not None:
        return None  # a typing slip is corrected only if no name matches
    return _postcode(parsed, gazetteer, store)


def find_mistyped(name: str, gazetteer: Gazetteer, store: DataStore | None) -> Place | None:
    """Find a postcode with a typing slip that can be mended in one way."""
    parsed = _parsed(name)
    if parsed is None or parsed.corrected is None:
        return None
    return _postcode(parsed, gazetteer, store, note=f"{name} is read as {parsed.postcode}")


def _parsed(name: str) -> ParsedPostcode | None:
    from localarea.geo.postcodes import parse_postcode

    try:
        return parse_postcode(name)
    except PostcodeFormatError:
        return None


def _postcode(
    parsed: ParsedPostcode,
    gazetteer: Gazetteer,
    store: DataStore | None,
    *,
    note: str | None = None,
) -> Place:
    from localarea.datasets.postcodes import read_postcode_rows

    if parsed.key is None:
        raise InputError(
            f"{parsed.outward} is only the first half of a postcode; "
            "use a full postcode, a district or a zone"
        )
    rows = read_postcode_rows([parsed.key], store=store).to_pylist()
    if not rows:
        raise PostcodeNotFoundError(parsed.postcode)
    row = rows[0]
    zone, district = row[f"{gazetteer.zone_system}cd"], row["lad25cd"]
    if zone is None:
        where = "no district" if district is None else COUNTRY_AREA.get(district[0], "no zone")
        raise OutsideCoverageError(parsed.postcode, where)
    if row["status"] == "terminated" and note is None:
        note = f"{parsed.postcode} is no longer in use; the zone that it was in is used"
    easting, northing = row["easting"], row["northing"]
    point = None if easting is None else (float(easting), float(northing))
    return Place(parsed.postcode, "postcode", (zone,), code=zone, point=point, note=note)
