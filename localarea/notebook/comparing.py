"""Options compared with one another, by id or by object."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from localarea.comparison import comparison, tables
from localarea.notebook.arguments import OptionLike, options_of
from localarea.notebook.figures import show

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from os import PathLike

    import geopandas as gpd
    import pandas as pd
    from matplotlib.axes import Axes

    from localarea.datasets.store import DataStore
    from localarea.notebook.councils import CouncilLike
    from localarea.notebook.options import Options
    from localarea.options.council import Council
    from localarea.reports.maps.notebook_view import Explored


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Comparison:
    """
    Options compared with the first: each matter is a frame of its own.

    A wrapper: what the room below finds is at ``found``, where ``figures`` are the definitions
    of the columns.

    Attributes
    ----------
    found : localarea.comparison.comparison.Comparison
        What the rooms take, such as those that write files.
    options : Options
        The options; the first is what the others are compared with.
    council : localarea.options.council.Council
        Whose anchor and places in dispute the figures refer to.
    store : DataStore or None
        Where the tables are; None means those of the package.

    Examples
    --------
    >>> import localarea as la
    >>> both = la.compare("district", "ttwa-official")
    >>> both.figures["zones"].to_dict()
    {'district': 20, 'ttwa-official': 25}
    """

    found: comparison.Comparison
    options: Options
    council: Council
    store: DataStore | None = None

    def __repr__(self) -> str:
        """Name the options."""
        return f"<Comparison of {', '.join(self.options.ids)}>"

    @property
    def figures(self) -> pd.DataFrame:
        """
        Return the figures of each option.

        Returns
        -------
        pandas.DataFrame, shape (n_options, n_figures)
            As :func:`localarea.compute_metrics` gives them.
        """
        return self.found.metrics

    @property
    def changes(self) -> pd.DataFrame:
        """
        Return what each option gains and loses against the first, by district.

        Returns
        -------
        pandas.DataFrame
            ``against``, ``option``, ``lad25cd``, ``district``, ``change`` (``gained`` or
            ``lost``), then zones, residents, jobs, enterprises, postcodes and commuters.

        Examples
        --------
        >>> import localarea as la
        >>> both = la.compare("district", "ttwa-official")
        >>> both.changes[["district", "change", "zones"]].values.tolist()
        [['Braintree', 'gained', 1], ['Tendring', 'gained', 4]]
        """
        return self.found.changes

    @property
    def changes_by_zone(self) -> pd.DataFrame:
        """
        Return what each option gains and loses against the first, by zone.

        Returns
        -------
        pandas.DataFrame
            As :attr:`changes`, with ``msoa11cd`` and ``name``.
        """
        return self.found.changes_by_zone

    @property
    def by_industry(self) -> pd.DataFrame:
        """
        Return the jobs of each option by industry.

        Returns
        -------
        pandas.DataFrame
            ``against``, ``option``, ``industry``, ``employees_2024``, ``gained`` and ``lost``.
        """
        return self.found.jobs_by_industry

    @property
    def exposure(self) -> pd.DataFrame:
        """
        Return how much of a labour market each option leaves out or cuts.

        Returns
        -------
        pandas.DataFrame
            As :func:`localarea.measure_exposure` gives it.
        """
        return self.found.exposure

    @property
    def overlaps(self) -> pd.DataFrame:
        """
        Return how far each pair of options overlaps.

        Returns
        -------
        pandas.DataFrame
            ``option``, ``other``, ``jaccard_workers``, ``jaccard_jobs`` and ``jaccard_area``,
            in [0, 1].
        """
        return self.found.overlaps

    @property
    def vintages(self) -> Mapping[str, str]:
        """Return the vintage of all data used: table -> vintage."""
        return self.found.vintages

    def to_frame(self) -> pd.DataFrame:
        """
        Join all tables into one long frame, one figure a row.

        Returns
        -------
        pandas.DataFrame
            As :func:`localarea.comparison.tables.tidy_comparison` gives it; what does not
            apply is missing.
        """
        return tables.tidy_comparison(self.found)

    def to_gdf(self) -> gpd.GeoDataFrame:
        """
        Return the boundaries as a GeoDataFrame.

        Returns
        -------
        geopandas.GeoDataFrame, shape (n_options, 3)
            ``id``, ``title`` and ``geometry``; CRS EPSG:27700.
        """
        return self.options.to_gdf()

    def plot(self, other: str | None = None) -> Axes:
        """
        Draw what an option gains and loses against the first.

        Parameters
        ----------
        other : str, optional
            Id of the option; by default the second.

        Returns
        -------
        matplotlib.axes.Axes
            Of the map; its ``figure`` can be saved.

        Examples
        --------
        >>> import localarea as la
        >>> axes = la.compare("district", "ttwa-official").plot()
        """
        from localarea.reports.print_maps.drawings import draw_comparison_picture

        second = self.options[1 if other is None else other]
        first = self.options[0]
        return show(draw_comparison_picture, first, second, self.council, store=self.store)

    def describe(self, other: str | None = None) -> str:
        """Describe the map in sentences with figures, for those who cannot see it."""
        from localarea.reports.print_maps.drawings import draw_comparison_picture

        second = self.options[1 if other is None else other]
        return draw_comparison_picture(self.options[0], second, self.council, store=self.store)[1]

    def explore(self) -> Explored:
        """
        Show the options on a map that can be moved, with their figures.

        A page that a notebook shows, and that ``.save(path)`` writes.
        """
        from localarea.reports.maps.notebook_view import explore_options

        return explore_options(self.options, self.council, store=self.store)

    def save(self, path: str | PathLike[str]) -> Path:
        """
        Write the comparison as a file.

        Parameters
        ----------
        path : str or path
            ``.csv``, ``.xlsx``, ``.gpkg`` or ``.html``.

        Returns
        -------
        pathlib.Path
            The file written.
        """
        from localarea.reports.comparison.write import write_comparison

        return write_comparison(self.found, Path(path), store=self.store)

    def _repr_html_(self) -> str:
        from localarea.notebook.html import card, table
        from localarea.reports.maps.html_tables import write_figures

        titles = {option.id: option.title for option in self.options}
        written = write_figures(self.found.metrics, tables.figure_columns(self.found))
        frames = ".changes, .changes_by_zone, .by_industry, .exposure, .overlaps"
        return card("Comparison", {**titles, "more": frames}, below=table(written.T))


def compare(
    *what: OptionLike, council: CouncilLike = None, store: DataStore | None = None
) -> Comparison:
    """
    Compare options and scenarios with the first.

    Parameters
    ----------
    *what : Scenario, Option or str
        Two or more scenarios, options, or ids of options.
    council : Council or str, optional
        Whose options are meant; by default Colchester's.

    Returns
    -------
    Comparison
        With ``figures``, ``changes``, ``by_industry``, ``exposure`` and ``overlaps`` as frames.

    Raises
    ------
    InputError
        If there are fewer than two, or two come to the same id.

    Examples
    --------
    >>> import localarea as la
    >>> both = la.compare("district", la.Scenario.of("district").include("Tendring"))
    >>> both.changes[["district", "change", "zones"]].values.tolist()
    [['Tendring', 'gained', 18]]
    """
    options, whose = options_of(what, council, store=store)
    found = comparison.compare_options(options, whose, store=store)
    return Comparison(found, options, whose, store)


def compare_options(
    options: Iterable[OptionLike], council: CouncilLike = None, *, store: DataStore | None = None
) -> comparison.Comparison:
    """
    Compare options with each other, for the rooms that write files.

    Parameters
    ----------
    options : iterable of Option, Scenario or str
        Two or more, with different ids; zones of 2011.
    council : Council or str, optional
        Whose anchor and places in dispute the figures refer to; by default Colchester.

    Returns
    -------
    localarea.comparison.comparison.Comparison
        What :attr:`localarea.Comparison.found` is.

    Examples
    --------
    >>> import localarea as la
    >>> la.compare_options(["district", "ttwa-official"]).metrics["zones"].tolist()
    [20, 25]
    """
    chosen, whose = options_of(options, council, store=store)
    return comparison.compare_options(chosen, whose, store=store)


def explore(
    *what: OptionLike, council: CouncilLike = None, store: DataStore | None = None
) -> Explored:
    """
    Show options and scenarios on a map that can be moved, with their figures.

    Parameters
    ----------
    *what : Scenario, Option or str
        Scenarios, options, or ids of options; one or more.
    council : Council or str, optional
        Whose options are meant; by default Colchester's.

    Returns
    -------
    Explored
        A page that a notebook shows, and that ``.save(path)`` writes.

    Examples
    --------
    >>> import localarea as la
    >>> la.explore("district").title
    'Map of the options: Colchester district'
    """
    from localarea.reports.maps.notebook_view import explore_options

    options, whose = options_of(what, council, store=store)
    return explore_options(options, whose, store=store)
