"""A council by its name, and its options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from localarea.errors import InputError
from localarea.notebook.options import Option, Options, as_option, options_gdf
from localarea.options import council as council_file
from localarea.options.by_name import any_council
from localarea.options.by_name.disputed import full_council

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd
    import pandas as pd
    from matplotlib.axes import Axes

    from localarea.datasets.store import DataStore
    from localarea.reports.maps.notebook_view import Explored

CouncilLike: TypeAlias = "Council | council_file.Council | str | None"


@dataclass(frozen=True, slots=True, repr=False)
class Council:
    """
    A council: its anchor, its places in dispute and its options.

    A wrapper: in the configuration below, ``options`` are the specifications of the council's
    file; here they are worked out.

    Attributes
    ----------
    configuration : localarea.options.council.Council
        What the council's file states; the rooms take this.
    store : DataStore or None
        Where the tables are; None means those of the package.

    Examples
    --------
    >>> import localarea as la
    >>> la.council("Colchester")
    <Council Colchester City Council: anchor Colchester, 12 options>
    """

    configuration: council_file.Council
    store: DataStore | None = None

    def __repr__(self) -> str:
        """Name the council."""
        stated = self.configuration
        return f"<Council {stated.title}: anchor {stated.anchor}, {len(stated.options):,} options>"

    @property
    def title(self) -> str:
        """Return the name of the council, for people."""
        return self.configuration.title

    @property
    def anchor(self) -> str:
        """Return the name of the district that the labour market is measured from."""
        return self.configuration.anchor

    @property
    def default_option(self) -> str:
        """Return the id of the option that answers until a definition is published."""
        return self.configuration.default_option

    @property
    def contested(self) -> tuple[council_file.Contested, ...]:
        """List the places in dispute, with ``key`` and ``place``."""
        return self.configuration.contested

    def options(self, *ids: str) -> Options:
        """
        Compute options.

        Parameters
        ----------
        *ids : str
            Ids of options; by default all, each with and without the places in dispute, which
            takes some seconds.

        Returns
        -------
        Options
            In the order given, or of the council's file.

        Examples
        --------
        >>> import localarea as la
        >>> la.council("Norwich").options("district").ids
        ('district',)
        """
        from localarea.options.membership import option_ids

        wanted = ids or option_ids(self.configuration, store=self.store)
        return Options(self.option(name) for name in wanted)

    def option(self, name: str) -> Option:
        """
        Compute one option.

        Parameters
        ----------
        name : str
            Its id, such as ``ttwa-official+ipswich`` or ``drive-30``.

        Returns
        -------
        Option
            Its zones.

        Examples
        --------
        >>> import localarea as la
        >>> la.council("Colchester").option("ttwa-official+ipswich")
        <Option ttwa-official+ipswich: 41 zones of msoa11>
        """
        from localarea.options.membership import option_zones

        found = option_zones(name, self.configuration, store=self.store)
        return as_option(found, self.configuration, self.store)

    def figures(self, *ids: str) -> pd.DataFrame:
        """
        Compute the figures of options.

        Parameters
        ----------
        *ids : str
            Ids of options; by default all.

        Returns
        -------
        pandas.DataFrame
            One row an option, as :func:`localarea.compute_metrics` gives them.

        Examples
        --------
        >>> import localarea as la
        >>> la.council("Colchester").figures("district")["zones"].to_dict()
        {'district': 20}
        """
        from localarea.comparison.metrics import compute_metrics

        return compute_metrics(self.options(*ids), self.configuration, store=self.store)

    def to_gdf(self) -> gpd.GeoDataFrame:
        """
        Return the anchor's own district.

        Returns
        -------
        geopandas.GeoDataFrame, shape (1, 3)
            ``id`` (its name), ``title`` (the council's) and ``geometry``; CRS EPSG:27700.

        Examples
        --------
        >>> import localarea as la
        >>> la.council("Norwich").to_gdf()["id"].tolist()
        ['Norwich']
        """
        return options_gdf([self._district()], by="option", store=self.store)

    def _district(self) -> Option:
        from localarea.options.methods.base import anchor_zones

        stated = self.configuration
        return Option(
            id=stated.anchor,
            title=stated.title,
            method="district",
            zone_system=stated.zone_system,
            zones=tuple(sorted(anchor_zones(stated, store=self.store))),
            anchor=stated.anchor,
        )

    def plot(self, *options: Option | str) -> Axes:
        """
        Shade each zone by the share of its commuters who work in the anchor (2011).

        Parameters
        ----------
        *options : Option or str
            Up to three options whose boundaries are drawn over it; by default the council's
            own default.

        Returns
        -------
        matplotlib.axes.Axes
            Of the map; its ``figure`` can be saved.

        Examples
        --------
        >>> import localarea as la
        >>> axes = la.council("Colchester").plot("district")
        """
        from localarea.notebook.figures import show
        from localarea.reports.print_maps.drawings import draw_commuting_picture

        drawn = self._drawn(options)
        return show(draw_commuting_picture, self.configuration, options=drawn, store=self.store)

    def describe(self, *options: Option | str) -> str:
        """
        Describe the map, for those who cannot see it.

        Parameters
        ----------
        *options : Option or str
            As for :meth:`plot`.

        Returns
        -------
        str
            Sentences with figures.
        """
        from localarea.reports.print_maps.drawings import draw_commuting_picture

        drawn = self._drawn(options)
        return draw_commuting_picture(self.configuration, options=drawn, store=self.store)[1]

    def _drawn(self, options: Iterable[Any]) -> list[Any]:
        named = list(options) or [self.default_option]
        return [self.option(o) if isinstance(o, str) else o for o in named]

    def explore(self, *ids: str) -> Explored:
        """
        Show options on a map that can be moved, with their figures.

        Parameters
        ----------
        *ids : str
            Ids of options; by default all.

        Returns
        -------
        Explored
            A page that a notebook shows, and that ``.save(path)`` writes.
        """
        from localarea.reports.maps.notebook_view import explore_options

        return explore_options(self.options(*ids), self.configuration, store=self.store)

    def _repr_html_(self) -> str:
        import pandas as pd

        from localarea.notebook.html import card, table

        stated = self.configuration
        facts = {
            "anchor": stated.anchor,
            "default option": stated.default_option,
            "in dispute": ", ".join(c.place for c in stated.contested),
        }
        index = pd.Index([spec.id for spec in stated.options], name="option")
        titles = pd.DataFrame({"title": [spec.title for spec in stated.options]}, index=index)
        return card(stated.title, facts, below=table(titles))


def council(name: str | None = None, *, store: DataStore | None = None) -> Council:
    """
    Find a council.

    Parameters
    ----------
    name : str, optional
        Any district of England or Wales, or the name of a council's file; by default
        Colchester. A district without a file of its own has the nine options that any
        district gets, such as itself, its official travel to work area and its catchment.
    store : DataStore, optional
        Where the tables and the councils' files are; by default those of the package.

    Returns
    -------
    Council
        Which works its options out.

    Raises
    ------
    PlaceNotFoundError
        If there is no such district; the nearest names are given.
    InputError
        If it is a place but no district.

    Examples
    --------
    >>> import localarea as la
    >>> la.council("Norwich").anchor
    'Norwich'
    """
    return Council(council_of(name, store=store), store)


def council_of(what: CouncilLike, *, store: DataStore | None = None) -> council_file.Council:
    """
    Find the configuration that a notebook means by a council.

    Parameters
    ----------
    what : Council, localarea.options.council.Council, str or None
        A council, its configuration or its name; None for Colchester.
    store : DataStore, optional
        Where the councils' files are; by default those of the package.

    Returns
    -------
    localarea.options.council.Council
        What the rooms take.
    """
    if isinstance(what, Council):
        return what.configuration
    if isinstance(what, council_file.Council):
        return what
    if not isinstance(what, str | None):
        raise InputError(
            f"a value of type {type(what).__name__} names no council; give its name, such as "
            "'Colchester', or what la.council returned"
        )
    if what is None or what.casefold() in council_file.council_names(store=store):
        return any_council.council_of_anchor(council=what, store=store)
    if what.casefold().endswith(".toml"):
        return any_council.find_council(what, store=store)
    return full_council(any_council.council_of_anchor(what, store=store), store=store)
