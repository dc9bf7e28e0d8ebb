"""Land and water, so that no leg of a journey goes straight across an estuary."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from localarea.datasets.zones import known_zones, read_zone_shapes
from localarea.errors import InputError
from localarea.once import once_property

if TYPE_CHECKING:
    from localarea.datasets.store import DataStore

MOST_CORNERS = 128  # of a part of the land, after splitting
FEW_LINES = 20  # up to this many lines, splitting the land is not worth the time
POLYGONS = 2  # dimensions of a polygon in shapely
SHORE_M = 500.0  # a point in the water up to this far out is moved to the shore

# Zones on the two banks of tidal rivers that are too narrow to count as water, or inside the zones.
# Major roads still cross them, but straight lines may not.
TIDAL_RIVERS = {
    "Colne": (("E02004521", "E02004522"), ("E02004513", "E02004521"), ("E02004522", "E02004524")),
    "Orwell": (("E02006256", "E02006297"), ("E02006231", "E02006297")),
    "Blackwater": (("E02004557", "E02004558"),),
}


class Land:
    """
    The dry land, indexed to test straight lines quickly.

    Parameters
    ----------
    area : shapely.Geometry
        Polygon or multipolygon of the land; CRS EPSG:27700, valid, non-empty; unit metre.
    rivers : numpy.ndarray of shapely.Geometry, shape (k, 2), optional
        Polygons of the two banks of narrow rivers. A straight line that meets both crosses the
        river, however narrow it is.

    Raises
    ------
    InputError
        If the area is empty or is not a polygon.
    """

    def __init__(self, area: shapely.Geometry, rivers: np.ndarray | None = None) -> None:
        if area.is_empty or area.geom_type not in ("Polygon", "MultiPolygon"):
            raise InputError(f"land must be a non-empty polygon, not {area.geom_type}")
        self.area = area
        self.rivers = np.empty((0, 2), dtype=object) if rivers is None else rivers

    @once_property
    def _whole(self) -> np.ndarray:
        parts: np.ndarray = shapely.get_parts(self.area)
        shapely.prepare(parts)
        return parts

    @once_property
    def _whole_tree(self) -> shapely.STRtree:
        return shapely.STRtree(self._whole)

    @once_property
    def _parts(self) -> np.ndarray:
        return _split(shapely.get_parts(self.area))

    @once_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self._parts)

    @once_property
    def _coast(self) -> shapely.STRtree:
        lines = shapely.get_parts(shapely.boundary(shapely.get_parts(self.area)))
        points, of_line = shapely.get_coordinates(lines, return_index=True)
        same = of_line[1:] == of_line[:-1]
        pairs = np.stack([points[:-1][same], points[1:][same]], axis=1)
        return shapely.STRtree(shapely.linestrings(pairs))

    def _over_river(self, lines: np.ndarray) -> np.ndarray:
        """Return a mask of the lines between the two banks of a river."""
        over = np.zeros(len(lines), dtype=bool)
        for near, far in self.rivers:
            tree = shapely.STRtree([near, far])
            line, bank = tree.query(lines, predicate="intersects")
            over[np.intersect1d(line[bank == 0], line[bank == 1])] = True
        return over

    def holds(self, points: np.ndarray) -> np.ndarray:
        """
        Return a mask of the points on land.

        Parameters
        ----------
        points : numpy.ndarray, shape (n, 2)
            Eastings and northings, EPSG:27700, metres.

        Returns
        -------
        numpy.ndarray of bool, shape (n,)
            True on land or on its edge.
        """
        inside = np.zeros(len(points), dtype=bool)
        point, part = self._whole_tree.query(shapely.points(points))
        met = shapely.intersects_xy(self._whole[part], *points[point].T)
        inside[point[met]] = True
        return inside

    def water_on_the_way(self, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """
        Calculate the length of each straight line that is in water.

        Parameters
        ----------
        starts, ends : numpy.ndarray, shape (n, 2)
            Ends of the lines, EPSG:27700, metres.

        Returns
        -------
        numpy.ndarray, shape (n,)
            Metres in water. A line that does not meet the coast is entirely on land or, if it
            starts in water, in water. A line across a river counts as entirely in water.
        """
        lines = shapely.linestrings(np.stack([starts, ends], axis=1))
        length = shapely.length(lines)
        wet = np.where(self.holds(starts), 0.0, length)
        meets = np.unique(self._coast.query(lines, predicate="intersects")[0])
        over = np.flatnonzero(self._over_river(lines))
        wet[over] = length[over]
        meets = np.setdiff1d(meets, over)
        if meets.size == 0:
            return wet
        few = meets.size <= FEW_LINES  # not worth splitting the land
        tree, parts = (self._whole_tree, self._whole) if few else (self._tree, self._parts)
        of_line, part = tree.query(lines[meets], predicate="intersects")
        dry = shapely.length(shapely.intersection(lines[meets][of_line], parts[part]))
        wet[meets] = length[meets] - np.bincount(of_line, dry, meets.size)
        return np.maximum(wet, 0.0)

    def ashore(self, points: np.ndarray) -> np.ndarray:
        """
        Move points that are a short way out in the water to the nearest shore.

        Parameters
        ----------
        points : numpy.ndarray, shape (n, 2)
            Eastings and northings, EPSG:27700, metres; not NaN.

        Returns
        -------
        numpy.ndarray, shape (n, 2)
            The same points, with those in the water up to `SHORE_M` out moved to the shore.
        """
        moved = np.array(points, dtype=float)
        wet = np.flatnonzero(~self.holds(points))
        if wet.size == 0:
            return moved
        at = shapely.points(moved[wet])
        which, line = self._coast.query_nearest(at, max_distance=SHORE_M, all_matches=False)
        way = shapely.shortest_line(at[which], self._coast.geometries[line])
        moved[wet[which]] = shapely.get_coordinates(shapely.get_point(way, 1))
        return moved

    def clip(self, area: shapely.Geometry, *, from_land_of: np.ndarray) -> shapely.Geometry:
        """
        Clip an area to the land, and remove parts that contain none of some points.

        Parameters
        ----------
        area : shapely.Geometry
            Polygon or multipolygon; CRS EPSG:27700, valid.
        from_land_of : numpy.ndarray, shape (n, 2)
            Points that were reached; an island without any is removed.

        Returns
        -------
        shapely.Geometry
            Polygon, multipolygon or an empty geometry.
        """
        shapely.prepare(area)
        near = self._parts[self._tree.query(area, predicate="intersects")]
        inside = shapely.contains_properly(area, near)
        cut = shapely.intersection(near[~inside], area)
        pieces = shapely.get_parts(shapely.union_all(np.concatenate([near[inside], cut])))
        pieces = pieces[shapely.get_dimensions(pieces) == POLYGONS]
        tree = shapely.STRtree(pieces)
        held = np.unique(tree.query(shapely.points(from_land_of), predicate="intersects")[1])
        return shapely.multipolygons(pieces[held]) if held.size else shapely.MultiPolygon()


def _split(polygons: np.ndarray) -> np.ndarray:
    """Halve polygons until each is small, so that a query tests few corners."""
    done, todo = [], polygons
    while todo.size:
        small = shapely.get_num_coordinates(todo) <= MOST_CORNERS
        done.append(todo[small])
        todo = shapely.get_parts(np.concatenate([_halves(p) for p in todo[~small]] or [todo[:0]]))
        todo = todo[shapely.get_dimensions(todo) == POLYGONS]  # touching edges leave lines
    return np.concatenate(done)


def _halves(polygon: shapely.Geometry) -> np.ndarray:
    west, south, east, north = polygon.bounds
    if east - west > north - south:
        middle = (west + east) / 2
        boxes = ((west, south, middle, north), (middle, south, east, north))
    else:
        middle = (south + north) / 2
        boxes = ((west, south, east, middle), (west, middle, east, north))
    halves = np.array([shapely.clip_by_rect(polygon, *box) for box in boxes])
    if shapely.is_valid(halves).all():
        return halves
    # Clipping is quick, but promises nothing where edges touch the line between the halves.
    cut: np.ndarray = shapely.intersection(polygon, [shapely.box(*box) for box in boxes])
    return cut


def read_land(*, store: DataStore | None = None) -> Land:
    """
    Read the land of England and Wales, as the union of its zones.

    Including islands, to mean high water.
    """
    codes = sorted(known_zones("msoa11", store=store))
    return land_of_zones(np.array(codes), read_zone_shapes(codes, store=store))


def land_of_zones(codes: np.ndarray, shapes: np.ndarray) -> Land:
    """
    Build the land from zones that share their edges, with the tidal rivers between them.

    Parameters
    ----------
    codes : numpy.ndarray of str, shape (n,)
        Codes of the zones (MSOA 2011).
    shapes : numpy.ndarray of shapely.Geometry, shape (n,)
        Their polygons, EPSG:27700.

    Returns
    -------
    Land
        Their union, with the zones on the banks of tidal rivers.
    """
    shape_of = dict(zip(codes.tolist(), shapes, strict=True))
    pairs = [pair for banks in TIDAL_RIVERS.values() for pair in banks]
    banks = [(shape_of[a], shape_of[b]) for a, b in pairs if a in shape_of and b in shape_of]
    rivers = np.array(banks, dtype=object).reshape(-1, 2)
    return Land(shapely.coverage_union_all(shapes), rivers)
