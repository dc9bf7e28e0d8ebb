"""An option as a notebook has it: the frozen value of the rooms below, with maps and frames."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, overload

from localarea import records
from localarea.errors import InputError, OptionNotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd
    import pandas as pd
    from matplotlib.axes import Axes

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.reports.maps.notebook_view import Explored

_VALUE = tuple(f.name for f in fields(records.Option))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Option(records.Option):
    """
    A candidate boundary with its map and its figures.

    A subclass and no wrapper: every room takes it for the plain option that it is. The plain one
    cannot have these methods, since it lives below the rooms that draw.

    Attributes
    ----------
    id : str
        Short name such as ``ttwa-official+ipswich``.
    title : str
        One line for people.
    method : str
        Name of the method that chose the zones; ``own`` for zones of yours.
    zone_system : str
        System and vintage of the zone codes.
    zones : tuple of str
        Zone codes, sorted, without repeats.
    anchor : str
        Name of the place the labour market is measured from.
    parameters : mapping
        Everything the method was given.
    vintages : mapping
        Table name -> vintage of each dataset used.
    council : localarea.options.council.Council or None
        Whose option it is.
    store : DataStore or None
        Where the tables are; None means those of the package.

    Examples
    --------
    >>> import localarea as la
    >>> la.option("district")
    <Option district: 20 zones of msoa11>
    """

    council: Council | None = field(default=None)
    store: DataStore | None = field(default=None)

    def __eq__(self, other: object) -> bool:
        """Be equal to the same option of the rooms below."""
        if not isinstance(other, records.Option):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in _VALUE)

    __hash__ = None  # type: ignore[assignment]  # its parameters are mappings

    def __repr__(self) -> str:
        """Name it, without all of its zones."""
        return f"<Option {self.id}: {len(self.zones):,} zones of {self.zone_system}>"

    def to_gdf(self, *, by: str = "option") -> gpd.GeoDataFrame:
        """
        Return the boundary, or the zones, as a GeoDataFrame.

        Parameters
        ----------
        by : {'option', 'zone'}
            One row for the whole option, or one for each of its zones.

        Returns
        -------
        geopandas.GeoDataFrame
            CRS EPSG:27700; valid multipolygons. ``option``: ``id`` and ``title``. ``zone``:
            indexed by zone code, with ``name`` and ``district``.

        Raises
        ------
        InputError
            If ``by`` is neither.

        Examples
        --------
        >>> import localarea as la
        >>> frame = la.option("district").to_gdf()
        >>> round(frame.area.sum() / 1e6), frame.crs.to_epsg()
        (333, 27700)
        """
        return options_gdf([self], by=by, store=self.store)

    def figures(self) -> pd.Series[Any]:
        """
        Compute the figures.

        Returns
        -------
        pandas.Series
            Those of :func:`localarea.compute_metrics`, by name.

        Examples
        --------
        >>> import localarea as la
        >>> print(round(la.option("district").figures()["supply_side"], 3))
        0.711
        """
        from localarea.comparison.metrics import compute_metrics

        return compute_metrics([self], self._council(), store=self.store).iloc[0]

    def plot(self, ax: Axes | None = None, **style: Any) -> Axes:
        """
        Draw the option.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw the boundary alone, in EPSG:27700, over what is there already. By
            default a new figure: a map with districts, towns, key, scale and source.
        **style
            For the boundary on ``ax``, as :meth:`geopandas.GeoDataFrame.plot` takes it.

        Returns
        -------
        matplotlib.axes.Axes
            Of the map; its ``figure`` can be saved.

        Examples
        --------
        >>> import localarea as la
        >>> axes = la.option("district").plot()
        >>> axes.figure.savefig("district.png")  # doctest: +SKIP
        """
        from localarea.notebook.figures import outline_on, show

        if ax is not None:
            return outline_on(ax, self.to_gdf(), style)
        from localarea.reports.print_maps.drawings import draw_option_picture

        return show(draw_option_picture, self, self._council(), store=self.store)

    def describe(self) -> str:
        """
        Describe the map in sentences with figures, for those who cannot see it.

        Examples
        --------
        >>> import localarea as la
        >>> la.option("district").describe()[:39]
        'Map of the option “Colchester district”'
        """
        from localarea.reports.print_maps.drawings import draw_option_picture

        return draw_option_picture(self, self._council(), store=self.store)[1]

    def explore(self) -> Explored:
        """
        Show the option on a map that can be moved, with its figures.

        A page that a notebook shows, and that ``.save(path)`` writes. It asks for nothing from any
        network.

        Examples
        --------
        >>> import localarea as la
        >>> page = la.option("district").explore()
        >>> page.title
        'Map of the options: Colchester district'
        """
        from localarea.reports.maps.notebook_view import explore_options

        return explore_options([self], self._council(), store=self.store)

    def _council(self) -> Council:
        from localarea.options.by_name.any_council import council_of_anchor

        return self.council or council_of_anchor(self.anchor, store=self.store)

    def _repr_html_(self) -> str:
        from localarea.notebook.html import card, outline
        from localarea.places.outline import option_shape

        facts = {
            "id": self.id,
            "method": self.method,
            "zones": f"{len(self.zones):,} of {self.zone_system}",
            "anchor": self.anchor,
            "notes": "; ".join(str(note) for note in self.parameters.get("notes", ())),
        }
        drawn = outline(option_shape(self, store=self.store), f"Outline of {self.title}")
        return card(self.title, facts, beside=drawn)


class Options(tuple[Option, ...]):
    """
    Options in their order, found by place or by id.

    Examples
    --------
    >>> import localarea as la
    >>> both = la.council("Colchester").options("district", "ttwa-official")
    >>> both["ttwa-official"]
    <Option ttwa-official: 25 zones of msoa11>
    >>> both.ids
    ('district', 'ttwa-official')
    """

    __slots__ = ()

    @overload  # type: ignore[override]
    def __getitem__(self, key: int | str) -> Option: ...
    @overload
    def __getitem__(self, key: slice) -> Options: ...
    def __getitem__(self, key: int | str | slice) -> Option | Options:
        """Find an option by its position or id."""
        if isinstance(key, slice):
            return Options(super().__getitem__(key))
        if not isinstance(key, str):
            return super().__getitem__(key)
        for option in self:
            if option.id == key:
                return option
        raise OptionNotFoundError(key, self.ids)

    @property
    def ids(self) -> tuple[str, ...]:
        """List the ids, in the order of the options."""
        return tuple(option.id for option in self)

    def to_gdf(self) -> gpd.GeoDataFrame:
        """
        Return the boundaries as a GeoDataFrame.

        Returns
        -------
        geopandas.GeoDataFrame, shape (n_options, 3)
            ``id``, ``title`` and ``geometry``; CRS EPSG:27700.
        """
        return options_gdf(self, by="option", store=self[0].store if self else None)

    def _repr_html_(self) -> str:
        import pandas as pd

        from localarea.notebook.html import table

        rows = [(o.title, o.method, f"{len(o.zones):,}") for o in self]
        index = pd.Index(self.ids, name="option")
        return table(pd.DataFrame(rows, columns=["title", "method", "zones"], index=index))


def options_gdf(
    options: Iterable[records.Option], *, by: str, store: DataStore | None
) -> gpd.GeoDataFrame:
    """
    Draw the boundaries or the zones of options.

    Parameters
    ----------
    by : {'option', 'zone'}
        What a row is.

    Returns
    -------
    geopandas.GeoDataFrame
        CRS EPSG:27700.

    Raises
    ------
    InputError
        If ``by`` is neither.
    """
    from localarea.places.outline import option_shapes

    chosen = list(options)
    if by == "option":
        return option_shapes(chosen, store=store)
    if by != "zone":
        raise InputError(f"by must be 'option' or 'zone', not {by!r}")
    from localarea.notebook.figures import zones_gdf

    codes = sorted({zone for option in chosen for zone in option.zones})
    return zones_gdf(codes, chosen[0].zone_system, store)


def as_option(
    option: records.Option, council: Council | None = None, store: DataStore | None = None
) -> Option:
    """
    Return an option the methods of a notebook.

    Parameters
    ----------
    option : localarea.records.Option
        Any option.
    council : localarea.options.council.Council, optional
        Whose it is.

    Returns
    -------
    Option
        Equal to the one given.
    """
    if isinstance(option, Option):
        return option
    values = {name: getattr(option, name) for name in _VALUE}
    return Option(**values, council=council, store=store)
