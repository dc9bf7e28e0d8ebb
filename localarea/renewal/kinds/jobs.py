"""Refresh employees by zone and industry from the Business Register and Employment Survey."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from localarea.datasets.jobs import read_jobs
from localarea.datasets.publishers._delimited import Faults
from localarea.datasets.publishers.bres import read_jobs_file
from localarea.options.figure_years import year_notes
from localarea.renewal.differences import compare_frames
from localarea.renewal.kinds._shared import (
    described,
    districts_of_zones,
    require_known,
    year_of,
    zones_here,
)
from localarea.renewal.making.figures import jobs_table
from localarea.renewal.request import Made, NewTable

if TYPE_CHECKING:
    import pandas as pd

    from localarea.renewal.request import Request

TABLE: Final = "jobs_msoa21_2024"


def make(request: Request) -> Made:
    """
    Refresh the jobs from another year of the survey.

    SchemaError if its zones are not MSOAs of 2021, or its industries are others than those in use.
    """
    found = read_jobs_file(request.path)
    year = year_of(request, found.year)
    known = districts_of_zones(request, "msoa21")
    hint = "download the survey by MSOA of 2021 for England and Wales"
    require_known("jobs", found.jobs["msoa21cd"], known, "zones", hint)
    older = read_jobs(store=request.store)
    jobs = _with_industries_in_use(found.jobs, older)
    changes = compare_frames(
        older,
        jobs,
        table=TABLE,
        vintages=(request.store.info(TABLE).vintage, str(year)),
        keys=("msoa21cd", "industry"),
        totals=("employees",),
        is_here=zones_here(request, "msoa21", "msoa21cd"),
        what="figures of a zone and an industry",
    )
    source = f"ONS Business Register and Employment Survey {year} (Nomis)"
    info = described(request, TABLE, vintage=str(year), source=source)
    notes = []
    if found.withheld:
        notes.append(f"{found.withheld:,} figures are withheld by the publisher and count as none")
    notes += [note.rstrip(".") for note in year_notes({TABLE: str(year)})]
    return Made((NewTable(info, jobs_table(jobs)),), (changes,), tuple(notes))


def _with_industries_in_use(jobs: pd.DataFrame, older: pd.DataFrame) -> pd.DataFrame:
    """Return the figures with industries named as in use; refuse others, and missing ones."""
    named = {name.casefold(): name for name in older["industry"].unique()}
    given = {name: named.get(name.casefold()) for name in jobs["industry"].unique()}
    faults = Faults("jobs")
    strange = [name for name, known in given.items() if known is None]
    if strange:
        faults.add(f"industries that are not those in use: {', '.join(sorted(strange)[:3])}")
    missing = sorted(set(named.values()) - set(given.values()))
    if missing:
        faults.add(f"industries are missing: {', '.join(missing[:3])}")
    faults.stop()
    return jobs.assign(industry=jobs["industry"].map(given))
