"""Rows of single postcodes from the tables on disk, measured as they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localarea.classify.codes import decide
from localarea.classify.place_rows import PlaceRow, near_flags
from localarea.datasets.store import DataStore, default_store
from localarea.geo.postcodes import outward_range
from localarea.once import once_property
from localarea.options.minutes.anchor_minutes import PostcodeMinutes
from localarea.options.minutes.encoding import NO_PLACE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localarea.classify.boundary import Boundary
    from localarea.classify.codes import Meaning
    from localarea.classify.directory import Directory
    from localarea.classify.distance import BoundaryDistance
    from localarea.classify.sentences import PostcodePlace


class MeasuredPlaces:
    """
    Postcodes under one boundary, each read and measured when it is looked up.

    Parameters
    ----------
    minutes : PostcodeMinutes or None
        Minutes by road; None leaves them out.
    """

    def __init__(
        self,
        boundary: Boundary,
        directory: Directory,
        minutes: PostcodeMinutes | None,
        *,
        store: DataStore | None = None,
    ) -> None:
        self._boundary, self._directory, self._minutes = boundary, directory, minutes
        self._store = store

    def find(self, key: int) -> PlaceRow | None:
        """Look up one postcode; None if it is not in the directory."""
        for found in self._directory.rows(key, key + 1):
            place = self._place(found)
            british = place.country in {"E", "W", "S", "M"}
            easting = found["easting"] if british else None
            northing = found["northing"] if british else None
            metres = self._metres(place, easting, northing)
            limited = NO_PLACE if self._limited is None else self._limited.tenths_of(key)
            near = int(near_flags(self._boundary, -1 if metres is None else metres, limited))
            tenths = NO_PLACE if self._minutes is None else self._minutes.tenths_of(key)
            meaning = self._meaning(place, near=near > 0)
            return PlaceRow(place, easting, northing, meaning, metres, tenths, near)
        return None

    def outward_counts(self, outward: str) -> tuple[int, int] | None:
        """Count the live postcodes of an outward code that are local, and that are not."""
        found = self._directory.rows(*outward_range(outward))
        if not found:
            return None
        live = [self._place(row) for row in found if row["terminated_to"] is None]
        statuses = [self._meaning(place, near=False).status for place in live]
        return statuses.count("local"), statuses.count("not_local")

    def _place(self, row: Mapping[str, Any]) -> PostcodePlace:
        ended = row["terminated_to"] and (row["terminated_from"], row["terminated_to"])
        return self._directory.place_of(
            row[f"{self._boundary.zone_system}cd"], row["lad25cd"], ended
        )

    def _meaning(self, place: PostcodePlace, *, near: bool) -> Meaning:
        inside = None if place.zone is None else place.zone in self._boundary.zones
        return decide(place.country, inside, ended=place.ended is not None, borderline=near)

    def _metres(
        self, place: PostcodePlace, easting: int | None, northing: int | None
    ) -> float | None:
        if place.zone is None or easting is None or northing is None:
            return None
        inside = place.zone in self._boundary.zones
        return self._distance.metres(easting, northing, inside=inside)

    @once_property
    def _distance(self) -> BoundaryDistance:
        from localarea.classify.distance import BoundaryDistance

        return BoundaryDistance(self._boundary, store=self._store)

    @once_property
    def _limited(self) -> PostcodeMinutes | None:
        """Return the minutes that the limit applies to, which may have another anchor."""
        limit = self._boundary.drive
        if limit is None:
            return None
        if self._minutes is not None and self._minutes.anchor == limit.anchor:
            return self._minutes
        return PostcodeMinutes(limit.anchor, self._store or default_store())
