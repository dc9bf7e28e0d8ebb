"""Messy postcodes to verdicts, beside the joins that people would use instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bench_bulk
import numpy as np
import pyarrow as pa

from side_by_side.asked import Asked, Found, missing
from side_by_side.measuring import OURS, Aim, Comparison, take_turns

if TYPE_CHECKING:
    from side_by_side.measuring import Way

ROWS = 312_500
JOINS = {
    "duckdb": bench_bulk.by_duckdb,
    "polars": bench_bulk.by_polars,
    "pandas": bench_bulk.by_pandas,
}
OF_POINTS = 20  # geopandas gets a twentieth of the rows, which is counted as such


def run(asked: Asked) -> Found:
    """Count the local ones among real postcodes typed in two untidy ways, on one core."""
    from localarea.classify.boundary import boundary_of_option
    from localarea.classify.classifier import Classifier
    from localarea.classify.codes import MEANINGS
    from localarea.options.council import read_council
    from localarea.options.membership import option_zones

    pa.set_cpu_count(1)
    council = read_council()
    classifier = Classifier(boundary_of_option(option_zones(council.default_option, council)))
    is_local = np.array([meaning.status == "local" for meaning in MEANINGS])
    found, spent = Found(), []
    sizes = asked.sizes(ROWS)
    table = bench_bulk.lookup_table(classifier)
    for rows in sizes:
        texts = bench_bulk.messy(rows)
        said = Comparison("Verdicts in bulk", "messy postcodes to statuses", f"{rows:,} rows")

        def ours(texts: pa.Array = texts) -> int:
            return int(np.count_nonzero(is_local[classifier.check_arrow(texts)]))

        ways: dict[str, Way] = {OURS: ours}
        for name, join in JOINS.items():
            if why := missing(name):
                said.absent[name] = why
            else:
                ways[name] = join(texts, table)
        counts = {name: way() for name, way in ways.items()}
        if len(set(counts.values())) > 1:
            raise ValueError(f"the ways do not agree: {counts}")
        ways["geopandas"] = bench_bulk.by_geopandas(texts, classifier)
        take_turns(said, ways, asked.rounds, warm=False)
        said.rounds["geopandas"] = [OF_POINTS * one for one in said.rounds["geopandas"]]
        spent.append(said.best(OURS))
        found.comparisons.append(said)
    fastest = min((said.ratio(name) for name in said.peers()), default=0.0)
    said.hold_to(Aim("times the fastest join", least=20), fastest)
    said.note = "geopandas joined a twentieth of the rows as points; its time is multiplied."
    found.grow("messy postcodes to statuses", sizes, spent)
    return found
