"""Options by name and by zones of one's own, and what if they were changed."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Self

from localarea import records
from localarea.comparison import scenario
from localarea.errors import InputError
from localarea.notebook.arguments import OptionLike, options_of
from localarea.notebook.councils import CouncilLike, council_of
from localarea.notebook.options import Option, Options, as_option
from localarea.notebook.own_zones import drawn_of, zones_of
from localarea.options import membership

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from matplotlib.axes import Axes

    from localarea.comparison.scenario import PlaceLike
    from localarea.datasets.store import DataStore
    from localarea.notebook.own_zones import ZonesOfYours
    from localarea.options import council as council_file
    from localarea.records import ZoneSystem
    from localarea.reports.maps.notebook_view import Explored

_VALUE = tuple(f.name for f in fields(scenario.Scenario))


@dataclass(frozen=True, slots=True, eq=False)
class Scenario(scenario.Scenario):
    """
    An option with named changes. Immutable and hashable: each change makes a new one.

    Attributes
    ----------
    base : str
        Id of the option that it starts from.
    changes : tuple of Change
        The changes, applied in order: the later one wins where two meet.
    thresholds : tuple of (str, value)
        Parameters of the option's method that were moved, sorted by name.
    vintage : {2011, 2021}
        Census whose commuters choose the zones, where the method goes by commuters.
    council : localarea.options.council.Council or None
        Whose option it starts from, where it was made from an option that knows.

    Examples
    --------
    >>> import localarea as la
    >>> what_if = la.Scenario.of("ttwa-official").include("Ipswich")
    >>> what_if.id
    'ttwa-official+ipswich'
    >>> what_if.option()
    <Option ttwa-official+ipswich: 41 zones of msoa11>
    """

    council: council_file.Council | None = field(default=None, repr=False)

    def __eq__(self, other: object) -> bool:
        """Be equal to the same scenario of the room below."""
        if not isinstance(other, scenario.Scenario):
            return NotImplemented
        theirs = getattr(other, "council", None)
        if None not in (self.council, theirs) and self.council != theirs:
            return False
        return all(getattr(self, name) == getattr(other, name) for name in _VALUE)

    def __hash__(self) -> int:
        """Hash as the same scenario of the room below does."""
        return hash(tuple(getattr(self, name) for name in _VALUE))

    @classmethod
    def of(cls, base: str | records.Option) -> Self:
        """
        Start from an option.

        Parameters
        ----------
        base : str or Option
            An option of a council, or its id, such as ``ttwa-official``. Of an option the council
            is kept as well.

        Returns
        -------
        Scenario
            Without changes.

        Raises
        ------
        InputError
            If the option is one of zones of your own.

        Examples
        --------
        >>> import localarea as la
        >>> la.Scenario.of(la.option("district", "Norwich")).include("Broadland").option().title
        'Norwich district, plus Broadland'
        """
        if isinstance(base, str):
            return cls(base)
        if base.method == "own":
            raise InputError(
                f"a scenario starts from an option of a council, and {base.id!r} has zones of your "
                "own; make another option of other zones: la.option('other', zones=...)"
            )
        return cls(base.id, council=getattr(base, "council", None))

    def include(self, *places: PlaceLike | gpd.GeoDataFrame | gpd.GeoSeries) -> Self:
        """
        Add places.

        Parameters
        ----------
        *places : str, path, mapping, GeoDataFrame or GeoSeries
            Districts, zones, travel to work areas, postcodes or ``lat,lon``; or polygons, drawn
            as GeoJSON, in a file or in a frame. A polygon takes the zones whose
            population-weighted centroid it holds.

        Returns
        -------
        Scenario
            A new one.

        Raises
        ------
        InputError
            If a place is blank or a polygon cannot be used.

        Examples
        --------
        >>> import localarea as la
        >>> la.Scenario.of("district").include("Ipswich").id
        'district+ipswich'
        """
        return scenario.Scenario.include(self, *map(drawn_of, places))

    def exclude(self, *places: PlaceLike | gpd.GeoDataFrame | gpd.GeoSeries) -> Self:
        """
        Take places out.

        Parameters
        ----------
        *places : str, path, mapping, GeoDataFrame or GeoSeries
            As for :meth:`include`.

        Returns
        -------
        Scenario
            A new one.

        Raises
        ------
        InputError
            If a place is blank or a polygon cannot be used.
        """
        return scenario.Scenario.exclude(self, *map(drawn_of, places))

    def option(self, council: CouncilLike = None, *, store: DataStore | None = None) -> Option:
        """
        Compute the scenario.

        Parameters
        ----------
        council : Council or str, optional
            Whose options are meant; by default that of the option it was made from, else
            Colchester's.

        Returns
        -------
        Option
            With the changes among its ``parameters``, and ``notes`` where a change
            did nothing or a place was not read to the letter.
        """
        whose = council_of(self.council if council is None else council, store=store)
        return as_option(scenario.Scenario.option(self, whose, store=store), whose, store)

    def figures(
        self, council: CouncilLike = None, *, store: DataStore | None = None
    ) -> pd.Series[Any]:
        """
        Return the figures of the scenario.

        Returns
        -------
        pandas.Series
            Those of :func:`localarea.compute_metrics`, by name.
        """
        return self.option(council, store=store).figures()

    def to_gdf(
        self, council: CouncilLike = None, *, store: DataStore | None = None
    ) -> gpd.GeoDataFrame:
        """
        Return the boundary as a GeoDataFrame.

        Returns
        -------
        geopandas.GeoDataFrame, shape (1, 3)
            As :meth:`localarea.Option.to_gdf`; CRS EPSG:27700.
        """
        return self.option(council, store=store).to_gdf()

    def plot(self, council: CouncilLike = None, *, store: DataStore | None = None) -> Axes:
        """
        Draw what the scenario gains and loses against its option.

        Of the map; its ``figure`` can be saved.

        Examples
        --------
        >>> import localarea as la
        >>> axes = la.Scenario.of("district").include("Ipswich").plot()
        """
        from localarea.notebook.figures import show
        from localarea.reports.print_maps.drawings import draw_comparison_picture

        if self == scenario.Scenario(self.base):
            return self.option(council, store=store).plot()
        (first, second), whose = options_of([self.base, self], council, store=store)
        return show(draw_comparison_picture, first, second, whose, store=store)

    def explore(self, council: CouncilLike = None, *, store: DataStore | None = None) -> Explored:
        """
        Show the scenario and the option it started from on a map.

        A page that a notebook shows, and that ``.save(path)`` writes.
        """
        from localarea.reports.maps.notebook_view import explore_options

        plain = self == scenario.Scenario(self.base)
        what: list[OptionLike] = [self.base] if plain else [self.base, self]
        options, whose = options_of(what, council, store=store)
        return explore_options(options, whose, store=store)

    def _repr_html_(self) -> str:
        from localarea.notebook.html import card

        words = {"include": "with", "exclude": "without"}
        facts = {
            "council": None if self.council is None else self.council.title,
            "starts from": self.base,
            "changes": "; ".join(f"{words[c.action]} {c.place}" for c in self.changes) or "none",
            "thresholds": ", ".join(f"{name} {value}" for name, value in self.thresholds),
            "commuters of": str(self.vintage),
        }
        return card(self.id, facts)


def option(
    what: OptionLike,
    council: CouncilLike = None,
    *,
    zones: ZonesOfYours | None = None,
    title: str | None = None,
    zone_system: ZoneSystem = "msoa11",
    store: DataStore | None = None,
) -> Option:
    """
    Compute an option, or make one of your own zones.

    Parameters
    ----------
    what : str, Scenario or Option
        Id of an option of the council, or a scenario; with ``zones`` the id of the new one.
    council : Council or str, optional
        Whose option it is; by default Colchester's.
    zones : iterable of str, GeoDataFrame, GeoSeries, mapping or path, optional
        Your own area: zone codes, or polygons in any reference system (in a frame, as GeoJSON or
        in a file), which take the zones whose population-weighted centroid they hold.
    title : str, optional
        One line for people, for zones of yours.
    zone_system : {'msoa11', 'msoa21'}
        System and vintage of your zones.

    Returns
    -------
    Option
        Accepted wherever the id of an option is.

    Raises
    ------
    OptionNotFoundError
        If the council has no such option; the nearest ids are named.
    InputError
        If a zone of yours is not known, there is none, or the id is that of an option of the
        council.

    Examples
    --------
    >>> import localarea as la
    >>> la.option("district", "Norwich")
    <Option district: 14 zones of msoa11>
    >>> la.option("centre", zones=["E02004512", "E02004513"])
    <Option centre: 2 zones of msoa11>
    """
    if zones is None:
        return options_of(what, council, store=store)[0][0]
    if not isinstance(what, str) or not what.strip():
        raise InputError("zones of your own need an id of their own: la.option('mine', zones=...)")
    whose = council_of(council, store=store)
    if what in _ids(whose):
        raise InputError(
            f"{what!r} is an option of {whose.title}; give zones of your own another id, so that "
            "no table takes one for the other"
        )
    own = records.Option(
        id=what,
        title=title or what,
        method="own",
        zone_system=zone_system,
        zones=zones_of(zones, zone_system, store),
        anchor=whose.anchor,
    )
    return as_option(own, whose, store)


def _ids(council: council_file.Council) -> set[str]:
    """Return the ids of a council's options, without computing which of them there are."""
    ends = ["", *(f"{sign}{place.key}" for place in council.contested for sign in "+-")]
    return {f"{spec.id}{end}" for spec in council.options for end in ends}


def compute_options(council: CouncilLike = None, *, store: DataStore | None = None) -> Options:
    """
    Compute all options of a council.

    Parameters
    ----------
    council : Council or str, optional
        The council; by default Colchester.

    Returns
    -------
    Options
        Each option with and without the places in dispute, in the order of the council's file.

    Examples
    --------
    >>> import localarea as la
    >>> la.compute_options("Ipswich").ids[:3]
    ('district', 'district+colchester', 'district+babergh')
    """
    whose = council_of(council, store=store)
    found = membership.compute_options(whose, store=store)
    return Options(as_option(option, whose, store) for option in found)
