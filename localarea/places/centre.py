"""Where a place is on the map: its own point, or where its residents live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from localarea.datasets.centroids import read_centroids
from localarea.datasets.population import read_population
from localarea.places.resolve import resolve_place
from localarea.roads.anchor import make_anchor

if TYPE_CHECKING:
    from localarea.datasets.store import DataStore


@dataclass(frozen=True, slots=True)
class Centre:
    """
    The point that minutes to or from a place are counted from.

    Attributes
    ----------
    point : tuple of float
        Easting and northing, EPSG:27700, metres.
    note : str or None
        A sentence to show when the place was not read to the letter.
    """

    name: str
    point: tuple[float, float]
    note: str | None = None


def find_centre(text: str, *, store: DataStore | None = None) -> Centre:
    """
    Find the point of a place.

    ``text``: a place, as :func:`localarea.places.resolve.resolve_place` reads it. Returns the
    place's own point; of one with an area, the zone centre nearest to the mean of its residents of
    2011.

    Examples
    --------
    >>> find_centre("CO1 1JB").point
    (599644.0, 225077.0)
    """
    place = resolve_place(text, store=store)
    if place.point is not None:
        east, north = place.point
        return Centre(place.name, (float(east), float(north)), place.note)
    codes = list(place.zones)
    centres = read_centroids("msoa11", store=store).set_index("msoa11cd").loc[codes]
    residents = read_population("msoa11", 2011, store=store).set_index("msoa11cd").loc[codes]
    anchor = make_anchor(centres.to_numpy(float), residents["residents"].to_numpy(float))
    east, north = anchor.points[0].tolist()
    return Centre(place.name, (east, north), place.note)
