"""Refresh active enterprises by district and year from Business Demography."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from localarea.datasets.districts import read_district_names
from localarea.datasets.enterprises import read_enterprises
from localarea.datasets.publishers.business_demography import read_enterprises_file
from localarea.options.figure_years import year_notes
from localarea.renewal.differences import compare_frames
from localarea.renewal.kinds._shared import described, districts_here, require_known
from localarea.renewal.making.figures import enterprises_table, sum_enterprises
from localarea.renewal.request import Made, NewTable

if TYPE_CHECKING:
    from localarea.renewal.request import Request

TABLE: Final = "enterprises_lad"


def make(request: Request) -> Made:
    """
    Refresh the counts of enterprises from another edition.

    SchemaError if a district is not known here.
    """
    counts = read_enterprises_file(request.path)
    names = read_district_names(store=request.store).set_index("lad_cd")["lad25cd"]
    hint = "refresh the districts first"
    require_known("enterprises", counts["code"], names.index, "districts", hint)
    sums = sum_enterprises(counts, names)
    older = read_enterprises(store=request.store).astype({"year": "int64"})
    kept = older[~older["year"].isin(sums["year"])]
    newer = pd.concat([kept, sums]).sort_values(["lad25cd", "year"], ignore_index=True)
    years = sorted(newer["year"].unique())
    vintage = f"{years[0]}-{years[-1]}"
    before = request.store.info(TABLE)
    common = min(older["year"].max(), newer["year"].max())
    changes = compare_frames(
        older,
        newer,
        table=TABLE,
        vintages=(before.vintage, vintage),
        keys=("lad25cd", "year"),
        is_here=districts_here(request, "lad25cd"),
        what="figures of a district and a year",
    )
    first, second = (
        int(frame.loc[frame["year"] == common, "enterprises"].sum()) for frame in (older, newer)
    )
    changes = changes.with_totals({f"active enterprises in {common}": (first, second)})
    source = f"ONS Business Demography {sums['year'].max()}"
    info = described(request, TABLE, vintage=vintage, source=source)
    notes = tuple(note.rstrip(".") for note in year_notes({TABLE: vintage}))
    if len(kept):
        listed = ", ".join(map(str, sorted(kept["year"].unique())))
        notes += (f"the file does not have {listed}, so the figures in use are kept for it",)
    return Made((NewTable(info, enterprises_table(newer)),), (changes,), notes)
