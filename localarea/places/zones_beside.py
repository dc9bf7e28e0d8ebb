"""
Zones that may be part of a town without bearing its name.

The tables know no towns, only zones and their names. Sudbury in Suffolk is three zones: Sudbury,
North Sudbury & Long Melford, and Great Cornard, which does not bear the name. So the reading of
a small town's name says which zones lie beside it, and leaves it to the reader to add them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from localarea.places.gazetteer import Gazetteer, read_gazetteer

if TYPE_CHECKING:
    from localarea.datasets.store import DataStore
    from localarea.places.place import Place
    from localarea.records import ZoneSystem

_SMALL: Final = 2  # zones; a town of more is told apart by its name well enough
_MOST: Final = 4  # zones that are named
_OF_A_TOWN: Final = re.compile(r"(?:town\s*:\s*)?[^:]+\Z", re.IGNORECASE)


def zones_beside(
    text: str, place: Place, *, zone_system: ZoneSystem = "msoa11", store: DataStore | None = None
) -> tuple[str, ...]:
    """
    List the zones beside a small town that was read by its name.

    Codes of up to four zones of its district that share a border with it, the nearest by
    population-weighted centre first. Empty if the text names one zone by its code, as a zone or
    with its district, or the place is of another kind.
    """
    town = len(place.zones) <= _SMALL and (
        place.kind == "town" or (place.kind == "zone" and "," not in text)
    )
    if not town or not _OF_A_TOWN.match(text) or text.strip().upper().startswith(place.zones):
        return ()
    gazetteer = read_gazetteer(zone_system, store=store)
    here = gazetteer.district_zones[gazetteer.zone_district[place.zones[0]]]
    others = {code for code in here if code not in place.zones}
    beside = others.intersection(_bordering(place.zones, zone_system, store))
    return tuple(_nearest_first(beside, place.zones, zone_system, store)[:_MOST])


def name_in_district(code: str, gazetteer: Gazetteer) -> str:
    """Return the name by which a zone is asked for, with its district."""
    district = gazetteer.districts[gazetteer.zone_district[code]].partition(",")[0]
    return f"{gazetteer.zone_names[code]}, {district}"


def _bordering(zones: tuple[str, ...], system: ZoneSystem, store: DataStore | None) -> list[str]:
    """List the zones that share a border with some of others."""
    import numpy as np
    import shapely

    from localarea.datasets.nearby_zones import NearbyZones
    from localarea.datasets.zones import read_zone_shapes
    from localarea.places.contiguity import shared_borders

    shapes = read_zone_shapes(list(zones), system, store=store)  # type: ignore[arg-type]
    west, south, east, north = shapely.total_bounds(shapes).tolist()
    groups = NearbyZones(system, store=store).within((west, south, east, north))
    pairs = [pair for g in groups for pair in zip(g.codes, g.shapes, strict=True)]
    codes = [code for code, _ in pairs]
    borders = shared_borders(np.array([one for _, one in pairs], dtype=object))
    metres = borders[[codes.index(zone) for zone in zones], :].toarray().sum(axis=0)
    return [codes[at] for at in np.flatnonzero(metres).tolist()]


def _nearest_first(
    zones: set[str], to: tuple[str, ...], system: ZoneSystem, store: DataStore | None
) -> list[str]:
    """Sort zones by the metres from their centre to the nearest centre of others."""
    from localarea.datasets.store import default_store

    table = (store or default_store()).read(f"centroids_{system}")
    columns = [table[n].to_pylist() for n in (f"{system}cd", "easting", "northing")]
    wanted = zones.union(to)
    at = {c: complex(e, n) for c, e, n in zip(*columns, strict=True) if c in wanted}
    away = {code: min(abs(at[code] - at[one]) for one in to) for code in zones}
    return sorted(zones, key=lambda code: (away[code], code))
