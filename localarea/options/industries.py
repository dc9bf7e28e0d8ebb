"""The jobs of each option by industry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from localarea.datasets.jobs import read_jobs
from localarea.options.metrics import memberships
from localarea.options.sources import read_zone_figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localarea.datasets.store import DataStore
    from localarea.records import Option


def jobs_by_industry(options: Sequence[Option], *, store: DataStore | None = None) -> pd.DataFrame:
    """
    Count the employee jobs of each option by industry.

    Parameters
    ----------
    options : sequence of Option
        Zones of 2011.
    store : DataStore, optional
        Where the tables are; by default those of the package.

    Returns
    -------
    pandas.DataFrame, shape (18, n_options)
        Employees by place of work, 2024, provisional, brought to zones of 2011 by live
        postcodes and so not whole; indexed by ``industry`` (broad groups of SIC 2007),
        one column an option.
    """
    zones = read_zone_figures(store=store)
    inside = memberships(options, zones).astype(np.float64)
    jobs = read_jobs(store=store).pivot_table(
        index="industry", columns="msoa21cd", values="employees", aggfunc="sum", fill_value=0
    )
    jobs = jobs.reindex(columns=zones.flows_2021.codes, fill_value=0)
    held = jobs.to_numpy(dtype=np.float64) @ (zones.bridge @ inside.T)
    return pd.DataFrame(held, index=jobs.index, columns=[o.id for o in options])
