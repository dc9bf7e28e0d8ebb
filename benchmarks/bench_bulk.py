"""
Time messy postcodes to verdicts on one core, beside the joins that people would use instead.

Run ``python benchmarks/bench_bulk.py [ROWS]``. Every way starts from the same Arrow strings,
half of them as ``co1 1jb`` and half as ``CO11JB``, and gives a status for each. The joins get
the status of every postcode of the country (or the outline, for geopandas) ready in memory in
their own form; what they must do is clean the text and join. All run in one process, one
thread each, and take turns, so that a busy machine is busy for all; the best of the rounds
counts. ``cpu`` is processor time, which a busy machine changes least.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import TYPE_CHECKING, Any

os.environ["POLARS_MAX_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable

    from localarea.classify.classifier import Classifier

ROUNDS = 5
SPELLINGS = 400_000


def messy(rows: int) -> pa.Array:
    """Draw real postcodes, half in small letters with a space and half in capitals without."""
    from localarea.datasets.postcodes import read_postcodes
    from localarea.geo.postcodes import postcode_of

    rng = np.random.default_rng(2019)
    keys = np.array(read_postcodes(["key"])["key"])
    texts = [postcode_of(key) for key in rng.choice(keys, SPELLINGS).tolist()]
    texts = [t.lower() if i % 2 else t.replace(" ", "") for i, t in enumerate(texts)]
    return pa.array(texts).take(pa.array(rng.integers(0, SPELLINGS, rows)))


def lookup_table(classifier: Classifier) -> pa.Table:
    """Give every postcode of the country with its status."""
    from localarea.classify.codes import MEANINGS
    from localarea.datasets.postcodes import read_postcodes
    from localarea.geo.postcodes import postcode_of

    keys = np.array(read_postcodes(["key"])["key"])
    names = [postcode_of(key).replace(" ", "") for key in keys.tolist()]
    status = np.array([m.status == "local" for m in MEANINGS])[classifier.verdicts.codes]
    return pa.table({"postcode": names, "local": pa.array(status)})


def by_duckdb(texts: pa.Array, table: pa.Table) -> Callable[[], int]:
    import duckdb

    base = duckdb.connect(config={"threads": 1})
    base.register("directory", table)
    base.execute("CREATE TABLE d AS SELECT * FROM directory")
    spend = pa.table({"p": texts})
    base.register("spend", spend)
    query = (
        "SELECT count(*) FILTER (WHERE d.local) FROM spend s "
        "LEFT JOIN d ON d.postcode = upper(replace(s.p, ' ', ''))"
    )
    return lambda: int(base.execute(query).fetchone()[0])


def by_polars(texts: pa.Array, table: pa.Table) -> Callable[[], int]:
    import polars as pl

    right, left = pl.from_arrow(table), pl.DataFrame({"p": pl.from_arrow(texts)})

    def join() -> int:
        clean = pl.col("p").str.replace_all(" ", "", literal=True).str.to_uppercase()
        frame = left.select(postcode=clean).join(right, on="postcode", how="left")
        return int(frame["local"].sum())

    return join


def by_pandas(texts: pa.Array, table: pa.Table) -> Callable[[], int]:
    import pandas as pd

    right = table.to_pandas()
    left = pd.Series(texts.to_pandas())

    def join() -> int:
        clean = left.str.replace(" ", "", regex=False).str.upper()
        frame = clean.to_frame("postcode").merge(right, on="postcode", how="left")
        return int((frame["local"] == True).sum())  # noqa: E712 -- null is neither

    return join


def by_geopandas(texts: pa.Array, classifier: Classifier) -> Callable[[], int]:
    """Join points to the outline; the text is joined to its point first, as it must be."""
    import geopandas as gpd
    import pandas as pd
    import shapely

    from localarea.classify.index import read_points
    from localarea.datasets.postcodes import read_postcodes
    from localarea.datasets.zones import read_zone_shapes
    from localarea.geo.postcodes import postcode_of

    part = texts.slice(0, len(texts) // 20)  # a twentieth, and counted as such: it is slow
    keys = np.array(read_postcodes(["key"])["key"])
    east, north = read_points()
    names = pd.Index([postcode_of(key).replace(" ", "") for key in keys.tolist()])
    points = pd.DataFrame({"x": east, "y": north}, index=names)
    zones = sorted(classifier.boundary.zones)
    area = shapely.coverage_union_all(read_zone_shapes(zones, "msoa11"))
    outline = gpd.GeoDataFrame(geometry=[area], crs="EPSG:27700")
    left = pd.Series(part.to_pandas())

    def join() -> int:
        clean = left.str.replace(" ", "", regex=False).str.upper()
        found = points.reindex(clean)
        where = gpd.points_from_xy(found["x"], found["y"], crs="EPSG:27700")
        return len(gpd.sjoin(gpd.GeoDataFrame(geometry=where), outline, predicate="intersects"))

    return join


def main(rows: int) -> None:
    from localarea.classify.boundary import boundary_of_option
    from localarea.classify.classifier import Classifier
    from localarea.classify.codes import MEANINGS
    from localarea.options.council import read_council
    from localarea.options.membership import option_zones

    pa.set_cpu_count(1)
    council = read_council()
    classifier = Classifier(boundary_of_option(option_zones(council.default_option, council)))
    texts, table = messy(rows), lookup_table(classifier)
    is_local = np.array([m.status == "local" for m in MEANINGS])
    ways: dict[str, tuple[Callable[[], int], int]] = {
        "localarea": (lambda: int(np.count_nonzero(is_local[classifier.check_arrow(texts)])), rows),
        "duckdb": (by_duckdb(texts, table), rows),
        "polars": (by_polars(texts, table), rows),
        "pandas": (by_pandas(texts, table), rows),
        "geopandas": (by_geopandas(texts, classifier), rows // 20),
    }
    classifier.check_arrow(texts[:10])  # compiled and laid out before the clock starts
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    local: dict[str, int] = {}
    for _ in range(ROUNDS):
        for name, (run, _count) in ways.items():
            clock, cpu = time.perf_counter(), time.process_time()
            local[name] = run()
            seconds[name].append((time.perf_counter() - clock, time.process_time() - cpu))
    rates: dict[str, dict[str, float]] = {}
    for name, (_, count) in ways.items():
        clock, cpu = (min(each) for each in zip(*seconds[name], strict=True))
        rates[name] = {
            "million_rows_per_second": round(count / clock / 1e6, 2),
            "million_rows_per_cpu_second": round(count / cpu / 1e6, 2),
        }
    ours = rates["localarea"]
    document: dict[str, Any] = {
        "rows": rows,
        "rates": rates,
        "local_rows": local,
        "times_the_fastest_join": {
            key: round(value / max(rates[n][key] for n in ways if n != "localarea"), 1)
            for key, value in ours.items()
        },
        "index_megabytes": round(_index_bytes(classifier) / 1e6, 1),
        "load_average": os.getloadavg()[0],
    }
    print(json.dumps(document, indent=2))


def _index_bytes(classifier: Classifier) -> int:
    """Add up the arrays that stay, those of the quick look-up with them."""
    from localarea.classify.bulk import _kernel_tables

    verdicts = classifier.verdicts
    held = [getattr(verdicts.index, name) for name in verdicts.index.__slots__]
    held += [getattr(verdicts, name) for name in verdicts.__slots__]
    held += [array for group in _kernel_tables(verdicts) for array in group]
    arrays = {id(array): array for array in held if isinstance(array, np.ndarray)}
    return sum(array.nbytes for array in arrays.values())


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000_000)
