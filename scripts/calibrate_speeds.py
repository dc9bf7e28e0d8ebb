"""
Fit the speeds of the embedded network to published driving times, and test them on others.

    python scripts/calibrate_speeds.py RAW_FOLDER [--write] [--known FILE.csv]

RAW_FOLDER holds the publishers' files (docs/data.md). Each region (calibrating/regions.toml) is
left out together with each of the three places: the minutes from that region to that place come
from coefficients fitted on the other regions and the other two places. The coefficients that are
kept are then fitted on all. ``--write`` replaces coefficients.toml and error.toml of
localarea/roads, and ``--known`` writes the times by which a refresh of the roads can be measured;
the report goes to standard output as Markdown.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from dataclasses import fields
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from calibrating.fitting import Fit, model_of, values_of
from calibrating.journeys import Journeys
from calibrating.regions import read_regions, regions_of, thinned

from localarea.options.minutes.zone_minutes import ERROR_FILE
from localarea.roads.embedded import read_embedded_tables
from localarea.roads.ground.land import read_land
from localarea.roads.known_minutes import JUDGED_UP_TO_MIN, PLACES
from localarea.roads.speeds import COEFFICIENTS_FILE, SpeedModel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DRIVE_FILE = "roads/drive_minutes_lsoa11_to_three_places.csv.gz"
ZONES_FILE = "boundaries/LSOA11_BGC.geojsonl.gz"
ESSEX_AND_SUFFOLK = (
    *("Basildon", "Braintree", "Brentwood", "Castle Point", "Chelmsford", "Colchester", "Harlow"),
    *("Epping Forest", "Maldon", "Rochford", "Southend-on-Sea", "Tendring", "Thurrock"),
    *("Uttlesford", "Babergh", "Forest Heath", "Ipswich", "Mid Suffolk", "St Edmundsbury"),
    *("Suffolk Coastal", "Waveney"),
)
BANDS_MIN = (0, 20, 30, 45, 60, 75, 90)  # published minutes


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit, judge, report."""
    parser = argparse.ArgumentParser(description="Fit the speeds of the embedded network.")
    parser.add_argument("raw", type=Path, help="folder of the publishers' files")
    parser.add_argument("--write", action="store_true", help="replace the fitted coefficients")
    parser.add_argument("--known", type=Path, metavar="FILE", help="write the known times")
    options = parser.parse_args(arguments)
    lsoas = read_lsoas(options.raw)
    case = case_of(lsoas)
    values = case.run(case.all_journeys())
    model = model_of(values)
    left_out = case.left_out(values) - case.published
    fitted = case.journeys.minutes(values_of(model))[0] - case.published
    sys.stdout.write(report(case, left_out, fitted, model))
    if options.write:
        write_coefficients(model)
        write_error(error_by_minutes(case, left_out))
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


def case_of(lsoas: pd.DataFrame) -> Fit:
    """Choose the LSOAs to use, and make their journeys over the roads of the package."""
    region = regions_of(lsoas, lsoas[list(PLACES)].min(axis=1).to_numpy())
    used = thinned(region)
    places = np.array([[x, y] for _, x, y in PLACES.values()], dtype=float)
    points = lsoas[["x", "y"]].to_numpy()[used]
    journeys = Journeys(read_embedded_tables(), read_land(), points, places)
    return Fit(journeys, lsoas[list(PLACES)].to_numpy()[used], region[used])


def in_essex_or_suffolk(lsoas: pd.DataFrame) -> np.ndarray:
    """Say which LSOAs lie in Essex or Suffolk, by the district in their name."""
    return np.asarray(lsoas.index.str.rsplit(" ", n=1).str[0].isin(ESSEX_AND_SUFFOLK))


def judge(error: np.ndarray, published: np.ndarray) -> dict[str, float]:
    """Summarise errors, in minutes."""
    size = np.abs(error)
    return {
        "journeys": len(error),
        "median": float(np.median(size)),
        "percent": float(100 * np.median(size / published)),
        "p90": float(np.quantile(size, 0.9)),
        "bias": float(np.median(error)),
    }


def in_the_east(case: Fit) -> np.ndarray:
    """Return a mask of the journeys of up to 90 minutes whose errors are told together."""
    east = np.array([region.east for region in read_regions()[0]])[case.region]
    judged: np.ndarray = east[:, None] & (case.published <= JUDGED_UP_TO_MIN)
    return judged


def groups(case: Fit) -> Iterator[tuple[str, np.ndarray]]:
    """Name the groups of journeys that the report tells of, with a mask of each."""
    east = in_the_east(case)
    yield "East of England and Kent", east
    for place, (name, _, _) in enumerate(PLACES.values()):
        yield f"to {name}", east & (np.arange(len(PLACES)) == place)
    for low, high in pairwise(BANDS_MIN):
        yield f"{low} to {high} min", east & (case.published > low) & (case.published <= high)
    for number, region in enumerate(read_regions()[0]):
        here = (case.region == number)[:, None]
        near = here & (case.published <= JUDGED_UP_TO_MIN)
        if near.any():
            yield f"from {region.title}", near
        else:
            yield f"from {region.title} (any distance)", here & case.all_journeys()


def error_by_minutes(case: Fit, left_out: np.ndarray) -> list[tuple[float, float]]:
    """
    Return the error that nine in ten journeys keep to, at the middle of each band of minutes.

    That of the worst of the three places, from all regions, and no less than for shorter journeys.
    """
    rows, least = [], 0.0
    for low, high in pairwise(BANDS_MIN):
        here = (case.published > low) & (case.published <= high) & np.isfinite(left_out)
        for place in range(len(PLACES)):
            size = np.abs(left_out[here[:, place], place])
            least = max(least, round(float(np.quantile(size, 0.9)), 1))
        rows.append(((low + high) / 2, least))
    return rows


def report(case: Fit, left_out: np.ndarray, fitted: np.ndarray, model: SpeedModel) -> str:
    """Write the tables of the report."""
    lines = [
        "| journeys | number | median | median share | 90th percentile | bias | fitted on all |",
        "|" + "---|" * 7,
    ]
    for name, here in groups(case):
        reached = here & np.isfinite(left_out) & np.isfinite(fitted)
        out, on = (judge(e[reached], case.published[reached]) for e in (left_out, fitted))
        lines.append(
            f"| {name} | {out['journeys']:,} | {out['median']:.2f} min | {out['percent']:.1f}% | "
            f"{out['p90']:.2f} min | {out['bias']:+.2f} min | "
            f"{on['median']:.2f}, {on['p90']:.2f} min |"
        )
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


def write_error(error: list[tuple[float, float]]) -> None:
    """Replace the error of the minutes: in a file of its own, as no minutes rest on it."""
    head = (
        "# Measured by scripts/calibrate_speeds.py; docs/validation-roads.md has it by region.\n"
        "# What nine in ten journeys keep to whose region and place were left out of the fit, at\n"
        "# so many minutes; between them on a straight line, beyond them the same.\n"
    )
    rows = f"at_min = {[at for at, _ in error]}\nwithin_min = {[size for _, size in error]}\n"
    ERROR_FILE.write_text(head + rows, encoding="utf-8")


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
