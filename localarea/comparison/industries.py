"""Jobs by industry: of zones, of options, and gained and lost."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from localarea.comparison.metrics import memberships
from localarea.datasets.jobs import read_jobs
from localarea.datasets.store import default_store
from localarea.options.zone_figures import read_zone_figures
from localarea.places.gazetteer import read_gazetteer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localarea.datasets.store import DataStore
    from localarea.records import Option

_EMPLOYEES = "employees_2024"


def jobs_by_zone(*, store: DataStore | None = None) -> pd.DataFrame:
    """
    Return the employee jobs of every zone by industry.

    Returns
    -------
    pandas.DataFrame, shape (n_zones, n_industries)
        Employees by place of work in the year of the table (provisional), converted to 2011
        zones by live postcodes and so fractional; indexed by ``msoa11cd``, one column per industry
        (broad groups of SIC 2007). Cached per store: copy it before changing it.
    """
    return _jobs_by_zone(store or default_store())


@lru_cache(maxsize=2)
def _jobs_by_zone(store: DataStore) -> pd.DataFrame:
    zones = read_zone_figures(store=store)
    jobs = read_jobs(store=store).pivot_table(
        index="msoa21cd", columns="industry", values="employees", aggfunc="sum", fill_value=0
    )
    jobs = jobs.reindex(zones.flows_2021.codes, fill_value=0)
    held = zones.bridge.T @ jobs.to_numpy(dtype=np.float64)
    index = pd.Index(zones.flows.codes, name="msoa11cd")
    return pd.DataFrame(held, index=index, columns=jobs.columns)


def jobs_by_industry(options: Sequence[Option], *, store: DataStore | None = None) -> pd.DataFrame:
    """
    Count the employee jobs of each option by industry.

    Parameters
    ----------
    options : sequence of Option
        Options on 2011 zones.

    Returns
    -------
    pandas.DataFrame, shape (n_industries, n_options)
        Sums of :func:`jobs_by_zone` over the zones of each option; indexed by ``industry``,
        one column per option.
    """
    inside = memberships(options, read_zone_figures(store=store)).astype(np.float64)
    jobs = jobs_by_zone(store=store)
    held = jobs.to_numpy().T @ inside.T
    return pd.DataFrame(held, index=jobs.columns, columns=[o.id for o in options])


def compare_industries(
    options: Sequence[Option], *, store: DataStore | None = None
) -> pd.DataFrame:
    """
    Compare the jobs of each option with those of the first, by industry.

    Parameters
    ----------
    options : sequence of Option
        One or more, on 2011 zones.

    Returns
    -------
    pandas.DataFrame
        One row for each option and industry: ``against`` (id of the first option),
        ``option``, ``industry``, ``employees_2024`` (jobs inside), ``gained`` (jobs in zones
        that only this option has) and ``lost`` (in zones that only the first has).
    """
    inside = memberships(options, read_zone_figures(store=store))
    jobs, first = jobs_by_zone(store=store), inside[0]
    values = jobs.to_numpy().T
    parts = [
        pd.DataFrame(
            {
                "against": options[0].id,
                "option": option.id,
                "industry": jobs.columns,
                _EMPLOYEES: values @ row,
                "gained": values @ (row & ~first),
                "lost": values @ (first & ~row),
            }
        )
        for option, row in zip(options, inside, strict=True)
    ]
    return pd.concat(parts, ignore_index=True)


def industry_changes(
    options: Sequence[Option],
    *,
    by: Literal["district", "zone"] = "district",
    store: DataStore | None = None,
) -> pd.DataFrame:
    """
    List the jobs gained and lost against the first option, by place and industry.

    Parameters
    ----------
    options : sequence of Option
        Two or more, on 2011 zones.

    Returns
    -------
    pandas.DataFrame
        One row for each option after the first, place, type of change and industry:
        ``against``, ``option``, ``code`` (``lad25cd`` or ``msoa11cd``), ``place``,
        ``change`` (``gained`` or ``lost``), ``industry`` and ``employees_2024``.
    """
    figures = read_zone_figures(store=store)
    gazetteer = read_gazetteer("msoa11", store=store)
    names = gazetteer.districts if by == "district" else gazetteer.zone_names
    places = figures.lad25cd if by == "district" else figures.flows.codes
    inside, jobs = memberships(options, figures), jobs_by_zone(store=store)
    parts = []
    for option, row in zip(options[1:], inside[1:], strict=True):
        for change, which in (("gained", row & ~inside[0]), ("lost", inside[0] & ~row)):
            sums = jobs[which].groupby(places[which]).sum().rename_axis("code")
            long = sums.reset_index().melt("code", var_name="industry", value_name=_EMPLOYEES)
            parts.append(long.assign(against=options[0].id, option=option.id, change=change))
    every = pd.concat(parts, ignore_index=True)
    every["place"] = [names[code] for code in every["code"]]
    order = ["against", "option", "code", "place", "change", "industry", _EMPLOYEES]
    ordered: pd.DataFrame = every[order].sort_values(order[:-1], kind="stable", ignore_index=True)
    return ordered
