"""
Make flows between finer zones out of the real ones, for there are none to be had.

Every worker of the 2011 flows is put in one of the parts of the MSOA where he lives, and in one
of the parts of the MSOA where he works; by chance, but by the same chance on every machine. The
parts are as many as the MSOA has LSOAs, or any multiple of that. Homes are spread evenly; jobs
unevenly, as they are: a few parts hold most of them. Who works at home stays in his part. The
total, the flows between MSOAs and the distances are real; only the grain is made up.

    python benchmarks/finer_flows.py OUT.csv|OUT.parquet [--zones 34753]
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from localarea.datasets.flows import read_flows, read_special_flows
from localarea.datasets.ttwa import read_ttwa11_lookup
from localarea.labour.flow_matrix import TTWA_RULE, FlowMatrix, build_flow_matrix

SEED = 20110327  # the day of the census
LSOA, OA = 34_753, 181_408  # zones of England and Wales in 2011
# Shape of the gamma weights of the parts by jobs: the smaller, the fewer parts hold most of
# them. At 0.5 the LSOA-size matrix has about eight million pairs, as the census has.
JOBS_SHAPE = 0.5


def parts_of(codes: np.ndarray, n_zones: int) -> np.ndarray:
    """Say how many parts each MSOA is cut into, in proportion to its number of LSOAs."""
    lookup = read_ttwa11_lookup()
    counts = lookup.groupby("msoa11cd").size().reindex(codes).to_numpy(dtype=np.float64)
    wanted = np.maximum(counts * n_zones / counts.sum(), 1.0)
    parts = np.floor(wanted).astype(np.int64)
    # The largest remainders get one more, until there are as many zones as were asked for.
    missing = max(n_zones - int(parts.sum()), 0)
    parts[np.argsort(parts - wanted, kind="stable")[:missing]] += 1
    return parts


def _choose(
    at: np.ndarray, first: np.ndarray, edges: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    """Give each worker of the MSOAs ``at`` one of their parts, by the parts' shares."""
    draws = (at + random.random(at.size, dtype=np.float32)).astype(np.float64)
    return np.minimum(np.searchsorted(edges, draws, side="right"), first[at + 1] - 1)


def _edges(first: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Give the upper edge of each part on a line on which MSOA ``i`` fills ``[i, i + 1)``."""
    at = np.repeat(np.arange(first.size - 1), np.diff(first))
    totals = np.cumsum(weights)
    before = np.concatenate([[0.0], totals])[first[:-1]]
    whole = np.add.reduceat(weights, first[:-1])
    return at + (totals - before[at]) / whole[at]


def make_finer_flows(n_zones: int = LSOA, *, seed: int = SEED) -> FlowMatrix:
    """Make the matrix; its zones are coded ``MSOA.part``."""
    special = read_special_flows(2011)
    coarse = build_flow_matrix(read_flows(2011), special, rule=TTWA_RULE)
    random = np.random.default_rng(seed)
    parts = parts_of(coarse.codes, n_zones)
    first = np.concatenate([[0], np.cumsum(parts)])
    homes = _edges(first, np.ones(first[-1]))
    works = _edges(first, random.gamma(JOBS_SHAPE, size=first[-1]) + 1e-9)
    home = special[special["kind"].isin(["home", "no_fixed_place"])].groupby("origin")["workers"]
    stay = home.sum().reindex(coarse.codes, fill_value=0).to_numpy(dtype=np.int64)
    moving = coarse.matrix - sparse.diags_array(stay.astype(np.float64))
    coo = moving.tocoo()
    counts = np.rint(coo.data).astype(np.int64)
    origin = _choose(np.repeat(coo.row, counts).astype(np.int64), first, homes, random)
    destination = _choose(np.repeat(coo.col, counts).astype(np.int64), first, works, random)
    at_home = _choose(np.repeat(np.arange(parts.size), stay), first, homes, random)
    keys = np.concatenate([origin * first[-1] + destination, at_home * (first[-1] + 1)])
    keys, workers = np.unique(keys, return_counts=True)
    pairs = (keys // first[-1], keys % first[-1])
    n = int(first[-1])
    matrix = sparse.csr_array((workers.astype(np.float64), pairs), shape=(n, n))
    away = np.rint(coarse.employed_residents - coarse.matrix.sum(axis=1)).astype(np.int64)
    beyond = _choose(np.repeat(np.arange(parts.size), away), first, homes, random)
    within = np.arange(n) - np.repeat(first[:-1], parts)
    names = zip(np.repeat(coarse.codes, parts).tolist(), within.tolist(), strict=True)
    codes = np.array([f"{msoa}.{part:03d}" for msoa, part in names])
    residents = np.asarray(matrix.sum(axis=1)).ravel() + np.bincount(beyond, minlength=n)
    return replace(coarse, codes=codes, matrix=matrix, employed_residents=residents)


def as_table(flows: FlowMatrix) -> pd.DataFrame:
    """Give the flows as a table of origin, destination and workers."""
    coo: Any = flows.matrix.tocoo()
    codes = pd.Categorical.from_codes(coo.row, categories=flows.codes)
    ends = pd.Categorical.from_codes(coo.col, categories=flows.codes)
    return pd.DataFrame(
        {"origin": codes, "destination": ends, "workers": coo.data.astype(np.int32)}
    )


def main() -> None:
    """Write the flows to a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--zones", type=int, default=LSOA)
    options = parser.parse_args()
    table = as_table(make_finer_flows(options.zones))
    if options.out.suffix == ".parquet":
        table.to_parquet(options.out, index=False)
    else:
        table.to_csv(options.out, index=False)
    print(f"{len(table):,} pairs written")


if __name__ == "__main__":
    main()
