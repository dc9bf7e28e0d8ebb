"""How firm the figures about a place are: methods, sampling, censuses, the nearness of the line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from localarea.comparison.uncertainty import bootstrap_self_containment, borderline_postcodes
from localarea.options.zone_figures import read_zone_figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from localarea.comparison.contested.question import Question
    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class MethodHolds:
    """An option as its method draws it, and the share of a place's working residents inside."""

    id: str
    title: str
    share: float

    @property
    def standing(self) -> str:
        """Return ``inside``, ``partly inside`` or ``outside``."""
        if self.share > 1 - _ROUNDING:
            return "inside"
        return "outside" if self.share < _ROUNDING else "partly inside"


@dataclass(frozen=True, slots=True, eq=False)
class Firmness:
    """
    How firm the figures are.

    Attributes
    ----------
    methods : tuple of MethodHolds
        Every method once: variants with and without a place are no further methods.
    intervals : pandas.DataFrame
        95% intervals of self-containment without and with the place, from
        :func:`localarea.comparison.uncertainty.bootstrap_self_containment`.
    near : tuple of int
        Postcodes in use within 500 metres of the boundary, without and with the place.
    """

    methods: tuple[MethodHolds, ...]
    intervals: pd.DataFrame
    near: tuple[int, int]

    def standing(self, how: str) -> tuple[MethodHolds, ...]:
        """Return the methods under which the place is ``inside``, ``partly inside`` or so."""
        return tuple(method for method in self.methods if method.standing == how)


def drawn_options(options: Sequence[Option], council: Council) -> list[Option]:
    """Return each method's option once: variants with a place in dispute are no further methods."""
    methods = {spec.id for spec in council.options}
    return [option for option in options if option.id in methods]


def measure_firmness(
    question: Question, options: Sequence[Option], *, store: DataStore | None = None
) -> Firmness:
    """
    Measure how firm the figures about a place are.

    ``options``: options of the council; variants are left out.
    """
    figures = read_zone_figures(store=store)
    residents = figures.flows.employed_residents
    place = figures.flows.indicator(question.zones)
    whole = float(residents[place].sum())
    methods = [
        MethodHolds(
            option.id,
            option.title,
            float(residents[place & figures.flows.indicator(option.zones)].sum()) / whole
            if whole
            else float("nan"),
        )
        for option in drawn_options(options, question.council)
    ]
    pair = [question.without, question.with_place]
    near = borderline_postcodes(pair, question.council, store=store)["near_boundary"]
    return Firmness(
        tuple(methods),
        bootstrap_self_containment(pair, question.council, store=store),
        (int(near.iloc[0]), int(near.iloc[1])),
    )
