"""Figures of options, by id or by object: metrics, exposure, agreement and intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from localarea.comparison import exposure, metrics, robustness, uncertainty
from localarea.notebook.arguments import OptionLike, options_of
from localarea.notebook.councils import council_of
from localarea.notebook.figures import show
from localarea.options.methods import composite_region

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from matplotlib.axes import Axes

    from localarea.datasets.store import DataStore
    from localarea.notebook.councils import CouncilLike
    from localarea.options.council import Council


@dataclass(frozen=True, slots=True, eq=False)
class Robustness(robustness.Robustness):
    """
    In how many of the options each zone is local, with its map.

    Attributes
    ----------
    options : tuple of str
        Ids of the options.
    zones : pandas.DataFrame
        The zones of at least one option.
    membership : pandas.DataFrame of bool
        The same zones by option.
    contested : pandas.DataFrame
        The fringe, with ``decided_by``: a sentence on what puts the zone inside.
    council : localarea.options.council.Council
        Whose anchor and places in dispute are shown.
    store : DataStore or None
        Where the tables are; None means those of the package.
    """

    council: Council
    store: DataStore | None = None

    def plot(self) -> Axes:
        """
        Shade each zone by the number of options that hold it.

        Of the map; its ``figure`` can be saved.
        """
        from localarea.reports.print_maps.drawings import draw_robustness_picture

        return show(draw_robustness_picture, self, self.council, store=self.store)

    def describe(self) -> str:
        """Describe the map in sentences with figures, for those who cannot see it."""
        from localarea.reports.cartography.alternative_text import describe_robustness

        return describe_robustness(self, self.council)

    def _repr_html_(self) -> str:
        from localarea.notebook.html import card, table

        core = int((self.zones["standing"] == "core").sum())
        facts = {
            "options": ", ".join(self.options),
            "local under all": f"{core:,} zones",
            "local under some": f"{len(self.zones) - core:,} zones",
        }
        columns = ["name", "district", "n_local", "decided_by"]
        return card("Agreement", facts, below=table(self.contested[columns], most=10))


def compute_metrics(
    options: OptionLike | Iterable[OptionLike],
    council: CouncilLike = None,
    *,
    store: DataStore | None = None,
) -> pd.DataFrame:
    """
    Compute the figures of options.

    Parameters
    ----------
    options : Option, Scenario, str, or several of them
        Zones of 2011; ids without repeats.
    council : Council or str, optional
        Whose anchor and places in dispute the figures refer to; by default Colchester.

    Returns
    -------
    pandas.DataFrame, shape (n_options, n_figures)
        Indexed by option id in the order given. Shares are fractions in [0, 1], NaN where the
        divisor is zero. ``attrs["vintages"]`` holds the vintage of each table used.

    Examples
    --------
    >>> import localarea as la
    >>> la.compute_metrics(["district"])["supply_side"].round(3).to_dict()
    {'district': 0.711}
    """
    chosen, whose = options_of(options, council, store=store)
    return metrics.compute_metrics(chosen, whose, store=store)


def measure_exposure(
    options: OptionLike | Iterable[OptionLike],
    council: CouncilLike = None,
    *,
    store: DataStore | None = None,
) -> pd.DataFrame:
    """
    Measure whose workers an option holds, and how many commuters its boundary cuts.

    Parameters
    ----------
    options : Option, Scenario, str, or several of them
        Zones of 2011.
    council : Council or str, optional
        Whose anchor and places in dispute are meant; by default Colchester.

    Returns
    -------
    pandas.DataFrame, shape (n_options, n_figures)
        Indexed by option id; census of 2011, shares as fractions.

    Examples
    --------
    >>> import localarea as la
    >>> la.measure_exposure("district")["commuters_cut"].round(-3).to_dict()
    {'district': 48000.0}
    """
    chosen, whose = options_of(options, council, store=store)
    return exposure.measure_exposure(chosen, whose, store=store)


def measure_robustness(
    options: OptionLike | Iterable[OptionLike],
    council: CouncilLike = None,
    *,
    store: DataStore | None = None,
) -> Robustness:
    """
    Count for each zone the options under which it is local.

    Parameters
    ----------
    options : Option, Scenario, str, or several of them
        One or more; zones of 2011.
    council : Council or str, optional
        Whose anchor is meant; by default Colchester.

    Returns
    -------
    Robustness
        Zones, and what decides those on which the options disagree.

    Examples
    --------
    >>> import localarea as la
    >>> found = la.measure_robustness(["district", "ttwa-official"])
    >>> found.zones["standing"].value_counts().to_dict()
    {'core': 20, 'fringe': 5}
    """
    chosen, whose = options_of(options, council, store=store)
    found = robustness.measure_robustness(chosen, whose, store=store)
    return Robustness(
        found.options, found.zones, found.membership, found.contested, council=whose, store=store
    )


def region_front(council: CouncilLike = None, *, store: DataStore | None = None) -> pd.DataFrame:
    """
    Trace what the region of a council's mandate holds as more of it may lie outside.

    Parameters
    ----------
    council : Council or str, optional
        Whose mandate is meant; by default Colchester's.

    Returns
    -------
    pandas.DataFrame
        One row for each area of the Pareto front of ``composite-region``: ``outside_share``, then
        its figures (census of 2011, shares as fractions) and ``chosen`` for the option itself.

    Raises
    ------
    SettingError
        If the council has stated no area of its mandate.

    Examples
    --------
    >>> import localarea as la
    >>> la.region_front()[["outside_share", "zones"]].iloc[0].to_dict()
    {'outside_share': 0.0, 'zones': 67.0}
    """
    whose = council_of(council, store=store)
    spec = whose.spec("composite-region")
    front = composite_region.region_front(spec.parameters, whose, store=store)
    return front[front["on_front"]].drop(columns=["step", "on_front"]).reset_index(drop=True)


def bootstrap_self_containment(
    options: OptionLike | Iterable[OptionLike],
    council: CouncilLike = None,
    *,
    runs: int = 200,
    seed: int = 20190213,
    store: DataStore | None = None,
) -> pd.DataFrame:
    """
    Draw the commuters of 2011 again and see how far self-containment moves.

    Parameters
    ----------
    options : Option, Scenario, str, or several of them
        Zones of 2011.
    council : Council or str, optional
        Whose options the ids are; by default Colchester's.
    runs : int, default 200
        Draws.
    seed : int, default 20190213
        Where the draws begin; the same seed gives the same intervals.

    Returns
    -------
    pandas.DataFrame, shape (n_options, 7)
        Indexed by option id: ``supply_side`` and ``demand_side`` with their 95% intervals
        (``supply_low``, ``supply_high`` and so on), and ``vintage``.

    Examples
    --------
    >>> import localarea as la
    >>> drawn = la.bootstrap_self_containment("district", runs=50).iloc[0]
    >>> bool(drawn["supply_low"] < drawn["supply_side"] < drawn["supply_high"])
    True
    """
    chosen, whose = options_of(options, council, store=store)
    return uncertainty.bootstrap_self_containment(chosen, whose, runs=runs, seed=seed, store=store)
