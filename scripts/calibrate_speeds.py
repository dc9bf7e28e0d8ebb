"""
Fit the speeds of the embedded network to published driving times, and test them on places left out.

    python scripts/calibrate_speeds.py RAW_FOLDER [--write] [--known FILE.csv]

RAW_FOLDER holds the publishers' files (docs/data.md). Each of the three places is left out
in turn: the coefficients are fitted on two and judged on the third. The coefficients that
are kept are then fitted on all three. ``--write`` replaces localarea/roads/coefficients.toml, and
``--known`` writes the times by which a refresh of the roads can be measured; the report goes to
standard output as Markdown.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from scipy.optimize import least_squares, minimize_scalar

from localarea.roads.embedded import EmbeddedTables, build_embedded, read_embedded_tables
from localarea.roads.known_minutes import JUDGED_UP_TO_MIN, PLACES
from localarea.roads.land import Land, read_land
from localarea.roads.speeds import COEFFICIENTS_FILE, SpeedModel
from localarea.roads.travel_time import travel_minutes

if TYPE_CHECKING:
    from collections.abc import Sequence

DRIVE_FILE = "roads/drive_minutes_lsoa11_to_three_places.csv.gz"
ZONES_FILE = "boundaries/LSOA11_BGC.geojsonl.gz"
ESSEX_AND_SUFFOLK = (
    *("Basildon", "Braintree", "Brentwood", "Castle Point", "Chelmsford", "Colchester", "Harlow"),
    *("Epping Forest", "Maldon", "Rochford", "Southend-on-Sea", "Tendring", "Thurrock"),
    *("Uttlesford", "Babergh", "Forest Heath", "Ipswich", "Mid Suffolk", "St Edmundsbury"),
    *("Suffolk Coastal", "Waveney"),
)
REGION = (
    535_000.0,
    183_000.0,
    660_000.0,
    300_000.0,
)  # LSOAs used: where carriageways were surveyed
ROADS_OF_REGION = (480_000.0, 130_000.0, 670_000.0, 350_000.0)  # roads they may use
FITTED_UP_TO_MIN = 95.0
NEIGHBOUR_WEIGHT = 0.35  # of an LSOA outside Essex and Suffolk
PRIOR_WEIGHT = 2.0  # per unit of a coefficient away from where the fit begins
SEARCH_LIMIT_MIN = 150.0
FAR_MIN = (110.0, 240.0)  # LSOAs that the speed of unsurveyed roads is fitted on
FAR_SAMPLE, SEED = 1_500, 20_110_327

# Where the fit begins, and between what it stays. The signs are what the words mean: roads are
# slower among houses, faster when dual. A terminal time near the least that was published for
# LSOAs next door to a place (6.9 and 7.9 minutes), less a minute's drive.
START = SpeedModel(0.6, -0.1, 0.8, 1.0, 0.0, 0.8, 0.5, -0.5, 2.0, 5.7)
LOWEST = SpeedModel(-5, -2, 0, 0, 0, -5, -2, -2, 1.0, 3.0)
HIGHEST = SpeedModel(6, 0, 6, 6, 3, 5, 1, 1, 3.0, 5.8)
FIXED = ("major_unsurveyed",)
NAMES = [f.name for f in fields(SpeedModel) if f.name not in FIXED]


class RememberedLand(Land):
    """Land that answers a question asked before from memory: legs stay, only speeds change."""

    def __init__(self, area: shapely.Geometry) -> None:
        super().__init__(area)
        self.answers: dict[tuple[bytes, bytes], np.ndarray] = {}

    def water_on_the_way(self, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """Measure water, once per question."""
        key = (starts.tobytes(), ends.tobytes())
        if key not in self.answers:
            self.answers[key] = super().water_on_the_way(starts, ends)
        return self.answers[key]


@dataclass(frozen=True)
class Case:
    """LSOAs with published minutes to the places, and the roads between."""

    points: np.ndarray  # (n, 2)
    published: np.ndarray  # (n, 3) minutes
    judged: np.ndarray  # (n,) in Essex or Suffolk
    tables: EmbeddedTables
    land: Land

    def minutes(self, model: SpeedModel, limit: float = SEARCH_LIMIT_MIN) -> np.ndarray:
        """Return our minutes to the three places, shape (n, 3)."""
        network = build_embedded(self.tables, model, self.land)
        places = np.array([[e, n] for _, e, n in PLACES.values()], dtype=float)
        return travel_minutes(network, places, self.points, limit_min=limit).T


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit, judge, report."""
    parser = argparse.ArgumentParser(description="Fit the speeds of the embedded network.")
    parser.add_argument("raw", type=Path, help="folder of the publishers' files")
    parser.add_argument("--write", action="store_true", help="replace the fitted coefficients")
    parser.add_argument("--known", type=Path, metavar="FILE", help="write the known times")
    options = parser.parse_args(arguments)
    lsoas, tables, land = read_lsoas(options.raw), read_embedded_tables(), read_land()
    used = within(lsoas[["x", "y"]].to_numpy(), REGION) | in_essex_or_suffolk(lsoas)
    near = case_of(lsoas[used], clip(tables), land)
    held_out = [left_out(near, place) for place in range(len(PLACES))]
    model = fit(near, [0, 1, 2])
    model = fit_unsurveyed(model, lsoas, tables, land)
    sys.stdout.write(report(near, held_out, model))
    if options.write:
        write_coefficients(model)
    if options.known is not None:
        write_known(lsoas[in_essex_or_suffolk(lsoas)], options.known)
    return 0


def read_lsoas(raw: Path) -> pd.DataFrame:
    """Read LSOAs with the mean place of their live postcodes and the published minutes."""
    import pyarrow.compute as pc
    from pyproj import Transformer

    from localarea.datasets.postcodes import read_postcodes

    drive = pd.read_csv(raw / DRIVE_FILE).set_index("lsoa11nm")
    with gzip.open(raw / ZONES_FILE, "rt", encoding="utf-8") as lines:
        features = [json.loads(line) for line in lines]
    names = [f["properties"]["LSOA11NM"] for f in features]
    shapes = np.array([shapely.geometry.shape(f["geometry"]) for f in features])
    to_grid = Transformer.from_crs(4326, 27700, always_xy=True).transform
    shapes = shapely.transform(shapes, lambda c: np.stack(to_grid(c[:, 0], c[:, 1]), axis=1))
    table = read_postcodes(["easting", "northing", "status"])
    table = table.filter(
        pc.and_(pc.equal(table["status"].cast("string"), "live"), pc.is_valid(table["easting"]))
    )
    points = np.stack([table["easting"].to_numpy(), table["northing"].to_numpy()], 1).astype(float)
    inside, zone = shapely.STRtree(shapes).query(shapely.points(points), predicate="within")
    found = pd.DataFrame({"zone": zone, "x": points[inside, 0], "y": points[inside, 1]})
    frame = found.groupby("zone").mean()
    frame.index = pd.Index([names[i] for i in frame.index], name="lsoa11nm")
    return frame.join(drive, how="inner")


def case_of(lsoas: pd.DataFrame, tables: EmbeddedTables, land: Land) -> Case:
    """Make a case of some LSOAs."""
    return Case(
        lsoas[["x", "y"]].to_numpy(),
        lsoas[list(PLACES)].to_numpy(),
        in_essex_or_suffolk(lsoas),
        tables,
        RememberedLand(land.area),
    )


def in_essex_or_suffolk(lsoas: pd.DataFrame) -> np.ndarray:
    """Say which LSOAs lie in Essex or Suffolk, by the district in their name."""
    return np.asarray(lsoas.index.str.rsplit(" ", n=1).str[0].isin(ESSEX_AND_SUFFOLK))


def within(points: np.ndarray, bounds: tuple[float, float, float, float]) -> np.ndarray:
    """Say which points lie within bounds."""
    west, south, east, north = bounds
    x, y = points.T
    return (x > west) & (x < east) & (y > south) & (y < north)


def clip(tables: EmbeddedTables) -> EmbeddedTables:
    """Keep the roads of the region: the fit looks at them hundreds of times."""
    keep = within(tables.points(), ROADS_OF_REGION)
    number = np.cumsum(keep) - 1
    edges = tables.edges[keep[tables.edges["u"]] & keep[tables.edges["v"]]]
    edges = edges.assign(u=number[edges["u"]], v=number[edges["v"]])
    return EmbeddedTables(tables.nodes[keep], edges)


def fit(case: Case, places: list[int]) -> SpeedModel:
    """Fit all coefficients on some of the places, by robust least squares."""
    vectors = [np.array([getattr(m, n) for n in NAMES]) for m in (START, LOWEST, HIGHEST)]
    published = case.published[:, places]
    weight = np.where(case.judged, 1.0, NEIGHBOUR_WEIGHT)[:, None] / np.sqrt(published / 40 + 0.3)
    used = published <= FITTED_UP_TO_MIN

    def residuals(values: np.ndarray) -> np.ndarray:
        model = replace(START, **dict(zip(NAMES, values, strict=True)))
        apart = np.nan_to_num(case.minutes(model)[:, places] - published, posinf=60)
        prior = (values - vectors[0]) * PRIOR_WEIGHT
        return np.concatenate([(np.clip(apart, -60, 60) * weight)[used], prior])

    found = least_squares(
        residuals,
        vectors[0],
        bounds=(vectors[1], vectors[2]),
        loss="soft_l1",
        f_scale=2.0,
        diff_step=2e-3,
        max_nfev=25,
    )
    return replace(START, **dict(zip(NAMES, np.round(found.x, 3).tolist(), strict=True)))


def fit_unsurveyed(
    model: SpeedModel, lsoas: pd.DataFrame, tables: EmbeddedTables, land: Land
) -> SpeedModel:
    """Fit the speed of roads beyond the survey on far LSOAs, all else staying."""
    least = lsoas[list(PLACES)].min(axis=1)
    far = lsoas[least.between(*FAR_MIN)].sample(FAR_SAMPLE, random_state=SEED)
    case = case_of(far, tables, land)

    def loss(value: float) -> float:
        minutes = case.minutes(replace(model, major_unsurveyed=value), np.inf)
        reached = np.isfinite(minutes)
        return float(np.abs(minutes - case.published)[reached].mean())

    best = minimize_scalar(loss, bounds=(-1.0, 3.0), method="bounded", options={"xatol": 0.01})
    return replace(model, major_unsurveyed=round(float(best.x), 3))


def left_out(case: Case, place: int) -> dict[str, float]:
    """Fit without a place, judge on it."""
    others = [p for p in range(len(PLACES)) if p != place]
    return judge(case, fit(case, others), place)


def judge(case: Case, model: SpeedModel, place: int) -> dict[str, float]:
    """Compare with the published minutes of one place in Essex and Suffolk."""
    published = case.published[:, place]
    chosen = case.judged & (published <= JUDGED_UP_TO_MIN)
    error = case.minutes(model)[chosen, place] - published[chosen]
    size = np.abs(error)
    return {
        "lsoas": int(chosen.sum()),
        "median": float(np.median(size)),
        "percent": float(100 * np.median(size / published[chosen])),
        "p90": float(np.quantile(size, 0.9)),
        "bias": float(np.median(error)),
    }


def report(case: Case, held_out: list[dict[str, float]], model: SpeedModel) -> str:
    """Write the tables of the report."""
    lines = [
        "| place | fitted | LSOAs | median | median share | 90th percentile | bias |",
        "|" + "---|" * 7,
    ]
    names = [name for name, _, _ in PLACES.values()]
    for place, name in enumerate(names):
        fitted = {"left out": held_out[place], "on all three": judge(case, model, place)}
        lines += [
            f"| {name} | {how} | {r['lsoas']:,} | {r['median']:.2f} min | {r['percent']:.1f}% | "
            f"{r['p90']:.2f} min | {r['bias']:+.2f} min |"
            for how, r in fitted.items()
        ]
    lines += ["", "| coefficient | value |", "|---|---|"]
    lines += [f"| `{f.name}` | {getattr(model, f.name):g} |" for f in fields(model)]
    return "\n".join(lines) + "\n"


def write_coefficients(model: SpeedModel) -> None:
    """Replace the fitted coefficients."""
    rows = [f"{f.name} = {float(getattr(model, f.name))}" for f in fields(model)]
    head = (
        "# Fitted by scripts/calibrate_speeds.py; docs/validation-roads.md says how well they do.\n"
        "# Log-odds, but for access_detour (a ratio) and terminal_min (minutes).\n[coefficients]\n"
    )
    COEFFICIENTS_FILE.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")


def write_known(lsoas: pd.DataFrame, out: Path) -> None:
    """Write the known times, which a refresh of the roads can be measured by."""
    head = (
        "# Published driving minutes from LSOAs of Essex and Suffolk to three postcodes. Written\n"
        "# by scripts/calibrate_speeds.py; docs/validation-roads.md says where they are from.\n"
    )
    frame = lsoas.rename(columns={"x": "easting", "y": "northing"}).sort_index()
    places = frame[["easting", "northing"]].round().astype(int)
    text = places.join(frame[list(PLACES)].round(1)).to_csv(index=False, lineterminator="\n")
    out.write_text(head + text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
