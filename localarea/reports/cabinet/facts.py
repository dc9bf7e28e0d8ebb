"""Compute every figure of the report, before any text is composed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any, Final

from localarea.checking.replay import replay_spend
from localarea.comparison.comparison import Comparison, compare_options
from localarea.comparison.exposure import measure_exposure
from localarea.comparison.findings import find_contested
from localarea.comparison.industries import jobs_by_industry
from localarea.comparison.metrics import compute_metrics
from localarea.comparison.robustness import Robustness, measure_robustness
from localarea.comparison.uncertainty import bootstrap_self_containment, borderline_postcodes
from localarea.datasets.store import default_store
from localarea.errors import InputError
from localarea.labour.travel_to_work_areas.resampling import measure_stability
from localarea.options.figure_years import in_its_year, vintages_of_figures
from localarea.options.membership import contested_zones
from localarea.options.methods.base import anchor_zones
from localarea.options.methods.composite import composite_front
from localarea.options.methods.composite_region import region_front
from localarea.options.minutes.centre import name_centre
from localarea.options.option_ids import split_option_id
from localarea.options.zone_figures import flow_matrix
from localarea.places.gazetteer import read_gazetteer
from localarea.reports.cabinet.pairs import ContestedPair, contested_pairs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import pandas as pd

    from localarea.checking.payments import SpendFile
    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option

MOST_OPTIONS: Final = len(ascii_uppercase)
_MAX_PROCESSES: Final = 4  # each loads the flows of the whole country
_FRONTS: Final = {"composite": composite_front, "composite-region": region_front}
SEED: Final = 2011  # random seed of the bootstrap


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """
    Figures from which the sections of the report are composed.

    Attributes
    ----------
    options : tuple of Option
        The options put forward, in the order named; the others are compared with the
        first.
    letters : mapping of str to str
        Letter of each option put forward, by id.
    pairs : tuple of ContestedPair
        For each contested place, each option without and with it; the
        leading pair first.
    metrics : pandas.DataFrame
        As returned by :func:`localarea.comparison.metrics.compute_metrics`, for the options
        put forward and those of the pairs.
    comparison : Comparison or None
        Comparison with the first option; None if there is only one.
    districts : mapping of str to tuple of str
        Names of the districts with a zone inside, by option id.
    links : mapping of str to tuple of str
        Sentences on commuting between each contested place and the anchor, by the key of
        the place.
    industries : pandas.DataFrame
        Employee jobs of the options put forward, by industry.
    robustness : Robustness or None
        Number of options in which each zone is local; None if there is only one option.
    intervals : pandas.DataFrame
        Bootstrap intervals of self-containment of the options put forward.
    stability : Mapping of str to float
        Share of bootstrap runs in which each contested place, by key, shared a travel to
        work area with the anchor; empty if no runs were requested.
    front, region_front : pandas.DataFrame or None
        Pareto fronts of the options ``composite`` and ``composite-region``, if put forward.
    spend : SpendFile or None
        The spend file checked under every option; its figures are columns of ``metrics``.
    """

    council: Council
    options: tuple[Option, ...]
    letters: Mapping[str, str]
    pairs: tuple[ContestedPair, ...]
    metrics: pd.DataFrame
    comparison: Comparison | None
    districts: Mapping[str, tuple[str, ...]]
    links: Mapping[str, tuple[str, ...]]
    tables: tuple[str, ...]
    directory_date: str
    industries: pd.DataFrame
    robustness: Robustness | None
    intervals: pd.DataFrame
    borderline: pd.DataFrame
    stability: Mapping[str, float]
    stability_runs: int
    front: pd.DataFrame | None
    region_front: pd.DataFrame | None
    spend: SpendFile | None
    store: DataStore

    def label(self, option_id: str) -> str:
        """Return ``A. Colchester district`` for an option put forward, else its title."""
        letter, title = self.letters.get(option_id), self.title(option_id)
        return f"{letter}. {title}" if letter else title

    def title(self, option_id: str) -> str:
        """Return the title of an option of the report."""
        paired = (o for pair in self.pairs for o in (pair.without, pair.with_place))
        return next(o.title for o in (*self.options, *paired) if o.id == option_id)

    @property
    def has_minutes(self) -> bool:
        """Return whether minutes by road are known; True if any option has them."""
        known = self.metrics.get("minutes_median")
        return known is not None and bool(known.notna().any())

    @property
    def centre(self) -> str:
        """Return the point that minutes by road are counted from: ``the centre of Colchester``."""
        return name_centre(self.council.anchor, store=self.store)

    @property
    def counted_from(self) -> str:
        """Return a sentence on that point where it is another than the anchor's centre."""
        elsewhere = self.has_minutes and not self.centre.startswith("the centre of ")
        return f" Minutes by car are counted from {self.centre}." if elsewhere else ""

    def row(self, option_id: str) -> dict[str, float]:
        """Return the figures of an option in ``metrics`` by name; NaN if not known."""
        figures: list[Any] = list(self.metrics.loc[option_id])
        return dict(zip(map(str, self.metrics.columns), map(float, figures), strict=True))

    def in_its_year(self, text: str, figure: str) -> str:
        """Insert the year of the table in use into words with the year in a figure's name."""
        return in_its_year(text, figure, vintages_of_figures(self.store))

    def named(self, option_id: str) -> str:
        """
        Return the name of an option in a sentence.

        ``option A (Colchester district)`` for an option put forward, else its title in quotation
        marks.
        """
        letter, title = self.letters.get(option_id), self.title(option_id)
        return f"option {letter} ({title})" if letter else f"“{title}”"


def letter_options(options: Sequence[Option]) -> dict[str, str]:
    """
    Assign a letter to each option, by its id.

    InputError if there are no options, more options than letters, or one is named twice.
    """
    ids = [option.id for option in options]
    repeated = sorted({i for i in ids if ids.count(i) > 1})
    if repeated:
        raise InputError(f"named more than once: {', '.join(repeated)}; name each option once")
    if not 0 < len(ids) <= MOST_OPTIONS:
        raise InputError(f"a report takes 1 to {MOST_OPTIONS} options, not {len(ids)}")
    return dict(zip(ids, ascii_uppercase, strict=False))


def gather(
    options: Sequence[Option],
    council: Council,
    *,
    spend: SpendFile | None = None,
    stability_runs: int = 0,
    store: DataStore | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Facts:
    """
    Compute the figures of the report.

    Parameters
    ----------
    options : sequence of Option
        Options put forward, zones of 2011.
    stability_runs : int, default 0
        Number of bootstrap runs of the travel to work area method.
    tell : callable
        Called with a short message before each step.

    Raises
    ------
    InputError
        If there are no options, or one is named twice.
    """
    store = store or default_store()
    letters = letter_options(options)
    tell("pairing the options with and without the contested places")
    pairs = contested_pairs(options, council, store=store)
    all_options = {o.id: o for o in options}
    for pair in pairs:
        all_options |= {o.id: o for o in (pair.without, pair.with_place)}
    metrics = _figures(list(all_options.values()), council, spend, store, tell)
    several = len(options) > 1
    tell("comparing the options")
    comparison = compare_options(options, council, store=store) if several else None
    robustness = measure_robustness(options, council, store=store) if several else None
    tell("resampling the commuters for the intervals")
    intervals = bootstrap_self_containment(options, council, store=store)
    tell("counting the postcodes near the boundaries")
    borderline = borderline_postcodes(options, council, store=store)
    if stability_runs:
        tell(f"recomputing the travel to work areas, {stability_runs} times")
    return Facts(
        council=council,
        options=tuple(options),
        letters=letters,
        pairs=pairs,
        metrics=metrics,
        comparison=comparison,
        districts={o.id: _districts(o, store) for o in options},
        links=_links(metrics, council, store),
        tables=_tables(all_options.values(), metrics),
        directory_date=store.directory_date,
        industries=jobs_by_industry(options, store=store),
        robustness=robustness,
        intervals=intervals,
        borderline=borderline,
        stability=_stability(council, stability_runs, store),
        stability_runs=stability_runs,
        front=_front("composite", options, council, store),
        region_front=_front("composite-region", options, council, store),
        spend=spend,
        store=store,
    )


def _front(
    method: str, options: Sequence[Option], council: Council, store: DataStore
) -> pd.DataFrame | None:
    """Compute the Pareto front of the first option of a method, if one is put forward."""
    keys = [place.key for place in council.contested]
    bases = [split_option_id(o.id, keys)[0] for o in options if o.method == method]
    known = [base for base in bases if council.knows(base)]  # a what-if has its own thresholds
    return (
        _FRONTS[method](council.spec(known[0]).parameters, council, store=store) if known else None
    )


def _figures(
    options: Sequence[Option],
    council: Council,
    spend: SpendFile | None,
    store: DataStore,
    tell: Callable[[str], None],
) -> pd.DataFrame:
    """Compute the figures that have one value per option."""
    tell("computing the figures")
    metrics = compute_metrics(options, council, store=store)
    vintages = dict(metrics.attrs["vintages"])
    tell("measuring who competes for whose workers")
    metrics = metrics.join(measure_exposure(options, council, store=store))
    if spend is not None:
        tell(f"replaying {spend.name}")
        metrics = metrics.join(_replayed(spend, options, council, store))
    metrics.attrs["vintages"] = vintages
    return metrics


def _replayed(
    spend: SpendFile, options: Sequence[Option], council: Council, store: DataStore
) -> pd.DataFrame:
    found = replay_spend(spend, options, council, store=store)
    return found.by_option.add_prefix("spend_")


def _stability(council: Council, runs: int, store: DataStore) -> dict[str, float]:
    if not runs or not council.contested:
        return {}
    flows = flow_matrix(2011, store=store)
    found = measure_stability(
        flows,
        anchor_zones(council, store=store),
        n_runs=runs,
        seed=SEED,
        processes=min(os.cpu_count() or 1, _MAX_PROCESSES),
    )
    held = contested_zones(council, store=store)
    return {key: found.share_of(zones) for key, zones in held.items()}


def _districts(option: Option, store: DataStore) -> tuple[str, ...]:
    gazetteer = read_gazetteer("msoa11", store=store)
    codes = {gazetteer.zone_district[zone] for zone in option.zones}
    return tuple(sorted(gazetteer.districts[code] for code in codes))


def _links(metrics: pd.DataFrame, council: Council, store: DataStore) -> dict[str, tuple[str, ...]]:
    found = find_contested(metrics, council, store=store)
    return {finding.key: finding.of_links for finding in found}


def _tables(options: Iterable[Option], metrics: pd.DataFrame) -> tuple[str, ...]:
    used = {table for option in options for table in option.vintages}
    return tuple(sorted(used | set(metrics.attrs["vintages"])))
