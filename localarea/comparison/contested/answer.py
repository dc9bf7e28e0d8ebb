"""The answer to the question of a place: every fact, put together once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from localarea.comparison.contested.commuting import destinations
from localarea.comparison.contested.firmness import measure_firmness
from localarea.comparison.contested.mandated import find_mandated
from localarea.comparison.contested.trades import find_firms, find_trades
from localarea.comparison.findings import find_contested
from localarea.comparison.metrics import compute_metrics, figures_of
from localarea.datasets.store import default_store
from localarea.errors import InputError
from localarea.options.figure_years import vintages_of_figures, year_of_figure
from localarea.options.methods.base import anchor_district, anchor_zones
from localarea.places.gazetteer import read_gazetteer

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from localarea.comparison.contested.commuting import Destination
    from localarea.comparison.contested.firmness import Firmness
    from localarea.comparison.contested.mandated import Mandated
    from localarea.comparison.contested.question import Question
    from localarea.comparison.contested.trades import SumHeld, Trade
    from localarea.comparison.figure_catalogue import Figure
    from localarea.comparison.findings import Finding, Pair
    from localarea.datasets.store import DataStore
    from localarea.records import Option

_TABLES: Final = (
    "flows_2011",
    "flows_2021",
    "jobs_msoa21_2024",
    "enterprises_lad",
    "zones_msoa11",
    "postcodes",
)


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """
    Every fact about a place.

    Attributes
    ----------
    metrics : pandas.DataFrame
        Figures of the option without the place and with it, in that order.
    from_place, from_anchor : tuple of Destination
        Where the working residents of the place, and of the anchor, work.
    trades : tuple of Trade
        What becomes local, industry by industry.
    years : mapping of str to int
        Year of the tables of employees and enterprises in use.
    """

    question: Question
    metrics: pd.DataFrame
    figures: tuple[Figure, ...]
    finding: Finding
    from_place: tuple[Destination, ...]
    from_anchor: tuple[Destination, ...]
    trades: tuple[Trade, ...]
    firms: SumHeld
    mandated: Mandated | None
    firmness: Firmness
    years: dict[str, int]
    sources: dict[str, str]

    @property
    def pair(self) -> Pair:
        """Return what changes from the option without the place to the one with it."""
        return self.finding.pairs[0]


def answer_question(
    question: Question, options: Sequence[Option], *, store: DataStore | None = None
) -> Answer:
    """
    Collect every fact about a place.

    ``options``: options of the council, for how many methods hold the place. InputError if the
    place is the whole of the option, so that nothing is left without it.
    """
    council = question.council
    pair = [question.without, question.with_place]
    metrics = compute_metrics(pair, council, store=store)
    (finding,) = find_contested(_under_base(metrics, question), council, store=store)
    if not finding.pairs:
        raise InputError(f"{question.place} changes nothing of “{question.without.title}”")
    gazetteer = read_gazetteer("msoa11", store=store)
    of_place = {gazetteer.zone_district[zone] for zone in question.zones}
    always = (anchor_district(council, store=store), *sorted(of_place))
    store = store or default_store()
    vintages = vintages_of_figures(store)
    return Answer(
        question=question,
        metrics=metrics,
        figures=figures_of(council, store=store),
        finding=finding,
        from_place=destinations(question.zones, always=always, store=store),
        from_anchor=destinations(anchor_zones(council, store=store), always=always, store=store),
        trades=find_trades(question, store=store),
        firms=find_firms(question, store=store),
        mandated=find_mandated(question, store=store),
        firmness=measure_firmness(question, options, store=store),
        years={n: year_of_figure(n, vintages) for n in ("employees_2024", "enterprises_2022")},
        sources={table: f"{store.info(table).source} ({table})" for table in _TABLES},
    )


def _under_base(metrics: pd.DataFrame, question: Question) -> pd.DataFrame:
    """Add the row of the base itself, where it holds a part of the place and so is neither."""
    if question.base in metrics.index:
        return metrics
    copied = metrics.copy()
    copied.loc[question.base] = metrics.iloc[0]  # of which only the two variants are compared
    return copied
